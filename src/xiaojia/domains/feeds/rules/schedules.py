"""How are hours said as HSDS 3.0 schedules? RFC 5545 rules over stretches of days; what differs stands as its own dated rule.

HSDS has no list of left-out dates (openreferral/specification #440), so the ordinary week is cut where a holiday, an
exception or a closure differs: whoever adds up the rules gets the true hours. Two kinds of rule carry no times: a
stretch of closed days ("closed") and one whose hours nobody knows yet ("unknown"). A `closes_at` that is not after
`opens_at` lies on the next day; 24 hours run from 00:00 to 00:00.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xiaojia.domains.feeds.rules.days import DAY_MIN, Span, Special, Week, day_by_day, stretches
from xiaojia.lib.opening_hours import Schedule
from xiaojia.lib.workdays import DayTable

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ZHOU = "一二三四五六日"
OFFSET_HOURS = 8
MONTHS = 6


@dataclass(frozen=True)
class Rule:
    """One HSDS schedule without its ids; `key` tells it from its neighbours and stays while the rule stays."""

    key: str
    body: dict[str, Any]


def window(today: date, months: int = MONTHS) -> tuple[date, date]:
    """Return the first day of this month and the last of the months that feeds look ahead: it moves once a month."""
    first = today.replace(day=1)
    month = first.month - 1 + months
    return first, date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def rules_of(schedule: Schedule, table: DayTable, first: date, last: date, shuts: Sequence[Any] = ()) -> list[Rule]:
    """Return the rules of a schedule from `first` to `last`, closures (days.Shut) taken out."""
    found: list[Rule] = []
    for stretch in stretches(day_by_day(schedule, table, first, last, shuts), schedule):
        found += _weekly(stretch) if isinstance(stretch, Week) else _dated(stretch, schedule)
    return found


def _weekly(week: Week) -> Iterator[Rule]:
    """One rule for each pair of times of the week, on the weekdays that have it and that the stretch contains."""
    inside = {
        (week.first + timedelta(days=step)).weekday() for step in range(min(7, (week.last - week.first).days + 1))
    }
    by_span: dict[Span, list[int]] = {}
    for weekday, spans in enumerate(week.days):
        for span in spans if weekday in inside else ():
            by_span.setdefault(span, []).append(weekday)
    for span, weekdays in sorted(by_span.items()):
        yield _timed(week.first, week.last, weekdays, span, f"{_weekday_words(weekdays)} {span_words(span)}",
                     "on" if week.open_ended else week.last.isoformat())  # fmt: skip


def _dated(special: Special, schedule: Schedule) -> Iterator[Rule]:
    why = f"（{special.why}）" if special.why != "-" else ""
    days = _date_words(special.first, special.last)
    key = special.first.isoformat()
    everyday = sorted({(special.first + timedelta(days=n)).weekday() for n in range(min(7, _length(special)))})
    if special.spans:
        for span in special.spans:
            yield _timed(special.first, special.last, everyday, span, f"{days}{why} {span_words(span)}", key)
    elif special.spans is not None:
        yield Rule(f"{key}:closed", _untimed(special, everyday, f"{days}{why} 不开放", "closed"))
    elif schedule.week is not None or special.why != "-":
        yield Rule(f"{key}:unknown", _untimed(special, everyday, f"{days}{why} 待确认，以现场公告为准", "unknown"))


def _timed(first: date, last: date, weekdays: Sequence[int], span: Span, words: str, end: str) -> Rule:
    byday = _byday(weekdays)
    start = next(first + timedelta(days=n) for n in range(7) if (first + timedelta(days=n)).weekday() in weekdays)
    body = _frame(first, last, start, byday) | {
        "opens_at": at(span.start_min),
        "closes_at": at(span.end_min),
        "description": words,
        "attending_type": "in-person",
        "notes": "有人值守" if span.staffed else "无人值守",
    }
    return Rule(f"{end}:{byday}:{span.start_min}-{span.end_min}", body)


def _untimed(special: Special, weekdays: Sequence[int], words: str, notes: str) -> dict[str, Any]:
    frame = _frame(special.first, special.last, special.first, _byday(weekdays))
    return frame | {"description": words, "notes": notes}


def _frame(first: date, last: date, start: date, byday: str) -> dict[str, Any]:
    return {
        "valid_from": first.isoformat(), "valid_to": last.isoformat(), "dtstart": start.isoformat(),
        "until": last.isoformat(), "timezone": OFFSET_HOURS, "freq": "WEEKLY", "interval": 1, "wkst": "MO", "byday": byday,
    }  # fmt: skip


def at(minute: int) -> str:
    """Return minutes after midnight as HH:MM+08:00; past midnight it is the next day's clock."""
    minute %= DAY_MIN
    return f"{minute // 60:02d}:{minute % 60:02d}+0{OFFSET_HOURS}:00"


def clock(minute: int) -> str:
    """Return minutes after midnight as people write them, 次日 before what lies on the next day."""
    if minute > DAY_MIN:
        return f"次日{(minute - DAY_MIN) // 60:02d}:{minute % 60:02d}"
    return f"{minute // 60:02d}:{minute % 60:02d}"


def span_words(span: Span) -> str:
    """Return a span as 08:30–12:00."""
    return f"{clock(span.start_min)}–{clock(span.end_min)}"


def _byday(weekdays: Iterable[int]) -> str:
    return ",".join(WEEKDAYS[weekday] for weekday in weekdays)


def _weekday_words(weekdays: Sequence[int]) -> str:
    if len(weekdays) == 7:
        return "每天"
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return f"周{ZHOU[weekdays[0]]}至周{ZHOU[weekdays[-1]]}"
    return "、".join(f"周{ZHOU[weekday]}" for weekday in weekdays)


def _date_words(first: date, last: date) -> str:
    head = f"{first.month}月{first.day}日"
    return head if first == last else f"{head}至{last.month}月{last.day}日"


def _length(special: Special) -> int:
    return (special.last - special.first).days + 1
