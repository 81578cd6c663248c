"""Which requests need no session, no account and no page? A room's quick answer to a program, before those are looked for."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from xiaojia.web.bodies import is_small
from xiaojia.web.fresh import mark_written
from xiaojia.web.security import unwrap_cookies, with_headers, wrap_cookies

Answer = Callable[..., HttpResponse | None]

_answers: dict[str, tuple[re.Pattern[str], Answer]] = {}
_reads: dict[str, tuple[str, Answer]] = {}
POLICY = "default-src 'none'; frame-ancestors 'none'"


def plug(name: str, path: str, answer: Answer) -> None:
    """Let `answer(request, *groups)` see POSTs that ask for JSON at addresses that match; None sends them the long way."""
    _answers[name] = (re.compile(path), answer)


def plug_read(path: str, answer: Answer) -> None:
    """Let `answer(request)` see GETs of one public address; None sends them the long way."""
    _reads[path] = (path, answer)


class ExpressMiddleware:
    """Give a plugged quick answer with the headers that every answer has, and leave everything else to the layers below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and "application/json" in request.META.get("HTTP_ACCEPT", "") and is_small(request):
            for route, (path, answer) in _answers.items():
                match = path.fullmatch(request.path_info)
                response = _given(request, route, answer, match.groups()) if match else None
                if response is not None:
                    return response
        elif request.method == "GET" and (read := _reads.get(request.path_info)):
            response = _given(request, read[0], read[1], ())
            if response is not None:
                return response
        return self.get_response(request)


def _given(request: HttpRequest, route: str, answer: Answer, groups: tuple[str, ...]) -> HttpResponse | None:
    """Return the quick answer as the layers below would hand it out; without one the request is as it was."""
    cookies = request.COOKIES
    unwrap_cookies(request)
    response = answer(request, *groups)
    if response is None:
        request.COOKIES = cookies
        return None
    request.route = route  # type: ignore[attr-defined]
    response.headers["Content-Security-Policy"] = POLICY
    response.headers.setdefault("Cache-Control", "no-store")
    mark_written(request, response)
    if settings.SECURE_COOKIES:
        wrap_cookies(response)
    return with_headers(request, response)
