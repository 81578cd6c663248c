"""How does a station read as HSDS 3.0? One service at one location; a mobile one at as many as its timetable names.

Source: openreferral/specification 3.0, schemas compiled/service.json and its lists.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from xiaojia.domains.feeds.queries.rows import Row, places_of
from xiaojia.domains.feeds.queries.terms import Term, all_terms, as_term
from xiaojia.domains.feeds.queries.unions import Union, unions
from xiaojia.domains.feeds.rules import ids
from xiaojia.domains.feeds.rules.days import SHANGHAI, Shut
from xiaojia.domains.feeds.rules.schedules import Rule, rules_of, window
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.rules.words import ACCESS_WORDS
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.lib.opening_hours import Interval, from_json, week_of
from xiaojia.lib.workdays import DayTable

ELIGIBLE = "快递员、外卖配送员、网约车司机、货车司机、环卫工人、交通警察、建筑工人等户外劳动者"
FREE = "免费"
Said = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """What all objects of one answer share: unions, terms, day table, the days looked at, the instant, the address."""

    unions: Mapping[int, Union]
    terms: Mapping[tuple[str, str], Term]
    table: DayTable
    days: tuple[date, date]
    now: datetime
    base: str


def scene(now: datetime, base: str, tag: str) -> Scene:
    """Return the shared part of an answer; `base` is the feed's own address without a slash at its end, `tag` its version."""
    terms = {(term.taxonomy, term.key): term for term in all_terms()}
    return Scene(unions(tag), terms, day_table(), window(now.astimezone(SHANGHAI).date()), now, base)


def service_line(row: Row, seen: Scene) -> Said:
    """Return the service as lists give it: its own fields, its organisation in short."""
    shut = row.shut_at(seen.now)
    union = seen.unions[row.org_id]
    said: Said = {
        "id": str(row.id), "organization_id": union.id, "name": row.name,
        "description": row.description or _description(row), "url": f"{seen.base}/s/{row.code}/",
        "status": _status(row, shut), "fees_description": FREE, "eligibility_description": ELIGIBLE,
        "last_modified": instant(row.changed_at),
    }  # fmt: skip
    said |= {key: text for key, text in (
        ("alternate_name", "、".join(row.aliases)), ("application_process", _way_in(row)), ("alert", _alert(row, shut)),
        ("assured_date", row.verified_at.astimezone(SHANGHAI).date().isoformat() if row.verified_at else ""),
    ) if text}  # fmt: skip
    return said | {"organization": organisation_line(union, seen)}


def service_minimal(row: tuple[Any, ...]) -> Said:
    """Return what `minimal` asks for: id and date; name and status stand there because the schema demands them."""
    pk, name, status, shut, changed_at = row
    when = instant(changed_at)
    held = "temporarily closed" if shut or status not in ("trial", "running") else "active"
    return {"id": str(pk), "name": name, "status": held, "last_modified": when, "modified_date": when}


def service(row: Row, seen: Scene) -> Said:
    """Return the service fully nested."""
    return _service_full(row, seen) | {
        "service_at_locations": [at_location(row, place, seen, nested=False) for place in places_of(row)]
    }


def _service_full(row: Row, seen: Scene) -> Said:
    said = service_line(row, seen)
    said["organization"] = organisation(seen.unions[row.org_id], seen)
    said["languages"] = [
        {"id": ids.derived(row.id, "language"), "service_id": str(row.id), "name": "中文", "code": "zho"}
    ]
    if row.phone:
        said["phones"] = [_phone(row, "phone", {"service_id": str(row.id)})]
    if row.district:
        words = "-".join(dict.fromkeys(part for part in (row.province, row.city, row.district) if part))
        area = {"id": ids.derived(row.id, "area"), "service_id": str(row.id), "name": words}
        said["service_areas"] = [area | {"extent": row.division, "extent_type": "GB/T 2260"} if row.division else area]
    said["attributes"] = _attributes(row, seen)
    return said


