"""How long does the log of deeds stay? Whole months go after the term, by the owner's hand, and leave a line."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from xiaojia.config.env import Env
from xiaojia.config.instance.database import connect
from xiaojia.config.instance.roles import quote
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.lib.console import Exit, Stop
from xiaojia.lib.ids import uuid7
from xiaojia.lib.terms import ASSESSMENT_LEAST_DAYS

ZONE = ZoneInfo("Asia/Shanghai")
TABLE, VERB = "audit_entry", "audit.pruned"
PARTS = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
 WHERE i.inhparent = %s::regclass ORDER BY c.relname
"""
LINE = """
INSERT INTO audit_entry (id, at, actor_id, actor_label, org_path, verb, subject_kind, subject_id, subject_label, details)
VALUES (%s, %s, %s, %s, '', %s, 'audit', '', '', %s)
"""


def due_months(env: Env, now: datetime, days: int) -> list[tuple[str, int]]:
    """Return the month partitions of the log whose last day lies `days` back, with their rows; changes nothing."""
    first = first_kept(now, days)
    with connect(env) as connection:
        names = [name for (name,) in connection.execute(PARTS, [TABLE])]
        due = [name for name in names if (month := month_of(name)) and month < first]
        return [(name, _rows(connection, name)) for name in due]


def prune_audit(env: Env, now: datetime, days: int) -> dict[str, Any]:
    """Drop the months that are due, all or none, and write one line that says so; what went, in numbers.

    Raises: Stop `too_short` below three years (个人信息保护法 article 56: the log holds who read personal data).
    """
    if days < ASSESSMENT_LEAST_DAYS:
        raise Stop(
            Exit.USAGE,
            "too_short",
            f"The log of deeds is kept for at least {ASSESSMENT_LEAST_DAYS} days (个人信息保护法第五十六条), not {days}.",
            f"操作记录至少保存 {ASSESSMENT_LEAST_DAYS} 天（个人信息保护法第五十六条），不能改为 {days} 天。",
        )
    due = due_months(env, now, days)
    if due:
        with connect(env) as connection, connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '10s'")  # rather fail than hold up everybody's lines
            for name, _ in due:
                connection.execute(f"DROP TABLE {quote(name)}".encode())
            _leave_line(connection, due, now, days)
    return {
        "months": [name.removeprefix(f"{TABLE}_") for name, _ in due],
        "rows": sum(rows for _, rows in due),
        "days": days,
    }


def first_kept(now: datetime, days: int) -> date:
    """Return the first day of the oldest month that has a day within the term."""
    return (now.astimezone(ZONE).date() - timedelta(days=days)).replace(day=1)


def month_of(partition: str) -> date | None:
    """Return the month of a partition by its name; None for the default one."""
    found = re.fullmatch(rf"{TABLE}_y(\d{{4}})m(\d\d)", partition)
    return date(int(found[1]), int(found[2]), 1) if found else None


def _leave_line(connection: Any, due: list[tuple[str, int]], now: datetime, days: int) -> None:
    """Write the line by the owner's connection: it stands if and only if the months are gone."""
    details = {
        "months": [name.removeprefix(f"{TABLE}_") for name, _ in due],
        "rows": sum(n for _, n in due),
        "days": days,
    }
    connection.execute(LINE, [uuid7(), now, SYSTEM.id, SYSTEM.label, VERB, json.dumps(details)])


def _rows(connection: Any, name: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {quote(name)}".encode()).fetchone()  # noqa: S608
    return int(row[0])
