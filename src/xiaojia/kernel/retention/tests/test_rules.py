"""Which length counts on a day, and what may a term be changed to?"""

from datetime import UTC, date, datetime

import pytest

from xiaojia.kernel.retention.rules import Dated, RetentionError, check_change, days_on, next_run
from xiaojia.lib.terms import Term

TODAY = date(2026, 11, 25)


def nothing(*_args: object) -> int:
    return 0


TERM = Term("a.b", "甲", "乙", "丙", "第十九条", 30, 7, 90, nothing, nothing)


def test_a_terms_own_length_must_lie_within_its_bounds() -> None:
    with pytest.raises(ValueError, match="5 days lie outside 7–90"):
        Term("a.b", "甲", "乙", "丙", "丁", 5, 7, 90, nothing, nothing)


@pytest.mark.parametrize(
    ("versions", "on", "days"),
    [
        ([], TODAY, 30),
        ([Dated(60, date(2026, 11, 26))], TODAY, 30),
        ([Dated(60, TODAY)], TODAY, 60),
        ([Dated(60, date(2026, 1, 1)), Dated(10, date(2026, 11, 1))], TODAY, 10),
        ([Dated(10, date(2026, 11, 1)), Dated(60, date(2026, 1, 1))], date(2026, 10, 31), 60),
        ([Dated(900, date(2026, 1, 1))], TODAY, 90),
        ([Dated(0, date(2026, 1, 1))], TODAY, 7),
    ],
)
def test_the_latest_length_in_force_counts_within_the_bounds(versions: list[Dated], on: date, days: int) -> None:
    assert days_on(TERM, versions, on) == days


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"days": 6}, "too_short"),
        ({"days": 91}, "too_long"),
        ({"effective_on": date(2026, 11, 24)}, "in_the_past"),
        ({"reason": "  "}, "no_reason"),
    ],
)
def test_a_change_outside_the_rules_is_refused(change: dict[str, object], code: str) -> None:
    given = {"days": 40, "effective_on": TODAY, "reason": "档案规定"} | change
    with pytest.raises(RetentionError) as refused:
        check_change(TERM, today=TODAY, **given)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_the_night_run_comes_at_03_41_in_shanghai() -> None:
    assert next_run(datetime(2026, 11, 25, 2, 0, tzinfo=UTC)) == datetime(2026, 11, 25, 19, 41, tzinfo=UTC)
    assert next_run(datetime(2026, 11, 25, 19, 41, tzinfo=UTC)) == datetime(2026, 11, 26, 19, 41, tzinfo=UTC)
