"""How are distances, ages and times said to a person? Plain functions; `web` registers them as filters."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")


def distance(metres: float | None) -> str:
    """Return "320 米" below a kilometre (to 10 m), "1.1 公里" above, "" for None."""
    if metres is None:
        return ""
    if metres < 995:
        return _("%(n)s 米") % {"n": max(10, round(metres / 10) * 10)}
    km = metres / 1000
    return _("%(n)s 公里") % {"n": f"{km:.1f}" if km < 9.95 else f"{km:.0f}"}


def age(at: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago `at` was ("刚刚", "20 分钟前", "3 小时前", "2 天前", then the date)."""
    if at is None:
        return ""
    now = now or timezone.now()
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return _("刚刚")
    if minutes < 60:
        return ngettext("%(n)s 分钟前", "%(n)s 分钟前", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        return ngettext("%(n)s 小时前", "%(n)s 小时前", minutes // 60) % {"n": minutes // 60}
    if minutes < 30 * 24 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(n)s 天前", "%(n)s 天前", days) % {"n": days}
    return at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d")


def fmt_time(value: datetime | time | int | None) -> str:
    """Return "8:30" from a datetime (in the business zone), a time, or minutes after midnight (1440 is "24:00")."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value // 60}:{value % 60:02d}"
    if isinstance(value, datetime):
        value = value.astimezone(BUSINESS_ZONE).time()
    return f"{value.hour}:{value.minute:02d}"


def when(at: datetime | None, now: datetime | None = None) -> str:
    """Return a near moment as people say it: "18:30", "明天 8:30", "周五 8:30", "昨天 16:40", "12月3日 8:30"."""
    if at is None:
        return ""
    today = (now or timezone.now()).astimezone(BUSINESS_ZONE).date()
    day = at.astimezone(BUSINESS_ZONE).date()
    name = day_name(day, today)
    return f"{name} {fmt_time(at)}" if name else fmt_time(at)


def day_name(day: date, today: date) -> str:
    """Return "" for today, else "明天", "昨天", a weekday within the coming six days, or the date."""
    ahead = (day - today) // timedelta(days=1)
    if ahead == 0:
        return ""
    if ahead == 1:
        return _("明天")
    if ahead == -1:
        return _("昨天")
    if 1 < ahead < 7:
        return weekday(day)
    if day.year == today.year:
        return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}
    return day.isoformat()


def weekday(day: date | int) -> str:
    """Return "周一" … "周日" for a date or a number (0 is Monday)."""
    number = day if isinstance(day, int) else day.weekday()
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")][number]
