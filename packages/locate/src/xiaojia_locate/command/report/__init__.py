"""How does the answer look on one page? Drawn by hand in SVG, self-contained, without tiles, borders or coastline."""
