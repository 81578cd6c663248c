"""How are the stations changed that rows of a sheet speak of? Only in what the row says anew, with what was there before."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.importing.links import Links
from xiaojia.domains.stations.actions.importing.parts import check_kinds, facilities_of, hours_of, place_of
from xiaojia.domains.stations.actions.importing.values import station_values
from xiaojia.domains.stations.actions.registry import label_of, refuse_merged
from xiaojia.domains.stations.actions.writing import clean, plain, stamp
from xiaojia.domains.stations.models import SourceKey, Station, StatusChange
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.kernel.audit.actions import Deed, record_all
from xiaojia.kernel.imports.rules import Job, Judged, Written

COLUMNS = (
    "name", "brand", "aliases", "host_id", "host_type", "build_kind", "mobility", "running_mode", "status", "address",
    "street", "district_named", "area_m2", "capacity", "floor", "street_side", "access", "access_note", "attended",
    "public_phone", "description", "services", "built_on", "accepted_on", "lng", "lat", "received_x", "received_y",
    "received_datum", "position_source", "position_flags", "hours", "hours_osm", "hours_text", "hours_note", "org_id",
    "division_id", "have", "broken",
)  # fmt: skip
"""What an undo puts back."""


def change(job: Job, rows: Sequence[Judged], links: Links, kinds: set[str]) -> list[Written]:
    """Write what rows state anew into their stations; return what that replaced."""
    held = _lock(job, rows)
    written: dict[int, Written] = {}
    deeds: list[Deed] = []
    for row in rows:
        station = held.get(row.target)
        if station is None:
            raise StationError("not_found")
        refuse_merged(station)
        before = snapshot(station)
        difference = _set(job, station, row, links, kinds)
        before["source_key"] = _add_key(job, station, row.values.get("source_key", ""))
        if difference:
            details = {"changes": difference, "version": station.version, "via": f"import:{job.batch_id}"}
            deeds.append(Deed(station.pk, str(station), details))
        written[row.number] = Written(str(station.pk), before, station.version)
    record_all(job.actor, "stations.changed", "station", deeds)
    return [written[row.number] for row in rows]


def _lock(job: Job, rows: Sequence[Judged]) -> dict[str, Station]:
    locked = access.writable(job.actor).select_for_update(of=("self",)).filter(pk__in=[row.target for row in rows])
    stations = list(locked.order_by("pk"))
    prefetch_related_objects(stations, "org", "division", "host", "facilities")
    return {str(station.pk): station for station in stations}


def _set(job: Job, station: Station, row: Judged, links: Links, kinds: set[str]) -> dict[str, list[Any]]:
    """Set the changed fields of a station and save it; return {field: [before, after]}."""
    changed = set(row.values.get("_changes", {}))
    fields = _fields(row.values, changed, links)
    before = {name: plain(getattr(station, name)) for name in fields}
    for name, value in fields.items():
        setattr(station, name, value)
    touched, difference = facilities_of(station, list(station.facilities.all()), row.values, changed)
    check_kinds(touched, kinds)
    after = {name: plain(getattr(station, name)) for name in fields}
    difference |= {name: [before[name], after[name]] for name in fields if before[name] != after[name]}
    if not difference:
        return {}
    for fact in touched:
        fact.save()
    stamp(station)
    station.save()
    if "status" in difference:
        today = timezone.localdate(job.now)
        StatusChange.objects.create(
            station=station, before=before["status"], after=station.status, on=today, reason="导入",
            by=label_of(job.actor), at=station.updated_at,
        )  # fmt: skip
    return difference


def _fields(values: Mapping[str, Any], changed: set[str], links: Links) -> dict[str, Any]:
    """Return the station's fields that a row changes."""
    wanted = {key: value for key, value in values.items() if key in changed}
    fields = clean(station_values(wanted) | links.of(wanted))
    if "_org" in changed:
        fields["org"] = links.org(dict(values))
    if "status" in changed:
        fields["status"] = values["status"]
    if "position" in changed:
        fields |= place_of(values)
        if values.get("_division"):
            fields["division"] = links.divisions[values["_division"]]
    if "hours" in changed:
        fields |= hours_of(values)
    return fields


def _add_key(job: Job, station: Station, key: str) -> str:
    """Add the list's own number to a station; return it if it is new."""
    if not key:
        return ""
    _row, made = SourceKey.objects.get_or_create(org=job.org, key=key, defaults={"station": station})
    return key if made else ""


def snapshot(station: Station) -> dict[str, Any]:
    """Return what an undo puts back."""
    names = ("kind_id", "presence", "working", "count", "note", "verified_by")
    facts = [{name: getattr(fact, name) for name in names} for fact in station.facilities.all()]
    return {"columns": {name: plain(getattr(station, name)) for name in COLUMNS}, "facilities": facts}
