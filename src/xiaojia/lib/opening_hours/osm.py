"""How is a schedule written in OpenStreetMap's `opening_hours` language, and read back?

A strict subset: weekdays are always stated, times are HH:MM-HH:MM, seasons are month-day ranges, exceptions carry the
year, `off` closes, the comment "unattended" marks intervals without staff, `unknown` an unknown week; never PH or SH.
The holiday policy is not part of the text. Other evaluators cut a night off at 00:00 where the next day has a rule of
its own (exception, season); we let the night of the day before end as stated.
Syntax: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from xiaojia.lib.opening_hours.model import (
    DAY_MIN,
    DatedException,
    HolidayPolicy,
    Interval,
    MonthDay,
    Schedule,
    ScheduleError,
    Season,
    Times,
    Week,
    check_month_day,
    check_week,
    clock,
    minutes,
)

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNATTENDED = "unattended"
_MONTH = "(?:" + "|".join(_MONTHS) + r") \d{2}"
_DAY = "(?:" + "|".join(_DAYS) + ")"
_TIME = r"\d{2}:\d{2}"
_RULE = re.compile(
    rf"(?:(?P<from>\d{{4}} {_MONTH})-(?P<to>\d{{4}} {_MONTH}) |(?P<season>{_MONTH}-{_MONTH}) )?"
    rf"(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*) "
    rf'(?:(?P<times>{_TIME}-{_TIME}(?:,{_TIME}-{_TIME})*)(?: open "(?P<comment>[^"]+)")?'
    rf'|(?P<state>off|unknown)(?: "(?P<reason>[^"]+)")?)'
)
_SEPARATOR = re.compile(r"(?P<more>, )|; ")


class _Rule(NamedTuple):
    scope: str  # "" for the ordinary week, else the dates as written
    exception: tuple[date, date] | None
    season: tuple[MonthDay, MonthDay] | None
    days: tuple[int, ...]
    state: str  # open, off or unknown
    intervals: Times
    name: str


def to_osm(schedule: Schedule) -> str:
    """Return the strict text; ordinary week first, then seasons, then exceptions, so that later rules override."""
    parts = [_week_text("", schedule.week, "") if schedule.week is not None else "Mo-Su unknown"]
    for season in schedule.seasons:
        dates = f"{_md_text(season.start_md)}-{_md_text(season.end_md)} "
        parts.append(_week_text(dates, season.week, season.name))
    for row in schedule.exceptions:
        dates = f"{_date_text(row.start)}-{_date_text(row.end)} "
        parts.append(_day_text(f"{dates}Mo-Su", row.intervals, row.reason))
    return "; ".join(parts)


def from_osm(
    text: str, holiday_policy: HolidayPolicy = HolidayPolicy.NORMAL, holiday_intervals: Times = ()
) -> Schedule:
    """Return the schedule of a text that `to_osm` could have written; raise ScheduleError (`bad_shape`) otherwise."""
    base: list[_Rule] = []
    seasons: dict[str, list[_Rule]] = {}
    exceptions: dict[str, list[_Rule]] = {}
    for rule in _rules(text.strip()):
        if rule.exception:
            exceptions.setdefault(rule.scope, []).append(rule)
        elif rule.season:
            seasons.setdefault(rule.scope, []).append(rule)
        else:
            base.append(rule)
    is_unknown = any(rule.state == "unknown" for rule in base)
    schedule = Schedule(
        week=None if is_unknown else _week_from(base),
        seasons=tuple(_season_from(rules) for rules in seasons.values()),
        exceptions=tuple(_exception_from(rules) for rules in exceptions.values()),
        holiday_policy=holiday_policy,
        holiday_intervals=holiday_intervals,
    )
    if to_osm(schedule) != text.strip():  # a later rule for the same days would override, not add
        raise _bad(text)
    return schedule


def times_to_text(intervals: Times) -> str:
    """Return the intervals of one day as HH:MM-HH:MM[,…], unattended ones marked with a star."""
    return ",".join(_interval_text(row) + ("" if row.staffed else "*") for row in intervals)


def times_from_text(text: str) -> Times:
    """Return the intervals of `times_to_text`; raise ScheduleError."""
    if not text:
        return ()
    parts = [(part.rstrip("*"), not part.endswith("*")) for part in text.split(",")]
    return tuple(_interval(part, staffed) for part, staffed in parts)


def _week_text(dates: str, week: Week, name: str) -> str:
    groups: dict[Times, list[int]] = {}
    for weekday, intervals in enumerate(week):
        groups.setdefault(intervals, []).append(weekday)
    ordinary = not dates and len(groups) > 1  # a closed weekday of the ordinary week needs no rule
    return "; ".join(
        _day_text(dates + days_text(weekdays), intervals, name)
        for intervals, weekdays in groups.items()
        if intervals or not ordinary
    )


def _day_text(selector: str, intervals: Times, name: str) -> str:
    if not intervals:
        return f"{selector} off" + (f' "{name}"' if name else "")
    texts = []
    for staffed in (True, False):
        times = ",".join(_interval_text(row) for row in intervals if row.staffed is staffed)
        comment = " | ".join(part for part in (name, "" if staffed else _UNATTENDED) if part)
        if times:
            texts.append(f"{selector} {times}" + (f' open "{comment}"' if comment else ""))
    return ", ".join(texts)


def days_text(weekdays: list[int]) -> str:
    """Return weekdays (0 = Monday, ascending) as OSM writes them: `Mo-We,Fr`."""
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and weekday == runs[-1][-1] + 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return ",".join(_DAYS[run[0]] + (f"-{_DAYS[run[-1]]}" if len(run) > 1 else "") for run in runs)


def _interval_text(row: Interval) -> str:
    end = row.end_min - DAY_MIN if row.end_min > DAY_MIN else row.end_min
    return f"{clock(row.start_min)}-{clock(end)}"


def _md_text(value: MonthDay) -> str:
    return f"{_MONTHS[value.month - 1]} {value.day:02d}"


def _date_text(on: date) -> str:
    return f"{on.year:04d} {_MONTHS[on.month - 1]} {on.day:02d}"


def _rules(text: str) -> Iterator[_Rule]:
    at, previous = 0, None
    while True:
        match = _RULE.match(text, at)
        if not match:
            raise _bad(text[at:])
        rule = _rule(match)
        if previous is not None and (rule.scope, rule.days) != previous:
            raise _bad(match[0])
        yield rule
        if match.end() == len(text):
            return
        separator = _SEPARATOR.match(text, match.end())
        if not separator:
            raise _bad(text[match.end() :])
        previous = (rule.scope, rule.days) if separator["more"] else None
        at = separator.end()


def _rule(match: re.Match[str]) -> _Rule:
    comment = (match["comment"] or match["reason"] or "").split(" | ")
    staffed = comment[-1] != _UNATTENDED
    name = " | ".join(comment if staffed else comment[:-1])
    exception = season = None
    if match["from"]:
        exception = (_date_from(match["from"]), _date_from(match["to"]))
    if match["season"]:
        start, end = match["season"].split("-")
        season = (_md_from(start), _md_from(end))
    return _Rule(
        scope=match["season"] or f"{match['from']}-{match['to']}" if match["season"] or match["from"] else "",
        exception=exception,
        season=season,
        days=_days_from(match["days"]),
        state=match["state"] or "open",
        intervals=tuple(_interval(part, staffed) for part in (match["times"] or "").split(",") if part),
        name=name,
    )


def _week_from(rules: list[_Rule]) -> Week:
    days: list[list[Interval]] = [[] for _ in _DAYS]
    for rule in rules:
        for weekday in rule.days:
            days[weekday].extend(rule.intervals)
    return check_week(days)


def _season_from(rules: list[_Rule]) -> Season:
    first = rules[0]
    if first.season is None:
        raise _bad(first.scope)
    return Season(first.name, *first.season, _week_from(rules))


def _exception_from(rules: list[_Rule]) -> DatedException:
    first = rules[0]
    if first.exception is None:
        raise _bad(first.scope)
    return DatedException(*first.exception, tuple(row for rule in rules for row in rule.intervals), first.name)


def _days_from(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        a, b = _DAYS.index(first), _DAYS.index(last or first)
        if b < a:
            raise _bad(text)
        found.extend(range(a, b + 1))
    return tuple(found)


def _interval(text: str, staffed: bool) -> Interval:
    if not re.fullmatch(rf"{_TIME}-{_TIME}", text):
        raise _bad(text)
    start, end = (minutes(part) for part in text.split("-"))
    return Interval(start, end + DAY_MIN if end < start else end, staffed)


def _date_from(text: str) -> date:
    year, month, day = text.split(" ")
    try:
        return date(int(year), _MONTHS.index(month) + 1, int(day))
    except ValueError as error:
        raise _bad(text) from error


def _md_from(text: str) -> MonthDay:
    month, day = text.split(" ")
    return check_month_day(_MONTHS.index(month) + 1, int(day))


def _bad(text: str) -> ScheduleError:
    return ScheduleError("bad_shape", params={"text": text[:80]})
