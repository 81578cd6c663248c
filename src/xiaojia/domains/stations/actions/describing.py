"""How are a station's hours, facilities, photos, keepers and stops written?"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.registry import label_of
from xiaojia.domains.stations.actions.writing import check_version, stamp
from xiaojia.domains.stations.models import (
    FacilityKind,
    Keeper,
    Station,
    StationFacility,
    StationPhoto,
)
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who, changes
from xiaojia.kernel.files.models import File
from xiaojia.kernel.people.models import Person
from xiaojia.lib.opening_hours import Schedule, as_json, to_osm


@transaction.atomic
def set_hours(
    *,
    actor: Doer | Who,
    station_id: UUID | str,
    version: int,
    schedule: Schedule | None,
    text: str = "",
    note: str = "",
    via: str = "",
) -> Station:
    """Set or clear the posted hours; `text` keeps the words as received, `note` why they were not understood."""
    station = access.get(actor, station_id)
    after: dict[str, Any] = {
        "hours": as_json(schedule) if schedule else None,
        "hours_osm": to_osm(schedule) if schedule else "",
        "hours_text": text[:300],
        "hours_note": note[:200],
    }
    check_version(station, version, after)
    before = {field: getattr(station, field) for field in after}
    difference = changes(before, after)
    if not difference:
        return station
    for field, value in after.items():
        setattr(station, field, value)
    stamp(station)
    station.save()
    record(
        actor,
        "stations.hours_set",
        kind="station",
        id=station.pk,
        label=str(station),
        changes=difference,
        version=station.version,
        via=via,
    )
    return station


@transaction.atomic
def set_facilities(
    *,
    actor: Doer | Who,
    station_id: UUID | str,
    version: int,
    facts: Sequence[dict[str, Any]],
    verified: bool = False,
    via: str = "",
) -> Station:
    """Write what is known of facilities: dicts with `kind`, `presence`, `working`, `count`, `note` (those left out stay).

    With `verified` every given fact carries now and the actor's name as its proof. Raises: StationError `unknown_kind`.
    """
    station = access.get(actor, station_id)
    known = {kind.pk for kind in FacilityKind.objects.all()}
    held = {fact.kind_id: fact for fact in station.facilities.all()}
    wrong = [fact["kind"] for fact in facts if fact["kind"] not in known]
    if wrong:
        raise StationError("unknown_kind", params={"kind": wrong[0]})
    wanted = {f"facility:{fact['kind']}": _as_text(fact) for fact in facts}
    present = {f"facility:{key}": _held_text(fact) for key, fact in held.items()}
    difference = changes({key: present.get(key) for key in wanted}, wanted)
    if not difference and not verified:
        return station
    now = timezone.now()
    for fact in facts:
        row = held.get(fact["kind"]) or StationFacility(station=station, kind_id=fact["kind"])
        for field in ("presence", "working", "count", "note"):
            if field in fact:
                setattr(row, field, fact[field])
        if verified:
            row.verified_at, row.verified_by = now, label_of(actor)
        row.save()
        held[fact["kind"]] = row
    here = [row for row in held.values() if row.presence == "present"]
    station.have = sorted(row.kind_id for row in here if row.working != "broken")
    station.broken = sorted(row.kind_id for row in here if row.working == "broken")
    stamp(station, now)
    station.save()
    record(
        actor,
        "stations.facilities_set",
        kind="station",
        id=station.pk,
        label=str(station),
        changes=difference,
        verified=verified,
        version=station.version,
        via=via,
    )
    return station


def _as_text(fact: dict[str, Any]) -> list[Any]:
    return [fact.get("presence", "unknown"), fact.get("working", "unknown"), fact.get("count"), fact.get("note", "")]


def _held_text(fact: StationFacility) -> list[Any]:
    return [fact.presence, fact.working, fact.count, fact.note]


@transaction.atomic
def add_photo(
    *, actor: Doer | Who, station_id: UUID | str, file: File, kind: str, caption: str = "", public: bool = True
) -> StationPhoto:
    """Add a cleaned photo to a station; the same photo again changes nothing."""
    station = access.get(actor, station_id)
    photo, made = StationPhoto.objects.get_or_create(
        station=station,
        file=file,
        defaults={
            "kind": kind,
            "caption": caption,
            "public": public,
            "added_at": timezone.now(),
            "added_by": label_of(actor),
        },
    )
    if made:
        stamp(station)
        station.save()
        record(
            actor,
            "stations.photo_added",
            kind="station",
            id=station.pk,
            label=str(station),
            photo=kind,
            version=station.version,
        )
    return photo


@transaction.atomic
def remove_photo(*, actor: Doer | Who, station_id: UUID | str, photo_id: int) -> None:
    """Take a photo off a station; doing it again changes nothing."""
    station = access.get(actor, station_id)
    photo = station.photos.filter(pk=photo_id).first()
    if photo is None:
        return
    kind = photo.kind
    photo.delete()
    stamp(station)
    station.save()
    record(
        actor,
        "stations.photo_removed",
        kind="station",
        id=station.pk,
        label=str(station),
        photo=kind,
        version=station.version,
    )


@transaction.atomic
def appoint_keeper(*, actor: Doer | Who, station_id: UUID | str, person: Person, role: str, since: date) -> Keeper:
    """Make a person keeper or back-up keeper of a station; one who already is stays so."""
    station = access.get(actor, station_id)
    held = station.keepers.filter(person=person, until=None).first()
    if held and held.role == role:
        return held
    if held:
        held.until = since
        held.save(update_fields=["until"])
    keeper = Keeper.objects.create(station=station, person=person, role=role, since=since)
    record(actor, "stations.keeper_appointed", kind="station", id=station.pk, label=str(station), role=role)
    return keeper


@transaction.atomic
def dismiss_keeper(*, actor: Doer | Who, station_id: UUID | str, keeper_id: int, on: date) -> None:
    """End a keeper's duty on a day; ending it again changes nothing."""
    station = access.get(actor, station_id)
    if station.keepers.filter(pk=keeper_id, until=None).update(until=on):
        record(actor, "stations.keeper_dismissed", kind="station", id=station.pk, label=str(station), on=on)
