"""Do the schedules of a feed, added up by somebody who knows only RFC 5545, give exactly a station's hours?"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.rrule import WEEKLY, rrule, weekday
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaojia.domains.feeds.rules.days import SHANGHAI, Shut
from xiaojia.domains.feeds.rules.schedules import WEEKDAYS, Rule, rules_of, window
from xiaojia.lib.opening_hours import (
    DatedException,
    HolidayPolicy,
    Hours,
    Interval,
    MonthDay,
    Schedule,
    ScheduleError,
    Season,
    every_day,
    week_of,
)
from xiaojia.lib.workdays import Day, DayKind, DayTable

TABLE = DayTable(
    [
        *(Day(date(2026, 10, day), DayKind.HOLIDAY, "国庆节") for day in range(1, 8)),
        Day(date(2026, 10, 10), DayKind.MAKEUP, "国庆节"),
        Day(date(2026, 9, 20), DayKind.MAKEUP, "国庆节", follows_weekday=4),
    ],
    [2026],
)
FIRST, LAST = date(2026, 9, 1), date(2026, 10, 31)
OFFICE = week_of((range(5), [Interval(510, 720), Interval(870, 1050)]))


def added_up(rules: Sequence[Rule]) -> dict[date, set[tuple[int, int]]]:
    """Expand rules as a stranger would: the days of the RRULE, from opens_at to closes_at, on the next day if not later."""
    found: dict[date, set[tuple[int, int]]] = {}
    for body in (rule.body for rule in rules if "opens_at" in rule.body):
        start = datetime.fromisoformat(body["dtstart"])
        days = rrule(
            WEEKLY, dtstart=start, until=datetime.fromisoformat(body["until"]), interval=body["interval"],
            byweekday=[weekday(WEEKDAYS.index(name)) for name in body["byday"].split(",")],
        )  # fmt: skip
        opens, closes = minutes(body["opens_at"]), minutes(body["closes_at"])
        for day in days:
            found.setdefault(day.date(), set()).add((opens, closes if closes > opens else closes + 1440))
    return found


def minutes(text: str) -> int:
    clock, offset = text[:5], text[5:]
    assert offset == "+08:00"
    return int(clock[:2]) * 60 + int(clock[3:])


def truth(schedule: Schedule, first: date = FIRST, last: date = LAST) -> dict[date, set[tuple[int, int]]]:
    hours = Hours(schedule, TABLE)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {on: {(t.start_min, t.end_min) for t in times} for on in days if (times := hours.intervals_on(on))}


def bodies(rules: Sequence[Rule], **wanted: Any) -> list[dict[str, Any]]:
    return [rule.body for rule in rules if all(rule.body.get(key) == value for key, value in wanted.items())]


def test_two_pairs_a_day_are_two_rules_and_a_holiday_cuts_them() -> None:
    rules = rules_of(Schedule(OFFICE, holiday_policy=HolidayPolicy.CLOSED), TABLE, FIRST, LAST)
    first = rules[0].body
    assert first == {
        "valid_from": "2026-09-01", "valid_to": "2026-09-19", "dtstart": "2026-09-01", "until": "2026-09-19",
        "timezone": 8, "freq": "WEEKLY", "interval": 1, "wkst": "MO", "byday": "MO,TU,WE,TH,FR",
        "opens_at": "08:30+08:00", "closes_at": "12:00+08:00", "description": "周一至周五 08:30–12:00",
        "attending_type": "in-person", "notes": "有人值守",
    }  # fmt: skip
    closed = bodies(rules, notes="closed")
    assert [(body["valid_from"], body["valid_to"], body["description"]) for body in closed] == [
        ("2026-10-01", "2026-10-02", "10月1日至10月2日（国庆节） 不开放"),
        ("2026-10-05", "2026-10-07", "10月5日至10月7日（国庆节） 不开放"),
    ]
    makeup = bodies(rules, valid_from="2026-10-10", valid_to="2026-10-10")
    assert [(body["opens_at"], body["byday"]) for body in makeup] == [("08:30+08:00", "SA"), ("14:30+08:00", "SA")]


def test_special_holiday_hours_are_dated_rules() -> None:
    schedule = Schedule(
        OFFICE, holiday_policy=HolidayPolicy.SPECIAL, holiday_intervals=(Interval(600, 900),),
        exceptions=(DatedException(date(2026, 10, 12), date(2026, 10, 13), (), "消防演练"),),
    )  # fmt: skip
    rules = rules_of(schedule, TABLE, FIRST, LAST)
    golden = bodies(rules, valid_from="2026-10-01")
    assert [(b["valid_to"], b["opens_at"], b["closes_at"]) for b in golden] == [
        ("2026-10-07", "10:00+08:00", "15:00+08:00")
    ]
    assert bodies(rules, valid_from="2026-10-12")[0]["description"] == "10月12日至10月13日（消防演练） 不开放"
    assert added_up(rules) == truth(schedule)


def test_what_nobody_knows_yet_carries_no_times() -> None:
    schedule = Schedule(OFFICE, holiday_policy=HolidayPolicy.CLOSED)
    rules = rules_of(schedule, TABLE, date(2027, 1, 1), date(2027, 1, 10))
    unknown = bodies(rules, notes="unknown")
    assert unknown[0]["valid_from"] == "2027-01-01"
    assert unknown[0]["description"].endswith("（元旦） 待确认，以现场公告为准")
    assert "opens_at" not in unknown[0]


def test_a_night_and_a_whole_day_end_on_the_next() -> None:
    rules = rules_of(Schedule(every_day(Interval(1320, 1800))), TABLE, FIRST, LAST)
    assert (rules[0].body["opens_at"], rules[0].body["closes_at"]) == ("22:00+08:00", "06:00+08:00")
    assert rules[0].body["description"] == "每天 22:00–次日06:00"
    whole = rules_of(Schedule(every_day(Interval(0, 1440, staffed=False))), TABLE, FIRST, LAST)
    assert (whole[0].body["opens_at"], whole[0].body["closes_at"]) == ("00:00+08:00", "00:00+08:00")
    assert whole[0].body["notes"] == "无人值守"


def test_a_closure_is_taken_out_to_the_minute() -> None:
    shut = Shut(
        datetime(2026, 9, 8, 10, 0, tzinfo=SHANGHAI), datetime(2026, 9, 10, 15, 0, tzinfo=SHANGHAI), "装修",
    )  # fmt: skip
    rules = rules_of(Schedule(OFFICE), TABLE, FIRST, date(2026, 9, 18), [shut])
    days = added_up(rules)
    assert days[date(2026, 9, 8)] == {(510, 600)}
    assert date(2026, 9, 9) not in days
    assert days[date(2026, 9, 10)] == {(900, 1050)}
    assert days[date(2026, 9, 11)] == {(510, 720), (870, 1050)}
    assert bodies(rules, notes="closed")[0]["description"] == "9月9日（装修） 不开放"


def test_a_closure_without_an_end_leaves_nothing() -> None:
    shut = Shut(datetime(2026, 9, 8, tzinfo=SHANGHAI), None, "拆迁")
    assert max(added_up(rules_of(Schedule(OFFICE), TABLE, FIRST, LAST, [shut]))) == date(2026, 9, 7)


def test_a_night_cut_after_midnight_belongs_to_its_morning() -> None:
    shut = Shut(datetime(2026, 9, 8, 22, 0, tzinfo=SHANGHAI), datetime(2026, 9, 9, 2, 0, tzinfo=SHANGHAI), "停电")
    days = added_up(rules_of(Schedule(every_day(Interval(1320, 1800))), TABLE, FIRST, LAST, [shut]))
    assert date(2026, 9, 8) not in days
    assert days[date(2026, 9, 9)] == {(120, 360), (1320, 1800)}


def test_keys_stay_when_the_window_moves() -> None:
    schedule = Schedule(OFFICE, holiday_policy=HolidayPolicy.CLOSED)
    september = {rule.key for rule in rules_of(schedule, TABLE, FIRST, LAST)}
    october = {rule.key for rule in rules_of(schedule, TABLE, date(2026, 10, 1), LAST)}
    assert october <= september


def test_the_window_moves_once_a_month() -> None:
    assert window(date(2026, 9, 17)) == (date(2026, 9, 1), date(2027, 2, 28))
    assert window(date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 5, 31))


interval_lists = st.lists(
    st.tuples(st.integers(0, 47), st.integers(1, 20), st.booleans()).map(
        lambda t: (t[0] * 30, t[0] * 30 + t[1] * 30, t[2])
    ),
    max_size=3,
)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    def times() -> list[Interval]:
        taken: list[Interval] = []
        for start, end, staffed in sorted(draw(interval_lists)):
            if not taken or start >= taken[-1].end_min:
                taken.append(Interval(start, end, staffed))
        return taken

    try:
        groups = [([day], times()) for day in range(7)]
        seasons = ()
        if draw(st.booleans()):
            seasons = (Season("夏令", MonthDay(6, 1), MonthDay(9, 15), week_of((range(7), times()))),)
        exceptions = tuple(
            DatedException(start, start + timedelta(days=draw(st.integers(0, 4))), tuple(times()), "改时间")
            for start in (date(2026, 9, 9), date(2026, 10, 6))
            if draw(st.booleans())
        )
        policy = draw(
            st.sampled_from([HolidayPolicy.NORMAL, HolidayPolicy.CLOSED, HolidayPolicy.SPECIAL, HolidayPolicy.UNKNOWN])
        )
        special = tuple(times()) or (Interval(600, 900),)
        return Schedule(
            week_of(*groups), seasons, exceptions, policy, special if policy is HolidayPolicy.SPECIAL else ()
        )
    except ScheduleError:
        return Schedule(OFFICE)


@settings(max_examples=150, deadline=None)
@given(schedules())
def test_any_schedule_adds_up_to_its_hours(schedule: Schedule) -> None:
    rules = rules_of(schedule, TABLE, FIRST, LAST)
    assert added_up(rules) == truth(schedule)
    keys = [rule.key for rule in rules]
    assert len(keys) == len(set(keys))
