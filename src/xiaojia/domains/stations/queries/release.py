"""May coordinates leave the house? Only after the release approval (信息发布审核), or on a demo."""

from django.conf import settings


def coordinates_released() -> bool:
    """Return whether public answers for machines may carry positions."""
    return bool(settings.IS_DEMO or getattr(settings, "COORDINATES_RELEASED", False))