def at_location_line(row: Row, place: str, seen: Scene) -> Said:
    """Return the service at one location as lists give it."""
    return _link(row, place) | {"location": _location_line(row, place, seen), "service": service_line(row, seen)}


def at_location(row: Row, place: str, seen: Scene, *, nested: bool = True) -> Said:
    """Return the service at one location with its schedules; `nested` = with the service too, as it stands alone."""
    said = _link(row, place) | {"schedules": _schedules(row, place, seen), "location": _location(row, place, seen)}
    if row.phone:
        said["phones"] = [_phone(row, f"phone at:{place}", {"service_at_location_id": said["id"]})]
    return said | ({"service": _service_full(row, seen)} if nested else {})


def link_id(row: Row, place: str) -> str:
    """Return the id of a service at a location."""
    return ids.derived(row.id, f"service-at-location:{place}")


def location_id(row: Row, place: str) -> str:
    """Return the id of a location."""
    return ids.derived(row.id, f"location:{place}")


def _link(row: Row, place: str) -> Said:
    words = f"{row.name}（{place}）" if place else row.name
    return {"id": link_id(row, place), "service_id": str(row.id), "location_id": location_id(row, place),
            "description": words}  # fmt: skip


def _location_line(row: Row, place: str, seen: Scene) -> Said:
    union = seen.unions[row.org_id]
    stop = next((stop for stop in row.stops if stop.place == place), None)
    lng, lat = (stop.lng, stop.lat) if stop else (row.lng, row.lat)
    said: Said = {
        "id": location_id(row, place), "location_type": "physical", "url": f"{seen.base}/s/{row.code}/",
        "organization_id": union.id, "name": place or row.name,
    }  # fmt: skip
    host = seen.terms.get(("host", row.host_type))
    words = "，".join(part for part in (host.name if host else "", row.floor) if part)
    if words:
        said["description"] = words
    if lng is not None and lat is not None:
        said |= {"latitude": lat, "longitude": lng}
    return said | {"external_identifier": row.code, "external_identifier_type": "站点编号"}


def _location(row: Row, place: str, seen: Scene) -> Said:
    said = _location_line(row, place, seen)
    said["languages"] = [
        {"id": ids.derived(row.id, f"language at:{place}"), "location_id": said["id"], "name": "中文", "code": "zho"}
    ]
    said["addresses"] = [_address(row, place, said["id"])]
    reachable = _accessibility(row, place, said["id"])
    return said | ({"accessibility": [reachable]} if reachable else {})


def _address(row: Row, place: str, location: str) -> Said:
    """All that the standard demands; nobody keeps postal codes of stations, so that one is empty."""
    said = {
        "id": ids.derived(row.id, f"address:{place}"), "location_id": location,
        "address_1": place or row.address or row.street or row.name,
        "city": row.city, "region": row.district, "state_province": row.province,
        "postal_code": "", "country": "CN", "address_type": "physical",
    }  # fmt: skip
    return said | ({"address_2": row.street} if row.street and row.address and row.street not in row.address else {})


def _accessibility(row: Row, place: str, location: str) -> Said | None:
    parts = [words for words in (f"位于{row.floor}" if row.floor else "", "临街" if row.street_side else "") if words]
    if not parts:
        return None
    key = ids.derived(row.id, f"accessibility:{place}")
    return {"id": key, "location_id": location, "description": "，".join(parts)}


def _phone(row: Row, word: str, owner: Said) -> Said:
    key = ids.derived(row.id, word)
    spoken = {"id": ids.derived(row.id, f"{word} language"), "phone_id": key, "name": "中文", "code": "zho"}
    return {"id": key, "number": row.phone, "type": "voice", "languages": [spoken]} | owner


def _attributes(row: Row, seen: Scene) -> list[Said]:
    wanted = [("facility", key) for key in row.have] + [("access", row.access), ("host", row.host_type)]
    return [
        {
            "id": ids.derived(row.id, f"attribute:{taxonomy}:{key}"), "link_id": str(row.id),
            "taxonomy_term_id": seen.terms[taxonomy, key].id, "link_type": taxonomy, "link_entity": "service",
            "value": "available" if taxonomy == "facility" else key,
            "taxonomy_term": _term(seen.terms[taxonomy, key]),
        }
        for taxonomy, key in wanted if (taxonomy, key) in seen.terms
    ]  # fmt: skip


