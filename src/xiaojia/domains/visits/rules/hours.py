"""In which clock hour, day and month did a visit happen? Always those of Asia/Shanghai."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
OLDEST_S = 24 * 3600
"""A tap kept on a phone may arrive this late."""


def tapped_at(now: datetime, age_s: float) -> datetime | None:
    """Return when the tap happened, by the server's clock and the seconds since; None beyond 24 hours.

    The phone's own clock is never asked: it may be an hour wrong. A negative age counts as now.
    """
    age_s = max(0.0, age_s)
    return None if age_s > OLDEST_S else now - timedelta(seconds=age_s)


def clock_hour(at: datetime) -> datetime:
    """Return the start of the clock hour."""
    return at.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)


def day_of(at: datetime) -> date:
    """Return the calendar day."""
    return at.astimezone(SHANGHAI).date()


def day_bounds(first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """Return [start, end) of a day, or from a first to a last day included."""
    end = (last or first) + timedelta(days=1)
    return datetime.combine(first, time(), SHANGHAI), datetime.combine(end, time(), SHANGHAI)


def month_start(day: date, months: int = 0) -> date:
    """Return the first day of the day's month, or of one some months later or earlier."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
