"""Template tags and filters of the shell: load them with `web`."""
