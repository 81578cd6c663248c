"""What kind of day is it? The day table as one value, kept in memory for a minute."""

import time
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from xiaojia.kernel.calendar.models import Notice, SpecialDay
from xiaojia.lib.workdays import Day, DayKind, DayTable

KEEP_S = 60.0

Stamp = tuple[datetime | None, int]

_kept: tuple[float, Stamp, DayTable] | None = None


def day_table() -> DayTable:
    """Return the day table. No query within a minute of the last; then one that asks whether anything changed."""
    global _kept  # noqa: PLW0603
    now = time.monotonic()
    if _kept is not None and now - _kept[0] < KEEP_S:
        return _kept[2]
    found = Notice.objects.aggregate(last=Max("entered_at"), count=Count("id"))
    stamp: Stamp = (found["last"], found["count"])
    table = _kept[2] if _kept is not None and _kept[1] == stamp else read_table()
    _kept = (now, stamp, table)
    return table


def table_stamp() -> Stamp:
    """Return when the day table was last changed and how many years it has: another stamp, another table."""
    day_table()
    return _kept[1] if _kept else (None, 0)


def forget() -> None:
    """Let the next question read anew: after a change in this process, and between tests."""
    global _kept  # noqa: PLW0603
    _kept = None


def read_table() -> DayTable:
    """Return the day table as it is stored now."""
    return DayTable((as_day(row) for row in SpecialDay.objects.all()), Notice.objects.values_list("year", flat=True))


def as_day(row: SpecialDay) -> Day:
    """Return a stored row as the value that the rules know."""
    return Day(row.date, DayKind(row.kind), row.name, row.follows_weekday)


def notices() -> QuerySet[Notice]:
    """Return the notices with the number of their days, the latest year first."""
    return Notice.objects.annotate(day_count=Count("days")).order_by("-year")
