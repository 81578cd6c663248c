"""What do several provers share? The pages of a running demo, as they go over the wire."""
