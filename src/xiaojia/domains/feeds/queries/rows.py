"""Which public stations are there, with all that feeds say of them? One query for any number of stations."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from xiaojia.domains.feeds.rules.days import Shut
from xiaojia.domains.stations.queries.board import PUBLIC

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Stop:
    """A place of a mobile station with its times: weekdays (0 = Monday) and minutes after midnight."""

    place: str
    weekdays: tuple[int, ...]
    start_min: int
    end_min: int
    lng: float
    lat: float


@dataclass(frozen=True, slots=True)
class Row:
    """One public station; `hours` is the schedule's JSON text, `city` and `province` are names."""

    id: UUID
    code: str
    name: str
    aliases: tuple[str, ...]
    address: str
    street: str
    lng: float | None
    lat: float | None
    have: tuple[str, ...]
    broken: tuple[str, ...]
    access: str
    access_note: str
    status: str
    host_type: str
    mobility: str
    attended: bool | None
    phone: str
    description: str
    services: tuple[str, ...]
    floor: str
    street_side: bool | None
    capacity: int | None
    verified_at: datetime | None
    changed_at: datetime
    version: int
    hours: str | None
    org_id: int
    division: str
    district: str
    city: str
    province: str
    shuts: tuple[Shut, ...]
    stops: tuple[Stop, ...]

    def shut_at(self, now: datetime) -> Shut | None:
        """Return the closure in force."""
        return next((s for s in self.shuts if s.starts_at <= now and (s.ends_at is None or s.ends_at > now)), None)


CHANGED = """greatest(s.updated_at, (SELECT max(greatest(k.created_at, k.withdrawn_at,
       CASE WHEN k.starts_at <= %(now)s THEN k.starts_at END, CASE WHEN k.ends_at <= %(now)s THEN k.ends_at END))
          FROM stations_closure k JOIN stations_closure_stations ks ON ks.closure_id = k.id WHERE ks.station_id = s.id))"""
"""When something that feeds say of a station last changed: a closure that begins or ends is a change too."""
SQL = """
SELECT s.id, s.code, s.name, s.aliases, s.address, s.street, s.lng, s.lat, s.have, s.broken, s.access, s.access_note,
       s.status, s.host_type, s.mobility, s.attended, s.public_phone, s.description, s.services, s.floor,
       s.street_side, s.capacity,
       s.verified_at, {changed}, s.version, s.hours::text, s.org_id, coalesce(s.division_id, ''),
       coalesce(d.name, s.district_named, ''),
       coalesce(CASE WHEN c.level = 'city' THEN c.name WHEN d.level = 'city' THEN d.name END, p.name, c.name, d.name, ''),
       coalesce(p.name, c.name, d.name, ''),
       (SELECT json_agg(json_build_array(extract(epoch FROM k.starts_at), extract(epoch FROM k.ends_at), k.reason)
               ORDER BY k.starts_at, k.id)
          FROM stations_closure k JOIN stations_closure_stations ks ON ks.closure_id = k.id
         WHERE ks.station_id = s.id AND k.withdrawn_at IS NULL AND (k.ends_at IS NULL OR k.ends_at > %(now)s)),
       (SELECT json_agg(json_build_array(t.place, t.weekdays, t.start_min, t.end_min, t.lng, t.lat)
               ORDER BY t.place, t.start_min, t.weekdays)
          FROM stations_timetablestop t WHERE t.station_id = s.id AND s.mobility = 'mobile')
  FROM stations_station s
  LEFT JOIN places_division d ON d.code = s.division_id
  LEFT JOIN places_division c ON c.code = d.parent_id
  LEFT JOIN places_division p ON p.code = c.parent_id
 WHERE s.status = ANY(%(public)s) AND s.merged_into_id IS NULL AND {where}
 ORDER BY s.id {limit}
"""


def rows_of(ids: Sequence[UUID], now: datetime) -> list[Row]:
    """Return the public stations among these, in the order given; closures that are over by `now` are left out."""
    found = {row.id: row for row in _read("s.id = ANY(%(ids)s)", {"ids": list(dict.fromkeys(ids))}, now)}
    return [found[pk] for pk in ids if pk in found]


def row_between(first: UUID, last: UUID, now: datetime) -> list[Row]:
    """Return the public stations whose id lies in a range: those that a derived id can belong to."""
    return _read("s.id BETWEEN %(first)s AND %(last)s", {"first": first, "last": last}, now)


def row_by_code(code: str, now: datetime) -> Row | None:
    """Return one public station by its code."""
    return next(iter(_read("s.code = %(code)s", {"code": code.replace("\x00", "")}, now)), None)


def walk(now: datetime, *, prefix: str = "", placed: bool = False) -> Iterator[list[Row]]:
    """Yield all public stations in chunks, in the order of their ids; each chunk is one query."""
    where, values, last = ["s.id > %(last)s"], {"prefix": prefix + "%"}, UUID(int=0)
    if prefix:
        where.append("s.division_id LIKE %(prefix)s")
    if placed:
        where.append("s.lng IS NOT NULL")
    while True:
        rows = _read(" AND ".join(where), {**values, "last": last}, now, limit=f"LIMIT {CHUNK}")
        if rows:
            yield rows
        if len(rows) < CHUNK:
            return
        last = rows[-1].id


def _read(where: str, values: dict[str, Any], now: datetime, limit: str = "") -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            SQL.format(changed=CHANGED, where=where, limit=limit), {**values, "public": list(PUBLIC), "now": now}
        )
        return [_row(found) for found in cursor.fetchall()]


def _row(found: tuple[Any, ...]) -> Row:
    values = list(found)
    for place in (3, 8, 9, 18):
        values[place] = tuple(found[place])
    values[-2] = tuple(Shut(_time(a), _time(b) if b else None, why) for a, b, why in found[-2] or ())
    values[-1] = tuple(Stop(place, tuple(days), *rest) for place, days, *rest in found[-1] or ())
    return Row(*values)


@lru_cache(maxsize=1024)
def _time(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def closure_writes(pk: UUID, now: datetime) -> int:
    """Return how often closures of a station were entered, began, ended or were taken back: a number that only grows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(1 + (k.withdrawn_at IS NOT NULL)::int + (k.starts_at <= %(now)s)::int"
            " + coalesce(k.ends_at <= %(now)s, false)::int), 0) FROM stations_closure k"
            " JOIN stations_closure_stations ks ON ks.closure_id = k.id WHERE ks.station_id = %(pk)s",
            {"pk": pk, "now": now},
        )
        return int(cursor.fetchone()[0])


def places_of(row: Row) -> tuple[str, ...]:
    """Return the places of a mobile station in their order; ("",) for one that stands still or has no timetable."""
    return tuple(dict.fromkeys(stop.place for stop in row.stops)) or ("",)


def in_chunks(ids: Sequence[UUID], now: datetime) -> Iterable[Row]:
    """Yield the stations of many ids, a chunk of them at a time."""
    for start in range(0, len(ids), CHUNK):
        yield from rows_of(ids[start : start + CHUNK], now)
