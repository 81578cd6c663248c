"""Did anything public about any station change? A short text that then differs, and since when it holds."""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from xiaojia.domains.stations.queries.feed.following import EPOCH, Position

KEEP_S = 2.0
SUM = f"SELECT {EPOCH}, coalesce(sum(writes), 0)::bigint, max(at) FROM stations_change"  # noqa: S608


@dataclass(frozen=True)
class Stamp:
    """`text` is equal in every process for equal records; `at` is the time of the latest change (None = never any)."""

    text: str
    at: datetime | None


_kept: tuple[float, Stamp] | None = None


def stamp(*, fresh: bool = False) -> Stamp:
    """Return the stamp of all records and closures (not of evidence, which only moves states).

    From memory, at most two seconds old, where this process follows the feed; otherwise, with `fresh`, and inside a
    transaction one read of the feed.
    """
    kept = _kept
    if kept and not fresh and time.monotonic() - kept[0] < KEEP_S and not connection.in_atomic_block:
        return kept[1]
    with connection.cursor() as cursor:
        cursor.execute(SUM)
        epoch, writes, at = cursor.fetchone()
    return Stamp(f"{epoch}-{writes}", at)


def begin() -> tuple[Position, str, int, datetime | None]:
    """Return where one who reads everything now begins to follow: position, epoch, the feed's count, the latest change.

    One statement, so that what is committed later is counted once.
    """
    with connection.cursor() as cursor:
        cursor.execute(SUM.replace("SELECT", "SELECT pg_current_snapshot()::text,", 1))
        snapshot, epoch, writes, at = cursor.fetchone()
    return Position.read(snapshot), epoch, writes, at


def keep(found: Stamp) -> None:
    """Remember what the follower of this process saw just now."""
    global _kept  # noqa: PLW0603
    _kept = (time.monotonic(), found)


def expire() -> None:
    """Let the next question read anew: after a write in this process, and when following ends."""
    global _kept  # noqa: PLW0603
    _kept = None
