"""Is a release approval in force? Asked by every door that could show a coordinate, through the room stations."""

import time

from xiaojia.domains.feeds.models import Approval

KEEP_S = 2.0
"""So long another process may still act on the old answer; the one that wrote forgets at once."""

_kept: tuple[float, bool] | None = None


def released() -> bool:
    """Return whether an approval is recorded and not withdrawn. One query, at most every two seconds."""
    global _kept  # noqa: PLW0603
    now = time.monotonic()
    if _kept is None or now - _kept[0] >= KEEP_S:
        _kept = (now, current() is not None)
    return _kept[1]


def forget() -> None:
    """Let the next question read anew: after a verb, and between tests."""
    global _kept  # noqa: PLW0603
    _kept = None


def current() -> Approval | None:
    """Return the approval in force. One query."""
    return Approval.objects.filter(withdrawal=None).order_by("-recorded_at").first()
