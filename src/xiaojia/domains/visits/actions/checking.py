"""How does a check-in become one row? One INSERT; the table's own constraints end retries, double taps and races."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from xiaojia.domains.stations.actions import add_evidence
from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits.models import Occupation, Source
from xiaojia.domains.visits.queries.rules import current_rule
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.domains.visits.rules.hours import clock_hour, day_of, tapped_at
from xiaojia.lib.errors import gettext_noop
from xiaojia.lib.ids import uuid7

INSERT = """
INSERT INTO visits_visit (id, hour, seen_at, station_id, org_path, division_code, source, device, people, occupation, near, key)
SELECT %(id)s, %(hour)s, %(seen_at)s, %(station)s, %(path)s, %(division)s, %(source)s, %(device)s, %(people)s, %(work)s,
       %(near)s, %(key)s
 WHERE NOT EXISTS (SELECT 1 FROM visits_visit WHERE key = %(key)s AND hour IN (%(before)s, %(after)s))
ON CONFLICT DO NOTHING
RETURNING id
"""
FOUND = """
SELECT id, hour, people, key = %(key)s FROM visits_visit
 WHERE (key = %(key)s AND hour IN (%(before)s, %(hour)s, %(after)s))
    OR (station_id = %(station)s AND device = %(device)s AND hour = %(hour)s AND source = %(source)s)
 ORDER BY key = %(key)s DESC LIMIT 1
"""


class Outcome(StrEnum):
    """What became of a tap: a new row; the same tap again; another tap of this phone in the same clock hour."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    SAME_HOUR = "same_hour"


@dataclass(frozen=True)
class Result:
    """The row that stands for the tap, whether this call made it or an earlier one."""

    outcome: Outcome
    visit_id: UUID
    hour: datetime
    people: int


@transaction.atomic
def check_in(
    *,
    station: Station,
    device: bytes,
    key: UUID,
    now: datetime,
    source: str = Source.QR,
    near: bool | None = None,
    occupation: str = "",
    people: int = 1,
    age_s: float = 0.0,
) -> Result:
    """Count one phone, or with source GROUP its companions, once per device, station and clock hour.

    `key` names the tap: the same key gives the same row, however often it arrives, also across the hour's end.
    `age_s` are the seconds since the tap by the phone's elapsed clock. A phone's tap is also evidence that the station
    is open: near or coded it is proof, otherwise it counts among three. Raises: VisitError `too_old`, `group_cap`,
    `bad_number`, `removed`.
    """
    at = tapped_at(now, age_s)
    if at is None:
        raise VisitError("too_old")
    if station.status == Station.Status.REMOVED:
        raise VisitError("removed", params={"name": station.name})
    source = Source(source)
    _check_people(source, people, at)
    result = insert_visit(
        station, at=at, source=source, device=device, people=people, key=key, near=near,
        occupation=occupation if occupation in Occupation.values else "",
    )  # fmt: skip
    if result.outcome is Outcome.ACCEPTED and source != Source.GROUP:
        add_evidence(station_id=station.pk, kind=_evidence_kind(source, near), at=at, device=device)
    return result


def insert_visit(
    station: Station,
    *,
    at: datetime,
    source: str,
    device: bytes | None,
    people: int,
    key: UUID,
    near: bool | None = None,
    occupation: str = "",
) -> Result:
    """Insert one row with the station's organisation and division of the day, or find the row that stands for it."""
    hour = clock_hour(at)
    values: dict[str, Any] = {
        "id": uuid7(), "hour": hour, "before": hour - timedelta(hours=1), "after": hour + timedelta(hours=1),
        "seen_at": at, "station": station.pk, "path": station.org.path, "division": station.division.code if station.division else "",
        "source": str(source), "device": device, "people": people, "work": occupation, "near": near, "key": key,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        row = cursor.fetchone()
        if row:
            return Result(Outcome.ACCEPTED, row[0], hour, people)
        cursor.execute(FOUND, values)
        found = cursor.fetchone()
    outcome = Outcome.REPEATED if found[3] else Outcome.SAME_HOUR
    return Result(outcome, found[0], found[1], found[2])


def _check_people(source: str, people: int, at: datetime) -> None:
    if source != Source.GROUP:
        if people != 1:
            raise VisitError("bad_number", params={"cap": 1})
        return
    cap = current_rule(day_of(at)).group_cap
    if people < 1:
        raise VisitError("bad_number", params={"cap": cap})
    if people > cap:
        raise VisitError("group_cap", params={"cap": cap}, fields={"people": gettext_noop("请改小一点")})


def _evidence_kind(source: str, near: bool | None) -> str:
    if source == Source.CODE:
        return "checkin_code"
    return "checkin_near" if near else "checkin_far"
