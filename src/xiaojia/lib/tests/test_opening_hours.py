"""Do single, known days and schedules come out exactly?"""

import time as clock_time
from datetime import date, datetime, time, timedelta

import pytest

from xiaojia.lib.opening_hours import (
    SHANGHAI,
    Change,
    Current,
    DatedException,
    HolidayPolicy,
    Hours,
    Interval,
    MonthDay,
    Schedule,
    ScheduleError,
    Season,
    StoredHours,
    every_day,
    from_json,
    from_osm,
    snapshots_at,
    states_at,
    times_from_text,
    to_osm,
    to_stored,
    week_of,
)
from xiaojia.lib.workdays import Day, DayKind, DayTable, seed_from_chinesecalendar

TABLE = DayTable(*seed_from_chinesecalendar())
NINE_TO_FIVE = Interval(540, 1020)
NIGHT = Interval(1320, 1800)  # 22:00-06:00
OFFICE = week_of((range(5), [NINE_TO_FIVE]))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("policy", "special", "monday_holiday", "makeup_saturday"),
    [
        (HolidayPolicy.NORMAL, (), True, True),
        (HolidayPolicy.CLOSED, (), False, True),
        (HolidayPolicy.SPECIAL, (Interval(780, 900),), False, True),
        (HolidayPolicy.UNKNOWN, (), None, True),
    ],
)
def test_national_day_2026(
    policy: HolidayPolicy, special: tuple[Interval, ...], monday_holiday: bool | None, makeup_saturday: bool
) -> None:
    hours = Hours(Schedule(OFFICE, holiday_policy=policy, holiday_intervals=special), TABLE)
    assert hours.is_open(at("2026-10-05T10:00")) is monday_holiday
    assert hours.is_open(at("2026-10-10T10:00")) is makeup_saturday
    assert hours.is_open(at("2026-10-17T10:00")) is False


def test_special_hours_hold_on_the_holiday_only() -> None:
    schedule = Schedule(OFFICE, holiday_policy=HolidayPolicy.SPECIAL, holiday_intervals=(Interval(780, 900),))
    hours = Hours(schedule, TABLE)
    assert hours.intervals_on(date(2026, 10, 5)) == (Interval(780, 900),)
    assert hours.intervals_on(date(2026, 10, 8)) == (NINE_TO_FIVE,)


def test_makeup_day_follows_the_weekday_that_the_notice_names() -> None:
    week = week_of((range(4), [NINE_TO_FIVE]), ([4], [Interval(540, 720)]))
    named = DayTable([Day(date(2026, 10, 10), DayKind.MAKEUP, "国庆节", 4)], {2026, 2027})
    assert Hours(Schedule(week), TABLE).intervals_on(date(2026, 10, 10)) == (NINE_TO_FIVE,)
    assert Hours(Schedule(week), named).intervals_on(date(2026, 10, 10)) == (Interval(540, 720),)


def test_museum_closed_on_mondays_keeps_its_saturday_on_a_makeup_day() -> None:
    week = week_of((range(1, 7), [NINE_TO_FIVE]))
    assert Hours(Schedule(week), TABLE).is_open(at("2026-10-10T10:00")) is True


def test_unknown_year_is_unknown_only_where_it_matters() -> None:
    closed = Hours(Schedule(OFFICE, holiday_policy=HolidayPolicy.CLOSED), TABLE)
    always = Hours(Schedule(every_day(NINE_TO_FIVE)), TABLE)
    assert closed.intervals_on(date(2027, 2, 8)) is None
    assert closed.is_open(at("2027-02-08T10:00")) is None
    assert closed.is_open(at("2027-02-08T20:00")) is False  # closed whatever the notice will say
    assert closed.is_open(at("2027-03-08T10:00")) is True
    assert always.intervals_on(date(2027, 2, 8)) == (NINE_TO_FIVE,)
    assert Hours(Schedule(OFFICE), TABLE).is_open(at("2027-02-20T10:00")) is None  # may be a make-up Saturday


def test_hours_not_known() -> None:
    hours = Hours(Schedule(None), TABLE)
    assert hours.is_open(at("2026-07-01T10:00")) is None
    assert hours.intervals_on(date(2026, 7, 1)) is None
    assert hours.current_interval(at("2026-07-01T10:00")) is None
    assert hours.next_change(at("2026-07-01T10:00")) is None


