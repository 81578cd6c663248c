"""Which schedules leave no minute closed, and when does one open after a closure?"""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from xiaojia.domains.stations.queries.hours import never_closes, opening_from
from xiaojia.lib.opening_hours import DatedException, HolidayPolicy, Interval, Schedule, as_json, every_day, week_of
from xiaojia.lib.workdays import DayTable

DAY = date(2026, 11, 24)
TABLE = DayTable((), {2026, 2027})
WHOLE = every_day(Interval(0, 1440))
CLOSED_DAY = DatedException(DAY, DAY)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule(WHOLE), True),
        (Schedule(every_day(Interval(0, 1440, staffed=False))), True),
        (Schedule(every_day(Interval(0, 480, staffed=False), Interval(480, 1200), Interval(1200, 1440, staffed=False))), True),
        (Schedule(every_day(Interval(0, 480), Interval(481, 1440))), False),
        (Schedule(week_of((range(6), (Interval(0, 1440),)))), False),
        (Schedule(WHOLE, holiday_policy=HolidayPolicy.CLOSED), False),
        (Schedule(WHOLE, holiday_policy=HolidayPolicy.UNKNOWN), False),
        (Schedule(WHOLE, exceptions=(CLOSED_DAY,)), False),
        (Schedule(WHOLE, exceptions=(DatedException(date(2026, 11, 23), date(2026, 11, 23)),)), True),
        (Schedule(), False),
    ],
)  # fmt: skip
def test_only_whole_days_without_holes_never_close(schedule, expected):
    assert never_closes(json.dumps(as_json(schedule)), DAY) is expected


def test_no_schedule_is_no_promise():
    assert never_closes(None, DAY) is False


@pytest.mark.parametrize(
    ("closure_ends", "opens"),
    [("25 00:00", "25 07:00"), ("25 09:30", "25 09:30"), ("25 12:30", "25 14:00"), ("25 20:00", "26 07:00")],
)
def test_after_a_closure_it_opens_within_its_hours(closure_ends, opens):
    schedule = Schedule(every_day(Interval(420, 720), Interval(840, 1110)))
    assert opening_from(json.dumps(as_json(schedule)), TABLE, _moment(closure_ends)) == _moment(opens)


def test_without_hours_the_end_of_the_closure_is_all_that_is_known():
    assert opening_from(None, TABLE, _moment("25 00:00")) == _moment("25 00:00")


def _moment(text):
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
