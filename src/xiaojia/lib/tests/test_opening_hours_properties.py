"""Do text, evaluation and next change agree with a naive minute-by-minute reading, for any schedule of the editor?"""

from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from xiaojia.lib.opening_hours import (
    SHANGHAI,
    HolidayPolicy,
    Hours,
    Schedule,
    as_json,
    from_json,
    from_osm,
    to_osm,
    to_stored,
)
from xiaojia.lib.tests.schedules import FIRST_DAY, LAST_DAY, schedules
from xiaojia.lib.workdays import DayTable, seed_from_chinesecalendar

TABLE = DayTable(*seed_from_chinesecalendar())
SLOTS = (LAST_DAY - FIRST_DAY).days * 96
CALM = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
instants = st.integers(0, SLOTS).map(
    lambda n: datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=SHANGHAI) + timedelta(minutes=15 * n)
)
LAST_DAY_END = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, tzinfo=SHANGHAI)

# The naive reading, written apart from the library: day kinds are taken from these literal lists.
OFF = {date(2026, 9, day) for day in (25, 26, 27)} | {date(2026, 10, day) for day in range(1, 8)}
MADE_UP = {date(2026, 9, 20), date(2026, 10, 10)}


def is_uncertain(on: date) -> bool:
    """Tell the usual windows around New Year and Spring Festival (6 February) of 2027."""
    if date(2026, 12, 29) <= on <= date(2027, 1, 4) or date(2027, 2, 3) <= on <= date(2027, 2, 15):
        return True
    return on.weekday() >= 5 and (
        date(2026, 12, 28) <= on <= date(2027, 1, 8) or date(2027, 1, 27) <= on <= date(2027, 2, 22)
    )


def in_season(md: tuple[int, int], start: tuple[int, int], end: tuple[int, int]) -> bool:
    return start <= md <= end if start <= end else not end < md < start


def naive_days(schedule: Schedule, on: date) -> list[list[tuple[int, int]] | None]:
    """List all readings of a date as (start, end) minutes; None is a reading that nobody knows."""
    for row in schedule.exceptions:
        if row.start <= on <= row.end:
            return [[(i.start_min, i.end_min) for i in row.intervals]]
    week = schedule.week
    for season in schedule.seasons:
        if in_season((on.month, on.day), tuple(season.start_md), tuple(season.end_md)):
            week = season.week
    days = None if week is None else [[(i.start_min, i.end_min) for i in day] for day in week]
    plain = None if days is None else days[on.weekday()]
    holiday = {
        HolidayPolicy.NORMAL: plain,
        HolidayPolicy.CLOSED: [],
        HolidayPolicy.SPECIAL: [(i.start_min, i.end_min) for i in schedule.holiday_intervals],
        HolidayPolicy.UNKNOWN: None,
    }[schedule.holiday_policy]

    def monday_like(weekday: int) -> list[tuple[int, int]] | None:
        if days is None:
            return None
        return days[weekday] if all(len(day) > 0 for day in days[0:5]) else plain

    if on in OFF:
        return [holiday]
    if on in MADE_UP:
        return [monday_like(0)]
    if is_uncertain(on):
        return [plain, holiday] + ([monday_like(n) for n in range(5)] if on.weekday() > 4 else [])
    return [plain]


def plain_hours(schedule: Schedule, on: date) -> list[tuple[int, int]]:
    week = schedule.week_on(on)
    return [] if week is None else [(i.start_min, i.end_min) for i in week[on.weekday()]]


def naive_is_open(schedule: Schedule, at: datetime) -> bool | None:
    minute = at.hour * 60 + at.minute
    answers: list[bool | None] = []
    for on, offset in ((at.date(), 0), (at.date() - timedelta(days=1), 1440)):
        readings = set()
        for hours in naive_days(schedule, on):
            if hours is not None:
                readings.add(any(a <= minute + offset < b for a, b in hours))
            elif offset == 0:
                readings.add(None)
            else:  # nobody knows the evening before: only the ordinary night could still run
                readings |= {any(a <= minute + offset < b for a, b in plain_hours(schedule, on)), False}
        answers.append(readings.pop() if len(readings) == 1 else None)
    if True in answers:
        return True
    return None if None in answers else False


@CALM
@given(schedules())
def test_osm_text_round_trip(schedule: Schedule) -> None:
    text = to_osm(schedule)
    assert "PH" not in text
    assert from_osm(text, schedule.holiday_policy, schedule.holiday_intervals) == schedule
    assert to_stored(schedule).schedule() == schedule


@CALM
@given(schedules(), st.integers(0, 24 * 60 - 1), st.integers(11, 31))
def test_stored_text_means_the_same_to_the_library_on_ordinary_days(schedule: Schedule, minute: int, day: int) -> None:
    parts = [*(schedule.week or ()), *(day for season in schedule.seasons for day in season.week)]
    if schedule.week is None or any(row.end_min > 1440 for intervals in parts for row in intervals):
        return  # the library lets a later rule cut off a night that began the day before
    at = datetime(2026, 8, day, tzinfo=SHANGHAI) + timedelta(minutes=minute)
    assert OpeningHours(to_osm(schedule)).is_open(at.replace(tzinfo=None)) is Hours(schedule, TABLE).is_open(at)


@CALM
@given(schedules())
def test_json_round_trip(schedule: Schedule) -> None:
    assert from_json(as_json(schedule)) == schedule


@settings(CALM, max_examples=250)
@given(schedules(), st.lists(instants, min_size=12, max_size=12))
def test_is_open_equals_the_naive_reading(schedule: Schedule, moments: list[datetime]) -> None:
    hours = Hours(schedule, TABLE)
    festive = [datetime(2026, 10, day, hour, 30, tzinfo=SHANGHAI) for day in (1, 5, 8, 10, 11) for hour in (2, 10, 20)]
    for at in moments + festive:
        assert hours.is_open(at) is naive_is_open(schedule, at), at


@CALM
@given(schedules(), instants)
def test_next_change_is_the_first_different_quarter(schedule: Schedule, at: datetime) -> None:
    hours = Hours(schedule, TABLE)
    now, change = hours.is_open(at), hours.next_change(at)
    horizon = min(change.at if change else LAST_DAY_END, at + timedelta(days=4), LAST_DAY_END)
    step = at
    while step < horizon:
        assert naive_is_open(schedule, step) is now, step
        step += timedelta(minutes=15)
    if change is not None:
        assert change.at > at
        assert hours.is_open(change.at) is {"open": True, "closed": False, "unknown": None}[change.becomes]
        assert hours.is_open(change.at) is not now


@CALM
@given(schedules(), instants)
def test_current_interval_is_open_throughout(schedule: Schedule, at: datetime) -> None:
    hours = Hours(schedule, TABLE)
    current = hours.current_interval(at)
    assert (current is not None) is (hours.is_open(at) is True)
    if current is not None:
        assert current.start <= at
        assert hours.is_open(current.start) is True
        if current.end is not None:
            assert current.end > at
            assert hours.is_open(current.end - timedelta(minutes=1)) is True
