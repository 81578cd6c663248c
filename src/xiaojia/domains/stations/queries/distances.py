"""Which stations are nearest by distance alone, asked of the database? What the resident index answers, without it."""

import math
from collections.abc import Sequence
from datetime import datetime

from xiaojia.domains.stations.queries.board import BOX_DEG, Live, live, with_distances

DEGREE_M = 111_000


def by_distance(
    now: datetime,
    lng: float,
    lat: float,
    *,
    have: Sequence[str] = (),
    access: Sequence[str] = (),
    open_now: bool = False,
    limit: int = 10,
    at: datetime | None = None,
) -> list[Live]:
    """Return the nearest stations by distance, then code, with `open_now` of those that pass.

    One query; a second of all where too few lie so near that nothing outside the box can be nearer.
    """
    box = (lng - BOX_DEG, lat - BOX_DEG, lng + BOX_DEG, lat + BOX_DEG)
    reach_m = BOX_DEG * DEGREE_M * max(0.0, math.cos(math.radians(abs(lat) + BOX_DEG)))
    found = _first(live(now, box=box, have=have, access=access, at=at), lng, lat, open_now, limit)
    if len(found) < limit or (found[-1].distance_m or 0) > reach_m:
        found = _first(live(now, have=have, access=access, at=at), lng, lat, open_now, limit)
    return found


def _first(found: list[Live], lng: float, lat: float, open_now: bool, limit: int) -> list[Live]:
    fit = [
        s for s in with_distances(found, lng, lat) if s.distance_m is not None and (s.verdict.passes or not open_now)
    ]
    return sorted(fit, key=lambda s: (s.distance_m, s.code))[:limit]
