"""How does a station come to be, change, move, and become another's past?"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.writing import (
    check_version,
    clean,
    next_code,
    plain,
    snapshot,
    stamp,
)
from xiaojia.domains.stations.models import SourceKey, Station, StatusChange
from xiaojia.domains.stations.rules.districts import tolerance_m
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who, changes
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.kernel.places.queries import area_of
from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.errors import gettext_noop


def label_of(actor: Doer | Who) -> str:
    """Return the actor's name as history shows it."""
    return actor.label if isinstance(actor, Who) else actor.who.label


@transaction.atomic
def register_station(
    *,
    actor: Doer | Who,
    org: Organisation,
    values: Mapping[str, Any],
    on: date | None = None,
    status: str = Station.Status.RUNNING,
    code: str = "",
    source_key: str = "",
    source_org: Organisation | None = None,
    reason: str = "",
    via: str = "",
) -> Station:
    """Create a station of `org` with the next permanent code (or a given, unused one) and return it.

    Raises: StationError `not_found` when the actor may not write there, or the code of a bad field.
    """
    if isinstance(actor, Actor) and not actor.may(Cap.WRITE, org_path=org.path):
        raise StationError("not_found")
    now = timezone.now()
    if not values.get("name"):
        raise StationError("no_name", fields={"name": gettext_noop("请填写站点名称。")})
    station = Station(
        code=code or next_code(), status=status, created_at=now, version=0, **(clean(values) | {"org": org})
    )
    stamp(station, now)
    station.save(force_insert=True)
    StatusChange.objects.create(
        station=station, after=status, on=on or timezone.localdate(), reason=reason, by=label_of(actor), at=now
    )
    if source_key:
        SourceKey.objects.create(station=station, org=source_org or org, key=source_key)
    first = {field: [None, plain(value)] for field, value in values.items() if value not in (None, "", [])}
    record(
        actor,
        "stations.registered",
        kind="station",
        id=station.pk,
        label=str(station),
        changes=first,
        version=1,
        via=via,
    )
    return station


@transaction.atomic
def change_station(
    *, actor: Doer | Who, station_id: UUID | str, version: int, values: Mapping[str, Any], via: str = ""
) -> Station:
    """Change fields of a station and return it; unchanged values change nothing, not even the version.

    A stale `version` passes when nobody changed the same fields since; otherwise StationConflict.
    """
    station = access.get(actor, station_id)
    refuse_merged(station)
    cleaned = clean(values)
    check_version(station, version, cleaned)
    before = snapshot(station, cleaned)
    for field, value in cleaned.items():
        setattr(station, field, value)
    difference = changes(before, snapshot(station, cleaned))
    if difference:
        stamp(station)
        station.save()
        record(
            actor,
            "stations.changed",
            kind="station",
            id=station.pk,
            label=str(station),
            changes=difference,
            version=station.version,
            via=via,
        )
    return station


def refuse_merged(station: Station) -> None:
    if station.merged_into_id:
        raise StationError("removed", params={"name": station.name})


@transaction.atomic
def place_station(
    *,
    actor: Doer | Who,
    station_id: UUID | str,
    version: int,
    point: Wgs84,
    received: tuple[float, float],
    datum: str,
    source: str,
    keep_division: bool = False,
    via: str = "",
) -> Station:
    """Set where a station stands and return it. The county follows the point.

    With `keep_division` the named county stays when the point lies outside it by no more than the tolerance of its
    source (rules/districts); the station is then marked "border". `received` is the pair as it came, x before y, in `datum`.
    """
    station = access.get(actor, station_id)
    refuse_merged(station)
    code, flags = _county(station, point, tolerance_m(source) if keep_division else 0.0)
    after = {"lng": point.lng, "lat": point.lat, "received_x": received[0], "received_y": received[1],
             "received_datum": datum, "position_source": source, "position_flags": flags}  # fmt: skip
    check_version(station, version, after)
    before = snapshot(station, after) | {"division": station.division_id}
    for field, value in after.items():
        setattr(station, field, value)
    if code:
        station.division_id = code
    difference = changes(before, snapshot(station, after) | {"division": station.division_id})
    if difference:
        stamp(station)
        station.save()
        record(
            actor,
            "stations.placed",
            kind="station",
            id=station.pk,
            label=str(station),
            changes=difference,
            version=station.version,
            via=via,
        )
    return station


def _county(station: Station, point: Wgs84, within_m: float) -> tuple[str | None, list[str]]:
    area = area_of("")
    here = area.locate(point.lng, point.lat)
    named = station.division_id
    if within_m and named and here != named:
        away_m = area.distance_m(named, point.lng, point.lat)
        if away_m is not None and away_m <= within_m:
            return named, ["border"]
    return here, [] if here else ["nowhere"]


@transaction.atomic
def change_status(
    *, actor: Doer | Who, station_id: UUID | str, version: int, status: str, on: date, reason: str = "", via: str = ""
) -> Station:
    """Move a station to another status with its day and reason; the same status again changes nothing.

    Raises: StationError `no_reason` for leaving service without saying why.
    """
    station = access.get(actor, station_id)
    refuse_merged(station)
    if status not in Station.Status.values:
        raise StationError(
            "bad_choice", params={"value": status}, fields={"status": gettext_noop("请从可选的值里选一个")}
        )
    if status == station.status:
        return station
    if status in ("suspended", "rectifying", "removed") and not reason.strip():
        raise StationError("no_reason", fields={"reason": gettext_noop("请写明原因。")})
    check_version(station, version, {"status": status})
    before, station.status = station.status, status
    stamp(station)
    station.save()
    StatusChange.objects.create(
        station=station, before=before, after=status, on=on, reason=reason, by=label_of(actor), at=station.updated_at
    )
    record(
        actor,
        "stations.status_changed",
        kind="station",
        id=station.pk,
        label=str(station),
        reason=reason,
        on=on,
        changes={"status": [before, status]},
        version=station.version,
        via=via,
    )
    return station


@transaction.atomic
def verify_station(*, actor: Doer | Who, station_id: UUID | str) -> Station:
    """Note that somebody checked a station's record and found it right; it is news even when nothing changed."""
    station = access.get(actor, station_id)
    refuse_merged(station)
    station.verified_at, station.verified_by = timezone.now(), label_of(actor)
    stamp(station)
    station.save()
    record(actor, "stations.verified", kind="station", id=station.pk, label=str(station), version=station.version)
    return station
