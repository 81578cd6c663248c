"""Of two at the same moment, does one win?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.cast import make_cast
from xiaojia.domains.feedback.models import Report
from xiaojia.domains.stations.actions.keeping import create_device_link
from xiaojia.domains.stations.models import DeviceLink
from xiaojia.domains.visits.models import Visit
from xiaojia.domains.visits.queries.links import pass_text
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.people.actions import issue_one_time_link
from xiaojia.kernel.people.models import OneTimeLink

pytestmark = pytest.mark.slow
MANY = 8


def at_once(deed: Callable[[int], Any]) -> list[Any]:
    """Do a deed in several threads that start together; return what each brought."""
    gate = Barrier(MANY)

    def one(number: int) -> Any:
        gate.wait()
        try:
            return deed(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_a_one_time_link_sets_one_password(own_database):
    cast = make_cast()
    path = issue_one_time_link(actor=SYSTEM, account=cast.account("leader"))

    def use(number: int) -> int:
        word = f"a-long-enough-one-{number}"
        return Client().post(path, {"password": word, "again": word}).status_code

    codes = at_once(use)
    assert sorted(codes) == [302] + [410] * (MANY - 1)
    assert Entry.objects.filter(verb="people.password_set").count() == 1
    assert OneTimeLink.objects.filter(used_at__isnull=False).count() == 1
    account = cast.account("leader")
    account.refresh_from_db()
    winner = codes.index(302)
    assert [account.check_password(f"a-long-enough-one-{n}") for n in range(MANY)] == [n == winner for n in range(MANY)]


def test_a_devices_link_is_claimed_once(own_database):
    cast = make_cast()
    _link, path = create_device_link(
        actor=cast.actor("district"), station_id=cast.own.pk, label="柜台", now=timezone.now()
    )
    codes = at_once(lambda number: Client(raise_request_exception=False).post(path).status_code)
    assert sorted(codes)[0] == 302
    assert codes.count(302) == 1
    assert DeviceLink.objects.exclude(token_hash="").count() == 1


def test_a_tap_sent_many_times_counts_once(own_database):
    cast = make_cast()
    given = {"key": str(uuid4()), "pass": pass_text(cast.own.code, "qr", timezone.now()), "age_s": "0"}
    codes = at_once(lambda number: Client().post(f"/s/{cast.own.code}/in/", given).status_code)
    assert set(codes) == {302}
    assert Visit.objects.count() == 1


def test_a_report_sent_many_times_is_one(own_database):
    cast = make_cast()
    given = {"kind": "other", "text": "x", "key": str(uuid4())}
    codes = at_once(lambda number: Client().post(f"/s/{cast.own.code}/report/", given).status_code)
    assert set(codes) == {302}
    assert Report.objects.count() == 1
