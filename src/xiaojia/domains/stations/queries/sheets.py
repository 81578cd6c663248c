"""How do stations read as rows of the import template, and as GeoJSON?"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.hours import shared_hours
from xiaojia.domains.stations.rules import sheet_cells
from xiaojia.domains.stations.rules.sheet import FACILITY, FIELDS
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.lib.opening_hours import ScheduleError, from_json
from xiaojia.lib.opening_hours.words import schedule_parts
from xiaojia.lib.sheets import Column, ColumnKind
from xiaojia.lib.workdays import DayTable

Value = Any
NUMBERS = ("lng", "lat", "area_m2", "capacity")
DATES = ("built_on", "accepted_on")
LEFT_OUT = ("position", "facilities")
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "status": sheet_cells.STATUS,
    "build_kind": sheet_cells.BUILD_KIND,
    "mobility": sheet_cells.MOBILITY,
    "running_mode": sheet_cells.RUNNING_MODE,
    "access": sheet_cells.ACCESS,
    "host_type": sheet_cells.HOST_TYPE,
    "position_source": sheet_cells.POSITION_SOURCE,
}
SHOWN = [field for field in FIELDS if field.key not in LEFT_OUT]


def columns() -> list[Column]:
    """Return the columns of the template (Chinese titles, so that the file can be imported again), datum in the title."""
    titles = {"lng": "经度wgs84", "lat": "纬度wgs84"}
    return [Column(titles.get(field.key, field.label), _kind(field.key)) for field in SHOWN]


def sheet_rows(stations: QuerySet[Station]) -> Iterator[list[Value]]:
    """Yield one row for each station, in the order of `columns`; four queries, read in chunks."""
    rows = stations.select_related("org", "division", "host").prefetch_related("facilities", "source_keys")
    for station in rows.iterator(chunk_size=500):
        facts = {fact.kind_id: fact for fact in station.facilities.all()}
        yield [_value(station, field.key, facts) for field in SHOWN]


def to_geojson(stations: Iterable[Station], day: date) -> dict[str, Any]:
    """Return the placed stations as a collection of points in WGS-84 (RFC 7946), their hours exact from `day` on."""
    table = day_table()
    return {
        "type": "FeatureCollection",
        "features": [_feature(station, table, day) for station in stations if station.lng is not None],
    }


def _feature(station: Station, table: DayTable, day: date) -> dict[str, Any]:
    hours = json.dumps(station.hours, sort_keys=True) if station.hours else None
    return {
        "type": "Feature",
        "id": station.code,
        "geometry": {"type": "Point", "coordinates": [station.lng, station.lat]},
        "properties": {
            "code": station.code,
            "name": station.name,
            "address": station.address,
            "division": station.division_id,
            "org": station.org.name,
            "status": station.status,
            "access": station.access,
            "host_type": station.host_type,
            "have": station.have,
            "broken": station.broken,
            "opening_hours": shared_hours(hours, table, day),
        },
    }


def _kind(key: str) -> ColumnKind:
    return ColumnKind.NUMBER if key in NUMBERS else ColumnKind.DATE if key in DATES else ColumnKind.TEXT


def _value(station: Station, key: str, facts: dict[str, Any]) -> Value:
    if key.startswith(FACILITY):
        return _fact(facts.get(key.removeprefix(FACILITY)))
    if key in WORDS:
        return next(iter(WORDS[key].get(getattr(station, key), ("",))))
    special = _SPECIAL.get(key)
    value = special(station) if special else getattr(station, key)
    if isinstance(value, list):
        return "、".join(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return float(value) if key == "area_m2" and value is not None else value


def _fact(fact: Any) -> str:
    if fact is None or fact.presence == "unknown":
        return ""
    if fact.presence == "absent":
        return "无"
    return "坏" if fact.working == "broken" else str(fact.count) if fact.count else "有"


def hours_words(station: Station) -> str:
    """Return the hours as they were received, else in Chinese words, as the sheet carries them."""
    if station.hours_text or not station.hours:
        return station.hours_text
    try:
        parts = schedule_parts(from_json(station.hours), "zh")
    except ScheduleError:
        return ""
    return "；".join(f"{part.title}{line.days}{line.hours}" for part in parts for line in part.lines)


_SPECIAL: dict[str, Callable[[Station], Value]] = {
    "source_key": lambda s: next((row.key for row in s.source_keys.all()), ""),
    "district": lambda s: s.division.name if s.division else s.district_named,
    "hours": hours_words,
    "phone": lambda s: s.public_phone,
    "host_name": lambda s: s.host.name if s.host else "",
    "owner": lambda s: s.org.name,
}
