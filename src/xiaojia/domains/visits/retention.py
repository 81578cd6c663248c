"""How is it kept that a check-in cannot follow anyone? A past month's marks are counted once, then taken off by the owner."""

from datetime import date, datetime, timedelta

from django.db import connections, transaction

from xiaojia.domains.visits.models import Visit
from xiaojia.domains.visits.rules.hours import day_bounds, day_of, month_start
from xiaojia.kernel.retention.models import Figure
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term

KEY = "visits.devices"
OWNER = "owner"
"""The application's role can change no visit: the owner's can, and this is the one change it makes."""

COUNTED = """
WITH seen AS (
    SELECT DISTINCT device, station_id, org_path, division_code FROM visits_visit
    WHERE hour >= %(start)s AND hour < %(end)s AND device IS NOT NULL
), scoped AS (
    SELECT device, 'station:' || station_id AS scope FROM seen
    UNION SELECT device, 'path:' || array_to_string((string_to_array(org_path, '/'))[1:step], '/') || '/'
          FROM seen, generate_series(2, array_length(string_to_array(org_path, '/'), 1) - 1) step
    UNION SELECT device, 'ground:' || left(division_code, length) FROM seen, unnest(ARRAY[2, 4, 6]) length
          WHERE division_code <> ''
)
INSERT INTO retention_figure (key, period, scope, value)
SELECT %(key)s, %(period)s, scope, count(DISTINCT device) FROM scoped GROUP BY scope
ON CONFLICT DO NOTHING
"""
TAKEN_OFF = """
UPDATE visits_visit v SET device = NULL FROM (
    SELECT id, hour FROM visits_visit WHERE hour >= %(start)s AND hour < %(end)s AND device IS NOT NULL LIMIT %(most)s
) picked WHERE v.id = picked.id AND v.hour = picked.hour
"""


def whole_months_before(cutoff: datetime) -> datetime:
    """Return the end of the last month that was over at the cutoff."""
    return day_bounds(month_start(day_of(cutoff)))[0]


def marked(cutoff: datetime) -> int:
    """Count the visits of months over at the cutoff that still carry a phone's mark."""
    return Visit.objects.filter(hour__lt=whole_months_before(cutoff), device__isnull=False).count()


def drop_marks(cutoff: datetime, most: int) -> int:
    """Count the oldest such month's phones for good, then take the mark off some of its visits."""
    oldest = (
        Visit.objects.filter(hour__lt=whole_months_before(cutoff), device__isnull=False)
        .order_by("hour").values_list("hour", flat=True).first()
    )  # fmt: skip
    if oldest is None:
        return 0
    month = month_start(day_of(oldest))
    start, end = day_bounds(month, month_start(month, 1) - timedelta(days=1))
    values = {"start": start, "end": end, "most": most, "key": KEY, "period": period_of(month)}
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        if not Figure.objects.using(OWNER).filter(key=KEY, period=values["period"]).exists():
            cursor.execute(COUNTED, values)
        cursor.execute(TAKEN_OFF, values)
        return int(cursor.rowcount)


def period_of(month: date) -> str:
    """Return a month as the figures name it: 2026-05."""
    return f"{month:%Y-%m}"


TERMS = (
    Term(KEY, _("登记上的当月设备标识"), _("同一部手机一个钟点只记一次；按月去重"), _("当月结束"),
         _("个人信息保护法第六条：收集限于最小范围；第四条：匿名化处理后的信息不是个人信息"), 7, 2, 31, marked, drop_marks),
)  # fmt: skip
