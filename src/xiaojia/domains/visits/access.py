"""Whose visits may somebody see? Those of the organisations, or on the ground, that the actor's posts reach."""

from django.db.models import Q, QuerySet

from xiaojia.domains.visits.models import EarlierCount, Visit
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.rules import Cap, reach


def visible(actor: Actor) -> QuerySet[Visit]:
    """Return the visits under the actor's paths or on the actor's ground, as both were on the day of the visit."""
    ground = reach(actor.grants, Cap.READ)
    allowed = Q(pk__in=[])
    for path in ground.paths:
        allowed |= Q(org_path__startswith=path)
    for prefix in ground.prefixes:
        allowed |= Q(division_code__startswith=prefix)
    return Visit.objects.filter(allowed).order_by()


def earlier(actor: Actor) -> QuerySet[EarlierCount]:
    """Return the figures from before the system that belong to the actor's organisations."""
    allowed = Q(pk__in=[])
    for path in reach(actor.grants, Cap.READ).paths:
        allowed |= Q(org__path__startswith=path)
    return EarlierCount.objects.filter(allowed).select_related("org")
