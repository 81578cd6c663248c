"""What do the regulations say about stations? The state table, the shipped standards, the words of a sheet."""
