"""Does this process live, and can it serve? Two answers for supervisors and proxies; cheap, without session or secrets."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger("xiaojia.health")
WORKER_LATE_S, ANSWER_WITHIN_MS, INDEX_LATE_S = 60, 2000, 10
SEEN = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
INDEX: list[Callable[[], float | None]] = []
"""How old is this process's resident index in seconds? None: not loaded yet. Plugged in by the fuse box."""


@dataclass
class Facts:
    """What was seen; `wrong` keeps traffic away, `late` is only said. Ages in seconds, None where unknown."""

    wrong: dict[str, str] = field(default_factory=dict)
    late: dict[str, str] = field(default_factory=dict)
    database_s: float | None = None
    worker_age_s: float | None = None
    index_age_s: float | None = None

    @property
    def ready(self) -> bool:
        """May a proxy send requests here?"""
        return not self.wrong


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and is as this code needs it; 503 if not. A quiet worker is a warning."""
    facts = look()
    checks = {"database": "ok", "migrations": "ok", "worker": "ok"} | ({"index": "ok"} if INDEX else {})
    answer = {"status": "ready" if facts.ready else "not ready", "checks": checks | facts.late | facts.wrong}
    return JsonResponse(answer, status=200 if facts.ready else 503)


def look() -> Facts:
    """Look at the database, its migrations, the worker and the index; never raises."""
    facts, began = Facts(), time.perf_counter()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {ANSWER_WITHIN_MS}")
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
            facts.database_s = time.perf_counter() - began
            cursor.execute(SEEN)
            seen = cursor.fetchone()[0]
    except DatabaseError as error:
        log.warning("not ready: %s", type(error).__name__)
        facts.wrong = {"database": "no answer", "migrations": "unknown"}
        facts.late = {"worker": "unknown"}
    else:
        missing = known() - applied
        if missing:
            facts.wrong["migrations"] = f"{len(missing)} to go"
        facts.worker_age_s = None if seen is None else max(0.0, float(seen))
        if facts.worker_age_s is None or facts.worker_age_s > WORKER_LATE_S:
            facts.late["worker"] = "not heard from"
    _look_at_index(facts)
    return facts


def _look_at_index(facts: Facts) -> None:
    for age in INDEX:
        facts.index_age_s = age()
        if facts.index_age_s is None:
            facts.late["index"] = "not loaded yet"
        elif facts.index_age_s > INDEX_LATE_S:
            facts.late["index"] = "behind"


@cache
def known() -> frozenset[tuple[str, str]]:
    """Return every migration of this code; read from the packages once in a process."""
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None).graph.nodes)
