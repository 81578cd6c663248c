"""Does the feed tell every change once it is committed, in whatever order transactions end, and none after a restore?"""

import random
import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.cast import make_cast
from xiaojia.config.env import load_env
from xiaojia.config.instance.database import connect
from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Station, StationFacility, TruthRule
from xiaojia.domains.stations.queries.feed import Position, changes_since, clean, delta, expire, here, prune, stamp
from xiaojia.domains.stations.rules.errors import CursorError
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.orgs.models import Organisation

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def town(own_database):
    """The cast, committed, and the cursor after everything was read."""
    expire()
    cast = make_cast()
    return cast, _read_all("")[2]


def _read_all(cursor, limit=100):
    rows, tombs = [], []
    while True:
        page = changes_since(cursor, limit)
        rows, tombs, cursor = rows + list(page.rows), tombs + list(page.tombstones), page.cursor
        if not page.more:
            return rows, tombs, cursor


def _other(name):
    """A second connection as the application role, in transactions of its own."""
    return psycopg.Connection.connect(connect(load_env(), "default", dbname=name).info.dsn + f" password={_password()}")


def _password():
    from django.db import connections

    return connections.settings["default"]["PASSWORD"]


def _touch(connection, station, address):
    connection.execute("UPDATE stations_station SET address = %s WHERE id = %s", [address, station.pk])


def test_without_a_cursor_every_public_station_comes_page_by_page_then_what_changed_meanwhile(town):
    cast, _cursor = town
    first = changes_since("", 2)
    assert (len(first.rows), first.more) == (2, True)
    Station.objects.filter(pk=first.rows[0]).update(address="新地址")
    second = changes_since(first.cursor, 2)
    assert (len(second.rows), second.more) == (1, False)
    assert {*first.rows, *second.rows} == {cast.own.pk, cast.banks.pk, cast.other.pk}
    assert changes_since(second.cursor, 10).rows == (first.rows[0],)


def test_a_transaction_that_ends_late_is_told_late_and_nothing_twice(town, own_database):
    cast, cursor = town
    with _other(own_database) as slow, _other(own_database) as quick:
        _touch(slow, cast.own, "先写后提交")
        _touch(quick, cast.other, "后写先提交")
        quick.commit()
        rows, _tombs, cursor = _read_all(cursor)
        assert rows == [cast.other.pk]
        assert _read_all(cursor)[0] == []
        slow.commit()
    rows, _tombs, cursor = _read_all(cursor)
    assert rows == [cast.own.pk]
    assert _read_all(cursor)[0] == []


def test_what_is_rolled_back_never_happened(town, own_database):
    cast, cursor = town
    before = stamp(fresh=True)
    with _other(own_database) as other:
        _touch(other, cast.own, "不算")
        other.rollback()
    assert _read_all(cursor)[0] == [] and stamp(fresh=True) == before


def test_pages_reach_the_snapshot_of_the_first_and_the_next_call_the_rest(town, own_database):
    cast, cursor = town
    for station in (cast.own, cast.banks):
        Station.objects.filter(pk=station.pk).update(address="改")
    page = changes_since(cursor, 1)
    Station.objects.filter(pk=cast.other.pk).update(address="改")
    rest = changes_since(page.cursor, 5)
    assert (page.rows, rest.rows, rest.more) == ((cast.own.pk,), (cast.banks.pk,), False)
    assert changes_since(rest.cursor, 5).rows == (cast.other.pk,)


def test_many_writers_ending_in_any_order_lose_nothing_for_a_reader_who_asks_all_the_time(town, own_database):
    cast, cursor = town
    stations = [cast.own.pk, cast.banks.pk, cast.other.pk]
    written, told, over = [], [], threading.Event()

    def write(seed):
        chance = random.Random(seed)
        with _other(own_database) as mine:
            for step in range(40):
                pk = chance.choice(stations)
                xid = mine.execute("SELECT pg_current_xact_id()::text").fetchone()[0]
                mine.execute(
                    "INSERT INTO stations_stationfacility (station_id, kind_id, presence, working, note, verified_by)"
                    " VALUES (%s, 'water', 'present', 'working', '', '') ON CONFLICT (station_id, kind_id) DO UPDATE SET note = %s",
                    [pk, f"{seed}/{step}"],
                )
                over.wait(chance.random() / 200)
                if chance.random() < 0.2:
                    mine.rollback()
                else:
                    written.append((int(xid), pk))
                    mine.commit()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(6)]
    position = here()[0]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        found = delta(position)
        told += found.stations
        position = found.position
        assert _read_all(cursor, 3)[2]
    told_xids = _xids_since(cursor)
    assert {xid for xid, _pk in written} <= told_xids
    assert set(told) | delta(position).stations == {pk for _xid, pk in written}


