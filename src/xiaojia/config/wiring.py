"""Which room hears of what happens below it? The fuse box: every upward call of the house stands on this page."""


def connect() -> None:
    """Hand the rooms' functions to the kernel and the shell, once at start-up."""
