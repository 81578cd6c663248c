"""How does a check-in become one row? One statement; the table's own constraints end retries, double taps and races."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import OperationalError

from xiaojia.domains.stations.actions import EVIDENCE
from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits.actions.statement import row_of
from xiaojia.domains.visits.models import Occupation, Source
from xiaojia.domains.visits.queries.rules import current_rule
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.domains.visits.rules.hours import clock_hour, day_of, tapped_at
from xiaojia.lib.errors import gettext_noop
from xiaojia.lib.ids import uuid7
from xiaojia.web.requests import count

TAP = f"""
WITH station AS (
    SELECT s.id, o.path, coalesce(s.division_id, '') AS division
      FROM stations_station s JOIN orgs_organisation o ON o.id = s.org_id
     WHERE s.code = %(code)s AND s.status NOT IN ('planned', 'removed')
), visit AS (
    INSERT INTO visits_visit
           (id, hour, seen_at, station_id, org_path, division_code, source, device, people, occupation, near, key)
    SELECT %(id)s::uuid, %(hour)s::timestamptz, %(seen_at)s::timestamptz, id, path, division, %(source)s::text,
           %(device)s::bytea, %(people)s::smallint, %(work)s::text, %(near)s::boolean, %(key)s::uuid
      FROM station
     WHERE NOT EXISTS (SELECT FROM visits_visit v
                        WHERE v.key = %(key)s::uuid AND v.hour IN (%(before)s::timestamptz, %(after)s::timestamptz))
    ON CONFLICT DO NOTHING
    RETURNING station_id, seen_at, device
), evidence AS (
    {EVIDENCE} SELECT %(evidence_id)s::uuid, station_id, seen_at, %(kind)s::text, device, '' FROM visit WHERE %(kind)s::text <> ''
)
SELECT EXISTS (SELECT FROM visit) FROM station
"""  # noqa: S608 - put together from constants
FOUND = """
SELECT id, hour, people, key = %(key)s::uuid FROM visits_visit
 WHERE (key = %(key)s::uuid AND hour IN (%(before)s::timestamptz, %(hour)s::timestamptz, %(after)s::timestamptz))
    OR (station_id = (SELECT id FROM stations_station WHERE code = %(code)s) AND device = %(device)s::bytea
        AND hour = %(hour)s::timestamptz AND source = %(source)s::text)
 ORDER BY key = %(key)s::uuid DESC LIMIT 1
"""
TRADES = frozenset(Occupation.values)
EDGE_S = 60
"""So near to the end of a clock hour a retry may fall into the next one: there the taps of one key wait for each other."""
QUEUE = "SELECT pg_advisory_xact_lock(hashtextextended('visits.tap.' || %(key)s::text, 0))"


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


def check_in(
    *,
    station: Station,
    device: bytes | None,
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
    is open: near or coded it is proof, otherwise it counts among three. A program (source API) may know no device: then
    every `key` is a visit, and none is evidence. Raises: VisitError `too_old`, `group_cap`,
    `bad_number`, `removed`.
    """
    result = None
    if station.status != Station.Status.REMOVED:
        result = check_in_at(
            code=station.code, device=device, key=key, now=now, source=source, near=near, occupation=occupation,
            people=people, age_s=age_s,
        )  # fmt: skip
    if result is None:
        raise VisitError("removed", params={"name": station.name})
    return result


def check_in_at(
    *,
    code: str,
    device: bytes | None,
    key: UUID,
    now: datetime,
    source: str = Source.QR,
    near: bool | None = None,
    occupation: str = "",
    people: int = 1,
    age_s: float = 0.0,
) -> Result | None:
    """Check in at the station that has this very code, in one round trip; None if no station in use has it.

    As `check_in`, for a caller who has read nothing of the station.
    """
    at = tapped_at(now, age_s)
    if at is None:
        raise VisitError("too_old")
    source = Source(source)
    _check_people(source, people, at)
    values = _values(code, at, source=source, device=device, people=people, key=key, near=near)
    values["work"] = occupation if occupation in TRADES else ""
    values["kind"] = "" if source == Source.GROUP or device is None else _evidence_kind(source, near)
    return _tap(values, under=QUEUE if _edge_near(at) else "")


def insert_visit(station: Station, *, at: datetime, source: Source, people: int, key: UUID) -> Result:
    """Insert a row that no phone sent, which is no evidence; or find the row that stands for it. Raises: `removed`."""
    result = _tap(_values(station.code, at, source=source, device=None, people=people, key=key, near=None))
    if result is None:
        raise VisitError("removed", params={"name": station.name})
    return result


def _values(
    code: str, at: datetime, *, source: Source, device: bytes | None, people: int, key: UUID, near: bool | None
) -> dict[str, Any]:
    hour = clock_hour(at)
    return {
        "code": code, "id": uuid7(), "hour": hour, "before": hour - timedelta(hours=1), "after": hour + timedelta(hours=1),
        "seen_at": at, "source": str(source), "device": device, "people": people, "work": "", "near": near, "key": key,
        "evidence_id": uuid7(), "kind": "",
    }  # fmt: skip


def _tap(values: dict[str, Any], under: str = "") -> Result | None:
    """Write the row with the station's organisation and division of the day, and its evidence; or find what stands."""
    row = row_of(TAP, values, under=under)
    if row is None:
        return None
    if row[0]:
        count("checkin", Outcome.ACCEPTED)
        return Result(Outcome.ACCEPTED, values["id"], values["hour"], values["people"])
    found = row_of(FOUND, values)
    if found is None:
        raise OperationalError("the row that stands for this tap is not to be seen")
    outcome = Outcome.REPEATED if found[3] else Outcome.SAME_HOUR
    count("checkin", outcome)
    return Result(outcome, found[0], found[1], found[2])


def _edge_near(at: datetime) -> bool:
    into_s = at.minute * 60 + at.second
    return into_s < EDGE_S or into_s >= 3600 - EDGE_S


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
