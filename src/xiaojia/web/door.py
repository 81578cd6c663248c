"""Which requests are answered before a framework's request is made of them? The few that come by the hundred a second.

A plugged answer takes the plain case only. Whatever it leaves (None), Django answers as if the door were not there.
"""

import io
import logging
import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.http.cookie import parse_cookie

from xiaojia.web.express import POLICY
from xiaojia.web.fresh import mark_written
from xiaojia.web.requests import HEADER, Done, entered, left
from xiaojia.web.security import unwrap_cookies, with_headers, wrap_cookies

log = logging.getLogger(__name__)
FORM = "application/x-www-form-urlencoded"
MOST_BYTES, MOST_FIELDS = 4096, 20
Environ = dict[str, Any]


class Ask:
    """What an answer reads of a request, by the names that Django's has."""

    method = "POST"

    def __init__(self, environ: Environ, form: bytes) -> None:
        self.META = environ
        self.path = self.path_info = environ["PATH_INFO"]
        self.POST = dict(parse_qsl(form.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
        self.COOKIES = parse_cookie(environ.get("HTTP_COOKIE", ""))
        unwrap_cookies(self)  # type: ignore[arg-type]


Answer = Callable[..., bytes | None]
_answers: dict[str, tuple[re.Pattern[str], Answer]] = {}


def plug(name: str, path: str, answer: Answer) -> None:
    """Let `answer(ask, *groups)` give JSON to forms that ask for it at addresses that match."""
    _answers[name] = (re.compile(path), answer)


class Door:
    """The application that the web server calls: a plugged answer, else Django."""

    def __init__(self, django: Callable[..., Iterable[bytes]]) -> None:
        self.django = django
        self._headers: list[tuple[str, str]] = []

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and "application/json" in environ.get("HTTP_ACCEPT", ""):
            for route, (path, answer) in _answers.items():
                if match := path.fullmatch(environ["PATH_INFO"]):
                    body = self._answer(environ, route, answer, match.groups(), start_response)
                    if body is not None:
                        return [body]
        return self.django(environ, start_response)

    def _answer(
        self, environ: Environ, route: str, answer: Answer, groups: tuple[str, ...], start_response: Callable[..., Any]
    ) -> bytes | None:
        began, form = time.perf_counter(), _form(environ)
        if form is None:
            return None
        with entered(environ) as number:
            try:
                _look_after(connections[DEFAULT_DB_ALIAS])
                body = answer(Ask(environ, form), *groups)
            except Exception:
                log.exception("the door leaves a request to Django")
                return None
            if body is not None:
                sizes = [("Content-Length", str(len(body))), (HEADER, number)]
                start_response("200 OK", [*(self._headers or self._constant()), *sizes])
                left(Done(route, "POST", 200, time.perf_counter() - began))
        return body

    def _constant(self) -> list[tuple[str, str]]:
        """The headers that such an answer has behind Django's layers too; they are the same for all."""
        request, response = HttpRequest(), HttpResponse(content_type="application/json")
        request.method, request.path = "POST", "/"
        response.headers["Content-Security-Policy"], response.headers["Cache-Control"] = POLICY, "no-store"
        mark_written(request, response)
        if settings.SECURE_COOKIES:
            wrap_cookies(response)
        cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
        self._headers = [*with_headers(request, response).items(), *cookies]
        return self._headers


def _look_after(database: BaseDatabaseWrapper) -> None:
    """What Django does before each request: let go of a connection that is too old or has seen an error."""
    if not database.in_atomic_block:
        database.close_if_unusable_or_obsolete()


def _form(environ: Environ) -> bytes | None:
    """Return a small form's bytes, and leave them for Django to read again; None for anything else."""
    size = environ.get("CONTENT_LENGTH") or ""
    if not (size.isascii() and size.isdecimal() and len(size) < 6 and int(size) <= MOST_BYTES):
        return None
    if not environ.get("CONTENT_TYPE", "").startswith(FORM):
        return None
    form: bytes = environ["wsgi.input"].read(int(size))
    environ["wsgi.input"] = io.BytesIO(form)
    return form
