"""What is left after kill -9 of application and PostgreSQL, twenty times amid check-ins? Everything acknowledged, once."""

import sys
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest

from bench.side.product import running
from bench.side.taps import Phones, Tap, connect, make_stations
from tests.journeys.kills import KINDS, Load, Reckoning, Run, kill, reckon, series
from tests.journeys.product import Product

KILLS, LOAD_S, STATIONS, CROWD = 20, 0.6, 400, 500
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def victim() -> Iterator[Product]:
    """A real instance without a demo's own life."""
    with running(demo=False, words=("serve", "--no-worker")) as product:
        make_stations(product.home, STATIONS)
        yield product


@pytest.fixture(scope="module")
def codes() -> list[str]:
    return [f"LD-{n:05d}" for n in range(STATIONS)]


@pytest.fixture(scope="module")
def phones(victim: Product) -> Phones:
    return Phones(victim.home)


def told_of(victim: Product, tap: Tap) -> str:
    """Send a tap once and return the row that the answer speaks of."""
    load = Load(victim, [tap.code], hands=0)
    row = load.send(tap)
    assert row is not None, load.statuses
    return row


def test_every_acknowledged_check_in_survives_twenty_kills(victim: Product, codes: list[str]) -> None:
    restarts: list[str] = []
    run: Run = series(
        victim, codes, KILLS, load_s=LOAD_S, seen=lambda n, kind, took_s: restarts.append(f"{n} {kind} {took_s:.1f} s")
    )
    found = run.reckoning
    lines = [*restarts, (f"acknowledged {found.acknowledged}, lost {len(found.lost)}, doubled {len(found.doubled)}, "
          f"present without an answer {run.present}, told of another row {len(found.changed)}")]  # fmt: skip
    sys.stderr.write("\n".join(lines) + "\n")
    assert (found.lost, found.doubled, found.changed) == ([], [], [])
    assert [len(run.restarts_s[kind]) for kind in KINDS] == [KILLS // 2] * 2
    assert found.acknowledged > 10 * KILLS, "the load ran between the kills"


def test_a_tap_answered_before_a_kill_is_the_same_row_after_it(victim: Product, phones: Phones) -> None:
    tap = phones.tap("LD-00001")
    before = told_of(victim, tap)
    kill(victim, "postgresql")
    assert told_of(victim, tap) == before


def test_the_reckoning_notices_a_loss(victim: Product, phones: Phones) -> None:
    """An acknowledged row is taken away by the owner: the application's role could not."""
    taps = [phones.tap("LD-00002") for _ in range(3)]
    told = {tap.key: told_of(victim, tap) for tap in taps}
    assert reckon(victim, told).is_clean
    with connect(victim.home) as owner:
        owner.execute("DELETE FROM visits_visit WHERE key = %s", [taps[1].key])
    assert reckon(victim, told).lost == [taps[1].key]


def test_the_reckoning_notices_an_acknowledgement_before_the_commit(victim: Product, phones: Phones) -> None:
    """A server that answers first and commits later loses by a kill: planted here by an open transaction."""
    tap = phones.tap("LD-00003")
    told = {tap.key: uuid4().hex}
    with connect(victim.home) as owner:
        owner.execute("BEGIN")
        owner.execute(
            "INSERT INTO visits_visit (id, hour, seen_at, station_id, org_path, division_code, source, key)"
            " VALUES (%s, date_trunc('hour', now()), now(), gen_random_uuid(), '/1/', '', 'qr', %s)",
            [told[tap.key], tap.key],
        )
        kill(victim, "postgresql")
        assert reckon(victim, told).lost == [tap.key]
        owner.close()


def test_the_reckoning_notices_a_double(victim: Product, phones: Phones) -> None:
    """The same key in two clock hours: what no unique key of a partitioned table can refuse by itself."""
    tap = phones.tap("LD-00004")
    told = {tap.key: told_of(victim, tap)}
    with connect(victim.home) as owner:
        owner.execute(
            "INSERT INTO visits_visit (id, hour, seen_at, station_id, org_path, division_code, source, key)"
            " SELECT gen_random_uuid(), hour - interval '2 hours', seen_at, station_id, org_path, division_code, source, key"
            " FROM visits_visit WHERE key = %s",
            [tap.key],
        )
    found: Reckoning = reckon(victim, told)
    assert (found.lost, found.doubled) == ([], [tap.key])


@pytest.mark.parametrize("who", ["one tap", "one phone", "a shift"])
def test_five_hundred_at_once_are_all_answered(victim: Product, phones: Phones, who: str) -> None:
    """500 connections in the same moment: nobody is turned away at the door, and what counts once is one row."""
    code, cookie = {"one tap": "LD-00010", "one phone": "LD-00011", "a shift": "LD-00012"}[who], phones.cookie()
    same = phones.tap(code, cookie)
    taps = {
        "one tap": [same] * CROWD,
        "one phone": [phones.tap(code, cookie) for _ in range(CROWD)],
        "a shift": [phones.tap(code) for _ in range(CROWD)],
    }[who]
    load, rows = Load(victim, [code], hands=0), []
    gate = threading.Barrier(CROWD)

    def run(tap: Tap) -> None:
        gate.wait()
        rows.append(load.send(tap))

    threads = [threading.Thread(target=run, args=(tap,)) for tap in taps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(load.statuses.values()) == CROWD, "every connection got an answer"
    assert set(load.statuses) <= {200, 429}
    told = {row for row in rows if row}
    with connect(victim.home) as database:
        kept = [
            pk.hex
            for (pk,) in database.execute("SELECT id FROM visits_visit WHERE key = ANY(%s)", [[t.key for t in taps]])
        ]
    assert sorted(told) == sorted(kept)
    assert len(kept) == (CROWD if who == "a shift" else 1)
    assert load.statuses[429] == (0 if who == "a shift" else CROWD - load.statuses[200])
