"""What are the opening hours of a station, as its keeper states them? (week, seasons, dated exceptions, holiday policy)

An interval belongs to the day on which it starts, also when it runs past midnight. What is more specific wins:
dated exception, then holiday, then make-up working day, then season, then the ordinary week.
Nothing invalid can exist: every constructor here raises ScheduleError.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, NamedTuple

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _

DAY_MIN = 1440
Times = tuple["Interval", ...]
Week = tuple[Times, Times, Times, Times, Times, Times, Times]


class MonthDay(NamedTuple):
    """A day of any year; 29 February stands for the end of February in a short year."""

    month: int
    day: int


class ScheduleError(XiaojiaError):
    """A schedule that cannot be; `code` and `params` (weekday 0 = Monday, times as HH:MM) say where."""

    sentences: ClassVar[Mapping[str, str]] = {
        "bad_time": _("“%(text)s”不是有效的时间：请写成 08:30 这样的形式。"),
        "end_before_start": _("结束时间%(end)s不晚于开始时间%(start)s：过夜请勾选“次日”，全天请填 00:00–24:00。"),
        "too_long": _("%(start)s–%(end)s超过24小时：请拆开填写。"),
        "intervals_overlap": _("%(first)s与%(second)s重叠：请合并或改开。"),
        "bad_week": _("一周必须有七天。"),
        "bad_month_day": _("%(month)s月%(day)s日不存在：请改日期。"),
        "seasons_overlap": _("“%(first)s”与“%(second)s”的日期重叠：请改开。"),
        "bad_exception_dates": _("结束日期%(end)s早于开始日期%(start)s：请改日期。"),
        "exceptions_overlap": _("两条特殊日期重叠（%(date)s）：请合并或改开。"),
        "special_needs_intervals": _("节假日“另定”时，请填写节假日的开放时间。"),
        "holiday_intervals_unused": _("填写了节假日的开放时间，但没有选“另定”：请选“另定”或清空。"),
        "bad_name": _('“%(text)s”含有不能使用的符号（" | ;）或超过40字：请改名称。'),
        "bad_shape": _("开放时间的数据不完整或格式不对：%(text)s。"),
    }


class HolidayPolicy(StrEnum):
    """What a holiday of the State Council's notice (days off, adjusted rest days included) does to the hours."""

    NORMAL = "normal"  # 照常: the hours of the weekday
    CLOSED = "closed"  # 休息
    SPECIAL = "special"  # 另定: the holiday intervals
    UNKNOWN = "unknown"  # nobody has said: the state is unknown on holidays


@dataclass(frozen=True, order=True)
class Interval:
    """Minutes after the midnight of its day; `end_min` above 1440 runs into the next day. At most 24 hours."""

    start_min: int
    end_min: int
    staffed: bool = True

    def __post_init__(self) -> None:
        """Raise ScheduleError unless 0 <= start < 24:00, start < end and the interval is unambiguous on a clock."""
        if not 0 <= self.start_min < DAY_MIN:
            raise ScheduleError("bad_time", params={"text": clock(self.start_min)})
        words = {"start": clock(self.start_min), "end": clock(self.end_min)}
        if self.end_min <= self.start_min:
            raise ScheduleError("end_before_start", params=words)
        if self.end_min - self.start_min > DAY_MIN or (self.end_min - self.start_min == DAY_MIN and self.start_min):
            raise ScheduleError("too_long", params=words)

    def __str__(self) -> str:
        """Return HH:MM-HH:MM, with 30:00 for six o'clock of the next day."""
        return f"{clock(self.start_min)}-{clock(self.end_min)}"


@dataclass(frozen=True)
class Season:
    """Replaces the whole week between two days of the year, both included; may run over New Year."""

    name: str
    start_md: MonthDay
    end_md: MonthDay
    week: Week

    def __post_init__(self) -> None:
        """Raise ScheduleError for a day that no year has, a bad name or overlapping intervals."""
        object.__setattr__(self, "name", check_name(self.name))
        object.__setattr__(self, "start_md", check_month_day(*self.start_md))
        object.__setattr__(self, "end_md", check_month_day(*self.end_md))
        object.__setattr__(self, "week", check_week(self.week))

    def covers(self, on: date) -> bool:
        """Return whether the date lies in the season."""
        day = (on.month, on.day)
        if self.start_md <= self.end_md:
            return self.start_md <= day <= self.end_md
        return day >= self.start_md or day <= self.end_md


@dataclass(frozen=True)
class DatedException:
    """Replaces the hours from one date to another, both included; no intervals means closed."""

    start: date
    end: date
    intervals: Times = ()
    reason: str = ""

    def __post_init__(self) -> None:
        """Raise ScheduleError for reversed dates, overlapping intervals or a bad reason."""
        words = {"start": self.start.isoformat(), "end": self.end.isoformat()}
        if self.end < self.start:
            raise ScheduleError("bad_exception_dates", params=words)
        object.__setattr__(self, "intervals", check_times(self.intervals))
        object.__setattr__(self, "reason", check_name(self.reason))
        if self.end > self.start:
            check_neighbours(self.intervals, self.intervals)

    def covers(self, on: date) -> bool:
        """Return whether the date lies in the exception."""
        return self.start <= on <= self.end


