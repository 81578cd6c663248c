"""What does the worker's list show of the stations found, and what instead when nothing near is open?"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from xiaojia.domains.stations.queries.board import Live
from xiaojia.domains.stations.rules.state import Reason, Verdict
from xiaojia.domains.stations.rules.travel import NEAR_M

SHUT_M = 15_000


@dataclass(frozen=True)
class Shutting:
    """Several stations closed for one reason until one instant (None = until further notice)."""

    reason: str
    stations: int
    until: datetime | None


@dataclass(frozen=True)
class Choice:
    """The first rows in order of `total`, and the ways out: `next_open` opens first, `all_day` never closes; both only when needed."""

    rows: tuple[Live, ...]
    passing: int
    nearest_m: float | None
    nothing_near: bool
    next_open: Live | None
    all_day: Live | None
    shuttings: tuple[Shutting, ...] = ()
    total: int = 0


def choose(found: Sequence[Live], *, open_only: bool, pins: Sequence[str] = (), upto: int | None = None) -> Choice:
    """Return what to show of stations already in order (`nearest`): pinned ones first, then those that pass."""
    passing = [station for station in found if station.verdict.passes]
    shown = passing if open_only else list(found)
    ahead = {code: place for place, code in enumerate(pins)}
    pinned = sorted((s for s in found if s.code in ahead), key=lambda s: ahead[s.code])
    rows = (*pinned, *(s for s in shown if s.code not in ahead))
    distances = [s.distance_m for s in passing if s.distance_m is not None]
    nearest_m = min(distances, default=None)
    located = any(s.distance_m is not None for s in found)
    nothing = not passing or (located and (nearest_m is None or nearest_m > NEAR_M))
    return Choice(
        rows[:upto],
        len(passing),
        nearest_m,
        nothing and bool(found),
        _next_open(found) if nothing else None,
        next((s for s in passing if s.always_open), None) if nothing else None,
        shuttings_of((s.verdict, s.distance_m) for s in found),
        len(rows),
    )


def shuttings_of(found: Iterable[tuple[Verdict, float | None]]) -> tuple[Shutting, ...]:
    """Return the closures that hit at least two of the stations near by, the widest first."""
    near = (verdict for verdict, metres in found if verdict.reason is Reason.CLOSURE and (metres or 0) <= SHUT_M)
    hits = Counter((verdict.words, verdict.next_at) for verdict in near)
    return tuple(Shutting(words, n, until) for (words, until), n in hits.most_common(2) if n > 1)


def _next_open(found: Sequence[Live]) -> Live | None:
    """The station that opens first, the nearest of those that open at the same moment."""
    coming = [s for s in found if not s.verdict.passes and s.opens_at]
    near = [s for s in coming if s.distance_m is None or s.distance_m <= NEAR_M] or coming
    return min(near, key=lambda s: (s.opens_at, s.distance_m or 0.0, s.code), default=None)
