"""Which requests need no session, no account and no page? A room's quick answer to a program, before those are looked for."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[..., HttpResponse | None]

_answers: dict[str, tuple[re.Pattern[str], Answer]] = {}
HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Frame-Options", "DENY"),
)
"""What the skipped layers would have added to an answer that is no page."""


def plug(name: str, path: str, answer: Answer) -> None:
    """Let `answer(request, *groups)` see POSTs that ask for JSON at addresses that match; None sends them the long way."""
    _answers[name] = (re.compile(path), answer)


class ExpressMiddleware:
    """Give a plugged quick answer, and leave everything else to the layers below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and "application/json" in request.META.get("HTTP_ACCEPT", ""):
            for path, answer in _answers.values():
                match = path.fullmatch(request.path_info)
                response = answer(request, *match.groups()) if match else None
                if response is not None:
                    for name, value in HEADERS:
                        response.headers[name] = value
                    return response
        return self.get_response(request)
