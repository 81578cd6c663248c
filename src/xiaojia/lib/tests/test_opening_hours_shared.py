"""Do other programs read what we give out as we read it ourselves, in every quarter of an hour of three weeks?"""

import json
import os
import shutil
import subprocess
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from opening_hours import OpeningHours

from xiaojia.lib.opening_hours import (
    DatedException,
    HolidayPolicy,
    Hours,
    Interval,
    MonthDay,
    Schedule,
    Season,
    every_day,
    shared_text,
    week_of,
)
from xiaojia.lib.tests.quarters import DAYS, QUARTERS, STARTS, signs
from xiaojia.lib.tests.schedules import schedules
from xiaojia.lib.workdays import DayTable, seed_from_chinesecalendar

TABLE = DayTable(*seed_from_chinesecalendar())
ROOT = Path(__file__).resolve().parents[4]
PEER = ROOT / ".peers" / "js-opening-hours" / "node_modules"
SCRIPT = ROOT / "bench" / "side" / "opening_hours.js"
NIGHT = Schedule(every_day(Interval(22 * 60, 30 * 60)))


def test_no_interval_passes_midnight() -> None:
    assert shared_text(NIGHT, TABLE, date(2026, 11, 2), 30) == "Mo-Su 00:00-06:00,22:00-24:00"


def test_the_night_before_an_exception_ends_as_stated() -> None:
    shut = Schedule(NIGHT.week, exceptions=(DatedException(date(2026, 11, 5), date(2026, 11, 5)),))
    assert shared_text(shut, TABLE, date(2026, 11, 2), 30) == (
        "Mo-Su 00:00-06:00,22:00-24:00; 2026 Nov 05-2026 Nov 05 Mo-Su 00:00-06:00; 2026 Nov 06-2026 Nov 06 Mo-Su 22:00-24:00"
    )


def test_the_night_before_a_season_ends_as_stated() -> None:
    winter = Season("", MonthDay(11, 10), MonthDay(3, 1), every_day(Interval(480, 1020)))
    text = shared_text(Schedule(NIGHT.week, (winter,)), TABLE, date(2026, 11, 2), 30)
    assert text == (
        "Mo-Su 00:00-06:00,22:00-24:00; Nov 10-Mar 01 Mo-Su 08:00-17:00; "
        "2026 Nov 10-2026 Nov 10 Mo-Su 00:00-06:00,08:00-17:00"
    )


def test_holidays_and_made_up_days_are_dated_rules() -> None:
    office = Schedule(week_of((range(5), (Interval(510, 1050),))), holiday_policy=HolidayPolicy.CLOSED)
    assert shared_text(office, TABLE, date(2026, 9, 28), 21) == (
        "Mo-Fr 08:30-17:30; 2026 Oct 01-2026 Oct 02 Mo-Su off; 2026 Oct 05-2026 Oct 07 Mo-Su off; "
        "2026 Oct 10-2026 Oct 10 Mo-Su 08:30-17:30"
    )
    museum = Schedule(week_of((range(5), ()), ((5,), (Interval(540, 1020, False),))))
    assert shared_text(museum, TABLE, date(2026, 11, 2), 7) == 'Sa 09:00-17:00 open "unattended"'
    assert shared_text(Schedule(every_day()), TABLE, date(2026, 11, 2), 7) == "Mo-Su off"
    assert shared_text(Schedule(), TABLE, date(2026, 11, 2), 7) == "Mo-Su 00:00-24:00 unknown"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedules())
def test_another_evaluator_reads_it_as_we_do(schedule: Schedule) -> None:
    """opening-hours-py knows nothing of us: it gets the text alone."""
    start = STARTS[1]
    read = OpeningHours(shared_text(schedule, TABLE, start, DAYS))
    mine = signs(Hours(schedule, TABLE), start)
    first = datetime.combine(start, time())
    states = [str(read.state(first + timedelta(minutes=15 * n))[0]) for n in range(QUARTERS)]
    assert states == [{"o": "open", "u": "open", "?": "unknown", ".": "closed"}[sign] for sign in mine]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.skipif(not PEER.exists(), reason="opening_hours.js is not there: script/bench hours installs it")
def test_opening_hours_js_reads_it_as_we_do() -> None:
    """Fifty schedules, every quarter of an hour; script/bench hours does it for a thousand."""
    drawn: list[Schedule] = []

    @settings(max_examples=50, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(schedules())
    def keep(schedule: Schedule) -> None:
        drawn.append(schedule)

    keep()
    tasks = [
        {"text": shared_text(schedule, TABLE, start), "start": start.isoformat(), "quarters": QUARTERS}
        for number, schedule in enumerate(drawn)
        for start in [STARTS[number % len(STARTS)]]
    ]
    environ = os.environ | {"TZ": "Asia/Shanghai", "NODE_PATH": str(PEER)}
    lines = "".join(f"{json.dumps(task)}\n" for task in tasks)
    done = subprocess.run(["node", str(SCRIPT)], input=lines, capture_output=True, text=True, env=environ, check=True)
    mine = [signs(Hours(schedule, TABLE), STARTS[number % len(STARTS)]) for number, schedule in enumerate(drawn)]
    assert done.stdout.splitlines() == mine