@lru_cache(maxsize=256)
def _term(term: Term) -> Said:
    return as_term(term)


def _schedules(row: Row, place: str, seen: Scene) -> list[Said]:
    if not row.hours:
        return []
    times = tuple((s.weekdays, s.start_min, s.end_min) for s in row.stops if s.place == place)
    shuts = row.shuts
    found = rules_for(row.hours, times, seen.table, seen.days, shuts)
    link = link_id(row, place)
    return [
        {"id": ids.derived(row.id, f"schedule:{place}:{rule.key}"), "service_at_location_id": link} | rule.body
        for rule in found
    ]


@lru_cache(maxsize=8192)
def rules_for(
    hours: str, times: Sequence[Any], table: DayTable, days: tuple[date, date], shuts: tuple[Shut, ...]
) -> tuple[Rule, ...]:
    """Return the rules of a schedule's JSON text; `times` narrows the week to one stop of a timetable. Kept."""
    schedule = from_json(json.loads(hours))
    if times:
        spans: dict[int, list[Interval]] = {}
        for weekdays, start_min, end_min in times:
            for weekday in weekdays:
                spans.setdefault(weekday, []).append(Interval(start_min, end_min))
        closed = tuple(exception for exception in schedule.exceptions if not exception.intervals)
        week = week_of(*(([day], sorted(set(held))) for day, held in spans.items()))
        schedule = replace(schedule, week=week, seasons=(), exceptions=closed)
    return tuple(rules_of(schedule, table, days[0], days[1], shuts))


def _status(row: Row, shut: Shut | None) -> str:
    return "temporarily closed" if shut or row.status not in ("trial", "running") else "active"


def _alert(row: Row, shut: Shut | None) -> str:
    parts = []
    if shut:
        until = f"，{shut.ends_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}恢复" if shut.ends_at else "，恢复时间待通知"
        parts.append(f"临时关闭：{shut.reason}{until}")
    elif row.status not in ("trial", "running"):
        parts.append("暂停服务")
    if row.broken:
        known = kinds()
        parts.append("暂时不能用：" + "、".join(known[key].name for key in row.broken if key in known))
    return "；".join(parts)


def _description(row: Row) -> str:
    return "户外劳动者服务站点：歇脚、饮水、热饭、充电。" + (
        f"还有：{'、'.join(row.services)}。" if row.services else ""
    )


def _way_in(row: Row) -> str:
    return "，".join(part for part in (ACCESS_WORDS[row.access] if row.access else "", row.access_note) if part)


def organisation_line(union: Union, seen: Scene) -> Said:
    """Return a union as lists give it."""
    words = (
        f"{union.name}，{union.ground}的户外劳动者服务站点由它建设管理"
        if union.ground
        else f"{union.name}，户外劳动者服务站点的建设管理单位"
    )
    said = {"id": union.id, "name": union.name, "description": words, "website": f"{seen.base}/"}
    if union.short_name and union.short_name != union.name:
        said["alternate_name"] = union.short_name
    return said | ({"parent_organization_id": union.parent} if union.parent else {})


def organisation(union: Union, seen: Scene) -> Said:
    """Return a union with what belongs to it; nothing personal does."""
    return organisation_line(union, seen) | {
        "organization_identifiers": [
            {
                "id": ids.of_organisation(union.id, "identifier"), "organization_id": union.id,
                "identifier_scheme": "xiaojia", "identifier_type": "工会组织编号", "identifier": str(union.pk),
            }
        ]
    }  # fmt: skip


def instant(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_short(rows: Iterable[tuple[Any, ...]]) -> list[Said]:
    """Return the services of a union in short: id, name, status."""
    return [{"id": str(pk), "name": name, "status": _held(status)} for pk, name, status in rows]


def _held(status: str) -> str:
    return "active" if status in ("trial", "running") else "temporarily closed"
