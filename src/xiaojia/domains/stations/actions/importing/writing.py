"""How is a row written into the registry, and taken out again? By the registry's own verbs."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.describing import set_facilities, set_hours
from xiaojia.domains.stations.actions.importing.values import PLACE, facts_of, station_values
from xiaojia.domains.stations.actions.registry import change_station, change_status, place_station, register_station
from xiaojia.domains.stations.actions.writing import column, plain, stamp
from xiaojia.domains.stations.models import SourceKey, Station, StationFacility
from xiaojia.domains.stations.rules.sheet import FACILITY
from xiaojia.domains.stations.rules.sheet_words import issue
from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.imports.rules import Job, Judged, Taken, Written
from xiaojia.kernel.orgs.actions import register_unit
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.places.models import Division
from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.opening_hours.parse_zh import parse

COLUMNS = (
    "name", "brand", "aliases", "host_id", "host_type", "build_kind", "mobility", "running_mode", "status", "address",
    "street", "district_named", "area_m2", "capacity", "floor", "street_side", "access", "access_note", "attended",
    "public_phone", "description", "services", "built_on", "accepted_on", "lng", "lat", "received_x", "received_y",
    "received_datum", "position_source", "position_flags", "hours", "hours_osm", "hours_text", "hours_note", "org_id",
    "division_id", "have", "broken",
)  # fmt: skip
"""What an undo puts back."""
OWN_ROWS = frozenset({"facilities", "source_keys", "status_changes"})
USED_BY: list[Callable[[list[UUID]], Iterable[UUID]]] = []
"""Functions of rooms above that say which of some stations they hold records of; plugged in by config/wiring.py."""


def create(job: Job, row: Judged) -> Written:
    """Register the row's station with its position, hours and facilities; return what was written."""
    values = row.values
    station = register_station(
        actor=job.actor,
        org=_org(job, values),
        values=station_values(values) | _links(job, values),
        status=values.get("status") or Station.Status.RUNNING,
        source_key=values.get("source_key", ""),
        source_org=job.org,
        reason="导入",
        via=_via(job),
    )
    station = _details(job, station, values, {"position", "hours", *(f"{FACILITY}{kind}" for kind in facts_of(values))})
    return Written(str(station.pk), None, station.version)


def change(job: Job, row: Judged) -> Written:
    """Write the fields that the row states anew; return what they replaced."""
    station = access.get(job.actor, row.target)
    before = _snapshot(station)
    changed = set(row.values.get("_changes", {}))
    wanted = {key: value for key, value in row.values.items() if key in changed}
    links = _links(job, {key: value for key, value in row.values.items() if key in changed})
    if "_org" in changed:
        links["org"] = _org(job, row.values)
    if wanted or links:
        station = change_station(
            actor=job.actor,
            station_id=station.pk,
            version=station.version,
            values=station_values(wanted) | links,
            via=_via(job),
        )
    if "status" in changed:
        station = change_status(
            actor=job.actor,
            station_id=station.pk,
            version=station.version,
            via=_via(job),
            status=row.values["status"],
            on=timezone.localdate(job.now),
            reason="导入",
        )
    station = _details(job, station, row.values, changed)
    before["source_key"] = _add_key(job, station, row.values.get("source_key", ""))
    return Written(str(station.pk), before, station.version)


def _details(job: Job, station: Station, values: dict[str, Any], changed: set[str]) -> Station:
    if "position" in changed and values.get("_point"):
        station = _place(job, station, values)
    if "hours" in changed and values.get("hours"):
        read = parse(values["hours"])
        station = set_hours(
            actor=job.actor,
            station_id=station.pk,
            version=station.version,
            schedule=read.schedule,
            text=values["hours"],
            note=_hours_note(read),
            via=_via(job),
        )
    facts = [{"kind": kind, **fact} for kind, fact in facts_of(values).items() if f"{FACILITY}{kind}" in changed]
    if facts:
        station = set_facilities(
            actor=job.actor, station_id=station.pk, version=station.version, facts=facts, via=_via(job)
        )
    return station


def _hours_note(read: Any) -> str:
    return "" if read.understood else "；".join(f"{code} {text}".strip() for code, text in read.notes)[:200]


