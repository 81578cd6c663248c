"""What does an officer type about opening hours? Plain rows: the same shape from a schedule, from a form, and back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xiaojia.lib.opening_hours import (
    DatedException,
    HolidayPolicy,
    Interval,
    MonthDay,
    Schedule,
    ScheduleError,
    Season,
    Times,
    Week,
    clock,
    minutes,
)

SPARE, LIMIT = 1, 40
DAY_MIN = 1440


@dataclass
class Line:
    """One interval as typed: "8:30", "12:00", whether it ends on the next day, whether nobody is there."""

    start: str = ""
    end: str = ""
    next_day: bool = False
    unattended: bool = False

    @property
    def empty(self) -> bool:
        return not (self.start or self.end)


@dataclass
class Days:
    """Seven days with their lines, Monday first; `prefix` names the inputs."""

    prefix: str
    lines: list[list[Line]] = field(default_factory=lambda: [[] for _ in range(7)])


@dataclass
class SeasonRow:
    """A season as typed; the dates are month-day, "11-01"."""

    number: int
    name: str = ""
    first: str = ""
    last: str = ""
    days: Days = field(default_factory=lambda: Days(""))


@dataclass
class ExceptionRow:
    """Dated days as typed; without lines they are closed."""

    number: int
    first: str = ""
    last: str = ""
    reason: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return f"e{self.number}-0"


@dataclass
class Typed:
    """All of the editor."""

    week: Days
    seasons: list[SeasonRow] = field(default_factory=list)
    exceptions: list[ExceptionRow] = field(default_factory=list)
    policy: str = HolidayPolicy.UNKNOWN.value
    holiday: list[Line] = field(default_factory=list)


def from_schedule(schedule: Schedule | None) -> Typed:
    """Return a schedule as rows."""
    if schedule is None:
        return Typed(Days("w"))
    seasons = [
        SeasonRow(n, row.name, _md(row.start_md), _md(row.end_md), _days(f"s{n}", row.week))
        for n, row in enumerate(schedule.seasons)
    ]
    exceptions = [
        ExceptionRow(n, row.start.isoformat(), row.end.isoformat(), row.reason, _lines(row.intervals))
        for n, row in enumerate(schedule.exceptions)
    ]
    week = _days("w", schedule.week) if schedule.week else Days("w")
    return Typed(week, seasons, exceptions, schedule.holiday_policy.value, _lines(schedule.holiday_intervals))


def from_post(data: Mapping[str, Any]) -> Typed:
    """Return what was typed, row by row, valid or not."""
    return Typed(
        _days_typed(data, "w"),
        [
            SeasonRow(n, *(_said(data, f"s{n}-{key}") for key in ("name", "first", "last")), _days_typed(data, f"s{n}"))
            for n in _numbers(data, r"s(\d+)-first")
        ],
        [
            ExceptionRow(
                n, *(_said(data, f"e{n}-{key}") for key in ("first", "last", "reason")), _typed_lines(data, f"e{n}-0")
            )
            for n in _numbers(data, r"e(\d+)-first")
        ],
        _said(data, "policy") or HolidayPolicy.UNKNOWN.value,
        _typed_lines(data, "h-0"),
    )


def to_schedule(typed: Typed) -> Schedule | None:
    """Return the schedule of the rows, None when nothing is stated at all; raises ScheduleError."""
    week = _week(typed.week)
    seasons = [row for row in typed.seasons if row.first or row.last]
    exceptions = [row for row in typed.exceptions if row.first]
    if not any(week) and not seasons and not exceptions:
        return None
    policy = HolidayPolicy(typed.policy) if typed.policy in set(HolidayPolicy) else HolidayPolicy.UNKNOWN
    return Schedule(
        week=week if any(week) else None,
        seasons=tuple(
            Season(row.name, _month_day(row.first), _month_day(row.last), _week(row.days)) for row in seasons
        ),
        exceptions=tuple(
            DatedException(_date(row.first), _date(row.last or row.first), _times(row.lines), row.reason)
            for row in exceptions
        ),
        holiday_policy=policy,
        holiday_intervals=_times(typed.holiday) if policy is HolidayPolicy.SPECIAL else (),
    )


def with_spares(typed: Typed) -> Typed:
    """Return the rows with empty ones to type into, so that the page works without a script."""
    for days in [typed.week, *(row.days for row in typed.seasons)]:
        days.lines = [_spare(lines) for lines in days.lines]
    for row in typed.exceptions:
        row.lines = _spare(row.lines)
    typed.holiday = _spare(typed.holiday)
    n = max((row.number for row in typed.seasons), default=-1) + 1
    typed.seasons.append(SeasonRow(n, days=Days(f"s{n}", [_spare([]) for _ in range(7)])))
    n = max((row.number for row in typed.exceptions), default=-1) + 1
    typed.exceptions.append(ExceptionRow(n, lines=_spare([])))
    return typed


def _spare(lines: list[Line]) -> list[Line]:
    full = [line for line in lines if not line.empty]
    return [*full, *(Line() for _ in range(SPARE if full else 1))]


def _lines(intervals: Times) -> list[Line]:
    return [
        Line(clock(row.start_min), clock(row.end_min - DAY_MIN), True, not row.staffed)
        if row.end_min > DAY_MIN
        else Line(clock(row.start_min), clock(row.end_min), False, not row.staffed)
        for row in intervals
    ]


def _days(prefix: str, week: Week) -> Days:
    return Days(prefix, [_lines(day) for day in week])


def _days_typed(data: Mapping[str, Any], prefix: str) -> Days:
    return Days(prefix, [_typed_lines(data, f"{prefix}-{weekday}") for weekday in range(7)])


def _typed_lines(data: Mapping[str, Any], prefix: str) -> list[Line]:
    if data.get(f"{prefix}-all"):
        return [Line("00:00", "24:00", False, bool(data.get(f"{prefix}-0-un")))]
    found = []
    for n in range(LIMIT):
        if f"{prefix}-{n}-start" not in data:
            break
        keys = (f"{prefix}-{n}-{part}" for part in ("start", "end", "next", "un"))
        start, end, over, alone = (_said(data, key) for key in keys)
        if start or end:
            found.append(Line(start, end, bool(over), bool(alone)))
    return found


def _week(days: Days) -> Week:
    return tuple(_times(lines) for lines in days.lines)  # type: ignore[return-value]


def _times(lines: list[Line]) -> Times:
    return tuple(_interval(line) for line in lines if not line.empty)


def _interval(line: Line) -> Interval:
    end = minutes(tidy(line.end))
    return Interval(
        minutes(tidy(line.start)), end + DAY_MIN if line.next_day and end <= DAY_MIN else end, not line.unattended
    )


def tidy(text: str) -> str:
    """Return "8:5" or "830" or "８：30" as 08:30 where it can be read so."""
    plain = text.translate(str.maketrans("０１２３４５６７８９：。.", "0123456789:::"))
    bare = re.fullmatch(r"(\d{1,2})(?::?(\d{2}))?", plain)
    return f"{int(bare[1]):02d}:{bare[2] or '00'}" if bare else plain


def _md(day: MonthDay) -> str:
    return f"{day.month:02d}-{day.day:02d}"


def _month_day(text: str) -> MonthDay:
    found = re.fullmatch(r"(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?", text.strip())
    if not found:
        raise ScheduleError("bad_month_day", params={"month": text or "?", "day": ""})
    return MonthDay(int(found[1]), int(found[2]))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ScheduleError("bad_time", params={"text": text}) from error


def _numbers(data: Mapping[str, Any], pattern: str) -> list[int]:
    found = (re.fullmatch(pattern, key) for key in data)
    return sorted(int(match[1]) for match in found if match and len(match[1]) < 4)[:LIMIT]


def _said(data: Mapping[str, Any], key: str) -> str:
    return str(data.get(key) or "").strip()[:60]
