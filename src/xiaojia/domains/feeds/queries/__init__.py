"""What do the feeds read? Bulk reads of what is public, and whether it may be."""