def _place(job: Job, station: Station, values: dict[str, Any]) -> Station:
    x, y, datum = values["_received"]
    named = values.get("_division")
    station = place_station(
        actor=job.actor,
        station_id=station.pk,
        version=station.version,
        point=Wgs84(*values["_point"]),
        received=(x, y),
        datum=datum,
        source=values.get("position_source") or "import",
        keep_division=True,
        via=_via(job),
    )
    flags = values.get("_flags", [])
    if named and (station.division_id != named or sorted(station.position_flags) != sorted(flags)):
        division = Division.objects.get(code=named)
        station = change_station(
            actor=job.actor,
            station_id=station.pk,
            version=station.version,
            via=_via(job),
            values={"division": division, "position_flags": flags},
        )
    return station


def _links(job: Job, values: dict[str, Any]) -> dict[str, Any]:
    links: dict[str, Any] = {}
    if values.get("_division"):
        links["division"] = Division.objects.get(code=values["_division"])
    if values.get("host_name"):
        links["host"] = register_unit(actor=job.actor, name=values["host_name"], org=job.org, roles=["host"])
    return links


def _org(job: Job, values: dict[str, Any]) -> Organisation:
    org_id = values.get("_org")
    if not org_id and values.get("_zone"):
        org_id = job.meanings["district"][values["_zone"]].get("org_id")
    found = Organisation.objects.filter(pk=org_id).first() if org_id else None
    return found if found and found.path.startswith(job.org.path) else job.org


def _via(job: Job) -> str:
    return f"import:{job.batch_id}"


def _add_key(job: Job, station: Station, key: str) -> str:
    """Add the list's own number to a station; return it if it is new."""
    if not key:
        return ""
    _row, made = SourceKey.objects.get_or_create(org=job.org, key=key, defaults={"station": station})
    return key if made else ""


def _snapshot(station: Station) -> dict[str, Any]:
    facts = station.facilities.values("kind_id", "presence", "working", "count", "note", "verified_by")
    return {"columns": {name: plain(getattr(station, name)) for name in COLUMNS}, "facilities": list(facts)}


@transaction.atomic
def take_back(job: Job, target: str, before: dict[str, Any] | None, version: int) -> Taken:
    """Remove a station that the batch created, or put back what it changed; keep it when it was touched or used since."""
    station = Station.objects.select_for_update().filter(pk=target).first()
    if station is None:
        return Taken("removed", target, issue("gone"))
    access.get(job.actor, station.pk)
    label = str(station)
    if station.version != version:
        return Taken("kept", label, issue("touched", version=station.version))
    if before is not None:
        _restore(job, station, before)
        return Taken("restored", label)
    if _in_use(station):
        return Taken("kept", label, issue("in_use"))
    record(job.actor, "stations.unregistered", kind="station", id=station.pk, label=label, via=_via(job))
    station.delete()
    return Taken("removed", label)


def _in_use(station: Station) -> bool:
    for relation in Station._meta.related_objects:
        name = relation.get_accessor_name()
        if name in OWN_ROWS or relation.related_model is None:
            continue
        if relation.related_model._base_manager.filter(**{relation.field.name: station.pk}).exists():
            return True
    return any(list(uses([station.pk])) for uses in USED_BY)


def _restore(job: Job, station: Station, before: dict[str, Any]) -> None:
    now = {name: plain(getattr(station, name)) for name in before["columns"]}
    for name, value in before["columns"].items():
        setattr(station, name, column(name).to_python(value) if value is not None else None)
    station.facilities.all().delete()
    StationFacility.objects.bulk_create(StationFacility(station=station, **fact) for fact in before["facilities"])
    if before.get("source_key"):
        SourceKey.objects.filter(org=job.org, key=before["source_key"], station=station).delete()
    stamp(station)
    station.save()
    station.refresh_from_db()
    changes = {name: [now[name], old] for name, old in before["columns"].items() if now[name] != old}
    record(
        job.actor,
        "stations.import_undone",
        kind="station",
        id=station.pk,
        label=str(station),
        changes=changes,
        version=station.version,
        via=_via(job),
    )


__all__ = ["PLACE", "USED_BY", "change", "create", "take_back"]
