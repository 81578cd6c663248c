"""How does a keeper add those who came without a phone? Capped per station and day, kept apart, with an audit line."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits.actions.checking import Outcome, Result, insert_visit
from xiaojia.domains.visits.models import Source
from xiaojia.domains.visits.queries.rules import current_rule
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.domains.visits.rules.hours import day_bounds, day_of
from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who
from xiaojia.lib.errors import gettext_noop

ADDED_TODAY = (
    "SELECT coalesce(sum(people), 0) FROM visits_visit"
    " WHERE station_id = %s AND source = 'keeper' AND hour >= %s AND hour < %s"
)


@transaction.atomic
def add_by_keeper(*, actor: Doer | Who, station: Station, people: int, key: UUID, now: datetime) -> Result:
    """Add people who came without a phone; whether the actor keeps this station is checked by the caller.

    All entries of a station and day together stay within the rule's cap, also when two arrive at once.
    Raises: VisitError `bad_number`, `keeper_cap`, `removed`.
    """
    if station.status == Station.Status.REMOVED:
        raise VisitError("removed", params={"name": station.name})
    cap = current_rule(day_of(now)).keeper_cap_day
    if not 1 <= people <= cap:
        raise VisitError("bad_number", params={"cap": cap}, fields={"people": gettext_noop("请核对人数")})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"visits.keeper.{station.pk}"])
    # The lock comes first: under it a repeated key is seen before the cap is asked.
    result = insert_visit(station, at=now, source=Source.KEEPER, people=people, key=key)
    if result.outcome is not Outcome.ACCEPTED:
        return result
    added = _added_today(station, now)
    if added > cap:
        raise VisitError("keeper_cap", params={"cap": cap, "left": max(0, cap - added + people)})
    record(
        actor,
        "visits.added_by_keeper",
        kind="station",
        id=station.pk,
        label=str(station),
        people=people,
        visit=result.visit_id,
    )
    return result


def _added_today(station: Station, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ADDED_TODAY, [station.pk, *day_bounds(day_of(now))])
        return int(cursor.fetchone()[0])
