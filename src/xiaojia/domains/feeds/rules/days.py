"""On which days do a station's hours differ from its ordinary week? Holidays, exceptions and closures, day by day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from xiaojia.lib.opening_hours import Hours, Schedule, Times
from xiaojia.lib.workdays import DayTable

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_MIN = 1440


class Span(NamedTuple):
    """Minutes after the midnight of its day; `end_min` above 1440 runs into the next one."""

    start_min: int
    end_min: int
    staffed: bool


Spans = tuple[Span, ...]


class Shut(NamedTuple):
    """A dated closure: from, to (None = until further notice), why."""

    starts_at: datetime
    ends_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Day:
    """One date: what its ordinary week says and what holds; None = not known. `why` names what makes it differ."""

    on: date
    ordinary: Spans | None
    actual: Spans | None
    why: str

    @property
    def regular(self) -> bool:
        """Whether the ordinary week holds."""
        return self.actual is not None and self.actual == self.ordinary and not self.why


@dataclass(frozen=True)
class Week:
    """A stretch of days, both included, in which one ordinary week holds without exception; `open_ended` = up to the last day looked at."""

    first: date
    last: date
    days: tuple[Spans, ...]
    open_ended: bool = False


@dataclass(frozen=True)
class Special:
    """A stretch of days, both included, that go their own way: the same spans on each (None = not known), and why."""

    first: date
    last: date
    spans: Spans | None
    why: str


def day_by_day(
    schedule: Schedule, table: DayTable, first: date, last: date, shuts: Sequence[Shut] = ()
) -> Iterator[Day]:
    """Yield each date from `first` to `last` in order; a night that a closure cuts after midnight moves to its morning."""
    hours = Hours(schedule, table)
    carried: list[Span] = []
    start = first - timedelta(days=1) if shuts else first
    for step in range((last - start).days + 1):
        on = start + timedelta(days=step)
        actual = _spans(hours.intervals_on(on))
        hit = _reasons(on, actual, shuts)
        whole = None if actual is None else [*carried, *_cut(on, actual, shuts)]
        carried = [
            Span(s.start_min - DAY_MIN, s.end_min - DAY_MIN, s.staffed) for s in whole or () if s.start_min >= DAY_MIN
        ]
        kept = None if whole is None else tuple(sorted(s for s in whole if s.start_min < DAY_MIN))
        if on >= first:
            yield Day(on, _ordinary(schedule, on), kept, hit or _why(schedule, table, on, kept))


def _ordinary(schedule: Schedule, on: date) -> Spans | None:
    week = schedule.week_on(on)
    return None if week is None else _spans(week[on.weekday()])


def _spans(times: Times | None) -> Spans | None:
    return None if times is None else tuple(Span(t.start_min, t.end_min, t.staffed) for t in times)


def _why(schedule: Schedule, table: DayTable, on: date, actual: Spans | None) -> str:
    if actual is not None and actual == _ordinary(schedule, on):
        return ""
    exception = schedule.exception_on(on)
    return (exception.reason if exception else "") or table.day(on).name or "-"


def _reasons(on: date, actual: Spans | None, shuts: Sequence[Shut]) -> str:
    """The reason of the first closure that takes something of this date's hours."""
    midnight = datetime.combine(on, datetime.min.time(), SHANGHAI)
    for shut in shuts:
        start, end = _minutes(shut, midnight)
        if any(span.start_min < end and start < span.end_min for span in actual or ()):
            return shut.reason
    return ""


def _minutes(shut: Shut, midnight: datetime) -> tuple[float, float]:
    start = (shut.starts_at - midnight).total_seconds() / 60
    return start, (shut.ends_at - midnight).total_seconds() / 60 if shut.ends_at else float("inf")


def _cut(on: date, spans: Spans, shuts: Sequence[Shut]) -> Iterable[Span]:
    """What closures leave of a date's spans, in whole minutes that lie outside every closure."""
    midnight = datetime.combine(on, datetime.min.time(), SHANGHAI)
    left = list(spans)
    for shut in shuts:
        start, end = _minutes(shut, midnight)
        parts: list[Span] = []
        for span in left:
            if end <= span.start_min or span.end_min <= start:
                parts.append(span)
                continue
            before, after = int(start // 1), -int(-end // 1) if end != float("inf") else span.end_min
            if before > span.start_min:
                parts.append(Span(span.start_min, before, span.staffed))
            if after < span.end_min:
                parts.append(Span(after, span.end_min, span.staffed))
        left = parts
    return left


def stretches(days: Iterable[Day], week_of: Schedule) -> list[Week | Special]:
    """Return the days as stretches in order: the ordinary week between what differs from it."""
    found: list[Week | Special] = []
    held: tuple[Spans, ...] | None = None
    on = None
    for day in days:
        on = day.on
        if day.regular:
            plain = week_of.week_on(day.on)
            week = tuple(_spans(times) or () for times in plain or ((),) * 7)
            last = found[-1] if found else None
            if isinstance(last, Week) and held == week:
                found[-1] = Week(last.first, day.on, week)
            else:
                found.append(Week(day.on, day.on, week))
            held = week
        else:
            last = found[-1] if found else None
            if isinstance(last, Special) and (last.spans, last.why) == (day.actual, day.why):
                found[-1] = Special(last.first, day.on, last.spans, last.why)
            else:
                found.append(Special(day.on, day.on, day.actual, day.why))
    if found and isinstance(found[-1], Week) and on:
        found[-1] = Week(found[-1].first, found[-1].last, found[-1].days, open_ended=True)
    return found
