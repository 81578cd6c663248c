"""What does a program read of a station? Plain values in the shape of the API, page by page of codes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.board import PUBLIC, Live
from xiaojia.domains.stations.queries.hours import shared_from, shared_hours
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.lib.pinyin import query_terms

COLUMNS = (
    "id", "code", "name", "address", "street", "division_id", "division__name", "org__name", "host_type", "mobility",
    "status", "access", "access_note", "attended", "public_phone", "floor", "area_m2", "have", "broken",
    Cast("hours", TextField()), "hours_text", "lng", "lat", "verified_at", "updated_at",
)  # fmt: skip


def public(
    *,
    division: str = "",
    have: Sequence[str] = (),
    access: Sequence[str] = (),
    status: Sequence[str] = (),
    q: str = "",
) -> QuerySet[Station]:
    """Return the public stations of a question, in code order. `division` is a civil code; its zeros at the end fall off."""
    wanted = [one for one in status if one in PUBLIC] if status else PUBLIC
    rows = Station.objects.filter(merged_into=None, status__in=wanted).order_by("code")
    if division:
        rows = rows.filter(division__code__startswith=ground(division))
    if have:
        rows = rows.filter(have__contains=list(have))
    if access:
        rows = rows.filter(access__in=access)
    for term in query_terms(q):
        rows = rows.filter(search_text__contains=term)
    return rows


def ground(division: str) -> str:
    """Return the prefix of a civil code: 460200 → 4602, 460000 → 46."""
    while len(division) > 2 and division.endswith("00"):
        division = division[:-2]
    return division


def named_after(rows: QuerySet[Station], after: str, limit: int) -> tuple[list[tuple[UUID, str]], str | None]:
    """Return ids and codes of the next stations of a question, and the code to go on after, or None at the end."""
    found = list(rows.filter(code__gt=after).values_list("pk", "code")[: limit + 1])
    return found[:limit], found[limit - 1][1] if len(found) > limit else None


def page(rows: QuerySet[Station], after: str, limit: int, now: datetime) -> tuple[list[dict[str, Any]], str | None]:
    """Return the next records of a question, and the code to go on after, or None at the end. One query."""
    found = list(rows.filter(code__gt=after).values_list(*COLUMNS)[: limit + 1])
    return _records(found[:limit], now), found[limit - 1][1] if len(found) > limit else None


def by_ids(ids: Iterable[UUID], now: datetime) -> list[dict[str, Any]]:
    """Return the records of public stations, in code order. One query."""
    return _records(public().filter(pk__in=list(ids)).values_list(*COLUMNS), now)


def record(station: Station, now: datetime) -> dict[str, Any]:
    """Return one station's record, public or not."""
    return _records(Station.objects.filter(pk=station.pk).values_list(*COLUMNS), now)[0]


def place(lng: float | None, lat: float | None) -> dict[str, float] | None:
    """Return a WGS-84 position for a program, if positions are released."""
    if lng is None or lat is None or not coordinates_released():
        return None
    return {"lng": round(lng, 6), "lat": round(lat, 6)}


def page_of(code: str) -> str:
    """Return the address of a station's page, complete where the instance knows its own address."""
    return settings.XIAOJIA_URL + reverse("stations:station", args=[code])


def now_of(row: Live) -> dict[str, Any]:
    """Return a verdict as plain values: the state, whether one can go there now, why, and what changes next."""
    verdict = row.verdict
    return {
        "state": str(verdict.state), "open": verdict.passes, "reason": str(verdict.reason), "words": verdict.words,
        "since": verdict.since, "proof_at": verdict.proof_at, "next_at": row.opens_at or verdict.next_at,
        "becomes": verdict.becomes or None,
    }  # fmt: skip


def _records(rows: Iterable[tuple[Any, ...]], now: datetime) -> list[dict[str, Any]]:
    released, before = coordinates_released(), page_of("X").removesuffix("X/")
    table, day = day_table(), shared_from(now)
    return [_record(row, before, shared_hours(row[19], table, day), released=released) for row in rows]


def _record(row: tuple[Any, ...], before: str, hours: str, *, released: bool) -> dict[str, Any]:
    lng, lat = row[21], row[22]
    return {
        "id": str(row[0]), "code": row[1], "name": row[2], "address": row[3], "street": row[4],
        "division": {"code": row[5], "name": row[6]} if row[5] else None, "organisation": row[7],
        "host_type": row[8] or None, "mobility": row[9], "status": row[10], "access": row[11] or None,
        "access_note": row[12], "attended": row[13], "phone": row[14], "floor": row[15],
        "area_m2": float(row[16]) if row[16] is not None else None, "have": row[17], "broken": row[18],
        "hours_osm": hours, "hours_text": row[20],
        "location": {"lng": round(lng, 6), "lat": round(lat, 6)} if released and lng is not None else None,
        "verified_at": row[23], "updated_at": row[24], "url": f"{before}{row[1]}/",
    }  # fmt: skip
