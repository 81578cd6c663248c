"""What does the house's own machinery leave behind? Ended sessions, stale cache rows, finished jobs."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term

OVER = "status IN ('succeeded', 'failed', 'cancelled', 'aborted')"
LAST = "(SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id)"
SHORTEST = _("个人信息保护法第十九条：保存期限为实现目的所必要的最短时间")


def ended_sessions(cutoff: datetime) -> int:
    """Count the sessions that ended before."""
    return Session.objects.filter(expire_date__lt=cutoff).count()


def drop_sessions(cutoff: datetime, most: int) -> int:
    """Delete some of them."""
    keys = list(Session.objects.filter(expire_date__lt=cutoff).values_list("pk", flat=True)[:most])
    return Session.objects.filter(pk__in=keys).delete()[0]


def cache_table() -> str:
    """Return the quoted name of the cache's table, "" where the cache is no table."""
    cache = settings.CACHES["default"]
    return connection.ops.quote_name(cache["LOCATION"]) if cache["BACKEND"].endswith(".DatabaseCache") else ""


def stale_cache(cutoff: datetime) -> int:
    """Count the cache rows that ran out before; among them counters of sign-ins by address."""
    return _one(f"SELECT count(*) FROM {table} WHERE expires < %s", [cutoff]) if (table := cache_table()) else 0  # noqa: S608


def drop_cache(cutoff: datetime, most: int) -> int:
    """Delete some of them."""
    table = cache_table()
    if not table:
        return 0
    inner = f"SELECT cache_key FROM {table} WHERE expires < %s LIMIT %s"  # noqa: S608
    return _rows(f"DELETE FROM {table} WHERE cache_key IN ({inner})", [cutoff, most])  # noqa: S608


def finished_jobs(cutoff: datetime) -> int:
    """Count the jobs of the worker that ended before; their arguments hold account ids."""
    return _one(f"SELECT count(*) FROM procrastinate_jobs j WHERE {OVER} AND {LAST} < %s", [cutoff])  # noqa: S608


def drop_jobs(cutoff: datetime, most: int) -> int:
    """Delete some of them with their events."""
    inner = f"SELECT j.id FROM procrastinate_jobs j WHERE {OVER} AND {LAST} < %s LIMIT %s"  # noqa: S608
    return _rows(f"DELETE FROM procrastinate_jobs WHERE id IN ({inner})", [cutoff, most])  # noqa: S608


def _one(query: str, values: list[object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])


def _rows(query: str, values: list[object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.rowcount)


TERMS = (
    Term("house.sessions", _("已结束的登录"), _("登录期间辨认账号"), _("会话过期"), SHORTEST, 1, 0, 7,
         ended_sessions, drop_sessions),
    Term("house.cache", _("过期的缓存和登录失败计数"), _("限制反复试密码"), _("计数过期"), SHORTEST, 0, 0, 7,
         stale_cache, drop_cache),
    Term("house.jobs", _("后台任务记录"), _("出错时查原因"), _("任务结束"), SHORTEST, 30, 1, 183, finished_jobs, drop_jobs),
)  # fmt: skip
