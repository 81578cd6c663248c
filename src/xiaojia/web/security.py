"""What is every browser told, whatever answers it? One place for headers and cookie names, outside of everything else.

Sources: OWASP ASVS 5.0 chapter 3; RFC 6797 (HSTS), RFC 6265bis (cookie prefixes), RFC 9116 (security.txt).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.cookies import Morsel

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

FILE_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; sandbox"
"""For what is no page of ours: pictures and sheets that somebody uploaded or takes away."""
PERMISSIONS = (
    "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), serial=(), midi=(), "
    "display-capture=(), accelerometer=(), gyroscope=(), magnetometer=(), browsing-topics=()"
)
PRIVATE = ("/office/", "/k/")
"""Addresses whose answers no cache and no back button may show to the next person."""
HOST, SECURE = "__Host-", "__Secure-"


class SecurityMiddleware:
    """Put the same headers on every answer: pages, parts, errors, static files, downloads, redirects.

    The pages' own policy is django-csp's, one layer further in; what is no page gets a narrower one here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        unwrap_cookies(request)
        response = self.get_response(request)
        if settings.SECURE_COOKIES:
            wrap_cookies(response)
        return with_headers(request, response)


def with_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer with the headers that it does not have yet."""
    headers = response.headers
    kind = headers.get("Content-Type", "").split(";")[0].strip()
    ours = kind in ("", "text/html", "text/css", "text/javascript") or request.path.startswith("/static/")
    if not ours and "default-src 'none'" not in headers.get("Content-Security-Policy", ""):
        headers["Content-Security-Policy"] = FILE_POLICY
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if settings.SECURE_COOKIES and settings.HSTS:
        headers.setdefault("Strict-Transport-Security", settings.HSTS)
    if request.path.startswith(PRIVATE) and "no-store" not in headers.get("Cache-Control", ""):
        keeps = headers.get("Cache-Control", "").startswith("private, max-age")
        if not keeps:
            headers["Cache-Control"] = "private, no-store"
    return response


def unwrap_cookies(request: HttpRequest) -> None:
    """Let the rooms read cookies by their plain names; over HTTPS one without the prefix was not set by us."""
    bound = {name: value for name, value in request.COOKIES.items() if name.startswith((HOST, SECURE))}
    if bound or settings.SECURE_COOKIES:
        plain = {name.removeprefix(HOST).removeprefix(SECURE): value for name, value in bound.items()}
        request.COOKIES = plain if settings.SECURE_COOKIES else request.COOKIES | plain


def wrap_cookies(response: HttpResponse) -> None:
    """Give every cookie the prefix that binds it to this very host and to HTTPS, and the flags that go with it."""
    for name in list(response.cookies):
        if name.startswith((HOST, SECURE)):
            continue
        old: Morsel[str] = response.cookies.pop(name)
        prefix = HOST if old["path"] in ("", "/") and not old["domain"] else SECURE
        response.cookies[prefix + name] = old.value
        new = response.cookies[prefix + name]
        for key, value in old.items():
            new[key] = value
        new["secure"], new["path"] = True, old["path"] or "/"
        new["samesite"] = old["samesite"] or "Lax"


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell about a hole (RFC 9116), if the operator named somebody."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    lines = [f"Contact: {settings.SECURITY_CONTACT}", f"Expires: {_expires(timezone.now())}"]
    lines.append("Preferred-Languages: zh, en")
    if settings.XIAOJIA_URL.startswith("https://"):
        lines.append(f"Canonical: {settings.XIAOJIA_URL}/.well-known/security.txt")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _expires(now: datetime) -> str:
    """Half a year from the first of this month: the same text all month."""
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=183)).strftime("%Y-%m-%dT%H:%M:%SZ")
