"""Who may enter a desk page of the kernel? The actor says so itself; nothing above is known here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

Page = Callable[..., HttpResponse]


class Able(Protocol):
    """Whoever carries grants with rights: the `Actor` of room orgs."""

    grants: tuple[Any, ...]

    def has(self, cap: Any) -> bool: ...


def needs(right: str) -> Callable[[Page], Page]:
    """Let a view run only for a signed-in actor with the right ("read", "admin", "audit"; "" = any account).

    Strangers are led to the sign-in page, others see 404.
    """

    def wrap(view: Page) -> Page:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if right and not request.actor.has(right):  # type: ignore[attr-defined]
                raise Http404
            return view(request, *args, **kwargs)

        inner.cap = right  # type: ignore[attr-defined]
        return inner

    return wrap


def at_root(actor: Able, right: str) -> bool:
    """Return whether the actor has the right over the whole instance (a path of one step)."""
    return any(right in grant.caps and grant.org_path.count("/") <= 2 for grant in actor.grants)


def paths(actor: Able, right: str) -> list[str]:
    """Return the organisation paths over which the actor has the right."""
    return sorted({grant.org_path for grant in actor.grants if right in grant.caps})
