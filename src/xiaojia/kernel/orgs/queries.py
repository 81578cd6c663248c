"""Which organisations are there, and whose instance is this?"""

from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from xiaojia.kernel.orgs.access import Actor, within
from xiaojia.kernel.orgs.models import Instance, Organisation, Post
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.kernel.places.models import Division


def instance() -> Instance | None:
    """Return the instance row with its root organisation and division, or None before `xiaojia init`."""
    return Instance.objects.select_related("root", "division").first()


def below(path: str) -> QuerySet[Organisation]:
    """Return the open organisations at or below a path, in path order."""
    return Organisation.objects.filter(path__startswith=path, closed_on=None)


def reachable(actor: Actor, cap: Cap = Cap.READ) -> QuerySet[Organisation]:
    """Return the open organisations over which the actor has `cap`, in path order."""
    return Organisation.objects.filter(within(actor, cap), closed_on=None)


def tree(actor: Actor, today: date) -> list[dict[str, Any]]:
    """Return the organisations the actor reads as rows {org, depth, posts, may_add, grounds}, parents first."""
    alive = Q(posts__since__lte=today) & (Q(posts__until=None) | Q(posts__until__gte=today))
    rows = reachable(actor).select_related("division").prefetch_related("lies_in")
    counted = rows.annotate(post_count=Count("posts", filter=alive))
    base = min((org.path.count("/") for org in counted), default=0)
    return [
        {
            "org": org,
            "depth": org.path.count("/") - base,
            "posts": org.post_count,
            "may_add": actor.may(Cap.ADMIN, org_path=org.path),
            "grounds": [division.name for division in org.lies_in.all()],
        }
        for org in counted
    ]


def posts_of(actor: Actor, *, q: str = "", org_path: str = "", ended: bool = False, today: date) -> QuerySet[Post]:
    """Return the posts at the organisations that the actor administers; those in force unless `ended` is wanted too."""
    posts = Post.objects.filter(org__in=Organisation.objects.filter(within(actor, Cap.ADMIN)))
    if org_path:
        posts = posts.filter(org__path__startswith=org_path)
    if q:
        posts = posts.filter(Q(person__name__icontains=q) | Q(person__account__username__icontains=q))
    if not ended:
        posts = posts.filter(Q(until=None) | Q(until__gte=today))
    order = ("org__path", F("until").desc(nulls_first=True), "role", "pk")
    return posts.select_related("person__account", "org").order_by(*order)


def grounds_below(parent: Organisation) -> QuerySet[Division]:
    """Return the divisions that an organisation below `parent` can stand for or lie in."""
    prefix = parent.division.prefix if parent.division else ""
    return Division.objects.filter(prefix__startswith=prefix, valid_to=None).exclude(code=parent.division_id)


def home_org(actor: Actor) -> Organisation | None:
    """Return the actor's own organisation, the widest of its posts."""
    return Organisation.objects.filter(pk=actor.home.org_id).first() if actor.home else None
