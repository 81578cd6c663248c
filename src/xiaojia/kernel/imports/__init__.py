"""How does a user's sheet get in? Stage, match, preview, commit, undo; one pipeline for every room."""
