"""What do the endpoints of HSDS answer? Lists by page or as a stream, and single objects, in bulk queries."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from xiaojia.domains.feeds.queries import hsds, rows
from xiaojia.domains.feeds.queries.paging import Entry
from xiaojia.domains.feeds.queries.terms import TAXONOMIES, Term, as_taxonomy, as_term
from xiaojia.domains.feeds.queries.unions import Union
from xiaojia.domains.feeds.rules import ids
from xiaojia.domains.stations.queries.board import PUBLIC

Said = dict[str, Any]
MINIMAL = f"""
SELECT s.id, s.name, s.status, EXISTS (
         SELECT FROM stations_closure k JOIN stations_closure_stations ks ON ks.closure_id = k.id
          WHERE ks.station_id = s.id AND k.withdrawn_at IS NULL AND k.starts_at <= %(now)s
            AND (k.ends_at IS NULL OR k.ends_at > %(now)s)), {rows.CHANGED}
  FROM stations_station s WHERE s.id = ANY(%(ids)s) AND s.status = ANY(%(public)s) ORDER BY s.id
"""  # noqa: S608


def services(entries: Sequence[Entry], seen: hsds.Scene, *, full: bool) -> list[Said]:
    """Return the services of some entries. One query."""
    make: Callable[[rows.Row, hsds.Scene], Said] = hsds.service if full else hsds.service_line
    return [make(row, seen) for row in rows.rows_of([entry.station for entry in entries], seen.now)]


def minimal(entries: Sequence[Entry], now: datetime) -> list[Said]:
    """Return id and date of the services of some entries. One query."""
    with connection.cursor() as cursor:
        cursor.execute(MINIMAL, {"ids": [entry.station for entry in entries], "public": list(PUBLIC), "now": now})
        return [hsds.service_minimal(row) for row in cursor.fetchall()]


def at_locations(entries: Sequence[Entry], seen: hsds.Scene, *, full: bool) -> list[Said]:
    """Return the services at locations of some entries. One query."""
    make = hsds.at_location if full else hsds.at_location_line
    found = {row.id: row for row in rows.rows_of([entry.station for entry in entries], seen.now)}
    said = []
    for entry in entries:
        row = found.get(entry.station)
        places = rows.places_of(row) if row else ()
        if row and entry.place < len(places):
            said.append(make(row, places[entry.place], seen))
    return said


def one_service(pk: UUID, seen: hsds.Scene) -> Said | None:
    """Return one service fully nested."""
    found = rows.rows_of([pk], seen.now)
    return hsds.service(found[0], seen) if found else None


def one_at_location(pk: UUID, seen: hsds.Scene) -> Said | None:
    """Return one service at a location: the station is found by the range of its id."""
    between = ids.station_range(pk)
    for row in rows.row_between(*between, seen.now) if between else ():
        for place in rows.places_of(row):
            if hsds.link_id(row, place) == str(pk):
                return hsds.at_location(row, place, seen)
    return None


def services_of(union: Union, seen: hsds.Scene, *, full: bool) -> Iterator[Said]:
    """Yield the services of a union: id, name and status, or each fully nested. One query a thousand."""
    last = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, name, status FROM stations_station WHERE org_id = %s AND status = ANY(%s)"
                " AND merged_into_id IS NULL AND id > %s ORDER BY id LIMIT 1000",
                [union.pk, list(PUBLIC), last],
            )
            found = cursor.fetchall()
        if full:
            yield from (hsds.service(row, seen) for row in rows.rows_of([row[0] for row in found], seen.now))
        else:
            yield from hsds.in_short(found)
        if len(found) < 1000:
            return
        last = found[-1][0]


def organisations(seen: hsds.Scene, search: str) -> list[Union]:
    """Return the unions whose names hold the words, in the order of their paths."""
    words = search.lower().split()
    return [u for u in seen.unions.values() if all(word in f"{u.name} {u.short_name}".lower() for word in words)]


def taxonomies(search: str) -> list[Said]:
    """Return the taxonomies that hold the words."""
    found = [as_taxonomy(key) for key in TAXONOMIES]
    words = search.lower().split()
    return [one for one in found if all(word in f"{one['name']} {one['description']}".lower() for word in words)]


def terms(
    seen: hsds.Scene, *, search: str = "", taxonomy: str = "", parent: str = "", top_only: bool = False
) -> list[Term]:
    """Return the terms of a taxonomy, below a term, at the top, that hold the words."""
    words = search.lower().split()
    return [
        term for term in seen.terms.values()
        if (not taxonomy or ids.taxonomy(term.taxonomy) == taxonomy.lower())
        and (not parent or (term.parent and ids.term(term.taxonomy, term.parent) == parent.lower()))
        and not (top_only and term.parent)
        and all(word in term.search for word in words)
    ]  # fmt: skip


def one_term(pk: str, seen: hsds.Scene) -> Said | None:
    """Return one term by its id."""
    return next((as_term(term) for term in seen.terms.values() if term.id == pk), None)


def one_taxonomy(pk: str) -> Said | None:
    """Return one taxonomy by its id."""
    return next((as_taxonomy(key) for key in TAXONOMIES if ids.taxonomy(key) == pk), None)
