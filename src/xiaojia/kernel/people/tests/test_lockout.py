"""Is guessing slow, for one account and for one network, without telling who exists or locking everybody out?"""

import os
import re
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.cast import enter
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.orgs.models import Post
from xiaojia.kernel.people.actions import release, settle, try_once
from xiaojia.kernel.people.actions.attempts import LockedError
from xiaojia.kernel.people.models import Attempt
from xiaojia.kernel.people.queries import locks_of
from xiaojia.kernel.people.rules import NAME, NETWORK, PAIR
from xiaojia.kernel.people.tests.desk import PASSWORD, knock, with_password

HERE, THERE = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def keeper(cast):
    return with_password(cast.account("keeper"))


def alert(answer) -> str:
    found = re.search(r'role="alert">.*?<span>(.*?)</span>', answer.content.decode(), re.DOTALL)
    return found[1] if found else ""


def test_after_five_failures_the_right_password_waits_too_and_is_told_until_when(client, keeper):
    for _ in range(5):
        wrong = alert(knock(client, "test-keeper", "wrong", **HERE))
        assert wrong and "以后再试" not in wrong
    refused = alert(knock(client, "test-keeper", **HERE))
    until = locks_of([keeper], timezone.now())[keeper.pk]
    assert (
        refused == f"登录失败次数太多，请在 {timezone.localtime(until):%H:%M} 以后再试，或请本级工会的管理员解除锁定。"
    )
    assert client.get("/office/me/").status_code == 302
    assert knock(Client(), "test-keeper", **THERE).status_code == 302, "elsewhere nobody waits"


def test_unknown_names_are_answered_alike(client, keeper):
    for name in ("test-keeper", "nobody-of-that-name"):
        said = [alert(knock(Client(), name, "wrong", **HERE)) for _ in range(6)]
        assert len(set(said[:5])) == 1
        assert "以后再试" in said[5]
    first = {alert(knock(Client(), name, "wrong", **THERE)) for name in ("test-keeper", "nobody-of-that-name")}
    assert len(first) == 1


def test_unknown_names_take_as_long(keeper, settings):
    """Medians of fifteen rounds: the hash of a password is worked out for unknown names and unusable passwords too."""
    names = ("test-keeper", "nobody", "test-leader")
    took: dict[str, list[float]] = {name: [] for name in names}
    for number in range(15):
        for name in names:  # side by side, so that a busy machine is busy for all three
            began = time.perf_counter()
            knock(Client(), name, "wrong", REMOTE_ADDR=f"198.51.100.{number + 1}")
            took[name].append(time.perf_counter() - began)
    known, unknown, unusable = (statistics.median(took[name]) for name in names)
    assert 0.6 < known / unknown < 1.67
    assert 0.6 < known / unusable < 1.67


def test_what_was_typed_is_not_kept(client, keeper):
    knock(client, "my-secret-typed-into-the-wrong-field", "wrong", **HERE)
    line = Entry.objects.get(verb="people.sign_in_failed")
    assert (line.actor_label, line.subject_id, line.subject_label) == ("", "", "")
    kept = str(list(Attempt.objects.values()))
    assert "secret" not in kept and "203.0.113" not in kept
    for _ in range(5):
        knock(client, "test-keeper", "wrong", **HERE)
    assert Entry.objects.filter(verb="people.sign_in_locked", subject_label="test-keeper").count() == 1


def test_a_success_forgets_its_own_attempt_alone(client, keeper):
    for _ in range(4):
        knock(client, "test-keeper", "wrong", **HERE)
    assert knock(client, "test-keeper", **HERE).status_code == 302
    knock(Client(), "test-keeper", "wrong", **HERE)
    assert "以后再试" in alert(knock(Client(), "test-keeper", **HERE)), "an own success does not wipe the guesses"


def test_one_network_cannot_spray_many_names(db):
    now = timezone.now()
    for number in range(NETWORK.fails):
        try_once(username=f"name-{number}", address="203.0.113.9", now=now)
    with pytest.raises(LockedError):
        try_once(username="one-more", address="203.0.113.9", now=now)
    try_once(username="one-more", address="198.51.100.7", now=now)
    with pytest.raises(LockedError):
        for _ in range(NETWORK.fails + 1):
            try_once(username=f"v6-{_}", address=f"2001:db8:1:2::{_}", now=now)


