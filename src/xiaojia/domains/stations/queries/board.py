"""Which stations can a worker go to right now? One query, judged by the rules, nearest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection

from xiaojia.domains.stations.queries.hours import Clock, never_closes, opening_from
from xiaojia.domains.stations.rules.state import Posted, Reason, Shut, Sign, Verdict, Weights, judge
from xiaojia.lib.coordinates import distances_m
from xiaojia.lib.pinyin import query_terms

EVIDENCE_HOURS = 24
BOX_DEG = 0.35
PUBLIC = ("trial", "running", "suspended", "rectifying")
IN_SERVICE = frozenset({"trial", "running"})


@dataclass(frozen=True)
class Live:
    """One station of a worker's list, with its verdict; `opens_at` lies in its posted hours, past any closure."""

    id: UUID
    code: str
    name: str
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
    public_phone: str
    org_path: str
    division_code: str
    division_name: str
    area_m2: float | None
    floor: str
    version: int
    verified_at: datetime | None
    verdict: Verdict
    posted: Posted
    distance_m: float | None = None
    always_open: bool = False
    opens_at: datetime | None = None


SQL = """
SELECT s.id, s.code, s.name, s.address, s.street, s.lng, s.lat, s.have, s.broken, s.access, s.access_note, s.status,
       s.host_type, s.mobility, s.attended, s.public_phone, o.path, coalesce(s.division_id, ''), coalesce(d.name, ''),
       s.area_m2, s.floor, s.version, s.verified_at, s.hours::text,
       (SELECT json_agg(json_build_array(e.kind, extract(epoch FROM e.at), encode(e.device, 'hex'),
               extract(epoch FROM e.until)))
          FROM stations_evidence e WHERE e.station_id = s.id AND e.at > %(since)s AND e.at <= %(now)s),
       (SELECT json_build_array(c.reason, extract(epoch FROM c.starts_at), extract(epoch FROM c.ends_at))
          FROM stations_closure c JOIN stations_closure_stations cs ON cs.closure_id = c.id
         WHERE cs.station_id = s.id AND c.withdrawn_at IS NULL AND c.starts_at <= %(now)s
           AND (c.ends_at IS NULL OR c.ends_at > %(now)s)
         ORDER BY c.ends_at DESC NULLS FIRST, c.starts_at, c.id LIMIT 1),
       (SELECT row_to_json(r) FROM (SELECT proof_fresh_s, devices_for_proof, device_window_s, report_decay_s,
               reports_to_close FROM stations_truthrule WHERE effective_from <= %(now)s
               ORDER BY effective_from DESC LIMIT 1) r),
       (SELECT json_agg(json_build_array(t.place, t.weekdays, t.start_min, t.end_min, t.lng, t.lat) ORDER BY t.start_min)
          FROM stations_timetablestop t WHERE t.station_id = s.id AND s.mobility = 'mobile')
  FROM stations_station s
  JOIN orgs_organisation o ON o.id = s.org_id
  LEFT JOIN places_division d ON d.code = s.division_id
 WHERE s.merged_into_id IS NULL AND {where}
 ORDER BY s.code
"""


def live(
    now: datetime,
    *,
    prefix: str = "",
    box: tuple[float, float, float, float] | None = None,
    ids: Sequence[UUID] | None = None,
    codes: Sequence[str] | None = None,
    have: Sequence[str] = (),
    access: Sequence[str] = (),
    q: str = "",
    any_status: bool = False,
    at: datetime | None = None,
) -> list[Live]:
    """Return stations with their verdicts, in code order; one query.

    `box` is (west, south, east, north) in WGS-84; `at` judges posted hours and closures at another instant, without
    evidence; `any_status` also gives planned and removed ones (for the office).
    """
    where, values = _where(prefix, box, ids, codes, have, access, q, any_status)
    values |= {"now": at or now, "since": (at or now) - timedelta(hours=EVIDENCE_HOURS)}
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(where=where), values)
        rows = cursor.fetchall()
    clock = Clock(at or now)
    return [_live(row, clock, with_evidence=at is None) for row in rows]


def found_ids(q: str) -> list[UUID]:
    """Return the ids of public stations that a text finds; one query."""
    where, values = _where("", None, None, None, (), (), q, False)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT s.id FROM stations_station s WHERE s.merged_into_id IS NULL AND {where}", values)  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def _where(
    prefix: str,
    box: tuple[float, float, float, float] | None,
    ids: Sequence[UUID] | None,
    codes: Sequence[str] | None,
    have: Sequence[str],
    access: Sequence[str],
    q: str,
    any_status: bool,
) -> tuple[str, dict[str, Any]]:
    parts, values = ["TRUE"], {}  # type: list[str], dict[str, Any]
    if not any_status:
        parts.append("s.status = ANY(%(public)s)")
        values["public"] = list(PUBLIC)
    if prefix:
        parts.append("s.division_id LIKE %(prefix)s")
        values["prefix"] = prefix + "%"
    if box:
        parts.append("s.lng BETWEEN %(w)s AND %(e)s AND s.lat BETWEEN %(s)s AND %(n)s")
        values |= {"w": box[0], "s": box[1], "e": box[2], "n": box[3]}
    if ids is not None:
        parts.append("s.id = ANY(%(ids)s)")
        values["ids"] = list(ids)
    if codes is not None:
        parts.append("s.code = ANY(%(codes)s)")
        values["codes"] = list(codes)
    if have:
        parts.append("s.have @> %(have)s::varchar[]")
        values["have"] = list(have)
    if access:
        parts.append("s.access = ANY(%(access)s)")
        values["access"] = list(access)
    for place, term in enumerate(query_terms(q)):
        parts.append(f"(s.search_text LIKE %(q{place})s OR replace(lower(s.code), '-', '') LIKE %(q{place})s)")
        escaped = term.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        values[f"q{place}"] = f"%{escaped}%"
    return " AND ".join(parts), values


