"""How are the stations of a sheet taken out again, or put back as they were? What somebody touched or uses since stays."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.writing import column, plain, stamp
from xiaojia.domains.stations.models import SourceKey, Station, StationFacility, StatusChange
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.domains.stations.rules.sheet_words import issue
from xiaojia.kernel.audit.actions import Deed, record, record_all
from xiaojia.kernel.imports.rules import Job, Taken

OWN_ROWS = frozenset({"facilities", "source_keys", "status_changes"})
USED_BY: list[Callable[[list[UUID]], Iterable[UUID]]] = []
"""Functions of rooms above that say which of some stations they hold records of; plugged in by config/wiring.py."""


@transaction.atomic
def take_back(job: Job, rows: Sequence[tuple[str, dict[str, Any] | None, int]]) -> list[Taken]:
    """Remove the stations that a batch created and put back those it changed, but for those touched or used since.

    Raises: StationError `not_found` where the actor may not write.
    """
    pks = [target for target, _before, _version in rows]
    held = {str(s.pk): s for s in Station.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
    if len(held) != access.writable(job.actor).filter(pk__in=held).count():
        raise StationError("not_found")
    used = _in_use([held[target].pk for target, before, _version in rows if target in held and before is None])
    removed: list[Station] = []
    taken: list[Taken] = []
    for target, before, version in rows:
        station = held.get(target)
        said = _outcome(station, target, before, version, used)
        if station and said.what == "restored" and before is not None:
            _restore(job, station, before)
        elif station and said.what == "removed":
            removed.append(station)
        taken.append(said)
    if removed:
        deeds = [Deed(s.pk, str(s), {"via": f"import:{job.batch_id}"}) for s in removed]
        record_all(job.actor, "stations.unregistered", "station", deeds)
        _delete([station.pk for station in removed])
    return taken


def _delete(pks: list[UUID]) -> None:
    """Delete stations of which nobody else holds a record, with their own rows; the database refuses it otherwise."""
    for rows in (StationFacility, SourceKey, StatusChange):
        rows.objects.filter(station__in=pks).order_by()._raw_delete("default")
    Station.objects.filter(pk__in=pks).order_by()._raw_delete("default")


def _outcome(
    station: Station | None, target: str, before: dict[str, Any] | None, version: int, used: set[UUID]
) -> Taken:
    if station is None:
        return Taken("removed", target, issue("gone"))
    if station.version != version:
        return Taken("kept", str(station), issue("touched", version=station.version))
    if before is not None:
        return Taken("restored", str(station))
    if station.pk in used:
        return Taken("kept", str(station), issue("in_use"))
    return Taken("removed", str(station))


def _in_use(pks: list[UUID]) -> set[UUID]:
    """Return those of the stations of which somebody holds a record: a photo, evidence, a visit. One query for each kind."""
    found: set[UUID] = set()
    for relation in Station._meta.related_objects:
        if relation.get_accessor_name() in OWN_ROWS or relation.related_model is None:
            continue
        name = relation.field.name
        rows = relation.related_model._base_manager.filter(**{f"{name}__in": pks})
        found |= {pk for (pk,) in rows.values_list(name)}
    for uses in USED_BY:
        found |= set(uses(pks))
    return found


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
        via=f"import:{job.batch_id}",
    )
