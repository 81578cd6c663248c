"""Who came? Anonymous check-ins and honest counts."""
