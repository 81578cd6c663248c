"""Whose data may an administrator look up? Persons with a post where she administers; the root also those without any."""

from uuid import UUID

from django.db.models import Q, QuerySet

from xiaojia.kernel.orgs.access import Actor, within
from xiaojia.kernel.orgs.models import Instance, Organisation
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.kernel.people.models import Person
from xiaojia.kernel.retention.rules import RetentionError


def at_root(actor: Actor) -> bool:
    """Return whether the actor administers the whole instance: terms count for all of it."""
    row = Instance.objects.select_related("root").first()
    return row is not None and actor.may(Cap.ADMIN, org_path=row.root.path)


def persons(actor: Actor) -> QuerySet[Person]:
    """Return the persons within the actor's administration."""
    orgs = Organisation.objects.filter(within(actor, Cap.ADMIN))
    reach = Q(pk__in=Person.objects.filter(posts__org__in=orgs).values("pk"))
    if at_root(actor):
        reach |= Q(posts=None)
    found = Person.objects.filter(reach).select_related("account")
    return (
        found
        if at_root(actor)
        else found.exclude(posts__org__in=Organisation.objects.exclude(within(actor, Cap.ADMIN)))
    )


def get(actor: Actor, pk: UUID | str, *, lock: bool = False) -> Person:
    """Return one person within reach. Raises: RetentionError `not_found`."""
    found = persons(actor).filter(pk=pk).first()
    if found is None:
        raise RetentionError("not_found")
    return Person.objects.select_for_update().get(pk=found.pk) if lock else found
