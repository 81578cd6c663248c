"""Which kinds may an officer give a day, and what does a day table look like month by month?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xiaojia.lib.workdays import Day, DayTable

ORDINARY, HOLIDAY, MAKEUP = "ordinary", "holiday", "makeup"


@dataclass(frozen=True)
class Month:
    """A month as weeks of seven cells from Monday; None fills the days of the neighbours."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


def year_of_months(table: DayTable, year: int) -> list[Month]:
    """Return the twelve months of a year with the kind of every day."""
    return [_month(table, year, month) for month in range(1, 13)]


def difference(before: Sequence[Day], after: Sequence[Day]) -> dict[str, list[str]]:
    """Return `{iso date: [old, new]}` for the days that two lists of exceptions give differently; "" = ordinary."""
    old, new = {day.date: _word(day) for day in before}, {day.date: _word(day) for day in after}
    days = sorted(old.keys() | new.keys())
    return {on.isoformat(): [old.get(on, ""), new.get(on, "")] for on in days if old.get(on) != new.get(on)}


def _word(day: Day) -> str:
    follows = "" if day.follows_weekday is None else f" {day.follows_weekday + 1}"
    return f"{day.kind.value} {day.name}{follows}"


def _month(table: DayTable, year: int, month: int) -> Month:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    cells: list[Day | None] = [None] * first.weekday()
    cells += [table.day(first + timedelta(days=step)) for step in range((following - first).days)]
    cells += [None] * (-len(cells) % 7)
    return Month(first, tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)))
