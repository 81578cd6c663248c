"""How do figures from before the system (系统启用前) come in? By hand, with their source; they never drill down."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from xiaojia.domains.visits.models import EarlierCount
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import gettext_noop


@transaction.atomic
def enter_earlier_count(
    *,
    actor: Actor,
    org: Organisation,
    first_day: date,
    last_day: date,
    visits: int,
    source: str,
    now: datetime,
    station_id: UUID | None = None,
) -> EarlierCount:
    """Enter a figure from before the system for an organisation or one of its stations.

    The same figure entered again is the one that stands already. Raises: VisitError `not_found`, `no_source`,
    `ends_before_start`, `negative`.
    """
    if not actor.may(Cap.WRITE, org_path=org.path):
        raise VisitError("not_found")
    if not source.strip():
        raise VisitError("no_source", fields={"source": gettext_noop("请写明来源")})
    if last_day < first_day:
        raise VisitError("ends_before_start", fields={"last_day": gettext_noop("早于开始日期")})
    if visits < 0:
        raise VisitError("negative", fields={"visits": gettext_noop("请核对")})
    held = EarlierCount.objects.filter(
        org=org,
        station_id=station_id,
        first_day=first_day,
        last_day=last_day,
        visits=visits,
        source=source.strip()[:200],
    ).first()
    if held:
        return held
    row = EarlierCount.objects.create(
        org=org, station_id=station_id, first_day=first_day, last_day=last_day, visits=visits,
        source=source.strip()[:200], entered_by=actor.label[:120], entered_at=now,
    )  # fmt: skip
    record(actor, "visits.earlier_entered", kind="organisation", id=org.pk, label=org.name, visits=visits,
           first_day=first_day, last_day=last_day, source=row.source)  # fmt: skip
    return row


@transaction.atomic
def remove_earlier_count(*, actor: Actor, pk: int) -> None:
    """Take a wrongly entered figure out; the log keeps what it was. Doing it again changes nothing.

    Raises: VisitError `not_found` for a figure of somebody else's organisation.
    """
    row = EarlierCount.objects.select_for_update(of=("self",)).select_related("org").filter(pk=pk).first()
    if row is None:
        return
    if not actor.may(Cap.WRITE, org_path=row.org.path):
        raise VisitError("not_found")
    was: dict[str, Any] = {
        "visits": row.visits,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "source": row.source,
    }
    row.delete()
    record(actor, "visits.earlier_removed", kind="organisation", id=row.org_id, label=row.org.name, **was)
