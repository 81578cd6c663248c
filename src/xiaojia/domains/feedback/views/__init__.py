"""What does a person see of reports? The worker's two taps, and the desk's list."""
