"""Do keys, limits and payloads follow their rules? No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaojia.kernel.keys.rules import (
    KeyRefused,
    Leases,
    address_group,
    check_key,
    payload_hash,
    split_token,
)

TODAY = date(2026, 11, 25)
NEXT_YEAR = date(2027, 11, 25)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("no_label", {"label": ""}),
        ("no_scope", {"scopes": []}),
        ("no_scope", {"scopes": ["stations:read", "everything"]}),
        ("bad_expiry", {"expires_on": TODAY}),
        ("bad_expiry", {"expires_on": TODAY + timedelta(days=733)}),
        ("bad_limit", {"per_minute": 0}),
        ("bad_limit", {"per_minute": 1_000_001}),
    ],
)
def test_what_a_key_lacks_is_said_by_its_code(code, changed):
    values = {"label": "甲平台", "scopes": ["visits:write"], "expires_on": NEXT_YEAR, "per_minute": None} | changed
    with pytest.raises(KeyRefused) as refused:
        check_key(today=TODAY, **values)
    assert refused.value.code == code


def test_a_token_has_one_shape():
    secret = "A" * 43
    assert split_token(f"xj_abcd1234_{secret}") == ("abcd1234", secret)
    for wrong in ("", "xj_abcd1234", f"xj_ABCD1234_{secret}", f"xj_abcd1234_{secret}A", f"xj_abcd1234_{secret}\n"):
        assert split_token(wrong) is None


def test_the_same_payload_is_the_same_however_it_is_spaced():
    first = payload_hash("POST /a", b'{"a": 1, "b": [2, 3]}')
    assert payload_hash("POST /a", b'{"b":[2,3],\n"a":1}') == first
    assert payload_hash("POST /a", b'{"b":[3,2],"a":1}') != first
    assert payload_hash("POST /b", b'{"a": 1, "b": [2, 3]}') != first
    assert payload_hash("POST /a", b"no json") == payload_hash("POST /a", b"no json")


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
    ],
)
def test_one_subscriber_is_one_group(address, group):
    assert address_group(address) == group


class Bank:
    """A database of one subject's window, as the SQL grants shares of it."""

    def __init__(self):
        self.used = {}
        self.asked = 0

    def grant(self, subject, window, wanted, limit):
        self.asked += 1
        wanted, used = min(wanted, limit), self.used.get((subject, window), 0)
        if used >= limit:
            return 0
        self.used[subject, window] = used + wanted
        return wanted - max(0, used + wanted - limit)


@given(limit=st.integers(1, 300), turns=st.lists(st.integers(0, 3), min_size=1, max_size=900))
def test_all_processes_together_never_pass_the_limit(limit, turns):
    bank, processes = Bank(), [Leases() for _ in range(4)]
    passed = [processes[turn].take("a", limit, 120.0, bank.grant) == 0 for turn in turns]
    assert sum(passed) <= limit
    if len(turns) <= limit - 4 * max(1, limit // 20):
        assert all(passed)


def test_one_process_uses_the_whole_limit_and_asks_seldom():
    bank, leases = Bank(), Leases()
    answers = [leases.take("a", 1200, 120.0, bank.grant) for _ in range(1300)]
    assert answers[:1200] == [0] * 1200
    assert set(answers[1200:]) == {61}
    assert bank.asked == 21


def test_the_wait_ends_with_the_minute_and_the_next_one_is_fresh():
    bank, leases = Bank(), Leases()
    assert leases.take("a", 1, 150.2, bank.grant) == 0
    assert leases.take("a", 1, 150.2, bank.grant) == 30
    assert leases.take("a", 1, 179.9, bank.grant) == 1
    assert leases.take("b", 1, 179.9, bank.grant) == 0
    assert leases.take("a", 1, 180.0, bank.grant) == 0
