"""How do two records of one station become one? The dropped one's code leads to the kept one for good."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.registry import change_station, label_of, refuse_merged
from xiaojia.domains.stations.actions.writing import stamp
from xiaojia.domains.stations.models import OldCode, Station, StatusChange
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who


@transaction.atomic
def merge_stations(
    *, actor: Doer | Who, keep_id: UUID | str, drop_id: UUID | str, values: Mapping[str, Any] | None = None
) -> Station:
    """Merge a duplicate into the station that stays, with chosen `values`, and return it.

    The dropped station's code leads to the kept one for good; its evidence, photos, keepers and keys move over.
    """
    if str(keep_id) == str(drop_id):
        raise StationError("same_station")
    kept, dropped = access.get(actor, keep_id), access.get(actor, drop_id)
    for station in (kept, dropped):
        refuse_merged(station)
    if values:
        kept = change_station(actor=actor, station_id=kept.pk, version=kept.version, values=values)
    now = timezone.now()
    _move(kept, dropped)
    OldCode.objects.filter(station=dropped).update(station=kept)
    OldCode.objects.create(code=dropped.code, station=kept, since=now)
    before, dropped.status, dropped.merged_into = dropped.status, Station.Status.REMOVED, kept
    stamp(dropped, now)
    dropped.save()
    StatusChange.objects.create(
        station=dropped,
        before=before,
        after="removed",
        on=timezone.localdate(),
        reason=f"与 {kept.code} 合并",
        by=label_of(actor),
        at=now,
    )
    kept.aliases = [
        *kept.aliases,
        *(name for name in [dropped.name, *dropped.aliases] if name not in kept.aliases and name != kept.name),
    ]
    stamp(kept, now)
    kept.save()
    record(
        actor,
        "stations.merged",
        kind="station",
        id=kept.pk,
        label=str(kept),
        dropped=dropped.code,
        version=kept.version,
    )
    record(
        actor,
        "stations.merged_away",
        kind="station",
        id=dropped.pk,
        label=str(dropped),
        kept=kept.code,
        version=dropped.version,
    )
    return kept


def _move(kept: Station, dropped: Station) -> None:
    held = set(kept.facilities.values_list("kind_id", flat=True))
    dropped.facilities.exclude(kind_id__in=held).update(station=kept)
    shown = set(kept.photos.values_list("file_id", flat=True))
    dropped.photos.exclude(file_id__in=shown).update(station=kept)
    dropped.keepers.update(station=kept)
    dropped.source_keys.update(station=kept)
    dropped.device_links.update(station=kept)
    facts = kept.facilities.filter(presence="present")
    kept.have = sorted(facts.exclude(working="broken").values_list("kind_id", flat=True))
    kept.broken = sorted(facts.filter(working="broken").values_list("kind_id", flat=True))
