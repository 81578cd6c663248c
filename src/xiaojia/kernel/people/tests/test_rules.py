"""Are waiting, codes, ends of sessions and words for devices as the rules say? No database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaojia.kernel.people.rules import (
    Limit,
    SessionRule,
    device_kind,
    hint_of,
    hotp,
    is_of_the_house,
    network_of,
    step_of,
)

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
FIVE = Limit(5, timedelta(minutes=15))
RFC_6238 = b"12345678901234567890"


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=m) for m in minutes]


def test_the_fifth_failure_waits_until_the_oldest_of_five_is_past():
    assert FIVE.until(ago(1, 2, 3, 4), NOW) is None
    assert FIVE.until(ago(1, 2, 3, 4, 10), NOW) == NOW + timedelta(minutes=5)
    assert FIVE.until(ago(1, 2, 3, 4, 15), NOW) is None


@given(st.lists(st.integers(0, 3600), max_size=40))
def test_who_is_let_in_at_the_end_of_the_wait_is_let_in(seconds):
    fails = [NOW - timedelta(seconds=s) for s in seconds]
    until = FIVE.until(fails, NOW)
    assert (until is None) == (sum(1 for s in seconds if s < 900) < 5)
    if until:
        assert NOW < until <= NOW + FIVE.window
        assert FIVE.until(fails, until) is None


@pytest.mark.parametrize(("at_s", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_rfc(at_s, code):
    assert hotp(RFC_6238, at_s // 30) == code


def test_one_step_of_drift_and_no_code_twice():
    step = int(NOW.timestamp()) // 30
    for drift in (-1, 0, 1):
        assert step_of(RFC_6238, hotp(RFC_6238, step + drift), NOW) == step + drift
    for drift in (-2, 2):
        assert step_of(RFC_6238, hotp(RFC_6238, step + drift), NOW) is None
    assert step_of(RFC_6238, hotp(RFC_6238, step), NOW, used=step) is None
    assert step_of(RFC_6238, hotp(RFC_6238, step - 1), NOW, used=step) is None
    assert step_of(RFC_6238, hotp(RFC_6238, step + 1), NOW, used=step) == step + 1


def test_a_session_rests_an_hour_and_lasts_twelve():
    rule = SessionRule()
    fresh = {"began_at": NOW - timedelta(hours=1), "seen_at": NOW - timedelta(minutes=59), "now": NOW}
    assert rule.over(**fresh) == ""
    assert rule.over(**fresh | {"seen_at": NOW - timedelta(minutes=61)}) == "idle"
    assert rule.over(**fresh | {"began_at": NOW - timedelta(hours=12, minutes=1), "seen_at": NOW}) == "whole"


def test_networks_are_as_coarse_as_they_need_to_be():
    assert network_of("203.0.113.9") == "203.0.113.9"
    assert network_of("::ffff:203.0.113.9") == "203.0.113.9"
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network_of("nonsense") == ""
    assert (hint_of("203.0.113.9"), hint_of("2001:db8:1:2::1"), hint_of("")) == ("203.0.113.x", "2001:db8:1::/48", "")


@pytest.mark.parametrize(
    ("agent", "word"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0", "Windows 电脑 · Edge"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) MicroMessenger/8.0", "微信"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/100.0 Mobile Safari/537.36", "安卓手机 · Chrome"),
        ("curl/8", "其他设备"),
        ("", "其他设备"),
    ],
)
def test_a_device_is_a_kind_and_a_browser_never_a_version(agent, word):
    assert device_kind(agent) == word


@pytest.mark.parametrize(
    "word",
    ["xiaojia2026!!", "Gonghui-Admin-1", "三亚市总工会2026", "sanya20261125", "小家小家小家1234", "test-keeper99"],
)
def test_names_of_the_house_are_no_passwords(word):
    assert is_of_the_house(word, ["三亚市总工会", "三亚市", "sanya", "test-keeper"])


@pytest.mark.parametrize(
    "word", ["a-long-quiet-evening", "83920175646372", "xiaojia-und-acht-rote-kamele", "今夜月明人尽望不知秋思"]
)
def test_other_passwords_are_not_judged(word):
    assert not is_of_the_house(word, ["三亚市总工会", "三亚市", "sanya", "test-keeper"])