def _xids_since(cursor):
    from django.db import connection

    from xiaojia.domains.stations.queries.feed.cursors import read_cursor

    with connection.cursor() as rows:
        rows.execute(
            "SELECT xid::text FROM stations_change WHERE xid >= %s::xid8", [str(read_cursor(cursor).base.xmax)]
        )
        return {int(row[0]) for row in rows.fetchall()}


def test_a_position_between_two_reads_holds_each_committed_write_exactly_once(town, own_database):
    cast, _cursor = town
    position, seen = here()[0], []
    with _other(own_database) as first, _other(own_database) as second:
        for connection, pk in ((first, cast.own), (second, cast.banks)):
            _touch(connection, pk, "x")
        for connection in (second, first):
            found = delta(position)
            seen.append(found.stations)
            position = found.position
            connection.commit()
    found = delta(position)
    assert [*seen, found.stations] == [frozenset(), {cast.banks.pk}, {cast.own.pk}]
    assert delta(found.position).stations == frozenset()


def test_a_long_import_holds_up_nobody(town, own_database):
    cast, cursor = town
    with _other(own_database) as slow:
        slow.execute("UPDATE stations_station SET street = 'import' WHERE id = %s", [cast.own.pk])
        for n in range(3):
            Station.objects.filter(pk=cast.other.pk).update(address=f"第{n}次")
            rows, _tombs, cursor = _read_all(cursor)
            assert rows == [cast.other.pk]
        slow.commit()
    assert _read_all(cursor)[0] == [cast.own.pk]


def test_removed_merged_hidden_and_deleted_stations_leave_a_tombstone(town):
    cast, cursor = town
    actions.change_status(
        actor=SYSTEM, station_id=cast.own.pk, version=cast.own.version, status="removed", on=NOON.date(), reason="搬迁"
    )
    actions.merge_stations(actor=SYSTEM, keep_id=cast.other.pk, drop_id=cast.banks.pk)
    fresh = actions.register_station(actor=SYSTEM, org=cast.district, values={"name": "新站"})
    rows, tombs, cursor = _read_all(cursor)
    assert rows == [cast.other.pk, fresh.pk] or set(rows) == {cast.other.pk, fresh.pk}
    assert {(t.code, t.why, t.successor) for t in tombs} == {
        (cast.own.code, "removed", ""),
        (cast.banks.code, "merged", cast.other.code),
    }
    code = fresh.code
    Station.objects.get(pk=fresh.pk).delete()
    rows, tombs, _cursor = _read_all(cursor)
    assert (rows, [(t.code, t.why) for t in tombs]) == ([], [(code, "removed")])


def test_everything_public_about_a_station_moves_the_feed(town):
    cast, cursor = town
    own = cast.own.pk
    closure = actions.close_stations(
        actor=SYSTEM, station_ids=[own], reason="台风", starts_at=NOON, ends_at=NOON + timedelta(days=4000)
    )
    deeds = [
        lambda: actions.withdraw_closure(actor=SYSTEM, closure_id=closure.pk),
        lambda: StationFacility.objects.filter(station_id=own, kind_id="water").update(working="broken"),
        lambda: actions.set_stops(
            actor=SYSTEM, station_id=own, version=Station.objects.get(pk=own).version,
            stops=[{"place": "东门", "weekdays": [0], "start_min": 480, "end_min": 600, "lng": 109.5, "lat": 18.2}],
        ),
        lambda: Organisation.objects.filter(pk=cast.district.pk).update(name="吉阳区工会"),
    ]  # fmt: skip
    rows, _tombs, cursor = _read_all(cursor)
    assert rows == [own]
    for deed in deeds:
        before = stamp(fresh=True).text
        deed()
        rows, _tombs, cursor = _read_all(cursor)
        assert rows == [own] and stamp(fresh=True).text != before


