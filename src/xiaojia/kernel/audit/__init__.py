"""Who did what, when? The append-only log; it knows values only and nobody above it."""
