"""Is this session still good? Asked when somebody asks who is there, and answered from the session's own row."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from xiaojia.kernel.people.models import SignIn
from xiaojia.kernel.people.rules import SEEN_EVERY, SIGN_IN_KEY, SessionRule


class SignInMiddleware:
    """Let `request.user` be somebody only while the session's row says so; `request.sign_in` is that row."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.sign_in, request.session_over = None, ""  # type: ignore[attr-defined]
        inner = request.user
        request.user = SimpleLazyObject(lambda: checked(request, inner))  # type: ignore[assignment]
        return told(request, self.get_response(request))


def checked(request: HttpRequest, user: Any) -> Any:
    """Return the user of a session that is still good; otherwise drop the session and return nobody."""
    if not user.is_authenticated and SESSION_KEY not in request.session:
        return user
    pk = request.session.get(SIGN_IN_KEY)
    now, row = timezone.now(), open_session(user, pk) if pk else None
    rule: SessionRule = settings.SESSION_RULE
    over = rule.over(began_at=row.began_at, seen_at=row.seen_at, now=now) if row else "ended"
    if row is None or over:
        if row is not None:
            row.delete()
        request.session.flush()
        request.session_over = over  # type: ignore[attr-defined]
        return AnonymousUser()
    if now - row.seen_at >= SEEN_EVERY:
        SignIn.objects.filter(pk=row.pk).update(seen_at=now)
    request.sign_in = row  # type: ignore[attr-defined]
    return user


def open_session(user: Any, pk: str) -> SignIn | None:
    """Return the row of this session, which came with the account (`adapter.Backend`), if it is still there."""
    return getattr(user, "sessions_open", {}).get(UUID(pk))


def told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say on the sign-in page why one is there again; lead a part of a page (htmx) there as a whole."""
    if response.status_code != 302 or urlsplit(response["Location"]).path != settings.LOGIN_URL:
        return response
    over = getattr(request, "session_over", "")
    if over:
        response["Location"] += ("&" if "?" in response["Location"] else "?") + urlencode({"over": over})
    return whole_page(request, response)


def whole_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return a redirect as htmx understands it when a part of a page was asked for, else as it is."""
    if request.headers.get("HX-Request") != "true":
        return response
    answer = HttpResponse(headers={"HX-Redirect": response["Location"]})
    answer.cookies = response.cookies
    return answer
