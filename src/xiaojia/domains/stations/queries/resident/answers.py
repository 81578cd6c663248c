"""How is "the nearest" said to a program? JSON put together from pieces that are ready: the hot path of the API."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaojia.domains.stations.queries import board
from xiaojia.domains.stations.queries.resident.columns import part_of
from xiaojia.domains.stations.queries.resident.following import current
from xiaojia.domains.stations.queries.resident.index import Index
from xiaojia.domains.stations.queries.resident.moments import Moment
from xiaojia.domains.stations.queries.resident.search import nearest
from xiaojia.domains.stations.rules.state import Verdict
from xiaojia.domains.stations.rules.words import SHANGHAI

FOUND_LIMIT = 20_000


def nearest_json(
    lng: float,
    lat: float,
    have: Sequence[str],
    access: Sequence[str],
    open_now: bool,
    limit: int,
    now: datetime,
    *,
    with_coordinates: bool,
    fresh: bool = False,
) -> bytes:
    """Return a JSON array of stations, nearest first; `fresh` as in `current`.

    Each: code, name, address, street, access, facilities, broken, distance_m, lng and lat (WGS-84, only
    `with_coordinates`), state, reason, words (a closure's), since, proof_at, next_at, becomes; times in Asia/Shanghai.
    """
    index = current(fresh=fresh)
    if index is None:
        return from_database(lng, lat, have, access, open_now, limit, now, with_coordinates)
    return from_index(index, lng, lat, have, access, open_now, limit, now, with_coordinates)


def from_index(
    index: Index,
    lng: float,
    lat: float,
    have: Sequence[str],
    access: Sequence[str],
    open_now: bool,
    limit: int,
    now: datetime,
    with_coordinates: bool,
) -> bytes:
    """Put the answer together from pieces that are ready."""
    found = nearest(index, now, lng, lat, have=have, access=access, open_now=open_now, limit=limit)
    moment, parts = index.moment(now), index.columns.parts
    pieces = []
    for row, metres in found:
        start = _on_wheels(index, moment, row) if row in moment.places else parts[row]
        place = coordinates(*index.place(moment, row)) if with_coordinates else b""
        pieces.append(b'%b,"distance_m":%d%b%b' % (start, round(metres), place, moment.said(row, now, said)))
    return b"[%b]" % b",".join(pieces)


def from_database(
    lng: float,
    lat: float,
    have: Sequence[str],
    access: Sequence[str],
    open_now: bool,
    limit: int,
    now: datetime,
    with_coordinates: bool,
) -> bytes:
    """Ask the database for the same: where there is no index, and inside a transaction."""
    found = board.nearest(now, lng=lng, lat=lat, have=have, access=access, open_now=open_now, limit=FOUND_LIMIT)
    if len(found) < limit:
        found = board.anywhere(now, lng, lat, have=have, access=access, open_now=open_now)
    placed = sorted((s for s in found if s.distance_m is not None), key=lambda s: (s.distance_m, s.code))
    pieces = []
    for s in placed[:limit]:
        start = part_of({"code": s.code, "name": s.name, "address": s.address, "street": s.street, "access": s.access,
                         "facilities": s.have, "broken": s.broken})  # fmt: skip
        place = coordinates(s.lng, s.lat) if with_coordinates else b""
        pieces.append(b'%b,"distance_m":%d%b%b' % (start, round(s.distance_m or 0), place, said(s.verdict)))
    return b"[%b]" % b",".join(pieces)


def said(verdict: Verdict) -> bytes:
    """Return the end of a station's object: its state, why, since when, and what changes next."""
    plain = {
        "state": verdict.state, "reason": verdict.reason, "words": verdict.words, "since": _time(verdict.since),
        "proof_at": _time(verdict.proof_at), "next_at": _time(verdict.next_at), "becomes": verdict.becomes,
    }  # fmt: skip
    return ("," + json.dumps(plain, ensure_ascii=False, separators=(",", ":"))[1:]).encode()


def coordinates(lng: float | None, lat: float | None) -> bytes:
    """Return the members lng and lat, WGS-84 with six decimals."""
    return b',"lng":%.6f,"lat":%.6f' % (lng, lat)


def _on_wheels(index: Index, moment: Moment, row: int) -> bytes:
    return part_of(json.loads(index.columns.parts[row] + b"}") | {"street": moment.places[row][0]})


def _time(at: datetime | None) -> Any:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