def test_night_interval_belongs_to_the_day_it_starts() -> None:
    exception = DatedException(date(2026, 7, 2), date(2026, 7, 2), (), "检修")
    hours = Hours(Schedule(every_day(NIGHT), exceptions=(exception,)), TABLE)
    assert hours.is_open(at("2026-07-02T05:59")) is True  # the night of 1 July ends as usual
    assert hours.is_open(at("2026-07-02T06:00")) is False
    assert hours.is_open(at("2026-07-03T02:00")) is False
    assert hours.next_change(at("2026-07-02T12:00")) == Change(at("2026-07-03T22:00"), "open")
    assert hours.current_interval(at("2026-07-05T01:00")) == Current(
        at("2026-07-04T22:00"), at("2026-07-05T06:00"), True
    )


def test_season_over_new_year() -> None:
    winter = Season("冬季", MonthDay(11, 15), MonthDay(3, 15), every_day(Interval(600, 960)))
    hours = Hours(Schedule(every_day(NINE_TO_FIVE), seasons=(winter,)), TABLE)
    opened = [hours.is_open(at(f"{day}T09:30")) for day in ("2026-11-14", "2026-11-15", "2027-01-20", "2027-03-16")]
    assert opened == [True, False, False, True]


def test_next_change_and_open_stretch() -> None:
    week = every_day(Interval(480, 1080), Interval(1080, 1320, staffed=False))
    hours = Hours(Schedule(week), TABLE)
    assert hours.next_change(at("2026-07-01T17:00")) == Change(at("2026-07-01T22:00"), "closed")
    assert hours.current_interval(at("2026-07-01T19:00")) == Current(
        at("2026-07-01T18:00"), at("2026-07-01T22:00"), False
    )
    assert hours.open_at(date(2026, 7, 1), time(12)) is True


def test_never_closing_station() -> None:
    hours = Hours(Schedule(every_day(Interval(0, 1440))), TABLE)
    assert hours.next_change(at("2026-11-24T12:00")) is None
    assert hours.current_interval(at("2026-11-24T12:00")) == Current(at("2026-11-22T00:00"), None, True)


def test_long_closure_still_has_a_next_change() -> None:
    closure = DatedException(date(2026, 3, 1), date(2026, 8, 31), (), "改造")
    hours = Hours(Schedule(every_day(NINE_TO_FIVE), exceptions=(closure,)), TABLE)
    assert hours.next_change(at("2026-03-02T12:00")) == Change(at("2026-09-01T09:00"), "open")


def test_change_to_unknown_is_announced() -> None:
    hours = Hours(Schedule(every_day(Interval(0, 1440)), holiday_policy=HolidayPolicy.CLOSED), TABLE)
    assert hours.next_change(at("2026-12-20T12:00")) == Change(at("2026-12-29T00:00"), "unknown")


def test_times_of_other_zones_are_understood_and_naive_ones_refused() -> None:
    hours = Hours(Schedule(every_day(NINE_TO_FIVE)), TABLE)
    assert hours.is_open(datetime.fromisoformat("2026-07-01T01:30+00:00")) is True
    with pytest.raises(ValueError, match="aware"):
        hours.is_open(datetime(2026, 7, 1, 10))


def test_osm_text_is_exact() -> None:
    schedule = Schedule(
        week_of((range(5), [Interval(510, 720), Interval(870, 1080)]), ([5, 6], [Interval(540, 1020, staffed=False)])),
        seasons=(Season("冬季", MonthDay(11, 15), MonthDay(3, 15), week_of((range(5), [Interval(540, 1020)]))),),
        exceptions=(
            DatedException(date(2026, 10, 1), date(2026, 10, 3), (), "国庆闭馆"),
            DatedException(date(2026, 12, 24), date(2026, 12, 24), (NIGHT,)),
        ),
    )
    assert to_osm(schedule) == (
        'Mo-Fr 08:30-12:00,14:30-18:00; Sa-Su 09:00-17:00 open "unattended"; '
        'Nov 15-Mar 15 Mo-Fr 09:00-17:00 open "冬季"; Nov 15-Mar 15 Sa-Su off "冬季"; '
        '2026 Oct 01-2026 Oct 03 Mo-Su off "国庆闭馆"; 2026 Dec 24-2026 Dec 24 Mo-Su 22:00-06:00'
    )
    assert to_osm(Schedule(None)) == "Mo-Su unknown"
    assert to_osm(Schedule(every_day())) == "Mo-Su off"


