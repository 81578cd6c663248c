"""How busy is the product? Figures for Prometheus, summed over its processes; no station and no person is a label.

Each process writes its counts to a file of its own below `metrics` in the data folder (prometheus-client's way of
counting in several processes); `serve` empties that folder when it starts.
"""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xiaojia import __version__
from xiaojia.config.health import Facts, look
from xiaojia.web.requests import Done

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
STARTED = "started"
BUCKETS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REQUEST_ID")
LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")


class Counters(NamedTuple):
    """What every process counts."""

    requests: Any
    seconds: Any
    checkins: Any


def counters() -> Counters:
    """Return the counters, made when the first request is counted: a command never loads the library."""
    with _making:  # the library refuses to make one twice, and first requests come several at once
        return _counters()


_making = threading.Lock()


@cache
def _counters() -> Counters:
    from prometheus_client import Counter, Histogram

    return Counters(
        Counter("xiaojia_requests", "Requests by route, method and status.", ("route", "method", "status")),
        Histogram("xiaojia_request_seconds", "Time to answer by route.", ("route",), buckets=BUCKETS_S),
        Counter("xiaojia_checkins", "Check-ins by what became of them.", ("outcome",)),
    )


@cache
def _request_child(route: str, method: str, status: int) -> Callable[[], None]:
    return counters().requests.labels(route, method, status).inc  # type: ignore[no-any-return]


@cache
def _seconds_child(route: str) -> Callable[[float], None]:
    return counters().seconds.labels(route).observe  # type: ignore[no-any-return]


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(done: Done) -> None:
    """Count a finished request."""
    method = done.method if done.method in METHODS else "other"  # whoever invents methods makes no new series
    _request_child(done.route, method, done.status)()
    _seconds_child(done.route)(done.took_s)


def count(deed: str, outcome: str) -> None:
    """Count a deed by its outcome."""
    if deed == "checkin":
        counters().checkins.labels(outcome).inc()


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the figures to whoever has the token, or without one to this machine alone; to others there is no such page."""
    if not may_read(request):
        raise Http404
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Say whether the figures may be shown: by token where one is set, else on the loopback without a proxy between."""
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in request.META for name in FORWARDED) or not LOCAL_HOST.fullmatch(
        request.META.get("HTTP_HOST", "localhost")
    ):
        return False
    with suppress(ValueError):
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    return False


def _registry() -> Any:
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    if FOLDER in os.environ:
        MultiProcessCollector(registry)
    else:
        for one in counters():
            registry.register(one)
    registry.register(Now())
    return registry


class Now:
    """What is true at the moment of asking: the database, the queue, the worker, this process's index."""

    def describe(self) -> list[Any]:
        """Nothing beforehand."""
        return []

    def collect(self) -> Iterator[Any]:
        """Yield one gauge each; what cannot be known is left out."""
        from prometheus_client.core import GaugeMetricFamily as Gauge
        from prometheus_client.core import InfoMetricFamily as Info

        yield Info("xiaojia", "The version that runs.", {"version": __version__})
        folder = os.environ.get(FOLDER)
        with suppress(OSError):
            if folder:
                yield Gauge("xiaojia_start_time_seconds", "When serving began.", Path(folder, STARTED).stat().st_mtime)
        facts = look()
        yield Gauge("xiaojia_ready", "1 if /readyz says so.", float(facts.ready))
        for name, text, value in _numbers(facts):
            if value is not None:
                yield Gauge(name, text, float(value))


def _numbers(facts: Facts) -> Iterator[tuple[str, str, float | None]]:
    yield "xiaojia_database_answer_seconds", "Time of one question to the database.", facts.database_s
    yield "xiaojia_worker_seen_seconds", "Seconds since the worker was last heard from.", facts.worker_age_s
    yield (
        "xiaojia_index_age_seconds",
        "Seconds since the index of the answering process was last known fresh.",
        facts.index_age_s,
    )
    if facts.database_s is None:
        return
    waiting, oldest_s, failed = _queue()
    yield "xiaojia_jobs_waiting", "Jobs that are due and wait.", waiting
    yield "xiaojia_jobs_oldest_seconds", "How long the oldest of them has waited.", oldest_s
    yield "xiaojia_jobs_failed", "Jobs that failed and are kept.", failed
    yield "xiaojia_database_connections", "Connections of the application's role.", _connections()


QUEUE = """
SELECT count(*) FILTER (WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()),
       coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))
                FILTER (WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now())), 0),
       count(*) FILTER (WHERE j.status = 'failed')
  FROM procrastinate_jobs j
  LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id) e ON j.status = 'todo'
 WHERE j.status IN ('todo', 'failed')
"""


def _queue() -> tuple[float, float, float]:
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        waiting, oldest_s, failed = cursor.fetchone()
    return float(waiting), float(oldest_s), float(failed)


def _connections() -> float:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database()"
        )
        return float(cursor.fetchone()[0])
