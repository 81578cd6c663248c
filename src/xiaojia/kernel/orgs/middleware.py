"""Who is behind this request, and how far? `request.actor`, computed once; a stranger until the second factor is there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from xiaojia.kernel.orgs.access import NOBODY, Actor, actor_of
from xiaojia.kernel.orgs.rules import needs_factor
from xiaojia.kernel.people.middleware import whole_page

OPEN = frozenset({"mfa_activate_totp", "account_reauthenticate", "account_logout"})
"""All that somebody can do whose posts need a second factor and who has not set it up: set it up, or leave. To every
other page, part, form and interface she is a stranger, so that nothing has to remember to refuse her."""
RIGHTS_KEY = "xj_rights"


class ActorMiddleware:
    """Attach a lazy `request.actor`; make `request.user` nobody while the second factor is missing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        inner = request.user
        request.unfinished = request.factor_needed = False  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        request.user = SimpleLazyObject(lambda: _user(request, inner))  # type: ignore[assignment]
        return _led(request, self.get_response(request))


def _actor(request: HttpRequest) -> Actor:
    """The actor, once `request.user` has been asked for and has not set it."""
    if not request.user.is_authenticated:
        return NOBODY
    return getattr(request, "_actor", None) or actor_of(request.user)


def _user(request: HttpRequest, user: Any) -> Any:
    """The user, or nobody while what the posts ask for is missing."""
    if not user.is_authenticated:
        return user
    actor = actor_of(user)
    request._actor = actor  # type: ignore[attr-defined]
    _turn_key(request, actor)
    if settings.IS_DEMO:
        return user
    request.factor_needed = needs_factor({grant.role for grant in actor.grants}, settings.MFA_ALSO)  # type: ignore[attr-defined]
    if not request.factor_needed or request.sign_in.factor:  # type: ignore[attr-defined]
        return user
    request.unfinished = True  # type: ignore[attr-defined]
    return user if _view_name(request) in OPEN else AnonymousUser()


def _turn_key(request: HttpRequest, actor: Actor) -> None:
    """Give the session a new key when its rights are no longer those that it began with."""
    rights = sorted(f"{grant.role}@{grant.org_path}" for grant in actor.grants)
    if request.session.get(RIGHTS_KEY) == rights:
        return
    if RIGHTS_KEY in request.session:
        request.session.cycle_key()
    request.session[RIGHTS_KEY] = rights


def _view_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _led(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Lead an unfinished sign-in to where it is finished instead of to its beginning."""
    if not getattr(request, "unfinished", False) or response.status_code != 302:
        return response
    target = urlsplit(response["Location"])
    if target.path != settings.LOGIN_URL or _view_name(request) in OPEN:
        return response
    going = request.get_full_path() if request.method == "GET" else ""
    response["Location"] = reverse("mfa_activate_totp") + (f"?{urlencode({'next': going})}" if going else "")
    return whole_page(request, response)
