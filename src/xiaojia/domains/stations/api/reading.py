"""How does a program read the register? The list, one station, what changed, and the names of facilities."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router

from xiaojia.domains.stations.api.asking import Listing
from xiaojia.domains.stations.api.shapes import ChangePage, FacilityList, StationDetail, StationPage
from xiaojia.domains.stations.models import Station, TimetableStop
from xiaojia.domains.stations.queries import records
from xiaojia.domains.stations.queries.board import live
from xiaojia.domains.stations.queries.detail import find_public
from xiaojia.domains.stations.queries.feed import changes_since, stamp
from xiaojia.domains.stations.queries.hours import shared_stamp
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.domains.stations.rules.errors import CursorError, StationError
from xiaojia.lib.ids import normalise_code
from xiaojia.web.conditional import Validators, conditional, tagged
from xiaojia.web.doors import json_answer

router = Router()


def unchanged(request: HttpRequest, *args: Any, **kwargs: Any) -> Validators:
    """Say what every answer about the register depends on: any station, the release of positions, dated hours."""
    found, (hours, hours_at) = stamp(), shared_stamp(timezone.now())
    return Validators(f"{found.text} {coordinates_released()} {hours}", max(found.at or hours_at, hours_at))


@router.get("/stations", response=StationPage, summary="List stations")
@conditional(unchanged)
def list_stations(request: HttpRequest, ask: Query[Listing]) -> HttpResponse:
    """Public stations in the order of their codes, page by page. States are not in it: they follow the clock.

    Poll it with `If-None-Match`: as long as nothing changed in the whole register the answer is 304 and costs nothing.
    To keep a copy, use /changes.
    """
    rows = records.public(
        division=ask.division or "", have=ask.have, access=ask.access, status=ask.status, q=ask.q or ""
    )
    items, following = records.page(rows, ask.after or "", ask.limit, timezone.now())
    return json_answer({"items": items, "next": following})


@router.get("/stations/{code}", response=StationDetail, summary="One station")
def read_station(
    request: HttpRequest,
    code: str = Path(max_length=20, description="Its code; an old one works too.", example="SY-0001"),
) -> HttpResponse:
    """One station with its state at this instant. A code that was merged gives the station that took it over.

    A removed station answers 410.
    """
    found = find_public(normalise_code(code.replace("\x00", ""))[:20])
    if found is None:
        raise NotThere("no_station")
    station = found.station
    if station.status == Station.Status.REMOVED:
        raise NotThere("station_removed", status=410)
    now = timezone.now()
    row = next(iter(live(now, ids=[station.pk])), None)
    content = records.record(station, now) | {
        "at": now.replace(second=0, microsecond=0),
        "now": records.now_of(row) if row else None,
        "stops": _stops(station) if station.mobility == Station.Mobility.MOBILE else [],
    }
    return tagged(request, json_answer(content))


@router.get("/changes", response=ChangePage, summary="What changed")
@conditional(unchanged)
def read_changes(
    request: HttpRequest,
    since: str | None = Query(
        None,
        max_length=4_000,
        pattern=r"^[A-Za-z0-9_-]*$",
        description="`next` of the last answer; without it, everything.",
    ),
    limit: int = Query(500, ge=1, le=1000, description="Changes in an answer."),
) -> HttpResponse:
    """Keep a copy of the register: begin without `since`, apply every answer, send its `next` the next time.

    Nothing is lost between two answers, whatever happens at the same time. Stations that are no longer public come as
    tombstones in `gone`. A cursor that is no longer of use (after a restore, after 90 days) answers 410: begin anew. One
    that was never given answers 404.
    """
    try:
        found = changes_since(since or "", limit)
    except CursorError as error:
        error.status = 404 if error.code == "bad_cursor" else error.status
        raise
    gone = [
        {"code": tomb.code, "why": tomb.why, "successor": tomb.successor or None, "at": tomb.at}
        for tomb in found.tombstones
    ]
    items = records.by_ids(found.rows, timezone.now())
    return json_answer({"items": items, "gone": gone, "next": found.cursor, "more": found.more})


@router.get("/facilities", response=FacilityList, summary="Kinds of facilities")
@conditional(unchanged, max_age_s=3600)
def list_facilities(request: HttpRequest) -> HttpResponse:
    """The keys that stand in `have` and `broken`, with their names."""
    items = [
        {"key": kind.key, "name": kind.name, "name_en": kind.name_en, "group": kind.group} for kind in kinds().values()
    ]
    return json_answer({"items": items})


class NotThere(StationError):
    """A program asked for a station that is not there, or no longer."""

    def __init__(self, code: str, *, status: int = 404) -> None:
        super().__init__(code)
        self.status = status


def _stops(station: Station) -> list[dict[str, Any]]:
    return [
        {"place": stop.place, "weekdays": stop.weekdays, "start": _clock(stop.start_min), "end": _clock(stop.end_min),
         "location": records.place(stop.lng, stop.lat)}
        for stop in TimetableStop.objects.filter(station=station)
    ]  # fmt: skip


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
