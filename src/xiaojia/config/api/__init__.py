"""Which doors has the product for programs? `/api/v1`: the rooms' routers, put together; refusals in one shape."""

import logging

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from xiaojia import __version__
from xiaojia.config.api.guard import guard
from xiaojia.domains.feedback.api import router as reports
from xiaojia.domains.stations.api import router as stations
from xiaojia.domains.visits.api import router as visits
from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.problems import invalid, problem, problem_of, unavailable

log = logging.getLogger("xiaojia.api")


class Doors(NinjaAPI):
    """The API; its operations are called by the names of their functions."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)


api = Doors(title="Xiaojia 小家", version=__version__, urls_namespace="api", docs_url=None, openapi_url=None)
api.add_router("", stations)
api.add_router("", visits)
api.add_router("", reports)


@api.exception_handler(XiaojiaError)
def refused(request: HttpRequest, error: XiaojiaError) -> HttpResponse:
    """A room's refusal, or that of a key."""
    return problem_of(error)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Parameters or a body that are not as described."""
    return invalid(error.errors)


@api.exception_handler(HttpError)
def not_read(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What ninja itself refuses: a body that is no JSON."""
    return problem("bad_json" if error.status_code == 400 else "bad_request", status=error.status_code)


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    """Absent, or out of reach: they look alike."""
    return problem("not_found")


@api.exception_handler(SuspiciousOperation)
def not_taken(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    """A body beyond the limits, or one that only an attacker sends."""
    return problem("too_large" if isinstance(error, RequestDataTooBig) else "bad_request")


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def not_now(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """The database does not answer: the same request may come again."""
    return unavailable()


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our own fault: kept in the log, not told."""
    log.exception("%s %s failed", request.method, request.path, exc_info=error)
    return problem("server_error")


def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """No endpoint has this address."""
    return problem("not_found")


def patterns() -> list[object]:
    """Return the addresses below /api/v1/, each behind the guard."""
    from xiaojia.config.api import pages

    found: list[object] = [
        path("openapi.json", guard(pages.openapi), name="openapi"),
        path("docs", guard(pages.docs), name="docs"),
    ]
    for pattern in api.urls[0]:
        if pattern.name != "api-root":
            found.append(path(str(pattern.pattern), guard(pattern.callback), name=pattern.name))
    return [*found, path("", guard(nothing), name="root"), path("<path:rest>", guard(nothing), name="nothing")]
