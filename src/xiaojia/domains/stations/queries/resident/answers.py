"""How is "the nearest" said to a program? JSON put together from pieces that are ready: the hot path of the API."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaojia.domains.stations.queries.resident.columns import part_of
from xiaojia.domains.stations.queries.resident.index import Index
from xiaojia.domains.stations.queries.resident.moments import Moment
from xiaojia.domains.stations.queries.resident.search import nearest
from xiaojia.domains.stations.rules.state import Verdict
from xiaojia.domains.stations.rules.words import SHANGHAI


def nearest_json(
    index: Index,
    now: datetime,
    lng: float,
    lat: float,
    *,
    have: Sequence[str] = (),
    access: Sequence[str] = (),
    open_now: bool = True,
    limit: int = 10,
    with_coordinates: bool = False,
) -> bytes:
    """Return a JSON array of stations, nearest first.

    Each: code, name, address, street, access, facilities, broken, distance_m, lng and lat (WGS-84, only
    `with_coordinates`), state, reason, words (a closure's), since, proof_at, next_at, becomes; times in Asia/Shanghai.
    """
    found = nearest(index, now, lng, lat, have=have, access=access, open_now=open_now, limit=limit)
    moment, parts = index.moment(now), index.columns.parts
    pieces = []
    for row, metres in found:
        start = _on_wheels(index, moment, row) if row in moment.places else parts[row]
        place = _coordinates(index, moment, row) if with_coordinates else b""
        state = moment.said(row, now, said)
        pieces.append(b'%b,"distance_m":%d%b%b' % (start, round(metres), place, state))
    return b"[%b]" % b",".join(pieces)


def said(verdict: Verdict) -> bytes:
    """Return the end of a station's object: its state, why, since when, and what changes next."""
    plain = {
        "state": verdict.state, "reason": verdict.reason, "words": verdict.words, "since": _time(verdict.since),
        "proof_at": _time(verdict.proof_at), "next_at": _time(verdict.next_at), "becomes": verdict.becomes,
    }  # fmt: skip
    return ("," + json.dumps(plain, ensure_ascii=False, separators=(",", ":"))[1:]).encode()


def _coordinates(index: Index, moment: Moment, row: int) -> bytes:
    lng, lat = index.place(moment, row)
    return b',"lng":%.6f,"lat":%.6f' % (lng, lat)


def _on_wheels(index: Index, moment: Moment, row: int) -> bytes:
    return part_of(json.loads(index.columns.parts[row] + b"}") | {"street": moment.places[row][0]})


def _time(at: datetime | None) -> Any:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
