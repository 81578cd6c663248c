"""How is "the nearest" said to a program? JSON put together from pieces that are ready: the hot path of the API."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse

from xiaojia.domains.stations.queries.board import live, opens_at
from xiaojia.domains.stations.queries.distances import by_distance
from xiaojia.domains.stations.queries.hours import Clock
from xiaojia.domains.stations.queries.resident.columns import constant
from xiaojia.domains.stations.queries.resident.following import current
from xiaojia.domains.stations.queries.resident.index import Index
from xiaojia.domains.stations.queries.resident.moments import Moment
from xiaojia.domains.stations.queries.resident.search import nearest
from xiaojia.domains.stations.rules.state import Verdict

_encode = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


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
    at: datetime | None = None,
) -> bytes:
    """Return a JSON array of stations by distance, then code; `fresh` as in `current`.

    Each has code, name, address, access, have, broken, distance_m, location (WGS-84; null unless `with_coordinates`), now
    (state, open, reason, words, since, proof_at, next_at, becomes) and url. `open_now`: only those that pass.
    `at` judges posted hours and closures of another instant.
    """
    index = current(fresh=fresh)
    if index is None:
        return from_database(lng, lat, have, access, open_now, limit, now, with_coordinates, at)
    return from_index(index, lng, lat, have, access, open_now, limit, now, with_coordinates, at)


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
    at: datetime | None = None,
) -> bytes:
    """Put the answer together from pieces that are ready."""
    found = nearest(index, now, lng, lat, have=have, access=access, open_now=open_now, limit=limit, at=at)
    moment = index.moment_at(at) if at else index.moment(now)
    columns, before, now = index.columns, _address(settings.XIAOJIA_URL), at or now
    pieces = [
        b'%b,"distance_m":%d,"location":%b,%b,"url":"%b%b/"}' % (
            columns.parts[row], round(metres), place(*index.place(moment, row)) if with_coordinates else b"null",
            _said(index, moment, row, now), before, columns.codes[row].encode(),
        )
        for row, metres in found
    ]  # fmt: skip
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
    at: datetime | None = None,
) -> bytes:
    """Ask the database for the same: where there is no index, and inside a transaction."""
    found, before = (
        by_distance(now, lng, lat, have=have, access=access, open_now=open_now, limit=limit, at=at),
        _address(settings.XIAOJIA_URL),
    )
    pieces = [
        b'%b,"distance_m":%d,"location":%b,%b,"url":"%b%b/"}' % (
            constant(s.code, s.name, s.address, s.access, s.have, s.broken), round(s.distance_m or 0),
            place(s.lng, s.lat) if with_coordinates else b"null", state(s.verdict, s.opens_at), before, s.code.encode(),
        )
        for s in found
    ]  # fmt: skip
    return b"[%b]" % b",".join(pieces)


def open_json(stations: Sequence[tuple[UUID, str]], now: datetime, *, fresh: bool = False) -> bytes:
    """Return a JSON array of those of the stations (id, code) that one can enter now: their code and `now`."""
    index = current(fresh=fresh)
    if index is None:
        judged = live(now, ids=[pk for pk, _code in stations])
        found = [(s.code, state(s.verdict, s.opens_at)) for s in judged if s.verdict.passes]
    else:
        moment = index.moment(now)
        rows = ((index.columns.row_of(pk), code) for pk, code in stations)
        found = [
            (code, _said(index, moment, row, now))
            for row, code in rows
            if row is not None and moment.does_pass(row, now)
        ]
    return b"[%b]" % b",".join(b'{"code":"%b",%b}' % (code.encode(), said) for code, said in found)


def state(verdict: Verdict, opens_at: datetime | None) -> bytes:
    """Return the member "now": the state, whether one can go there, why, since when, and what changes next."""
    plain: dict[str, Any] = {
        "state": verdict.state, "open": verdict.passes, "reason": verdict.reason, "words": verdict.words,
        "since": verdict.since, "proof_at": verdict.proof_at, "next_at": opens_at or verdict.next_at,
        "becomes": verdict.becomes or None,
    }  # fmt: skip
    return b'"now":%b' % str(_encode(plain)).encode()


def place(lng: float | None, lat: float | None) -> bytes:
    """Return a position as JSON, WGS-84 with six decimals."""
    return json.dumps({"lng": round(lng or 0.0, 6), "lat": round(lat or 0.0, 6)}, separators=(",", ":")).encode()


def _said(index: Index, moment: Moment, row: int, now: datetime) -> bytes:
    def say(verdict: Verdict) -> bytes:
        if verdict.passes:
            return state(verdict, None)
        number = int(index.columns.schedule[row])
        text = index.columns.schedules.texts[number] if number >= 0 else None
        return state(verdict, opens_at(verdict, text, Clock(now, moment.table)))

    return moment.said(row, now, say)


@cache
def _address(own: str) -> bytes:
    """Return what stands before the code in the address of a station's page; `own` is the instance's address."""
    return (own + reverse("stations:station", args=["X"]).removesuffix("X/")).encode()
