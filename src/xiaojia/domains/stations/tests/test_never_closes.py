"""Which schedules leave no minute closed?"""

import json
from datetime import date

import pytest

from xiaojia.domains.stations.queries.hours import never_closes
from xiaojia.lib.opening_hours import DatedException, HolidayPolicy, Interval, Schedule, as_json, every_day, week_of

DAY = date(2026, 11, 24)
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
