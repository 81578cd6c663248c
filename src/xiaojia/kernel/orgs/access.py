"""Who is acting, and what lies within reach? Absent and forbidden look alike."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.orgs.models import Organisation, Post
from xiaojia.kernel.orgs.rules import Cap, Grant, in_force, may, reach

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Actor:
    """Somebody with an account and posts in force; `Actor()` is nobody and may nothing."""

    account_id: int | None = None
    person_id: str = ""
    label: str = ""
    grants: tuple[Grant, ...] = ()

    @property
    def who(self) -> Who:
        path = self.grants[0].org_path if self.grants else ""
        return Who(str(self.account_id or ""), self.label, path)

    @property
    def home(self) -> Grant | None:
        """The grant that names the actor's own organisation in the desk's header."""
        return self.grants[0] if self.grants else None

    def has(self, cap: Cap) -> bool:
        """Return whether the actor has `cap` anywhere."""
        return any(cap in grant.caps for grant in self.grants)

    def may(self, cap: Cap, *, org_path: str, division_code: str = "") -> bool:
        """Return whether the actor has `cap` for something of that path on that ground."""
        return may(self.grants, cap, org_path=org_path, division_code=division_code)


NOBODY = Actor()


def actor_of(account: Any, today: date | None = None) -> Actor:
    """Return the actor for a signed-in account: its person's posts in force, the widest first. One query."""
    today = today or timezone.localdate()
    posts = Post.objects.filter(person__account=account).select_related("org", "org__division", "person")
    rank = ["admin", "officer", "leader", "auditor", "clerk", "keeper"]
    alive = sorted(
        (p for p in posts if in_force(p.since, p.until, today)),
        key=lambda p: (p.org.path.count("/"), rank.index(p.role)),
    )
    grants = tuple(
        Grant(
            p.org_id,
            p.org.path,
            p.org.name,
            p.role,
            p.org.division.prefix if p.org.division else "",
            str(p.unit_id or ""),
        )
        for p in alive
    )
    person = alive[0].person if alive else None
    return Actor(account.pk, str(person.pk) if person else "", person.name if person else account.username, grants)


def visible(rows: QuerySet[M], actor: Actor, cap: Cap = Cap.READ) -> QuerySet[M]:
    """Narrow scoped rows (with `org` and `division`) to what the actor may see: by path, or by ground when reading."""
    ground = reach(actor.grants, cap)
    allowed = Q(pk__in=[])
    for path in ground.paths:
        allowed |= Q(org__path__startswith=path)
    for prefix in ground.prefixes:
        allowed |= Q(division__code__startswith=prefix)
    return rows.filter(allowed)


def require(cap: Cap) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a view run only for a signed-in actor who has `cap` somewhere; others get 404, strangers the sign-in page."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.actor.has(cap):  # type: ignore[attr-defined]
                raise Http404
            return view(request, *args, **kwargs)

        inner.cap = cap  # type: ignore[attr-defined]
        return inner

    return wrap


def within(actor: Actor, cap: Cap) -> Q:
    """Return the condition on `path` for the organisations over which the actor has `cap`, by path alone."""
    allowed = Q(pk__in=[])
    for path in reach(actor.grants, cap).paths:
        allowed |= Q(path__startswith=path)
    return allowed


def require_admin(actor: Any, org: Organisation) -> None:
    """Raise Http404 unless the actor administers the organisation; the system itself may."""
    if not isinstance(actor, Who) and not actor.may(Cap.ADMIN, org_path=org.path):
        raise Http404
