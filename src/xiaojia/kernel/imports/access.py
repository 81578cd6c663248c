"""Who may see and handle a batch? Whoever may write for its organisation; others find nothing."""

from uuid import UUID

from django.db.models import Q, QuerySet

from xiaojia.kernel.imports.models import Batch
from xiaojia.kernel.imports.rules import BatchError
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.rules import Cap, reach
from xiaojia.lib.errors import gettext_noop


def visible(actor: Actor) -> QuerySet[Batch]:
    """Return the batches of the organisations for which the actor may write."""
    allowed = Q(pk__in=[])
    for path in reach(actor.grants, Cap.WRITE).paths:
        allowed |= Q(org__path__startswith=path)
    return Batch.objects.select_related("org", "file").filter(allowed)


def get(actor: Actor, pk: UUID | str, *, lock: bool = False) -> Batch:
    """Return one batch, locked for the transaction if asked; raises BatchError `not_found` (404)."""
    rows = visible(actor)
    if lock:
        rows = rows.select_for_update(of=("self",))
    batch = rows.filter(pk=pk).first()
    if batch is None:
        raise not_found()
    return batch


def may_import(actor: Actor, org: Organisation) -> bool:
    """Return whether the actor may read sheets in for this organisation."""
    return actor.may(Cap.WRITE, org_path=org.path)


def organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations for which the actor may read sheets in, in path order."""
    allowed = Q(pk__in=[])
    for path in reach(actor.grants, Cap.WRITE).paths:
        allowed |= Q(path__startswith=path)
    return Organisation.objects.filter(allowed, closed_on=None)


def not_found() -> BatchError:
    """Return the one refusal for what is absent and for what is forbidden."""
    return BatchError("not_found", gettext_noop("没有找到这个导入批次，或者你无权办理。"), status=404)
