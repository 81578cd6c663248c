"""What do all benchmarks share? Peers of their own, the real product, load, and a table that is kept."""
