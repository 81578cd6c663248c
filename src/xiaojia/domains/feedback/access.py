"""Which reports may somebody read or answer? Those of the stations within reach; absent and forbidden look alike."""

from uuid import UUID

from django.db.models import QuerySet

from xiaojia.domains.feedback.models import Report
from xiaojia.domains.feedback.rules import FeedbackError
from xiaojia.kernel.orgs import access
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.rules import Cap


def visible(actor: Actor) -> QuerySet[Report]:
    """Return the reports that the actor may read: by organisation path or by division."""
    return access.visible(Report.objects.select_related("station", "division", "photo"), actor, Cap.READ)


def get(actor: Actor, pk: UUID) -> Report:
    """Return one report for a change, locked; by organisation path alone. Raises: FeedbackError `not_found`."""
    rows = access.visible(Report.objects.select_for_update(of=("self",)), actor, Cap.WRITE)
    report = rows.filter(pk=pk).first()
    if report is None:
        raise FeedbackError("not_found")
    return report


def sent_with(key_id: UUID, pk: UUID) -> Report | None:
    """Return a report that was sent with this partner's key, or None."""
    return Report.objects.select_related("station").filter(pk=pk, partner_id=key_id).first()


def readable(actor: Actor, pk: UUID) -> Report | None:
    """Return one report that the actor may read, or None."""
    return visible(actor).filter(pk=pk).first()
