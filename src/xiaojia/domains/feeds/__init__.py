"""How do programs and map platforms read the network? HSDS 3.0, GeoJSON, JSON-LD, iCalendar, sitemap; and the approval that opens them."""
