"""Which request is this, what became of it, how long did it take? One number for header, error page and log line."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import empty

from xiaojia.web.proxies import is_trusted

log = logging.getLogger("xiaojia.request")
HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""What a trusted proxy may call a request; anything else gets a number of our own."""
QUIET = frozenset({"/healthz", "/readyz", "/metrics", "static"})
"""Routes that leave no line unless they fail: probes and files."""
_current: ContextVar[str] = ContextVar("xiaojia_request_id", default="")


class Done(NamedTuple):
    """A finished request: `route` is the template of its address, never the address itself."""

    route: str
    method: str
    status: int
    took_s: float


OBSERVERS: list[Callable[[Done], None]] = []
"""Who counts requests; plugged in by the fuse box."""
COUNTERS: list[Callable[[str, str], None]] = []
"""Who counts deeds such as ("checkin", "accepted"); plugged in by the fuse box."""


class RequestMiddleware:
    """The outermost layer: number, time and report every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, number = time.perf_counter(), _number(request.META)
        request.request_id = number  # type: ignore[attr-defined]
        token = _current.set(number)
        try:
            response = self.get_response(request)
            response.headers[HEADER] = number
            route = route_of(request)
            done = Done(route, request.method or "", response.status_code, time.perf_counter() - began)
            _tell(done)
            if log.isEnabledFor(logging.INFO) and (route not in QUIET or done.status >= 500):
                _report(request, done)
        finally:
            _current.reset(token)
        return response


def request_id(request: HttpRequest | None = None) -> str:
    """Return the number of a request, or of the one that this code runs in; "" outside of any."""
    return getattr(request, "request_id", "") if request is not None else _current.get()


def route_of(request: HttpRequest) -> str:
    """Return the template of the address, as "/s/<str:code>/in/"; "static" for files, "unknown" for what leads nowhere."""
    if match := getattr(request, "resolver_match", None):
        return f"/{match.route}"
    if route := getattr(request, "route", ""):
        return str(route)  # answered before addresses were looked at
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unknown"


@contextmanager
def entered(environ: dict[str, Any]) -> Iterator[str]:
    """Number a request that is answered before Django; `left` reports it while the number stands."""
    number = _number(environ)
    token = _current.set(number)
    try:
        yield number
    finally:
        _current.reset(token)


def left(done: Done) -> None:
    """Report a request that was answered before Django."""
    _tell(done)
    if log.isEnabledFor(logging.INFO):
        _report(None, done)


def count(deed: str, outcome: str) -> None:
    """Count a deed by its outcome; both are words of the code, never of a person or a station."""
    for add in COUNTERS:
        try:
            add(deed, outcome)
        except Exception:
            log.exception("a deed was not counted")


def _tell(done: Done) -> None:
    """Let the observers count; one that fails, as on a full disk, spoils no answer."""
    for observe in OBSERVERS:
        try:
            observe(done)
        except Exception:
            log.exception("a request was not counted")


def _number(environ: dict[str, Any]) -> str:
    given = environ.get("HTTP_X_REQUEST_ID", "")
    if given and is_trusted(environ.get("REMOTE_ADDR", "")) and GIVEN.fullmatch(given):
        return given
    return secrets.token_hex(8)


def _report(request: HttpRequest | None, done: Done) -> None:
    facts = {
        "route": done.route,
        "method": done.method,
        "status": done.status,
        "duration_ms": round(done.took_s * 1e3, 1),
    }
    if request is not None and (actor := _actor(request, done.route)):
        facts["actor"] = actor
    level = logging.ERROR if done.status >= 500 else logging.INFO
    log.log(level, "%s %s %s %s ms", done.method, done.route, done.status, facts["duration_ms"], extra=facts)


def _actor(request: HttpRequest, route: str) -> str:
    """Return the account that acts on the desk, if the view has asked for it; nobody is looked up for the log."""
    if not route.startswith("/office/"):
        return ""
    actor = request.__dict__.get("actor")
    if actor is None or getattr(actor, "_wrapped", None) is empty:
        return ""
    return str(getattr(actor, "account_id", "") or "")
