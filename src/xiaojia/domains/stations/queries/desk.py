"""What does the desk show of many stations? Table rows, counts by state, and the choices of its filters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from xiaojia.domains.stations import access
from xiaojia.domains.stations.models import Closure, Standard, Station
from xiaojia.domains.stations.queries.board import Live, live
from xiaojia.domains.stations.queries.detail import Completeness, completeness
from xiaojia.domains.stations.queries.office import office_list
from xiaojia.domains.stations.rules.state import Reason, State
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.places.models import Division

ATTENTION = 12


@dataclass(frozen=True)
class Row:
    """One line of the table: the station, its verdict now, and how it stands against the standard."""

    station: Station
    live: Live | None
    stand: Completeness | None

    @property
    def state(self) -> str:
        return str(self.live.verdict.state) if self.live else "unknown"


def rows_of(stations: Sequence[Station], now: datetime, standard: Standard | None) -> list[Row]:
    """Return the table rows of a page of stations; three queries for any number."""
    found = {row.id: row for row in live(now, ids=[s.pk for s in stations], any_status=True)} if stations else {}
    stands = completeness(stations, standard)
    return [Row(station, found.get(station.pk), stands.get(station.pk)) for station in stations]


def choose(actor: Actor, filters: Any, now: datetime, standard: Standard | None) -> QuerySet[Station]:
    """Return the stations that pass all filters, the state of this moment included (`state`)."""
    rows = office_list(actor, filters, now, standard)
    if (filters.get("sort") or "") == "-verified":
        rows = rows.order_by(F("verified_at").desc(nulls_last=True), "code")
    state = filters.get("state") or ""
    if state in set(State) | {"out"}:
        rows = rows.filter(pk__in=_ids_in_state(rows, state, now))
    return rows


def _ids_in_state(rows: QuerySet[Station], state: str, now: datetime) -> list[UUID]:
    found = live(now, ids=list(rows.order_by().values_list("pk", flat=True)), any_status=True)
    return [row.id for row in found if _state_of(row) == state]


def _state_of(row: Live) -> str:
    return str(row.verdict.state) if row.status in ("trial", "running") else "out"


@dataclass(frozen=True)
class Counts:
    """How many stations are in which state at this moment; `out` are those not in service."""

    total: int
    states: dict[str, int]
    doubted: int
    unplaced: int
    without_hours: int
    first: tuple[UUID, ...]


def counts(actor: Actor, now: datetime) -> Counts:
    """Return the counts of the stations that the actor reads; two queries."""
    visible = list(access.visible(actor).filter(merged_into=None).exclude(status="removed").values_list("pk", "hours"))
    found = live(now, ids=[pk for pk, _hours in visible], any_status=True)
    states = Counter(_state_of(row) for row in found)
    return Counts(
        total=len(found),
        states={key: states.get(key, 0) for key in [*(str(s) for s in State), "out"]},
        doubted=sum(1 for row in found if row.verdict.doubts),
        unplaced=sum(1 for row in found if row.lng is None),
        without_hours=sum(1 for _pk, hours in visible if hours is None),
        first=tuple(row.id for row in sorted(found, key=_attention)[:ATTENTION] if _attention(row)[0] < 9),
    )


def _attention(row: Live) -> tuple[int, str]:
    """Order what somebody should look at first: reported closed, doubted, closed by hand, without hours or place."""
    verdict = row.verdict
    if row.status not in ("trial", "running"):
        return (9, row.code)
    place = {
        Reason.REPORTS: 0,
        Reason.ONE_REPORT: 1,
        Reason.KEEPER_CLOSED: 2,
        Reason.NO_HOURS: 3,
        Reason.DAY_UNKNOWN: 4,
    }
    return (place.get(verdict.reason, 5 if row.lng is None else 9), row.code)


def by_ids(actor: Actor, ids: Sequence[UUID]) -> list[Station]:
    """Return stations in the order of their ids."""
    found = {station.pk: station for station in access.visible(actor).filter(pk__in=list(ids))}
    return [found[pk] for pk in ids if pk in found]


def gap_count(actor: Actor, now: datetime, standard: Standard | None) -> int:
    """Return how many stations lack an item of the standard."""
    return office_list(actor, {"gap": "any"}, now, standard).exclude(status="removed").count() if standard else 0


def divisions_of(actor: Actor) -> QuerySet[Division]:
    """Return the divisions in which the actor reads stations."""
    held = access.visible(actor).filter(merged_into=None).order_by().values("division_id")
    return Division.objects.filter(code__in=held)


def closures_for(actor: Actor) -> QuerySet[Closure]:
    """Return the closures that touch a station the actor reads, the latest first."""
    touched = Closure.stations.through.objects.filter(station__in=access.visible(actor).values("pk"))
    return Closure.objects.filter(pk__in=touched.values("closure_id")).select_related("org").order_by("-created_at")


def found_by_codes(actor: Actor, codes: Sequence[str]) -> QuerySet[Station]:
    """Return the stations with these codes that the actor may change."""
    return access.writable(actor).filter(code__in=codes, merged_into=None)


def divisions_below(stations: QuerySet[Station]) -> QuerySet[Division]:
    """Return the divisions in which any of the stations stand."""
    return Division.objects.filter(code__in=stations.order_by().values("division_id"))


def withdrawable(actor: Actor, closure_ids: Sequence[UUID]) -> set[UUID]:
    """Return those closures all of whose stations the actor may change; one query."""
    links = Closure.stations.through.objects.filter(closure_id__in=list(closure_ids))
    mine = Q(station__in=access.writable(actor).values("pk"))
    rows = links.values("closure_id").annotate(n=Count("pk"), own=Count("pk", filter=mine))
    return {row["closure_id"] for row in rows if row["n"] and row["n"] == row["own"]}


def same_closure(actor: Actor, given: dict[str, Any], count: int) -> Closure | None:
    """Return the closure that the same form made a moment ago, so that a double submit makes no second one."""
    rows = Closure.objects.filter(
        created_by=actor.who.label,
        withdrawn_at=None,
        reason=given["reason"].strip()[:120],
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
    )
    return rows.annotate(n=Count("stations")).filter(n=count).order_by("-created_at").first()
