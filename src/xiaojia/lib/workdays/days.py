"""What kind of day is this date: workday, rest, holiday, make-up workday, or not yet known?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xiaojia.lib.workdays.windows import windows


class DayKind(StrEnum):
    """The kind of a day; `MAKEUP` is a weekend day that is worked (调休上班)."""

    WORKDAY = "workday"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    UNKNOWN = "unknown"

    @property
    def is_working(self) -> bool | None:
        """Return whether offices work; None when the notice has not appeared."""
        if self is DayKind.UNKNOWN:
            return None
        return self in {DayKind.WORKDAY, DayKind.MAKEUP}


@dataclass(frozen=True)
class Day:
    """One date with its kind; `follows_weekday` (0 = Monday) only when a notice names the weekday made up for."""

    date: date
    kind: DayKind
    name: str = ""
    follows_weekday: int | None = None


class DayTable:
    """Answers the kind of any date from the listed exceptions and the years whose notice is entered."""

    def __init__(self, exceptions: Iterable[Day], years: Iterable[int]) -> None:
        """Take the days that differ from the ordinary week (of two rows for one date the later one holds)."""
        self._exceptions = {row.date: row for row in exceptions}
        self.years = frozenset(years)

    def day(self, on: date) -> Day:
        """Return the day: the listed exception, else the ordinary week, else unknown inside a usual holiday window.

        The last days of December belong to the notice of the following year, so they are unknown until that appears.
        """
        listed = self._exceptions.get(on)
        if listed is not None:
            return listed
        for year in (on.year, on.year + 1):
            if year not in self.years:
                for window in windows(year):
                    if window.covers(on):
                        return Day(on, DayKind.UNKNOWN, window.name)
        return Day(on, DayKind.REST if on.weekday() >= 5 else DayKind.WORKDAY)

    def exceptions(self) -> tuple[Day, ...]:
        """Return the listed rows in the order of their dates."""
        return tuple(self._exceptions[on] for on in sorted(self._exceptions))

    def missing_years(self, first: date, last: date) -> tuple[int, ...]:
        """Return the years between two dates whose notice has not been entered."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)
