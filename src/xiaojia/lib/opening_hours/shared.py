"""How is a schedule written for programs that know neither our day table nor how our nights end?

The stored text (`osm.py`) is short and is read back, but evaluators differ where a night runs into a day that has a rule of
its own: opening_hours.js ends it at 00:00, we let it end as stated. Here no interval passes midnight: what runs over is
written on the day on which it falls. Holidays, make-up days, exceptions and the first day of a season stand as dated
rules for the days asked for; the week and the seasons follow for all others. opening_hours.js reads it as we do.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from xiaojia.lib.opening_hours.evaluate import pieces_text
from xiaojia.lib.opening_hours.model import DAY_MIN, MonthDay, Schedule, Week
from xiaojia.lib.opening_hours.osm import days_text
from xiaojia.lib.opening_hours.spans import Piece, State, folded, pieces
from xiaojia.lib.workdays import DayTable

YEAR_DAYS = 366
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNKNOWN = (Piece(0, DAY_MIN, State.UNKNOWN),)
Days = tuple[tuple[Piece, ...], ...]


def shared_text(schedule: Schedule, table: DayTable, first: date, days: int = YEAR_DAYS) -> str:
    """Return the OSM text that holds exactly from `first` for so many days, and by week and season afterwards."""
    week = _days_of(schedule.week)
    seasons = tuple((season.start_md, season.end_md, _days_of(season.week)) for season in schedule.seasons)
    parts = [_week_text("", week)]
    parts += [_week_text(f"{_md(start)}-{_md(end)} ", season) for start, end, season in seasons]
    parts += _dated_texts(_dated(schedule, table, week, seasons, first, days))
    return "; ".join(part for part in parts if part)


def _dated_texts(days: Iterable[tuple[date, tuple[Piece, ...]]]) -> Iterator[str]:
    """Yield one text for each run of days that are alike."""
    runs: list[tuple[date, date, tuple[Piece, ...]]] = []
    for on, found in days:
        if runs and runs[-1][1] == on - timedelta(days=1) and runs[-1][2] == found:
            runs[-1] = (runs[-1][0], on, found)
        else:
            runs.append((on, on, found))
    for first, last, found in runs:
        selector = f"{_date(first)}-{_date(last)} Mo-Su"
        yield pieces_text(selector, found) or f"{selector} off"


def _dated(
    schedule: Schedule,
    table: DayTable,
    week: Days,
    seasons: tuple[tuple[MonthDay, MonthDay, Days], ...],
    first: date,
    days: int,
) -> Iterator[tuple[date, tuple[Piece, ...]]]:
    """Yield the days that are not as week and season say."""
    for on in (first + timedelta(days=step) for step in range(days)):
        ordinary = next((s[2] for s, season in zip(seasons, schedule.seasons, strict=True) if season.covers(on)), week)
        found = pieces(schedule, table, on)
        if found != ordinary[on.weekday()]:
            yield on, found


def _days_of(week: Week | None) -> Days:
    """Return the pieces of each weekday, the night before included."""
    if week is None:
        return (_UNKNOWN,) * 7
    return tuple(folded(week[weekday - 1], week[weekday]) for weekday in range(7))


def _week_text(dates: str, days: Days) -> str:
    groups: dict[tuple[Piece, ...], list[int]] = {}
    for weekday, found in enumerate(days):
        groups.setdefault(found, []).append(weekday)
    return "; ".join(
        pieces_text(dates + days_text(weekdays), found) or f"{dates}{days_text(weekdays)} off"
        for found, weekdays in groups.items()
        if found or dates or len(groups) == 1
    )


def _md(value: MonthDay) -> str:
    return f"{_MONTHS[value.month - 1]} {value.day:02d}"


def _date(on: date) -> str:
    return f"{on.year:04d} {_MONTHS[on.month - 1]} {on.day:02d}"
