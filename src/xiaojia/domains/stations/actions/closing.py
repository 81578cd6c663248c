"""How are stations closed for a while, one or many at once, and opened again?"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.registry import label_of
from xiaojia.domains.stations.models import Closure, Station
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.lib.errors import gettext_noop


@transaction.atomic
def close_stations(
    *, actor: Doer | Who, station_ids: Sequence[UUID | str], reason: str, starts_at: datetime, ends_at: datetime | None
) -> Closure:
    """Close stations from `starts_at` to `ends_at` (None = until further notice) in one deed; return the closure.

    They open again by themselves. All or none: raises StationError `not_found` when one is out of reach,
    `no_reason`, `nothing_chosen`, `ends_before_start`, `already_over`.
    """
    reason = reason.strip()
    if not reason:
        raise StationError("no_reason", fields={"reason": gettext_noop("请写明原因。")})
    if ends_at and ends_at <= starts_at:
        raise StationError("ends_before_start", fields={"ends_at": gettext_noop("早于开始时间")})
    if ends_at and ends_at <= timezone.now():
        raise StationError("already_over", fields={"ends_at": gettext_noop("已经过去了")})
    wanted = {str(pk) for pk in station_ids}
    if not wanted:
        raise StationError("nothing_chosen")
    rows = access.writable(actor) if isinstance(actor, Actor) else Station.objects.all()
    found = list(rows.filter(pk__in=wanted, merged_into=None).values_list("pk", "org_id"))
    if len(found) != len(wanted):
        raise StationError("not_found")
    closure = Closure.objects.create(
        org=_shared_org([org for _pk, org in found], actor),
        reason=reason[:120],
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=label_of(actor),
        created_at=timezone.now(),
    )
    closure.stations.set(Station.objects.filter(pk__in=[pk for pk, _org in found]))
    record(
        actor,
        "stations.closed",
        kind="closure",
        id=closure.pk,
        label=reason,
        stations=len(found),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return closure


@transaction.atomic
def withdraw_closure(*, actor: Doer | Who, closure_id: UUID | str) -> Closure:
    """Take a closure back; the stations are as if it had not been. Doing it again changes nothing.

    Raises: StationError `not_found` unless the actor may change every station of it.
    """
    closure = Closure.objects.select_for_update().filter(pk=closure_id).first()
    if closure is None:
        raise StationError("not_found")
    if isinstance(actor, Actor):
        mine = access.writable(actor).filter(closures=closure).count()
        if mine == 0 or mine != closure.stations.count():
            raise StationError("not_found")
    if closure.withdrawn_at is None:
        closure.withdrawn_at, closure.withdrawn_by = timezone.now(), label_of(actor)
        closure.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record(actor, "stations.closure_withdrawn", kind="closure", id=closure.pk, label=closure.reason)
    return closure


def _shared_org(org_ids: Sequence[int], actor: Doer | Who) -> Organisation:
    """The lowest organisation above all the stations: the longest common prefix of their paths."""
    paths = list(Organisation.objects.filter(pk__in=set(org_ids)).values_list("path", flat=True))
    parts = [path.strip("/").split("/") for path in paths]
    common = []
    for step in zip(*parts, strict=False):
        if len(set(step)) > 1:
            break
        common.append(step[0])
    return Organisation.objects.get(pk=int(common[-1]) if common else org_ids[0])
