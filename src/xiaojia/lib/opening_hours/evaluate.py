"""Is a station open at this instant, since when, and what changes next?

Holidays, make-up days and exceptions are first turned into dated rules over a window of days (`spans`), which
opening-hours-py then evaluates. Times are aware; days are those of Asia/Shanghai.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours
from opening_hours import State as LibraryState

from xiaojia.lib.opening_hours.model import HolidayPolicy, Schedule, Times, clock
from xiaojia.lib.opening_hours.osm import from_osm, times_from_text, times_to_text, to_osm
from xiaojia.lib.opening_hours.spans import Piece, State, outcomes, pieces
from xiaojia.lib.workdays import DayTable

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LOOK_BACK_DAYS = 2
_NEAR_DAYS = 16
_FAR_DAYS = 400
_UNATTENDED = "unattended"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SUFFIX = {State.STAFFED: "", State.UNATTENDED: f' open "{_UNATTENDED}"', State.UNKNOWN: " unknown"}

Becomes = Literal["open", "closed", "unknown"]


class Change(NamedTuple):
    """The next instant (Asia/Shanghai) at which the state differs, and the new state."""

    at: datetime
    becomes: Becomes


class Current(NamedTuple):
    """The open stretch around an instant; `start` reaches back two days at most, `end` is None beyond 16 days."""

    start: datetime
    end: datetime | None
    staffed: bool


class Snapshot(NamedTuple):
    """All that a list shows about the hours at one instant."""

    is_open: bool | None
    current: Current | None
    change: Change | None


class StoredHours(NamedTuple):
    """A schedule as columns: OSM text (empty: hours not known), policy, holiday times; hashable, for bulk reading."""

    osm: str
    policy: str = HolidayPolicy.NORMAL.value
    holiday_times: str = ""

    def schedule(self) -> Schedule:
        """Return the schedule; raise ScheduleError when the text is outside the subset."""
        if not self.osm:
            return Schedule(None, holiday_policy=HolidayPolicy.UNKNOWN)
        return from_osm(self.osm, HolidayPolicy(self.policy), times_from_text(self.holiday_times))


def to_stored(schedule: Schedule) -> StoredHours:
    """Return the three columns of a schedule."""
    return StoredHours(to_osm(schedule), schedule.holiday_policy.value, times_to_text(schedule.holiday_intervals))


class Hours:
    """One schedule read against one day table."""

    def __init__(self, schedule: Schedule, day_table: DayTable) -> None:
        """Keep both; windows of rules are built on demand and kept."""
        self.schedule = schedule
        self._table = day_table
        self._pieces: dict[date, tuple[Piece, ...]] = {}
        self._windows: dict[tuple[date, date], OpeningHours] = {}

    def intervals_on(self, on: date) -> Times | None:
        """Return the intervals that start on a date, or None when they depend on what is not known."""
        possible = outcomes(self.schedule, self._table, on)
        return possible[0] if len(possible) == 1 else None

    def is_open(self, at: datetime) -> bool | None:
        """Return whether it is open, None when unknown."""
        moment = _local(at)
        state = self._window(moment.date(), moment.date()).state(moment)[0]
        return None if state == LibraryState.UNKNOWN else bool(state == LibraryState.OPEN)

    def open_at(self, on: date, clock_time: time) -> bool | None:
        """Return whether it is open on a day at a time of the clock ("open at 12:00")."""
        return self.is_open(datetime.combine(on, clock_time, SHANGHAI))

    def current_interval(self, at: datetime) -> Current | None:
        """Return the open stretch (staffed and unattended apart, merged over midnight) or None."""
        moment = _local(at)
        first, last = moment.date() - timedelta(days=_LOOK_BACK_DAYS), moment.date() + timedelta(days=_NEAR_DAYS)
        for start, end, state, comment in self._runs(first, last, _midnight(first)):
            if start <= moment < end and state == LibraryState.OPEN:
                closing = None if end >= _midnight(last + timedelta(days=1)) else _aware(end)
                return Current(_aware(start), closing, comment != _UNATTENDED)
        return None

    def next_change(self, at: datetime) -> Change | None:
        """Return the next change between open, closed and unknown within 400 days, or None."""
        moment = _local(at)
        for days in (_NEAR_DAYS, _FAR_DAYS):
            first, last = moment.date(), moment.date() + timedelta(days=days)
            runs = self._runs(first, last, moment)
            before = next(runs)[2]
            for start, _, state, _ in runs:
                if state != before:
                    return Change(_aware(start), _WORDS[str(state)])
        return None

    def snapshot(self, at: datetime) -> Snapshot:
        """Return state, open stretch and next change together."""
        return Snapshot(self.is_open(at), self.current_interval(at), self.next_change(at))

    def _runs(self, first: date, last: date, start: datetime) -> Iterator[tuple[datetime, datetime, LibraryState, str]]:
        yield from self._window(first, last).intervals(start, _midnight(last + timedelta(days=1)))

    def _window(self, first: date, last: date) -> OpeningHours:
        window = self._windows.get((first, last))
        if window is None:
            window = self._windows[(first, last)] = _library(self.window_text(first, last))
        return window

    def window_text(self, first: date, last: date) -> str:
        """Return the dated rules that hold from one day to another, both included: what is evaluated."""
        days = ((first + timedelta(days=step)) for step in range((last - first).days + 1))
        return _rules_text((on, self.pieces_on(on)) for on in days)

    def pieces_on(self, on: date) -> tuple[Piece, ...]:
        """Return the pieces of a day, the night before included."""
        found = self._pieces.get(on)
        if found is None:
            found = self._pieces[on] = pieces(self.schedule, self._table, on)
        return found


def states_at(rows: Iterable[StoredHours], at: datetime, day_table: DayTable) -> list[bool | None]:
    """Return open / closed / unknown for every row, evaluating each distinct schedule once."""
    known: dict[StoredHours, bool | None] = {}
    states: list[bool | None] = []
    for row in rows:
        try:
            states.append(known[row])
        except KeyError:
            known[row] = Hours(row.schedule(), day_table).is_open(at)
            states.append(known[row])
    return states


def snapshots_at(rows: Iterable[StoredHours], at: datetime, day_table: DayTable) -> dict[StoredHours, Snapshot]:
    """Return the snapshot of every distinct schedule among the rows."""
    return {row: Hours(row.schedule(), day_table).snapshot(at) for row in set(rows)}


_WORDS: dict[str, Becomes] = {
    str(LibraryState.OPEN): "open",
    str(LibraryState.CLOSED): "closed",
    str(LibraryState.UNKNOWN): "unknown",
}


def _rules_text(days: Iterable[tuple[date, tuple[Piece, ...]]]) -> str:
    """Return dated rules for consecutive days; days with equal pieces share one rule."""
    runs: list[tuple[date, date, tuple[Piece, ...]]] = []
    for on, found in days:
        if runs and runs[-1][2] == found:
            runs[-1] = (runs[-1][0], on, found)
        else:
            runs.append((on, on, found))
    return "; ".join(_run_text(first, last, found) for first, last, found in runs if found) or "Mo-Su off"


def _run_text(first: date, last: date, found: tuple[Piece, ...]) -> str:
    return pieces_text(f"{_date_text(first)}-{_date_text(last)} Mo-Su", found)


def pieces_text(selector: str, found: tuple[Piece, ...]) -> str:
    """Return the rules for days with these pieces, all of them within one day."""
    parts = []
    for state, suffix in _SUFFIX.items():
        times = ",".join(f"{clock(p.start_min)}-{clock(p.end_min)}" for p in found if p.state is state)
        if times:
            parts.append(f"{selector} {times}{suffix}")
    return ", ".join(parts)


@lru_cache(maxsize=2048)
def _library(text: str) -> OpeningHours:
    return OpeningHours(text)


def _date_text(on: date) -> str:
    return f"{on.year:04d} {_MONTHS[on.month - 1]} {on.day:02d}"


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return at.astimezone(SHANGHAI).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=SHANGHAI)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time())  # naive on purpose: the library works in local time
