"""Do people read the hours as they would say them?"""

from datetime import date, datetime

import pytest

from xiaojia.lib.opening_hours import (
    SHANGHAI,
    DatedException,
    HolidayPolicy,
    Interval,
    MonthDay,
    Schedule,
    Season,
    every_day,
    week_of,
)
from xiaojia.lib.opening_hours.words import (
    Line,
    Part,
    days_words,
    moment_words,
    schedule_parts,
    times_words,
    week_words,
)

OFFICE = week_of((range(5), [Interval(510, 720), Interval(870, 1080)]))


def test_week_on_one_line() -> None:
    assert week_words(OFFICE, "zh") == "周一至周五 8:30–12:00, 14:30–18:00；周末 休息"
    assert week_words(OFFICE, "en") == "Mon–Fri 8:30–12:00, 14:30–18:00; Sat, Sun closed"
    assert week_words(every_day(Interval(0, 1440, staffed=False)), "zh") == "每天 24小时（无人值守）"
    assert week_words(every_day(Interval(0, 1440)), "en") == "Every day 24 hours"


def test_night_is_said_with_the_next_day() -> None:
    assert times_words((Interval(1320, 1800),), "zh") == "22:00–次日6:00"
    assert times_words((Interval(1320, 1800, staffed=False),), "en") == "22:00–next day 6:00 (unattended)"


@pytest.mark.parametrize(
    ("weekdays", "zh", "en"),
    [
        ([0, 1, 3, 4, 5, 6], "周一、周二、周四至周日", "Mon, Tue, Thu–Sun"),
        ([5, 6], "周末", "Sat, Sun"),
        ([0], "周一", "Mon"),
    ],
)
def test_weekdays(weekdays: list[int], zh: str, en: str) -> None:
    assert (days_words(weekdays, "zh"), days_words(weekdays, "en")) == (zh, en)


def test_schedule_as_parts() -> None:
    schedule = Schedule(
        every_day(Interval(480, 1200)),
        seasons=(Season("冬季", MonthDay(11, 15), MonthDay(3, 15), every_day(Interval(540, 1080))),),
        exceptions=(
            DatedException(date(2026, 1, 5), date(2026, 1, 6), (), "盘点"),
            DatedException(date(2026, 12, 31), date(2027, 1, 1), (), "跨年"),
        ),
        holiday_policy=HolidayPolicy.SPECIAL,
        holiday_intervals=(Interval(540, 1020),),
    )
    assert schedule_parts(schedule, "zh", from_day=date(2026, 11, 24)) == (
        Part("week", "", (Line("每天", "8:00–20:00", False),)),
        Part("season", "冬季（11月15日–3月15日）", (Line("每天", "9:00–18:00", False),)),
        Part("exception", "跨年", (Line("2026年12月31日–2027年1月1日", "休息", True),)),
        Part("holiday", "", (Line("法定节假日", "9:00–17:00", False),)),
    )
    english = schedule_parts(schedule, "en")
    assert english[2] == Part("exception", "盘点", (Line("5 Jan–6 Jan 2026", "closed", True),))
    assert schedule_parts(Schedule(None), "en")[0].lines == (Line("", "Hours not known", False),)


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        ("2026-11-24T18:00", "今天18:00", "today 18:00"),
        ("2026-11-25T08:30", "明天8:30", "tomorrow 8:30"),
        ("2026-11-28T08:30", "周六8:30", "Sat 8:30"),
        ("2026-12-24T08:30", "12月24日8:30", "24 Dec 8:30"),
        ("2027-01-04T08:30", "2027年1月4日8:30", "4 Jan 2027 8:30"),
    ],
)
def test_moments(at: str, zh: str, en: str) -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    assert (moment_words(moment, now, "zh"), moment_words(moment, now, "en")) == (zh, en)
