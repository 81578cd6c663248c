"""What do the posted hours of many stations say of one instant? Each distinct schedule is evaluated once until it changes."""

import json
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from xiaojia.domains.stations.rules.state import Posted
from xiaojia.kernel.calendar.queries import day_table, table_stamp
from xiaojia.lib.opening_hours import HolidayPolicy, Hours, Schedule, Times, from_json, shared_text
from xiaojia.lib.workdays import DayTable

DAY_MIN = 1440
SHANGHAI = ZoneInfo("Asia/Shanghai")
NO_HOURS = Posted(known=False, is_open=None)


@lru_cache(maxsize=4096)
def hours_object(text: str, table: DayTable, day: date) -> Hours:
    """Return the evaluator for a schedule's JSON text; `day` keeps windows from piling up over days."""
    return Hours(from_json(json.loads(text)), table)


@lru_cache(maxsize=4096)
def shared_hours(text: str | None, table: DayTable, day: date) -> str:
    """Return a schedule's JSON text as other programs read it, exact for a year from `day` on; "" for none known."""
    return shared_text(from_json(json.loads(text)), table, day) if text else ""


def shared_from(now: datetime) -> date:
    """Return the day from which feeds and the API date their hours: the month's first, so that texts stay for a month."""
    return now.astimezone(SHANGHAI).date().replace(day=1)


def shared_stamp(now: datetime) -> tuple[str, datetime]:
    """Return what shared hours hang on besides the schedules, the month and the day table, and when that last changed."""
    first, (entered_at, years) = shared_from(now), table_stamp()
    begun = datetime.combine(first, time(), SHANGHAI)
    return f"{first} {entered_at} {years}", max(begun, entered_at or begun)


@lru_cache(maxsize=4096)
def never_closes(text: str | None, day: date) -> bool:
    """Return whether a schedule's JSON text leaves no minute from `day` on closed or unknown, staffed or not."""
    if not text:
        return False
    schedule = from_json(json.loads(text))
    to_come = any(exception.end >= day for exception in schedule.exceptions)
    plain = not schedule.seasons and not to_come and schedule.holiday_policy is HolidayPolicy.NORMAL
    return plain and schedule.week is not None and all(_is_whole(day) for day in schedule.week)


@lru_cache(maxsize=4096)
def opening_from(text: str | None, table: DayTable, at: datetime) -> datetime:
    """Return when the posted hours first stand open from `at` on; `at` itself where they do not say."""
    if not text:
        return at
    snapshot = hours_object(text, table, at.date()).snapshot(at)
    change = snapshot.change
    return change.at if snapshot.is_open is False and change and change.becomes == "open" else at


def _is_whole(day: Times) -> bool:
    """Whether a day's intervals, in order, cover all of it."""
    reached = 0
    for interval in sorted(day):
        if interval.start_min > reached:
            return False
        reached = max(reached, interval.end_min)
    return reached >= DAY_MIN


class Clock:
    """The posted hours at one instant, for many stations: ask with the JSON text of each schedule ("" = none known)."""

    def __init__(self, now: datetime, table: DayTable | None = None) -> None:
        self.now = now
        self.table = table or day_table()
        self._known: dict[str, Posted] = {}

    def posted(self, text: str | None) -> Posted:
        """Return what the schedule says of this instant."""
        if not text:
            return NO_HOURS
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = _still_true(text, self.table, self.now) or _ask(text, self.table, self.now)
        return found


_last: dict[str, tuple[DayTable, datetime, datetime, Posted]] = {}


def _still_true(text: str, table: DayTable, now: datetime) -> Posted | None:
    """The last answer, if `now` lies between the instant it was given for and the next change it named."""
    last = _last.get(text)
    if last and last[0] is table and last[1] <= now < last[2]:
        return last[3]
    return None


def _ask(text: str, table: DayTable, now: datetime) -> Posted:
    snapshot = hours_object(text, table, now.date()).snapshot(now)
    current, change = snapshot.current, snapshot.change
    posted = Posted(
        known=True,
        is_open=snapshot.is_open,
        interval_start=current.start if current else None,
        interval_end=current.end if current else None,
        staffed=current.staffed if current else None,
        next_at=change.at if change else None,
        becomes=change.becomes if change else "",
    )
    ends = [at for at in (posted.next_at, posted.interval_end) if at and at > now]
    if len(_last) > 20_000:
        _last.clear()
    _last[text] = (table, now, min([*ends, now + timedelta(hours=6)]), posted)
    return posted


def hours_of(station: Any) -> Hours | None:
    """Return the evaluator of one station, or None when no hours are known."""
    return Hours(from_json(station.hours), day_table()) if station.hours else None


def schedule_of(station: Any) -> Schedule | None:
    """Return the schedule of one station as the editor shows it, or None."""
    return from_json(station.hours) if station.hours else None