@dataclass(frozen=True)
class Schedule:
    """All that a station states about its hours; `week=None` means that the ordinary hours are not known."""

    week: Week | None = None
    seasons: tuple[Season, ...] = ()
    exceptions: tuple[DatedException, ...] = ()
    holiday_policy: HolidayPolicy = HolidayPolicy.NORMAL
    holiday_intervals: Times = ()

    def __post_init__(self) -> None:
        """Sort the parts; raise ScheduleError when they contradict each other."""
        if self.week is not None:
            object.__setattr__(self, "week", check_week(self.week))
        object.__setattr__(self, "seasons", tuple(sorted(self.seasons, key=lambda season: season.start_md)))
        object.__setattr__(self, "exceptions", tuple(sorted(self.exceptions, key=lambda row: row.start)))
        object.__setattr__(self, "holiday_policy", HolidayPolicy(self.holiday_policy))
        object.__setattr__(self, "holiday_intervals", check_times(self.holiday_intervals))
        _check_seasons(self.seasons)
        for first, second in zip(self.exceptions, self.exceptions[1:], strict=False):
            if second.start <= first.end:
                raise ScheduleError("exceptions_overlap", params={"date": second.start.isoformat()})
        if self.holiday_policy is HolidayPolicy.SPECIAL and not self.holiday_intervals:
            raise ScheduleError("special_needs_intervals")
        if self.holiday_policy is not HolidayPolicy.SPECIAL and self.holiday_intervals:
            raise ScheduleError("holiday_intervals_unused")

    def week_on(self, on: date) -> Week | None:
        """Return the week in force on a date: the season's, else the ordinary one."""
        return next((season.week for season in self.seasons if season.covers(on)), self.week)

    def exception_on(self, on: date) -> DatedException | None:
        """Return the dated exception of a date."""
        return next((row for row in self.exceptions if row.covers(on)), None)


def every_day(*intervals: Interval) -> Week:
    """Return a week with the same intervals on all seven days."""
    return (intervals,) * 7


def week_of(*groups: tuple[Iterable[int], Sequence[Interval]]) -> Week:
    """Return a week from groups of weekdays (0 = Monday) and their intervals; other days are closed."""
    days: list[Times] = [()] * 7
    for weekdays, intervals in groups:
        for weekday in weekdays:
            days[weekday] = tuple(intervals)
    return check_week(days)


def clock(minute: int) -> str:
    """Return minutes after midnight as HH:MM (30:00 for six o'clock of the next day)."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minutes(text: str) -> int:
    """Return the minutes of HH:MM up to 48:00; raise ScheduleError."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if not match or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 2 * DAY_MIN:
        raise ScheduleError("bad_time", params={"text": text})
    return int(match[1]) * 60 + int(match[2])


def check_times(intervals: Iterable[Interval]) -> Times:
    """Return the intervals of one day sorted; raise ScheduleError when two overlap."""
    ordered = tuple(sorted(intervals))
    for first, second in zip(ordered, ordered[1:], strict=False):
        if second.start_min < first.end_min:
            raise ScheduleError("intervals_overlap", params={"first": str(first), "second": str(second)})
    return ordered


def check_neighbours(today: Times, tomorrow: Times) -> None:
    """Raise ScheduleError when a night interval runs into the first one of the next day."""
    if today and tomorrow and today[-1].end_min - DAY_MIN > tomorrow[0].start_min:
        raise ScheduleError("intervals_overlap", params={"first": str(today[-1]), "second": str(tomorrow[0])})


def check_week(days: Sequence[Iterable[Interval]]) -> Week:
    """Return seven sorted days; raise ScheduleError with the weekday when intervals overlap, also over midnight."""
    if len(days) != 7:
        raise ScheduleError("bad_week")
    week: list[Times] = []
    for weekday in range(8):  # the eighth step looks from Sunday's night to Monday
        try:
            if weekday < 7:
                week.append(check_times(days[weekday]))
            if weekday > 0:
                check_neighbours(week[weekday - 1], week[weekday % 7])
        except ScheduleError as error:
            raise ScheduleError(error.code, params={**error.params, "weekday": weekday % 7}) from error
    return (week[0], week[1], week[2], week[3], week[4], week[5], week[6])


def check_month_day(month: int, day: int) -> MonthDay:
    """Return the day of the year; raise ScheduleError when no year has it."""
    try:
        date(2024, month, day)
    except ValueError as error:
        raise ScheduleError("bad_month_day", params={"month": month, "day": day}) from error
    return MonthDay(month, day)


def check_name(text: str) -> str:
    """Return a name without outer spaces; raise ScheduleError when an OSM comment cannot carry it."""
    clean = " ".join(text.split())
    if len(clean) > 40 or re.search(r'["|;]', clean) or clean == "unattended":
        raise ScheduleError("bad_name", params={"text": clean[:60]})
    return clean


def _check_seasons(seasons: Sequence[Season]) -> None:
    taken: dict[date, Season] = {}
    for season in seasons:
        for offset in range(366):
            on = date(2024, 1, 1) + timedelta(days=offset)
            if season.covers(on):
                other = taken.setdefault(on, season)
                if other is not season:
                    raise ScheduleError("seasons_overlap", params={"first": other.name, "second": season.name})
