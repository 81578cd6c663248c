"""Do hours, links, limits and the counting rule say what they must, without a database?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaojia.domains.visits.rules import links
from xiaojia.domains.visits.rules.charts import chart
from xiaojia.domains.visits.rules.counting import FIRST, Rule, count, rule_on, shown_in_public
from xiaojia.domains.visits.rules.hours import SHANGHAI, clock_hour, day_bounds, day_of, month_start, tapped_at

KEY = "a key for tests"
NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=SHANGHAI)


def test_the_hour_is_that_of_shanghai() -> None:
    assert clock_hour(datetime(2026, 11, 30, 16, 10, tzinfo=UTC)) == datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI)
    assert day_of(datetime(2026, 11, 30, 16, 10, tzinfo=UTC)) == date(2026, 12, 1)
    assert day_of(datetime(2026, 11, 30, 15, 59, tzinfo=UTC)) == date(2026, 11, 30)


def test_a_day_has_twenty_four_hours_that_end_at_midnight() -> None:
    start, end = day_bounds(date(2026, 11, 30))
    assert (start.astimezone(UTC), end.astimezone(UTC)) == (
        datetime(2026, 11, 29, 16, tzinfo=UTC),
        datetime(2026, 11, 30, 16, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("months", "expected"),
    [(0, date(2026, 11, 1)), (-1, date(2026, 10, 1)), (2, date(2027, 1, 1)), (-11, date(2025, 12, 1))],
)
def test_months_are_counted_over_the_year(months: int, expected: date) -> None:
    assert month_start(date(2026, 11, 24), months) == expected


def test_a_tap_is_dated_by_its_age_alone() -> None:
    assert tapped_at(NOON, 3600) == NOON - timedelta(hours=1)
    assert tapped_at(NOON, -3600) == NOON
    assert tapped_at(NOON, 24 * 3600) == NOON - timedelta(days=1)
    assert tapped_at(NOON, 24 * 3600 + 1) is None


def test_a_plate_is_signed_for_its_own_code() -> None:
    good = links.qr_signature("SY-0001", key=KEY)
    assert len(good) == 16
    assert links.qr_ok(good, "SY-0001", key=KEY)
    assert not links.qr_ok(good, "SY-0002", key=KEY)
    assert not links.qr_ok(good, "SY-0001", key="another key")
    assert not links.screen_ok(good, "SY-0001", key=KEY)


@given(st.text(max_size=40))
def test_no_other_text_opens_a_plate(text: str) -> None:
    good = links.qr_signature("SY-0001", key=KEY)
    assert links.qr_ok(text, "SY-0001", key=KEY) == (text == good)


def test_a_rotating_code_lives_for_its_minute_and_the_neighbours() -> None:
    shown = links.rotating("SY-0001", NOON, key=KEY)
    for minutes, good in [(-2, False), (-1, True), (0, True), (1, True), (2, False)]:
        assert links.rotating_ok(shown, "SY-0001", NOON + timedelta(minutes=minutes), key=KEY) is good
    assert not links.rotating_ok(shown, "SY-0002", NOON, key=KEY)


def test_a_pass_keeps_source_and_second_and_cannot_be_edited() -> None:
    text = links.pass_text("SY-0001", "qr", NOON, key=KEY)
    assert links.read_pass(text, "SY-0001", key=KEY) == ("qr", int(NOON.timestamp()))
    assert links.read_pass(text.replace("qr.", "code."), "SY-0001", key=KEY) is None
    assert links.read_pass(text, "SY-0002", key=KEY) is None
    for nonsense in ("", "qr", "qr..", "qr.１.x", "qr.9999999999999999999999.x"):
        assert links.read_pass(nonsense, "SY-0001", key=KEY) is None


OLD = Rule("2026-1", date(2026, 1, 1), frozenset({"qr", "code", "group", "keeper"}), 20, 50)
NEW = Rule("2027-1", date(2027, 1, 1), frozenset({"qr", "code"}), 10, 20)


def test_each_day_counts_by_the_rule_of_that_day() -> None:
    days = [
        (date(2026, 12, 31), "qr", 10),
        (date(2026, 12, 31), "keeper", 4),
        (date(2027, 1, 1), "qr", 7),
        (date(2027, 1, 1), "group", 5),
    ]
    found = count(days, [NEW, OLD])
    assert found.official == 10 + 4 + 7
    assert found.parts == {"qr": 17, "code": 0, "group": 5, "keeper": 4, "api": 0}
    assert found.left_out == {"group": 5}
    assert found.rule == "2026-1、2027-1"


def test_before_the_first_rule_the_first_rule_counts() -> None:
    assert rule_on(date(2020, 1, 1), [NEW, OLD]) is OLD
    assert rule_on(date(2020, 1, 1), []) is FIRST


@given(st.lists(st.tuples(st.sampled_from(["qr", "code", "group", "keeper"]), st.integers(1, 99))))
def test_the_parts_add_up(rows: list[tuple[str, int]]) -> None:
    found = count([(date(2027, 5, 1), source, people) for source, people in rows], [OLD, NEW])
    assert found.official + sum(found.left_out.values()) == sum(found.parts.values()) == sum(n for _, n in rows)


def test_small_numbers_are_not_shown_in_public() -> None:
    assert (shown_in_public(4), shown_in_public(5)) == (None, 5)


def test_a_chart_writes_few_labels_and_the_values_that_matter() -> None:
    rows = [(str(i), f"day {i}", i % 7, f"/{i}") for i in range(30)]
    found = chart(rows, width=900, last_is_now=True)
    assert [bar.label for bar in found.bars if bar.label] == ["1", "5", "9", "13", "17", "21", "25", "29"]
    assert [(bar.name, bar.value_shown) for bar in found.bars if bar.value_shown] == [("day 6", "6"), ("day 29", "1")]
    assert (found.bars[0].h, found.bars[6].h, found.bars[6].y, found.bars[6].w) == ("0", "120", "18", "21.6")
    assert [bar.is_now for bar in found.bars].index(True) == 29
    assert chart([], width=900).bars == []
    assert [bar.h for bar in chart([("1", "1", 0, "/")], width=9).bars] == ["0"]