def test_a_truth_rule_touches_all_and_evidence_only_those_who_follow_it(town):
    cast, cursor = town
    position, before = here()[0], stamp(fresh=True)
    actions.add_evidence(station_id=cast.own.pk, kind="keeper_open", at=NOON, device=b"\x01")
    found = delta(position)
    assert found.evidence == ((cast.own.pk, "keeper_open", NOON, b"\x01", None),) and not found.stations
    assert stamp(fresh=True) == before and _read_all(cursor)[0] == []
    TruthRule.objects.create(effective_from=NOON, reports_to_close=3)
    found = delta(found.position)
    assert found.everything and not found.evidence and stamp(fresh=True).text != before.text
    assert _read_all(cursor)[0] == []


def test_nothing_changed_moves_nothing(town):
    cast, cursor = town
    before = stamp(fresh=True)
    Station.objects.filter(pk=cast.own.pk).update(name=cast.own.name)
    assert stamp(fresh=True) == before and _read_all(cursor)[0] == []


NO_CURSORS = ("x", "é", "W10", "bnVsbA", "eyJhIjoxfQ", "WyJhIiwxLFstMSxbXV0sbnVsbCxudWxsLG51bGwsbnVsbF0", "A" * 30_000)


@pytest.mark.parametrize("text", NO_CURSORS)
def test_a_cursor_that_is_none_is_refused(db, text):
    with pytest.raises(CursorError) as refused:
        changes_since(text, 10)
    assert (refused.value.code, refused.value.status) == ("bad_cursor", 400)


def test_a_cursor_of_before_a_restore_is_refused_and_its_rows_do_no_harm(town, own_database):
    """A dump loaded elsewhere: the table is another one, and transactions begin from low numbers again."""
    cast, cursor = town
    with connect(load_env(), "owner", dbname=own_database) as owner:
        owner.execute("UPDATE stations_change SET xid = (xid::text::bigint + 1000000)::text::xid8")
        owner.execute("CREATE TABLE later (LIKE stations_change INCLUDING ALL)")
        owner.execute("INSERT INTO later SELECT * FROM stations_change")
        owner.execute("DROP TABLE stations_change")
        owner.execute("ALTER TABLE later RENAME TO stations_change")
        owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON stations_change TO PUBLIC")
    with pytest.raises(CursorError) as refused:
        changes_since(cursor, 10)
    assert (refused.value.code, refused.value.status) == ("cursor_over", 410)
    count = stamp(fresh=True).text
    clean()
    assert stamp(fresh=True).text == count
    rows, _tombs, cursor = _read_all("")
    assert len(rows) == 3
    Station.objects.filter(pk=cast.own.pk).update(address="恢复以后")
    assert _read_all(cursor)[0] == [cast.own.pk]


def test_a_cursor_from_a_lost_future_is_refused(town, own_database):
    cast, _cursor = town
    Station.objects.filter(pk=cast.own.pk).update(address="将要丢失")
    cursor = _read_all("")[2]
    with connect(load_env(), "owner", dbname=own_database) as owner:
        owner.execute("DELETE FROM stations_change WHERE xid = (SELECT max(xid) FROM stations_change)")
    with pytest.raises(CursorError) as refused:
        changes_since(cursor, 10)
    assert refused.value.code == "cursor_over"


def test_old_changes_are_folded_and_only_cursors_of_that_age_are_refused(town, own_database):
    cast, old = town
    with connect(load_env(), "owner", dbname=own_database) as owner:
        owner.execute("UPDATE stations_change SET at = at - interval '100 days'")
    before = stamp(fresh=True).text
    assert prune(datetime.now(tz=ZoneInfo("UTC"))) > 0
    assert stamp(fresh=True).text == before
    with pytest.raises(CursorError):
        changes_since(old, 10)
    cursor = _read_all("")[2]
    Station.objects.filter(pk=cast.own.pk).update(address="新")
    assert _read_all(cursor)[0] == [cast.own.pk]


def test_inside_a_transaction_ones_own_changes_are_told(cast):
    cursor = _read_all("")[2]
    Station.objects.filter(pk=cast.own.pk).update(address="未提交")
    assert cast.own.pk in _read_all(cursor)[0]
    before = stamp().text
    Station.objects.filter(pk=cast.own.pk).update(address="再改一次")
    assert stamp().text != before


def test_a_snapshot_is_read_with_the_readers_own_transaction_as_running():
    assert Position.read("10:20:11,15") == Position(20, (11, 15))
    assert Position.read("10:20:", own="12") == Position(20, (12,))
    assert Position.read("10:20:", own="20") == Position(20)