def _live(row: tuple[Any, ...], clock: Clock, *, with_evidence: bool) -> Live:
    signs = [_sign(item) for item in row[24] or ()] if with_evidence else []
    shut = Shut(row[25][0], _time(row[25][1]), _time(row[25][2]) if row[25][2] else None) if row[25] else None
    stops, text = row[27], row[23]
    posted = clock.posted(text)
    place = stop_now(stops, clock.now) if stops else None
    verdict = judge(clock.now, posted, signs, shut, Weights(**(row[26] or {})), in_service=row[11] in IN_SERVICE)
    return Live(
        *row[:4],
        street=place[0] if place else row[4],
        lng=place[4] if place else row[5],
        lat=place[5] if place else row[6],
        have=tuple(row[7]),
        broken=tuple(row[8]),
        access=row[9], access_note=row[10], status=row[11], host_type=row[12], mobility=row[13], attended=row[14],
        public_phone=row[15], org_path=row[16], division_code=row[17], division_name=row[18],
        area_m2=float(row[19]) if row[19] is not None else None,
        floor=row[20], version=row[21], verified_at=row[22],
        verdict=verdict,
        posted=posted,
        always_open=never_closes(text, clock.now.date()),
        opens_at=opens_at(verdict, text, clock),
    )  # fmt: skip


def opens_at(verdict: Verdict, text: str | None, clock: Clock) -> datetime | None:
    """Return when the door opens by the posted hours, past any closure; None where nothing says so."""
    if verdict.becomes != "open" or verdict.next_at is None:
        return None
    if verdict.reason in (Reason.CLOSURE, Reason.KEEPER_CLOSED):
        return opening_from(text, clock.table, verdict.next_at)
    return verdict.next_at


def _sign(item: list[Any]) -> Sign:
    kind, at, device, until = item
    return Sign(kind, _time(at), bytes.fromhex(device or ""), _time(until) if until else None)


def _time(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def stop_now(stops: list[list[Any]], now: datetime) -> list[Any]:
    """Return the stop where a mobile station stands at `now`, else the next one in the week."""
    local = now.astimezone(ZoneInfo("Asia/Shanghai"))
    minute = local.weekday() * 1440 + local.hour * 60 + local.minute
    week = 7 * 1440

    def wait(stop: list[Any]) -> int:
        waits = []
        for weekday in stop[1]:
            start, end = weekday * 1440 + stop[2], weekday * 1440 + stop[3]
            waits.append(0 if start <= minute < end else (start - minute) % week)
        return min(waits, default=week)

    return min(stops, key=wait)


def nearest(
    now: datetime,
    *,
    lng: float | None = None,
    lat: float | None = None,
    prefix: str = "",
    open_now: bool = False,
    have: Sequence[str] = (),
    access: Sequence[str] = (),
    q: str = "",
    at: datetime | None = None,
    limit: int = 50,
) -> list[Live]:
    """Return stations for a worker: those that pass "open now" first, then by distance (WGS-84), then by code.

    Without a position: by state, then code. One query; a second, wider one only where fewer than `limit` lie in the box
    around the position and the search is not bound to a division.
    """
    box = None if lng is None or lat is None or prefix else (lng - BOX_DEG, lat - BOX_DEG, lng + BOX_DEG, lat + BOX_DEG)
    found = live(now, prefix=prefix, box=box, have=have, access=access, q=q, at=at)
    if box and not found:
        found = live(now, have=have, access=access, q=q, at=at)
    if lng is not None and lat is not None:
        found = with_distances(found, lng, lat)
    if open_now:
        found = [station for station in found if station.verdict.passes]
    found.sort(key=_order)
    return found[:limit]


def _order(station: Live) -> tuple[Any, ...]:
    if station.distance_m is None:
        return (0 if station.lng is not None else 1, station.verdict.rank, station.code)
    return (0 if station.verdict.passes else 1, station.distance_m, station.code)


def with_distances(found: list[Live], lng: float, lat: float) -> list[Live]:
    """Return stations with their distances from a point, those without a place last and as they are."""
    placed = [station for station in found if station.lng is not None and station.lat is not None]
    if not placed:
        return found
    metres = distances_m(lng, lat, np.array([s.lng for s in placed]), np.array([s.lat for s in placed]))
    near = [replace(station, distance_m=float(m)) for station, m in zip(placed, metres, strict=True)]
    return near + [station for station in found if station.lng is None]
