"""What do the worker's pages ask beyond the list? Places with their counts, one station with what belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from xiaojia.domains.stations.models import Closure, Station, StationFacility, StationPhoto
from xiaojia.domains.stations.queries.board import PUBLIC
from xiaojia.domains.stations.queries.hours import hours_of
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.kernel.places.models import Division
from xiaojia.kernel.places.queries import counties
from xiaojia.lib.opening_hours import Times

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Ground:
    """A county of the instance and its number of public stations; `city` is the name of the division above."""

    code: str
    name: str
    city: str
    stations: int


@dataclass(frozen=True)
class WeekDay:
    """One day of a station's week: its intervals (None = not known), the day's kind and name, closures on it."""

    on: date
    intervals: Times | None
    kind: str
    name: str
    closures: tuple[Closure, ...]


def division_within(code: str, prefix: str) -> Division | None:
    """Return the division if it lies on the instance's ground. One query."""
    return Division.objects.select_related("parent").filter(code=code, prefix__startswith=prefix).first()


def grounds(prefix: str) -> list[Ground]:
    """Return the counties below a prefix with their counts, those without a station too. Two queries and one for cities."""
    counts = dict(
        Station.objects.filter(division__prefix__startswith=prefix, status__in=PUBLIC, merged_into=None)
        .order_by().values_list("division_id").annotate(n=Count("pk"))
    )  # fmt: skip
    below = counties(prefix)
    cities = dict(Division.objects.filter(code__in={row.parent_id for row in below}).values_list("code", "name"))
    return [Ground(row.code, row.name, cities.get(row.parent_id or "", ""), counts.get(row.code, 0)) for row in below]


def facts(station: Station) -> list[StationFacility]:
    """Return what is known of the station's facilities, in their order."""
    return list(StationFacility.objects.filter(station=station).order_by("kind__order"))


def photos(station: Station) -> list[StationPhoto]:
    """Return the public photos, the door first."""
    return list(StationPhoto.objects.filter(station=station, public=True).select_related("file"))


def public_photo(code: str, pk: UUID) -> StationPhoto | None:
    """Return one public photo of a station by its file's id."""
    return StationPhoto.objects.filter(station__code=code, file_id=pk, public=True).select_related("file").first()


def week(station: Station, today: date, days: int = 7) -> list[WeekDay]:
    """Return the coming days from `today` on with hours, holidays and closures. One query."""
    hours, table = hours_of(station), day_table()
    closures = _closures(station, today, days)
    return [_day(today + timedelta(days=step), hours, table, closures) for step in range(days)]


def _closures(station: Station, today: date, days: int) -> list[Closure]:
    start = datetime.combine(today, datetime.min.time(), ZONE)
    alive = Q(ends_at=None) | Q(ends_at__gt=start)
    rows = Closure.objects.filter(
        alive, stations=station, withdrawn_at=None, starts_at__lt=start + timedelta(days=days)
    )
    return list(rows.order_by("starts_at"))


def _day(on: date, hours: Any, table: Any, closures: Sequence[Closure]) -> WeekDay:
    day = table.day(on)
    start = datetime.combine(on, datetime.min.time(), ZONE)
    ends = start + timedelta(days=1)
    hit = tuple(c for c in closures if c.starts_at < ends and (c.ends_at is None or c.ends_at > start))
    return WeekDay(on, hours.intervals_on(on) if hours else None, str(day.kind), day.name, hit)
