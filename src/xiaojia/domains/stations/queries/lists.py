"""Which standards are there, and who has adopted which from when?"""

from django.db.models import Q, QuerySet

from xiaojia.domains.stations.models import Adoption, Standard
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.queries import reachable


def standards_for(actor: Actor) -> QuerySet[Standard]:
    """Return the shipped lists and those of organisations that the actor reads or stands under, with their items."""
    above = {int(part) for grant in actor.grants for part in grant.org_path.strip("/").split("/") if part}
    own = Q(org__in=reachable(actor).values("pk")) | Q(org__in=above)
    return Standard.objects.filter(Q(org=None) | own).prefetch_related("items").select_related("org")


def adoptions(actor: Actor) -> QuerySet[Adoption]:
    """Return who measures by what, in the actor's reach and above it, the latest first."""
    above = {int(part) for grant in actor.grants for part in grant.org_path.strip("/").split("/") if part}
    reach = Q(org__in=reachable(actor).values("pk")) | Q(org__in=above)
    return Adoption.objects.filter(reach).select_related("org", "standard").order_by("org__path", "-effective_on")
