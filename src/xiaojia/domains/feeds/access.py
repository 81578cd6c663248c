"""Who may record or take back a release approval? Administrators of the instance's own union; others see nothing."""

from uuid import UUID

from django.db.models import QuerySet

from xiaojia.domains.feeds.models import Approval
from xiaojia.domains.feeds.rules.errors import FeedError
from xiaojia.kernel.audit.actions import Doer
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Instance, Organisation
from xiaojia.kernel.orgs.rules import Cap


def root_for(actor: Doer | Who) -> Organisation:
    """Return the instance's union if the actor administers it. Raises FeedError `not_found`."""
    instance = Instance.objects.select_related("root").first()
    if instance is None or (isinstance(actor, Actor) and not actor.may(Cap.ADMIN, org_path=instance.root.path)):
        raise FeedError("not_found")
    return instance.root


def visible(actor: Actor) -> QuerySet[Approval]:
    """Return the approvals that the actor may read: all of them for an administrator of the instance's union."""
    rows = Approval.objects.select_related("withdrawal")
    try:
        root_for(actor)
    except FeedError:
        return rows.none()
    return rows


def get(actor: Doer | Who, pk: UUID | str) -> Approval:
    """Return one approval for a change. Raises FeedError `not_found`."""
    root_for(actor)
    found = Approval.objects.select_related("withdrawal").filter(pk=pk).first()
    if found is None:
        raise FeedError("not_found")
    return found
