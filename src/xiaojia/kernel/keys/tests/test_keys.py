"""Does a key work for what it was made for, and for nothing else? The five proofs of making and revoking one."""

from datetime import date, timedelta

import pytest
from django.http import HttpRequest
from django.utils import timezone

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.keys.access import caller
from xiaojia.kernel.keys.actions import forget_leases, make_key, revoke_key, set_limits
from xiaojia.kernel.keys.api import admit, bearer
from xiaojia.kernel.keys.models import Key, RateRule
from xiaojia.kernel.keys.rules import KeyRefused


@pytest.fixture(autouse=True)
def full_limits():
    forget_leases()
    yield
    forget_leases()


def make(cast, role="admin", **changed):
    today = timezone.localdate()
    values = {
        "org": cast.instance.root, "label": "甲地图平台", "scopes": ["visits:write", "stations:read"],
        "expires_on": today + timedelta(days=365), "now": timezone.now(), "today": today,
    }  # fmt: skip
    return make_key(actor=cast.actor(role), **values | changed)


def request_with(token="", address="203.0.113.7"):
    request = HttpRequest()
    request.client_ip = address
    if token:
        request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return request


def test_a_key_works_and_its_secret_stands_nowhere(cast):
    row, token = make(cast)
    assert token.startswith(f"xj_{row.prefix}_")
    secret = token.split("_", 2)[2]
    assert secret not in str(Key.objects.values_list())
    who, found = caller(token, timezone.localdate())
    assert (found.pk, who.label, who.org_path) == (row.pk, "甲地图平台", cast.instance.root.path)
    assert who.scopes == {"stations:read", "visits:write"}
    assert who.reaches(cast.own.org.path)
    assert not who.reaches("/999/")
    line = Entry.objects.get(verb="keys.made")
    assert (line.actor_label, line.subject_id) == ("测试admin", str(row.pk))
    assert line.details["scopes"] == ["stations:read", "visits:write"]
    assert secret not in str(line.details)


@pytest.mark.parametrize("role", ["officer", "district", "keeper", "clerk", "auditor", "leader", "outsider"])
def test_only_an_administrator_makes_keys(cast, role):
    with pytest.raises(KeyRefused) as refused:
        make(cast, role)
    assert (refused.value.code, Key.objects.count()) == ("not_found", 0)
    assert not Entry.objects.filter(verb="keys.made").exists()


def test_a_broken_rule_changes_nothing(cast):
    with pytest.raises(KeyRefused) as refused:
        make(cast, scopes=[])
    assert (refused.value.code, refused.value.fields) == ("no_scope", {"scopes": "请至少选一项权限。"})
    assert (Key.objects.count(), Entry.objects.filter(verb="keys.made").count()) == (0, 0)


def test_the_same_label_twice_is_refused_until_the_first_is_revoked(cast):
    first, _ = make(cast)
    with pytest.raises(KeyRefused) as refused:
        make(cast)
    assert refused.value.code == "label_taken"
    revoke_key(actor=cast.actor("admin"), key_id=first.pk, now=timezone.now())
    make(cast)
    assert Key.objects.count() == 2


def test_a_revoked_key_ends_at_once_and_twice_is_harmless(cast):
    row, token = make(cast)
    for _ in range(2):
        revoke_key(actor=cast.actor("admin"), key_id=row.pk, now=timezone.now())
    assert Entry.objects.filter(verb="keys.revoked").count() == 1
    with pytest.raises(KeyRefused) as refused:
        caller(token, timezone.localdate())
    assert (refused.value.code, refused.value.status) == ("key_revoked", 401)


def test_somebody_else_cannot_revoke_it(cast):
    row, _ = make(cast)
    with pytest.raises(KeyRefused) as refused:
        revoke_key(actor=cast.actor("district"), key_id=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert (refused.value.code, row.revoked_at) == ("not_found", None)


def test_an_expired_or_unknown_key_is_refused(cast):
    row, token = make(cast)
    with pytest.raises(KeyRefused) as refused:
        caller(token, row.expires_on + timedelta(days=1))
    assert refused.value.code == "key_expired"
    assert caller(token, row.expires_on)[0].key_id == row.pk
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "", f"xj_{'0' * 8}_{'A' * 43}"):
        with pytest.raises(KeyRefused) as refused:
            caller(wrong, timezone.localdate())
        assert refused.value.code == "key_unknown"


def test_the_last_day_of_use_is_kept_once_a_day(cast, django_assert_num_queries):
    row, token = make(cast)
    admit(request_with(token))
    row.refresh_from_db()
    assert row.last_used_on == timezone.localdate()
    with django_assert_num_queries(1):  # the key itself; its limit is leased already
        admit(request_with(token))


def test_an_address_is_limited_and_told_when_to_come_back(cast):
    set_limits(address_per_min=3, key_per_min=5, effective_from=timezone.now())
    forget_leases()
    for _ in range(3):
        assert admit(request_with()) is None
    with pytest.raises(KeyRefused) as refused:
        admit(request_with())
    assert (refused.value.code, refused.value.status) == ("too_fast", 429)
    assert 1 <= refused.value.wait_s <= 61
    assert admit(request_with(address="203.0.113.8")) is None
    row, token = make(cast)
    assert [admit(request_with(token)).key_id for _ in range(5)] == [row.pk] * 5
    with pytest.raises(KeyRefused):
        admit(request_with(token))


def test_a_key_of_its_own_limit_and_guessing_by_the_address(cast):
    set_limits(address_per_min=2, key_per_min=5, effective_from=timezone.now())
    forget_leases()
    _row, token = make(cast, per_minute=1)
    admit(request_with(token))
    with pytest.raises(KeyRefused) as refused:
        admit(request_with(token))
    assert refused.value.code == "too_fast"
    codes = []
    for _ in range(3):
        with pytest.raises(KeyRefused) as refused:
            admit(request_with("xj_guess"))
        codes.append(refused.value.code)
    assert codes == ["key_unknown", "key_unknown", "too_fast"]


@pytest.mark.django_db
def test_the_seeded_limits():
    row = RateRule.objects.get()
    assert (row.effective_from.date(), row.address_per_min, row.key_per_min) == (date(2026, 1, 1), 1200, 6000)


@pytest.mark.parametrize(
    ("header", "token"), [("Bearer abc", "abc"), ("bearer  abc", "abc"), ("Basic abc", ""), ("", ""), (None, None)]
)
def test_only_bearer_counts(header, token):
    request = request_with()
    if header is not None:
        request.META["HTTP_AUTHORIZATION"] = header
    assert bearer(request) == token
