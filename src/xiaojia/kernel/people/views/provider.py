"""How does somebody come in by the union's identity provider? Only to an account that is there already."""

import logging
from dataclasses import asdict
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.people.actions import vouched_for
from xiaojia.kernel.people.models import Account
from xiaojia.kernel.people.rules import PROVIDER
from xiaojia.lib.errors import gettext_noop
from xiaojia.lib.oidc import Journey, OidcError, begin, discover, is_strong, leave_url
from xiaojia.lib.oidc import come_back as ask

log = logging.getLogger(__name__)
KEY = "xj_provider"
SENTENCES = {
    "wrong_state": gettext_noop("这次登录不是从这里开始的，或者开始得太久了。请回到登录页再试一次。"),
    "refused": gettext_noop("统一身份认证没有让你登录。请再试一次，或者用用户名和密码登录。"),
    "unreachable": gettext_noop("连不上统一身份认证。请过一会儿再试，或者用用户名和密码登录。"),
    "unknown": gettext_noop("统一身份认证认得你，但这里没有你的账号。请本级工会的管理员先给你开通，用户名要一致。"),
    "somebody_else": gettext_noop(
        "统一身份认证说的是另一个人：这个用户名以前绑定过别人。请本级工会的管理员核对本人后重置两步验证，再登录。"
    ),
}
OTHERWISE = gettext_noop("统一身份认证给的答复不对，没有登录。请再试一次；还不行，请告诉管理员。")


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Lead to the provider; what must come back with the answer stays in the session.

    By a page, not by a redirect: the policy lets a form go nowhere else, not even on the way.
    """
    if settings.OIDC is None:
        raise Http404
    target = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    journey = begin()
    try:
        url = leave_url(settings.OIDC, discover(settings.OIDC), journey, _back(request))
    except OidcError as error:
        return _refused(request, error)
    request.session[KEY] = asdict(journey) | {"next": target if inside else ""}
    return render(request, "people/leave.html", {"url": url})


@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Believe the answer only if it belongs to this browser's journey; then ask our own questions as at any sign-in."""
    if settings.OIDC is None:
        raise Http404
    kept: dict[str, str] = request.session.pop(KEY, None) or {}
    target = kept.pop("next", "")
    try:
        claims = ask(settings.OIDC, Journey(**kept) if kept else None, request.GET.dict(), _back(request))
        account = _account_of(claims)
    except OidcError as error:
        return _refused(request, error)
    record_authentication(request, account, PROVIDER, factor=is_strong(settings.OIDC, claims))
    return perform_login(request, Login(user=account, redirect_url=target or None))


def _account_of(claims: dict[str, Any]) -> Account:
    """Return the account whose user name the claim gives. Nobody is created, and no right is given."""
    username = claims.get(settings.OIDC.claim)
    found = Account.objects.filter(username=username).first() if isinstance(username, str) and username else None
    if found is None or not found.is_active:
        raise OidcError("unknown")
    if not vouched_for(account=found, issuer=settings.OIDC.issuer, subject=str(claims["sub"])):
        raise OidcError("somebody_else")
    return found


def _back(request: HttpRequest) -> str:
    path = reverse("people:provider_back")
    return settings.XIAOJIA_URL + path if settings.XIAOJIA_URL else request.build_absolute_uri(path)


def _refused(request: HttpRequest, error: OidcError) -> HttpResponse:
    log.warning("sign-in by identity provider refused: %s", error)
    record(Who("", ""), "people.sign_in_failed", kind="account", provider=error.code)
    text = _(SENTENCES.get(error.code, OTHERWISE))
    status = 502 if error.code == "unreachable" else 403
    return render(request, "people/provider_refused.html", {"text": text}, status=status)
