"""In which pieces is a station open, unattended or uncertain on one date, given the kind of the day?

Policies: on a holiday NORMAL keeps the hours of that weekday, CLOSED closes, SPECIAL takes the holiday intervals, and
UNKNOWN makes the day uncertain. A make-up working day (调休上班), under every policy, has the hours of the weekday that
the notice names, else Monday's, but only where the week in force keeps the working week, that is, where Monday to
Friday all have hours: a museum that closes on Mondays keeps its Saturday. A dated exception outranks all of this.
A day whose kind is not yet known has several possible outcomes: what they share is certain, the rest is uncertain.
"""

from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from xiaojia.lib.opening_hours.model import DAY_MIN, HolidayPolicy, Schedule, Times, Week
from xiaojia.lib.workdays import DayKind, DayTable

Outcome = Times | None  # None: nothing is known about the day


class State(IntEnum):
    """The state of a piece; of two pieces over the same minute the higher one holds."""

    CLOSED = 0
    UNKNOWN = 1
    UNATTENDED = 2
    STAFFED = 3


class Piece(NamedTuple):
    """A stretch of minutes after midnight in one state."""

    start_min: int
    end_min: int
    state: State


def outcomes(schedule: Schedule, table: DayTable, on: date) -> tuple[Outcome, ...]:
    """Return the distinct possible interval lists of a date; more than one only when the kind of day is unknown."""
    exception = schedule.exception_on(on)
    if exception is not None:
        return (exception.intervals,)
    week = schedule.week_on(on)
    day = table.day(on)
    ordinary = None if week is None else week[on.weekday()]
    if day.kind is DayKind.HOLIDAY:
        return (_on_holiday(schedule, ordinary),)
    if day.kind is DayKind.MAKEUP:
        return (_made_up(week, on.weekday(), day.follows_weekday or 0),)
    if day.kind is not DayKind.UNKNOWN:
        return (ordinary,)
    possible = [ordinary, _on_holiday(schedule, ordinary)]
    if on.weekday() >= 5:
        possible += [_made_up(week, on.weekday(), follows) for follows in range(5)]
    return tuple(dict.fromkeys(possible))


def pieces(schedule: Schedule, table: DayTable, on: date) -> tuple[Piece, ...]:
    """Return the pieces of one date in order, within 0..1440, what runs over from the day before included."""
    spans = [
        Piece(piece.start_min - DAY_MIN, piece.end_min - DAY_MIN, piece.state)
        for piece in _spans(schedule, table, on - timedelta(days=1))
    ]
    return _clipped((*spans, *_spans(schedule, table, on)))


def folded(before: Times, today: Times) -> tuple[Piece, ...]:
    """Return the pieces of a day with these intervals, within 0..1440, after a day with those."""
    rows = [(row, DAY_MIN) for row in before] + [(row, 0) for row in today]
    return _clipped(
        tuple(
            Piece(row.start_min - shift, row.end_min - shift, State.STAFFED if row.staffed else State.UNATTENDED)
            for row, shift in rows
        )
    )


@lru_cache(maxsize=4096)
def _clipped(spans: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return pieces that may overlap as those of one day, the higher state where they do."""
    edges = {0, DAY_MIN}
    for piece in spans:
        edges |= {min(max(piece.start_min, 0), DAY_MIN), min(max(piece.end_min, 0), DAY_MIN)}
    return _merged(
        [
            (start, end, max((p.state for p in spans if p.start_min <= start < p.end_min), default=State.CLOSED))
            for start, end in _pairs(edges)
        ]
    )


def _spans(schedule: Schedule, table: DayTable, on: date) -> tuple[Piece, ...]:
    """Return the pieces of the intervals that start on a date, up to 2880 minutes."""
    possible = outcomes(schedule, table, on)
    if possible == (None,) or None in possible:
        week = schedule.week_on(on)
        possible = tuple(dict.fromkeys((*possible, () if week is None else week[on.weekday()])))
    return _shared(possible)


@lru_cache(maxsize=4096)
def _shared(possible: tuple[Outcome, ...]) -> tuple[Piece, ...]:
    """Return the pieces of a day of several possible outcomes."""
    edges = {0, DAY_MIN}
    for outcome in possible:
        for row in outcome or ():
            edges |= {row.start_min, row.end_min}
    return _merged([(start, end, _common(possible, start)) for start, end in _pairs(edges)])


def _common(possible: tuple[Outcome, ...], minute: int) -> State:
    """Return the state that all outcomes share at a minute, else UNKNOWN."""
    states = set()
    for outcome in possible:
        if outcome is None:
            states.add(State.UNKNOWN)
            continue
        row = next((row for row in outcome if row.start_min <= minute < row.end_min), None)
        states.add(State.CLOSED if row is None else State.STAFFED if row.staffed else State.UNATTENDED)
    if states == {State.STAFFED, State.UNATTENDED}:
        return State.UNATTENDED
    return states.pop() if len(states) == 1 else State.UNKNOWN


def _on_holiday(schedule: Schedule, ordinary: Outcome) -> Outcome:
    match schedule.holiday_policy:
        case HolidayPolicy.NORMAL:
            return ordinary
        case HolidayPolicy.CLOSED:
            return ()
        case HolidayPolicy.SPECIAL:
            return schedule.holiday_intervals
        case _:
            return None


def _made_up(week: Week | None, weekday: int, follows: int) -> Outcome:
    if week is None:
        return None
    keeps_working_week = all(week[:5])
    return week[follows] if keeps_working_week else week[weekday]


def _pairs(edges: set[int]) -> list[tuple[int, int]]:
    ordered = sorted(edges)
    return list(zip(ordered, ordered[1:], strict=False))


def _merged(rows: list[tuple[int, int, State]]) -> tuple[Piece, ...]:
    """Join neighbours in the same state and drop the closed ones."""
    merged: list[Piece] = []
    for start, end, state in rows:
        if state is State.CLOSED:
            continue
        if merged and merged[-1].end_min == start and merged[-1].state is state:
            merged[-1] = Piece(merged[-1].start_min, end, state)
        else:
            merged.append(Piece(start, end, state))
    return tuple(merged)
