"""Does every process hear of a change within two seconds, and whoever made it at once?"""

import time
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, connections, transaction

from tests.cast import make_cast, make_station
from xiaojia.config.env import load_env
from xiaojia.config.instance.database import connect
from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Station, TruthRule
from xiaojia.domains.stations.queries import feed, resident
from xiaojia.kernel.audit.rules import SYSTEM

WITHIN_S = 2.0


@pytest.fixture
def followed(own_database):
    """The cast, committed, and the index of this process following it."""
    cast = make_cast()
    resident.start()
    _until(lambda: resident.current() is not None, 20)
    resident.catch_up()
    yield cast
    resident.stop()


def _until(asked, within_s=WITHIN_S):
    began = time.monotonic()
    while not asked():
        assert time.monotonic() - began < within_s, "not seen in time"
        time.sleep(0.02)
    return time.monotonic() - began


def _elsewhere(name, query, *values):
    """A committed write by another process than this."""
    with psycopg.connect(
        connect(load_env(), "default", dbname=name).info.dsn, password=connections.settings["default"]["PASSWORD"]
    ) as other:
        other.execute(query, values)


def _names(*, fresh=False, open_now=False):
    index = resident.current(fresh=fresh)
    found = resident.nearest(index, datetime.now(UTC), 109.5246, 18.2677, open_now=open_now)
    return [index.columns.codes[row] for row, _metres in found]


def test_a_change_elsewhere_is_seen_within_two_seconds_evidence_too(followed, own_database):
    own = followed.own
    _elsewhere(own_database, "UPDATE stations_station SET status = 'removed' WHERE id = %s", own.pk)
    _until(lambda: own.code not in _names())
    row = resident.current().columns.row_of(followed.banks.pk)
    _elsewhere(
        own_database,
        "INSERT INTO stations_evidence (id, station_id, at, kind, device, note)"
        " VALUES (gen_random_uuid(), %s, now(), 'keeper_close', '', '')",
        followed.banks.pk,
    )  # fmt: skip
    _until(lambda: row in resident.current().facts.doubted)
    assert not resident.current().moment(datetime.now(UTC)).does_pass(row, datetime.now(UTC))
    assert resident.age_s() < WITHIN_S and resident.size() == 2


def test_whoever_asks_for_it_fresh_sees_her_own_write_at_once(followed):
    for n in range(5):
        station = make_station(followed.district, f"新站{n}", 109.5246, 18.2677 + n / 1e5)
        assert station.code in _names(fresh=True)
        Station.objects.filter(pk=station.pk).update(status="suspended")
        assert station.code not in _names(fresh=True, open_now=True)


def test_a_transaction_sees_itself_and_never_the_index(followed):
    with transaction.atomic():
        Station.objects.filter(pk=followed.own.pk).update(status="removed")
        assert resident.current() is None and resident.current(fresh=True) is None
        transaction.set_rollback(True)
    assert followed.own.code in _names(fresh=True)


def test_the_stamp_comes_from_memory_and_moves_with_every_change_of_records(
    followed, own_database, django_assert_num_queries
):
    with django_assert_num_queries(0):
        before = feed.stamp()
    assert before.text == feed.stamp(fresh=True).text
    _elsewhere(own_database, "UPDATE stations_station SET address = 'x' WHERE id = %s", followed.own.pk)
    _until(lambda: feed.stamp().text != before.text)
    _until(lambda: feed.stamp().text == feed.stamp(fresh=True).text)
    assert feed.stamp().at > before.at


def test_a_rule_and_many_changes_reach_the_index(followed):
    TruthRule.objects.create(effective_from=datetime.now(UTC), reports_to_close=1)
    assert resident.current(fresh=True).facts.rules.at(datetime.now(UTC)).reports_to_close == 1
    for n in range(3):
        make_station(followed.district, f"站{n}", 109.5 + n / 100, 18.26)
    index = resident.current(fresh=True)
    assert len(index.loose) == 3 and resident.size() == 6
    actions.close_stations(
        actor=SYSTEM, station_ids=[followed.own.pk], reason="台风", starts_at=datetime.now(UTC), ends_at=None
    )
    assert followed.own.code not in _names(fresh=True, open_now=True)


def test_a_lost_connection_is_made_anew(followed, own_database):
    with connect(load_env(), "owner", dbname=own_database) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [own_database],
        )
    connection.close()
    Station.objects.filter(pk=followed.own.pk).update(status="removed")
    _until(lambda: resident.current() is not None and followed.own.code not in _names(), 20)


def test_nobody_who_did_not_start_it_has_an_index(own_database):
    assert resident.current() is None and resident.age_s() is None
