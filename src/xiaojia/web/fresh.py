"""Has this reader just changed something? Then what she reads next must know it, whichever process answers.

Processes keep what they show in memory and hear of changes within two seconds. A browser gets a short cookie with the
answer to whatever it sends; a program says `Cache-Control: no-cache`, as after RFC 9111 §5.2.1.4.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE, KEEP_S = "xj_fresh", 10
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def wants_fresh(request: HttpRequest) -> bool:
    """Return whether the answer must hold everything committed until now."""
    return COOKIE in request.COOKIES or "no-cache" in request.META.get("HTTP_CACHE_CONTROL", "")


def mark_written(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let a browser that sent something carry the cookie for some seconds."""
    if request.method not in SAFE and response.status_code < 400 and "HTTP_AUTHORIZATION" not in request.META:
        response.set_cookie(COOKIE, "1", max_age=KEEP_S, samesite="Lax", httponly=True, secure=settings.SECURE_COOKIES)
    return response


class FreshMiddleware:
    """Mark whoever has written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return mark_written(request, self.get_response(request))
