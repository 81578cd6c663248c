"""How is a mobile station's timetable written? Stop by stop; its hours follow."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.writing import check_version, stamp
from xiaojia.domains.stations.models import Station, TimetableStop
from xiaojia.domains.stations.rules.errors import StationConflict
from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who
from xiaojia.lib.opening_hours import Interval, Schedule, as_json, to_osm, week_of

STOP = ("place", "weekdays", "start_min", "end_min", "lng", "lat")
"""What is known of one stop of a mobile station."""


@transaction.atomic
def set_stops(*, actor: Doer | Who, station_id: UUID | str, version: int, stops: Sequence[dict[str, Any]]) -> Station:
    """Write a mobile station's timetable (dicts with the keys `STOP`); its hours follow. The same again changes nothing.

    Raises: StationConflict with both timetables as lists of stops.
    """
    station = access.get(actor, station_id)
    held = [{field: getattr(stop, field) for field in STOP} for stop in station.stops.order_by("pk")]
    wanted = [{field: stop[field] for field in STOP} for stop in stops]
    if wanted == held and station.mobility == Station.Mobility.MOBILE:
        return station
    _refuse_stale_stops(station, version, wanted, held)
    station.stops.all().delete()
    TimetableStop.objects.bulk_create(TimetableStop(station=station, **stop) for stop in stops)
    times: dict[int, list[Interval]] = {}
    for stop in stops:
        for weekday in stop["weekdays"]:
            times.setdefault(weekday, []).append(Interval(stop["start_min"], stop["end_min"]))
    week = week_of(*(([day], sorted(set(spans), key=lambda i: i.start_min)) for day, spans in times.items()))
    schedule = Schedule(week) if stops else None
    station.mobility = Station.Mobility.MOBILE
    station.hours = as_json(schedule) if schedule else None
    station.hours_osm = to_osm(schedule) if schedule else ""
    if stops:
        station.lng, station.lat = stops[0]["lng"], stops[0]["lat"]
    stamp(station)
    station.save()
    record(
        actor,
        "stations.stops_set",
        kind="station",
        id=station.pk,
        label=str(station),
        stops=len(stops),
        changes={"stops": [[stop["place"] for stop in held], [stop["place"] for stop in wanted]]},
        version=station.version,
    )
    return station


def _refuse_stale_stops(
    station: Station, version: int, wanted: list[dict[str, Any]], held: list[dict[str, Any]]
) -> None:
    try:
        check_version(station, version, {"stops": None})
    except StationConflict as error:
        raise StationConflict(station, {"stops": [wanted, held]}) from error
