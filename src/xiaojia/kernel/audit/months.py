"""Which months does an append-only table have? Monthly range partitions, made ahead; strays in the default one are moved."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connections, transaction

ZONE = ZoneInfo("Asia/Shanghai")


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """Return [start, end) of a calendar month of Asia/Shanghai, in UTC."""
    start = datetime(month.year, month.month, 1, tzinfo=ZONE)
    return start.astimezone(UTC), datetime.combine(month_after(month), datetime.min.time(), ZONE).astimezone(UTC)


def month_after(month: date) -> date:
    """Return the first day of the following month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def partition_name(table: str, month: date) -> str:
    """Return the name of a month's partition: parent_yYYYYmMM."""
    return f"{table}_y{month.year:04d}m{month.month:02d}"


def ensure_months(table: str, *, first: date, months: int, using: str = "owner") -> list[str]:
    """Create the missing monthly partitions of `table` from `first` on; return the names made. Owner's connection only."""
    made = []
    month = first.replace(day=1)
    with connections[using].cursor() as cursor:
        for _ in range(months):
            name = partition_name(table, month)
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is None:
                with transaction.atomic(using=using):
                    _make(cursor, table, name, *month_bounds(month))
                made.append(name)
            month = month_after(month)
    return made


def _make(cursor: Any, table: str, name: str, start: datetime, end: datetime) -> None:
    """Create one partition; rows of that month that the default partition caught meanwhile move into it."""
    default = f"{table}_default"
    cursor.execute("SELECT to_regclass(%s)", [default])
    caught = cursor.fetchone()[0] is not None
    bounds = f"FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
    if not caught:
        cursor.execute(f"CREATE TABLE {name} PARTITION OF {table} {bounds}")
        return
    cursor.execute("SELECT pg_get_partkeydef(%s::regclass)", [table])
    match = re.fullmatch(r"RANGE \((\w+)\)", cursor.fetchone()[0])
    if match is None:
        raise ValueError(f"{table} is not partitioned by range of one column")
    column = match[1]
    cursor.execute(f"LOCK TABLE {default} IN ACCESS EXCLUSIVE MODE")
    cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    cursor.execute(
        f"WITH moved AS (DELETE FROM {default} WHERE {column} >= %s AND {column} < %s RETURNING *)"  # noqa: S608
        f" INSERT INTO {name} SELECT * FROM moved",
        [start, end],
    )
    cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} {bounds}")
