"""What do the rules say about visits? Clock hours, signed links, limits, the counting rule."""
