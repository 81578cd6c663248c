"""May coordinates leave the house? Only after the release approval (信息发布审核), or on a demo. Every door asks here."""

from collections.abc import Callable

from django.conf import settings

RECORDS: list[Callable[[], bool]] = []
"""Who keeps the approvals; handed in by config/wiring.py. With nobody to ask the answer is no."""


def coordinates_released() -> bool:
    """Return whether public answers for machines may carry positions."""
    return bool(settings.IS_DEMO) or any(released() for released in RECORDS)
