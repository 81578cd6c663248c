"""What happens around every endpoint? Language, who asks and how often, CORS for reads, HEAD, one shape of refusals."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from xiaojia.kernel.keys.api import admit
from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.language import choose
from xiaojia.web.problems import problem, problem_of, unavailable

READS = ("GET", "HEAD")
ASKED = "Access-Control-Request-Method"
EXPOSED = "ETag, Last-Modified, Retry-After, Link"
TAKEN = "If-None-Match, If-Modified-Since, Accept-Language"
View = Callable[..., HttpResponse]


def guard(view: View) -> View:
    """Answer for a program: no session, no CSRF token; a key or the address is counted before anything is done."""

    @csrf_exempt
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = choose("", request.headers.get("Accept-Language", ""))
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = _answer(request, view, args, kwargs)
        response.headers["Content-Language"] = language
        return _open_to_browsers(request, response)

    return inner


def _answer(request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponse:
    try:
        if request.method != "OPTIONS":
            admit(request)
    except XiaojiaError as refusal:
        return problem_of(refusal)
    except (OperationalError, InterfaceError):
        return unavailable()
    method = request.method
    request.method = "GET" if method == "HEAD" else method
    response = view(request, *args, **kwargs)
    request.method = method
    if response.status_code != 405:
        return response
    allowed = _allowed(response.headers["Allow"])
    answer = HttpResponse(status=204) if method == "OPTIONS" else problem("method_not_allowed")
    answer.headers["Allow"] = allowed
    return answer


def _allowed(methods: str) -> str:
    found = [method.strip() for method in methods.split(",")]
    return ", ".join([*found, *(["HEAD"] if "GET" in found else []), "OPTIONS"])


def _open_to_browsers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let pages elsewhere read what is public, without credentials; nothing else. A preflight never allows Authorization."""
    reads = request.method in READS
    if request.method == "OPTIONS" and ASKED in request.headers:
        patch_vary_headers(response, [ASKED])
        reads = request.headers[ASKED] in READS and "GET" in response.headers.get("Allow", "")
        if reads:
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
            response.headers["Access-Control-Allow-Headers"] = TAKEN
            response.headers["Access-Control-Max-Age"] = "86400"
    if reads:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