def test_many_networks_lock_one_name_but_not_a_browser_that_knows_it(client, keeper):
    knock(client, "test-keeper")
    client.post("/office/sign-out/")
    now = timezone.now()
    for number in range(NAME.fails):
        try_once(username="test-keeper", address=f"10.0.{number // 250}.{number % 250}", now=now)
    assert "以后再试" in alert(knock(Client(), "test-keeper", **THERE))
    assert knock(client, "test-keeper", **THERE).status_code == 302
    forged = Client()
    forged.cookies["xj_desk"] = client.cookies["xj_desk"].value
    assert "以后再试" not in alert(knock(forged, "test-keeper", "wrong", **THERE))
    assert knock(Client(), "test-officer", "wrong", **THERE).status_code == 200
    try_once(username="test-leader", address="203.0.113.9", now=now)


def test_the_mark_of_one_account_is_none_of_another(client, keeper, cast):
    knock(client, "test-keeper")
    now = timezone.now()
    for number in range(NAME.fails):
        try_once(username="test-leader", address=f"10.0.{number // 250}.{number % 250}", now=now)
    with_password(cast.account("leader"))
    client.post("/office/sign-out/")
    assert "以后再试" in alert(knock(client, "test-leader", **THERE))


def test_the_wait_ends_by_itself(db):
    now = timezone.now()
    for _ in range(PAIR.fails):
        try_once(username="a", address="203.0.113.9", now=now)
    with pytest.raises(LockedError) as caught:
        try_once(username="A ", address="203.0.113.9", now=now + timedelta(minutes=14))
    assert caught.value.until == now + PAIR.window
    assert try_once(username="a", address="203.0.113.9", now=now + PAIR.window)


def test_a_cold_or_broken_cache_changes_nothing(client, keeper, settings):
    for _ in range(5):
        knock(client, "test-keeper", "wrong", **HERE)
    cache.clear()
    assert "以后再试" in alert(knock(client, "test-keeper", **HERE))
    broken = Client(raise_request_exception=False)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "not_there"}}
    assert broken.post("/office/sign-in/", {"login": "test-keeper", "password": PASSWORD}, **THERE).status_code == 500
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert broken.get("/office/me/").status_code == 302, "a broken cache lets nobody in"


# The administrator sees and releases


def test_a_lock_is_seen_and_released_with_one_line(client, keeper, cast):
    for _ in range(5):
        knock(client, "test-keeper", "wrong", **HERE)
    admin = Client()
    enter(admin, cast.account("admin"))
    assert "登录失败过多，锁到" in admin.get("/office/people/").content.decode()
    address = f"/office/people/{Post.objects.get(person__account=keeper).pk}/unlock/"
    for role in ("officer", "leader", "auditor", "outsider"):
        other = Client()
        enter(other, cast.account(role))
        assert other.post(address).status_code == 404
    assert locks_of([keeper], timezone.now())
    assert admin.post(address)["Location"] == "/office/people/"
    assert admin.post(address)["Location"] == "/office/people/", "twice is harmless"
    assert "锁到" not in admin.get("/office/people/").content.decode()
    assert knock(client, "test-keeper", **HERE).status_code == 302
    lines = Entry.objects.filter(verb="people.lock_released")
    assert [(line.actor_label, line.subject_label) for line in lines] == [("测试admin", "test-keeper")]


def test_release_of_nothing_writes_nothing(keeper):
    assert release(actor=SYSTEM, account=keeper) == 0
    assert not Entry.objects.filter(verb="people.lock_released").exists()


def test_settle_forgets_what_succeeded(keeper):
    trial = try_once(username="test-keeper", address="203.0.113.9", now=timezone.now())
    settle(trial, account=keeper)
    assert not Attempt.objects.exists()


GUESS = """
import os, sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = settings.DATABASES["owner"]["NAME"] = sys.argv[1]
django.setup()
from django.test import Client
told = [Client().post("/office/sign-in/", {"login": "nobody-here", "password": "x"}, REMOTE_ADDR="203.0.113.9")
        for _ in range(int(sys.argv[2]))]
print(sum("以后再试" not in answer.content.decode() for answer in told))
"""


def test_processes_count_together(own_database):
    """Two processes guess at the same time, a third afterwards: five guesses in all are judged."""
    from django.db import connections

    root = Path(__file__).resolve().parents[5]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "xiaojia.config.settings", "PYTHONPATH": str(root / "src")}

    def guess(count: int) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", GUESS, own_database, str(count)]
        return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)

    connections.close_all()
    both = [guess(6), guess(6)]
    judged = [int(process.communicate(timeout=120)[0]) for process in both]
    assert sum(judged) == PAIR.fails
    assert int(guess(1).communicate(timeout=120)[0]) == 0
