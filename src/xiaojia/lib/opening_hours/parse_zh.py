"""What schedule does a free Chinese text state, and is it understood without a doubt?

Of the 97 texts of the reference list (libraries, culture halls and union stations), 87 are understood; the other ten
name no hours, refer to a notice on the spot, or speak of seasons without dates.

A text is understood only when every word of it has a place. Reading rules, all of them visible as notes:
times without days hold every day (`days_not_named`; 24小时 says so itself); a weekday that is not named is closed;
工作日 means that holidays are closed; a text that says nothing of holidays is taken as NORMAL when it opens all seven
days and as UNKNOWN otherwise (`holidays_not_named`); holidays "另行通知" are UNKNOWN (`holidays_announced`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from xiaojia.lib.opening_hours.model import HolidayPolicy, Interval, Schedule, ScheduleError, Times, Week, check_week
from xiaojia.lib.opening_hours.tokens_zh import Token, normalised, tokens

Note = tuple[str, str]
_CHANGES_HOURS = re.compile("[春夏秋冬季月休闭停]|除外|不开放|不营业")
_EVERY_DAY = frozenset(range(7))
_BLOCKING = frozenset({"empty", "leftover", "bad_time", "no_times", "conflict", "order"})
_HOLIDAY_TAILS = {
    "as_usual": HolidayPolicy.NORMAL,
    "except": HolidayPolicy.CLOSED,
    "announced": HolidayPolicy.UNKNOWN,
}


@dataclass(frozen=True)
class Parsed:
    """The reading of one text.

    `schedule` is set only when understood; `suggestion` is a partial reading to be confirmed by a person. Notes are
    (code, fragment): leftover, bad_time, no_times, conflict, order, empty refuse; days_not_named, holidays_not_named,
    holidays_announced inform. `confidence` is 1.0 when all is said, less by rule, 0.0 when not understood.
    """

    text: str
    schedule: Schedule | None
    suggestion: Schedule | None
    notes: tuple[Note, ...]
    confidence: float

    @property
    def understood(self) -> bool:
        """Return whether every word of the text has a place in the schedule."""
        return self.schedule is not None


@dataclass
class _Entry:
    """Days (or holidays) with what is said about them."""

    days: frozenset[int] = frozenset()
    is_holiday: bool = False
    is_workdays: bool = False
    is_implied: bool = False
    is_closed: bool = False
    ranges: list[Token] = field(default_factory=list)
    policy: HolidayPolicy | None = None
    text: str = ""

    @property
    def is_complete(self) -> bool:
        return self.is_closed or bool(self.ranges) or self.policy is not None


@lru_cache(maxsize=4096)
def parse(text: str) -> Parsed:
    """Return the reading of a free Chinese text; never raises."""
    words = list(tokens(normalised(text)))
    notes: list[Note] = [] if words else [("empty", "")]
    entries = _entries(words, notes)
    try:
        schedule = _schedule(entries, notes)
    except ScheduleError as error:
        notes.append(("conflict", str(error)))
        schedule = None
    if schedule is None or any(code in _BLOCKING for code, _ in notes):
        misleading = any(code == "leftover" and _CHANGES_HOURS.search(fragment) for code, fragment in notes)
        return Parsed(text, None, None if misleading else schedule, tuple(notes), 0.0)
    return Parsed(text, schedule, None, tuple(notes), _confidence(notes))


def _confidence(notes: Sequence[Note]) -> float:
    codes = {code for code, _ in notes}
    return 1.0 - (0.2 if "days_not_named" in codes else 0.0) - (0.1 if "holidays_not_named" in codes else 0.0)


def _entries(words: Sequence[Token], notes: list[Note]) -> list[_Entry]:
    entries: list[_Entry] = []
    is_open_said = False
    for word in words:
        current = entries[-1] if entries else None
        if word.kind in {"days", "workdays", "holiday"}:
            if current is None or current.is_complete or is_open_said:
                current = _Entry()
                entries.append(current)
            current.days |= word.days
            current.is_holiday |= word.kind == "holiday"
            current.is_workdays |= word.kind == "workdays"
            current.text += word.text
            is_open_said = False
        elif word.kind == "open":
            is_open_said = current is not None and not current.is_complete
        elif word.kind == "label":
            continue
        else:
            _predicate(word, entries, notes)
            is_open_said = False
    notes.extend(("no_times", entry.text) for entry in entries if not entry.is_complete)
    return entries


def _predicate(word: Token, entries: list[_Entry], notes: list[Note]) -> None:
    """Attach times, closing or a holiday rule to the days named last."""
    current = entries[-1] if entries else None
    if word.kind == "unrested":
        entries.append(_Entry(is_holiday=True, policy=HolidayPolicy.NORMAL, text=word.text))
    elif word.kind == "range":
        if current is None or (current.policy is not None and not current.days and not _has_ranges(entries)):
            current = _Entry(_EVERY_DAY, is_implied=True, text=word.text)
            entries.append(current)
        if current.is_closed or current.policy is not None:
            notes.append(("conflict", word.text))
        else:
            current.ranges.append(word)
    elif word.kind == "closed" and current is not None and not current.is_complete:
        current.is_closed = True
    elif word.kind in _HOLIDAY_TAILS and current is not None and _takes_holiday_tail(word, entries):
        current.policy = _HOLIDAY_TAILS[word.kind]
    else:
        notes.append(("bad_time" if word.kind == "bad_time" else "leftover", word.text))


def _has_ranges(entries: Sequence[_Entry]) -> bool:
    return any(entry.ranges for entry in entries)


def _takes_holiday_tail(word: Token, entries: Sequence[_Entry]) -> bool:
    """Tell 节假日照常 from 周一照常; after 周一闭馆 an exception for holidays would mean that Mondays open."""
    current = entries[-1]
    if not current.is_holiday or current.days or current.is_complete:
        return False
    return word.kind == "announced" or not any(entry.is_closed for entry in entries)


def _schedule(entries: Sequence[_Entry], notes: list[Note]) -> Schedule | None:
    week = _week(entries, notes)
    if week is None or not any(week):
        if not any(code in _BLOCKING for code, _ in notes):
            notes.append(("no_times", ""))
        return None
    if any(entry.is_implied and str(entry.ranges[0].interval) != "00:00-24:00" for entry in entries):
        notes.append(("days_not_named", ""))
    policy, special = _holidays(entries, week, notes)
    return Schedule(week, holiday_policy=policy, holiday_intervals=special)


def _week(entries: Sequence[_Entry], notes: list[Note]) -> Week | None:
    days: list[Times] = []
    for weekday in range(7):
        about = [entry for entry in entries if weekday in entry.days]
        opening = [entry for entry in about if entry.ranges]
        if any(entry.is_closed for entry in about):
            if any(not entry.is_implied for entry in opening):
                notes.append(("conflict", opening[0].text))
                return None
            opening = []
        found = [word for entry in opening for word in entry.ranges]
        if len(opening) > 1 and not all(word.part for word in found):
            notes.append(("conflict", opening[-1].text))
            return None
        if not _is_in_order(opening):
            notes.append(("order", opening[0].text))
            return None
        days.append(_joined(found))
    return check_week(days)


def _is_in_order(opening: Sequence[_Entry]) -> bool:
    for entry in opening:
        rows = [word.interval for word in entry.ranges if word.interval]
        if any(second.start_min < first.end_min for first, second in zip(rows, rows[1:], strict=False)):
            return False
    return True


def _joined(words: Sequence[Token]) -> Times:
    """Return the intervals sorted, touching ones as one."""
    joined: list[Interval] = []
    for row in sorted(word.interval for word in words if word.interval):
        if joined and joined[-1].end_min == row.start_min:
            joined[-1] = Interval(joined[-1].start_min, row.end_min)
        else:
            joined.append(row)
    return tuple(joined)


def _holidays(entries: Sequence[_Entry], week: Week, notes: list[Note]) -> tuple[HolidayPolicy, Times]:
    about = [entry for entry in entries if entry.is_holiday]
    if len(about) > 1:
        notes.append(("conflict", about[1].text))
    elif about:
        return _stated_holidays(about[0], week, notes)
    says_workdays = any(entry.is_workdays for entry in entries)
    if says_workdays and not week[5] and not week[6]:
        return HolidayPolicy.CLOSED, ()
    notes.append(("holidays_not_named", ""))
    return (HolidayPolicy.NORMAL if all(week) and not says_workdays else HolidayPolicy.UNKNOWN), ()


def _stated_holidays(entry: _Entry, week: Week, notes: list[Note]) -> tuple[HolidayPolicy, Times]:
    if entry.ranges:
        return HolidayPolicy.SPECIAL, _joined(entry.ranges)
    if entry.policy is HolidayPolicy.UNKNOWN:
        notes.append(("holidays_announced", entry.text))
    if entry.policy is HolidayPolicy.NORMAL and not all(week):
        notes.append(("conflict", entry.text))  # 无休 beside a closed weekday
    return entry.policy or HolidayPolicy.CLOSED, ()
