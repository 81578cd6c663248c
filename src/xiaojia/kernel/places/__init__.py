"""Where is a place? Divisions by edition, with polygons for computation."""
