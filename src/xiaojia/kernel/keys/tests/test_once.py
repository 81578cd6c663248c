"""Does a request count once, in order, in a race, and after a crash?"""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from xiaojia.kernel.keys.actions import Answer, clean, once
from xiaojia.kernel.keys.models import Once, RateRule
from xiaojia.kernel.keys.rules import KeyRefused

PAYLOAD = "0" * 64


def ask(run, *, key="tap-1", scope="key:1", payload=PAYLOAD, now=None):
    return once(scope=scope, key=key, payload=payload, now=now or timezone.now(), run=run)


def deed(n=[0]):  # noqa: B006 - one counter for the whole test run is enough
    """A deed that leaves a row behind each time it is done."""
    n[0] += 1
    RateRule.objects.create(effective_from=timezone.now() + timedelta(days=n[0]), address_per_min=1, key_per_min=1)
    return Answer(201, f'{{"n": {n[0]}}}')


def done():
    return RateRule.objects.filter(address_per_min=1).count()


@pytest.mark.django_db
def test_the_same_request_again_gets_the_same_answer():
    first, second = ask(deed), ask(deed)
    assert (first.status, first.replayed, second.replayed) == (201, False, True)
    assert (second.status, second.body) == (first.status, first.body)
    assert done() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "status", "changed"),
    [
        ("idempotency_key_missing", 400, {"key": None}),
        ("idempotency_key_missing", 400, {"key": ""}),
        ("idempotency_key_bad", 400, {"key": "with space"}),
        ("idempotency_key_bad", 400, {"key": "键"}),
        ("idempotency_key_bad", 400, {"key": "x" * 201}),
        ("idempotency_key_reused", 422, {"payload": "1" * 64}),
    ],
)
def test_what_is_wrong_with_a_key(code, status, changed):
    ask(deed)
    with pytest.raises(KeyRefused) as refused:
        ask(deed, **changed)
    assert (refused.value.code, refused.value.status, done()) == (code, status, 1)


@pytest.mark.django_db
def test_two_programs_may_use_the_same_key():
    ask(deed)
    assert ask(deed, scope="key:2").replayed is False
    assert done() == 2


@pytest.mark.django_db
def test_a_refusal_changes_nothing_and_frees_the_key():
    def refused():
        deed()
        raise KeyRefused("scope_missing", scope="x")

    with pytest.raises(KeyRefused):
        ask(refused)
    assert (done(), Once.objects.count()) == (0, 0)
    assert ask(deed, payload="1" * 64).replayed is False


@pytest.mark.django_db
def test_a_running_request_is_waited_for_and_a_dead_one_taken_over():
    now = timezone.now()
    Once.objects.create(scope="key:1", key="tap-1", payload=PAYLOAD, created_at=now, started_at=now)
    with pytest.raises(KeyRefused) as refused:
        ask(deed, now=now + timedelta(seconds=59))
    assert (refused.value.code, refused.value.status, refused.value.wait_s) == ("idempotency_key_running", 409, 1)
    answer = ask(deed, now=now + timedelta(seconds=60))
    assert (answer.status, answer.replayed, done()) == (201, False, 1)
    assert ask(deed, now=now + timedelta(seconds=61)).replayed is True


@pytest.mark.django_db
def test_who_was_taken_over_writes_nothing():
    def slow():
        answer = deed()
        Once.objects.update(started_at=timezone.now() + timedelta(seconds=61))  # meanwhile another claimed the row
        return answer

    with pytest.raises(KeyRefused) as refused:
        ask(slow)
    assert (refused.value.code, done()) == ("idempotency_key_running", 0)


@pytest.mark.django_db
def test_answers_are_kept_two_days_and_counts_an_hour():
    now = timezone.now()
    ask(deed, key="old", now=now - timedelta(hours=49))
    ask(deed, key="new", now=now - timedelta(hours=25))
    minute = int(now.timestamp() // 60)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO keys_usage VALUES ('a', %s, 1), ('a', %s, 1)", [minute - 62, minute - 5])
    assert clean(now) == (1, 1)
    assert list(Once.objects.values_list("key", flat=True)) == ["new"]
    assert ask(deed, key="new").replayed is True


def test_of_twenty_at_once_one_is_done(own_database):
    start, answers = threading.Barrier(20), []

    def one():
        try:
            start.wait()
            answers.append(ask(deed).replayed)
        except KeyRefused as refused:
            answers.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (done(), len(answers), answers.count(False)) == (1, 20, 1)
    assert set(answers) <= {False, True, "idempotency_key_running"}
    assert ask(deed).replayed is True


def test_limits_hold_over_connections(own_database):
    from xiaojia.kernel.keys.actions.limiting import _grant
    from xiaojia.kernel.keys.rules import Leases

    passed = []

    def process():
        leases = Leases()
        try:
            passed.append(sum(leases.take("a:1", 100, 600.0, _grant) == 0 for _ in range(60)))
        finally:
            connection.close()

    threads = [threading.Thread(target=process) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 100