@pytest.mark.parametrize(
    "text",
    ["", "24/7", "08:00-18:00", "Mo-Fr 8:00-18:00", "Mo-Fr 08:00-18:00; PH off", "Mo-Fr 08:00+", "Mo-Fr 08:00-18:00;",
     "Mo-Fr 08:00-18:00, Sa 09:00-12:00", "Fr-Mo 08:00-18:00", "Jul 01-Aug 31 Mo-Fr 08:00-18:00",
     "Mo-Su 08:00-18:00; 2026 Feb 30-2026 Feb 30 Mo-Su off", "Mo-Su unknown; Mo 08:00-09:00", "Mo-Fr 08:00-18:00 off",
     "Mo 08:00-09:00; Mo 10:00-11:00", "Mo-Fr unknown", "Jul 01-Aug 31 Mo-Su off", "Mo-Su 10:00-11:00,08:00-09:00",
     "Mo-Su off; Jul 01-Aug 31 Mo-Su unknown", "Mo,Tu 08:00-09:00", "Mo-Su 08:00-09:00 open \"unattended | a\""],
)  # fmt: skip
def test_text_outside_the_subset_is_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        from_osm(text)


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: Interval(600, 540), "end_before_start"),
        (lambda: Interval(1440, 1500), "bad_time"),
        (lambda: Interval(600, 2040), "too_long"),
        (lambda: Schedule(every_day(Interval(480, 720), Interval(700, 900))), "intervals_overlap"),
        (lambda: Schedule(every_day(Interval(300, 480), NIGHT)), "intervals_overlap"),
        (lambda: Season("", MonthDay(2, 30), MonthDay(3, 1), OFFICE), "bad_month_day"),
        (lambda: Season('a"b', MonthDay(2, 1), MonthDay(3, 1), OFFICE), "bad_name"),
        (lambda: DatedException(date(2026, 2, 2), date(2026, 2, 1)), "bad_exception_dates"),
        (lambda: Schedule(OFFICE, holiday_policy=HolidayPolicy.SPECIAL), "special_needs_intervals"),
        (lambda: Schedule(OFFICE, holiday_intervals=(NIGHT,)), "holiday_intervals_unused"),
        (lambda: from_json({"week": [[]] * 6}), "bad_week"),
        (lambda: from_json({"week": [[["8:00"]]] * 7}), "bad_shape"),
        (lambda: from_json([]), "bad_shape"),
        (lambda: from_json({"week": [[["25:70", "26:00"]]] * 7}), "bad_time"),
        (lambda: times_from_text("9-17"), "bad_shape"),
    ],
)
def test_impossible_schedules_are_refused(build, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ScheduleError) as caught:
        build()
    assert caught.value.code == code
    assert "%(" not in str(caught.value)


def test_overlapping_seasons_and_exceptions_are_refused() -> None:
    winter = Season("冬", MonthDay(11, 1), MonthDay(3, 31), OFFICE)
    spring = Season("春", MonthDay(3, 31), MonthDay(5, 1), OFFICE)
    with pytest.raises(ScheduleError, match="“春”与“冬”的日期重叠"):
        Schedule(OFFICE, seasons=(winter, spring))
    first = DatedException(date(2026, 5, 1), date(2026, 5, 3))
    with pytest.raises(ScheduleError, match="2026-05-03"):
        Schedule(OFFICE, exceptions=(first, DatedException(date(2026, 5, 3), date(2026, 5, 4))))


def test_overlap_names_the_weekday() -> None:
    with pytest.raises(ScheduleError) as caught:
        week_of(([2], [Interval(480, 720), Interval(700, 900)]))
    assert caught.value.params == {"first": "08:00-12:00", "second": "11:40-15:00", "weekday": 2}


def test_bulk_states_of_a_province_are_fast() -> None:
    distinct = [
        to_stored(Schedule(week_of((range(5), [Interval(420 + n, 1000 + 2 * n)])), holiday_policy=policy))
        for n in range(100)
        for policy in (HolidayPolicy.NORMAL, HolidayPolicy.CLOSED)
    ]
    rows = [distinct[n % 200] for n in range(186_100)]
    began = clock_time.perf_counter()
    states = states_at(rows, at("2026-10-05T16:40"), TABLE)
    took_s = clock_time.perf_counter() - began
    assert states.count(True) == 99 * 930 + 49  # the one that closes at 16:40 is no longer open
    assert took_s < 1.0


def test_snapshots_are_made_once_per_distinct_schedule() -> None:
    night, unknown = to_stored(Schedule(every_day(NIGHT))), StoredHours("")
    found = snapshots_at([night, unknown, night], at("2026-07-01T23:00"), TABLE)
    assert set(found) == {night, unknown}
    assert found[night].is_open is True
    assert found[night].change == Change(at("2026-07-01T23:00") + timedelta(hours=7), "closed")
    assert found[unknown] == (None, None, None)
