"""How are many stations changed in one deed? All or none, a line in each history, one line that names them all, and the way back."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.registry import change_station, change_status, verify_station
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.ids import uuid7


@transaction.atomic
def change_many(
    *,
    actor: Actor,
    station_ids: Sequence[UUID | str],
    verb: str,
    status: str = "",
    on: date | None = None,
    reason: str = "",
    org: Organisation | None = None,
) -> str:
    """Do "status", "org" or "verify" for many stations; return the id by which it can be undone.

    Raises: StationError `not_found` when one is out of reach, `nothing_chosen`, and what the single verbs raise.
    """
    stations = _all(actor, station_ids)
    deed = str(uuid7())
    before: dict[str, str | int] = {}
    for station in stations:
        if verb == "status":
            before[str(station.pk)] = station.status
            change_status(
                actor=actor, station_id=station.pk, version=station.version, status=status, on=on or timezone.localdate(),
                reason=reason, via=f"bulk:{deed}",
            )  # fmt: skip
        elif verb == "org" and org is not None:
            if not actor.may(Cap.WRITE, org_path=org.path):
                raise StationError("not_found")
            before[str(station.pk)] = station.org_id
            change_station(
                actor=actor, station_id=station.pk, version=station.version, values={"org": org}, via=f"bulk:{deed}"
            )
        elif verb == "verify":
            verify_station(actor=actor, station_id=station.pk)
        else:
            raise StationError("unknown_field", params={"field": verb})
    target: Any = status or (org.name if org else "")
    record(
        actor, "stations.bulk_changed", kind="bulk", id=deed, label=verb, stations=len(stations), target=target,
        reason=reason, before=before, after=status or (org.pk if org else None),
    )  # fmt: skip
    return deed


@transaction.atomic
def undo_many(*, actor: Actor, deed: str) -> int:
    """Give stations back what a bulk change of status or organisation took, where nobody has changed it since.

    Return how many. Raises: StationError `not_found` for another's deed or one that has no way back.
    """
    line = Entry.objects.filter(subject_kind="bulk", subject_id=deed, verb="stations.bulk_changed").first()
    if line is None or line.actor_id != actor.who.id or line.subject_label not in ("status", "org"):
        raise StationError("not_found")
    count = 0
    for pk, was in line.details["before"].items():
        station = access.writable(actor).filter(pk=pk, merged_into=None).first()
        if station is not None:
            count += _give_back(actor, station, line, was)
    return count


def _give_back(actor: Actor, station: Station, line: Entry, was: Any) -> int:
    after = line.details["after"]
    if line.subject_label == "status":
        if station.status != after or was == after:
            return 0
        change_status(
            actor=actor, station_id=station.pk, version=station.version, status=was, on=timezone.localdate(),
            reason="撤销批量变更", via=f"undo:{line.subject_id}",
        )  # fmt: skip
        return 1
    org = Organisation.objects.filter(pk=was).first()
    if station.org_id != after or org is None or was == after:
        return 0
    change_station(
        actor=actor, station_id=station.pk, version=station.version, values={"org": org}, via=f"undo:{line.subject_id}"
    )
    return 1


def _all(actor: Actor, station_ids: Sequence[UUID | str]) -> list[Station]:
    wanted = {str(pk) for pk in station_ids}
    if not wanted:
        raise StationError("nothing_chosen")
    found = list(access.writable(actor).filter(pk__in=wanted, merged_into=None).order_by("code"))
    if len(found) != len(wanted):
        raise StationError("not_found")
    return found
