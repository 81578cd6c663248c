"""Does the resident index say exactly what the database says, whatever happened, at any instant?"""

import json
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import make_station
from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Closure, Evidence, Station, TimetableStop, TruthRule
from xiaojia.domains.stations.queries.board import live, nearest
from xiaojia.domains.stations.queries.resident import Index, nearest_json
from xiaojia.domains.stations.queries.resident import nearest as resident_nearest
from xiaojia.domains.stations.queries.resident.answers import from_index
from xiaojia.domains.stations.rules.state import Posted, Sign, Weights, breaks, judge, still_matters
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.lib.coordinates import Wgs84, distances_m

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
KINDS = [kind for kind, _label in Evidence.Kind.choices]
MINUTES = st.integers(-26 * 60, 90)
SEEDS = st.integers(0, 10_000)


def _equal_at(index, now):
    """Hold every verdict, pass and opening of the index against one query of the database."""
    moment, found = index.moment(now), live(now)
    alive = [row for row, is_alive in enumerate(index.columns.alive) if is_alive]
    assert sorted(index.columns.codes[row] for row in alive) == [station.code for station in found]
    for station in found:
        row = index.columns.row_of(station.id)
        assert moment.verdict(row, now) == station.verdict, (station.code, now)
        assert moment.does_pass(row, now) == station.verdict.passes
        assert index.place(moment, row) == (station.lng, station.lat)
        assert bool(moment.always[index.columns.schedule[row]]) == station.always_open


def _evidence(seed, stations, now):
    """Some evidence of each kind around `now`, on the minute and a microsecond beside limits of the rule."""
    chance = random.Random(seed)
    edges = [timedelta(hours=h) for h in (1, 2, 4, 24)]
    for _ in range(chance.randint(0, 14)):
        ago = chance.choice([timedelta(minutes=chance.randint(-60, 1500)), chance.choice(edges)])
        at = now - ago + timedelta(microseconds=chance.choice([-1, 0, 0, 1]))
        yield Evidence(
            station=chance.choice(stations), kind=chance.choice(KINDS), at=at, device=bytes([chance.randint(0, 4)]),
            until=chance.choice([None, at + timedelta(minutes=chance.randint(1, 600))]),
        )  # fmt: skip


def _closures(seed, stations, now):
    chance = random.Random(seed)
    for _ in range(chance.randint(0, 3)):
        starts = now + timedelta(minutes=chance.randint(-300, 120))
        closure = Closure.objects.create(
            org=stations[0].org, reason=f"原因{chance.randint(0, 1)}", starts_at=starts, created_by="x", created_at=now,
            ends_at=chance.choice([None, starts + timedelta(minutes=chance.randint(1, 600))]),
            withdrawn_at=chance.choice([None, None, now]),
        )  # fmt: skip
        closure.stations.set(chance.sample(stations, chance.randint(1, len(stations))))


@pytest.fixture
def town(cast):
    """Five stations: three of the cast, one without hours or place, one on wheels."""
    cast.bare = actions.register_station(actor=SYSTEM, org=cast.district, values={"name": "无时间"})
    cast.wheels = make_station(cast.district, "流动驿站", 109.50, 18.25)
    for place, weekdays, start, end, lng in (("东", [0, 1, 2], 480, 720, 109.51), ("西", [1, 5], 780, 1440, 109.53)):
        TimetableStop.objects.create(
            station=cast.wheels, place=place, weekdays=weekdays, start_min=start, end_min=end, lng=lng, lat=18.26
        )
    Station.objects.filter(pk=cast.wheels.pk).update(mobility="mobile")
    return cast


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=SEEDS, minute=st.integers(0, 7 * 1440), steps=st.lists(st.integers(0, 5_000), max_size=4))
def test_every_verdict_equals_the_databases_now_and_later(town, seed, minute, steps):
    now = (NOON + timedelta(minutes=minute)).astimezone(UTC)
    stations = [town.own, town.banks, town.other, town.bare, town.wheels]
    Evidence.objects.all().delete()
    Closure.objects.all().delete()
    Evidence.objects.bulk_create(_evidence(seed, stations, now))
    _closures(seed, stations, now)
    index = Index.load(now)
    _equal_at(index, now)
    later = now
    for step in sorted(steps):
        later = now + timedelta(seconds=step * 17)
        _equal_at(index, later)
    for row, signs in list(index.facts.signs.items()):
        for at in breaks(now, signs, Weights(), timedelta(hours=24))[:3]:
            if at > later and row >= 0:
                later = at
                _equal_at(index, at)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=SEEDS, minute=st.integers(0, 7 * 1440))
def test_evidence_that_comes_in_later_is_judged_as_if_it_had_been_there(town, seed, minute):
    now = (NOON + timedelta(minutes=minute)).astimezone(UTC)
    stations = [town.own, town.banks, town.other, town.bare, town.wheels]
    Evidence.objects.all().delete()
    index = Index.load(now)
    index.moment(now)
    for part in range(3):
        rows = Evidence.objects.bulk_create(_evidence(seed + part, stations, now))
        index.add([(row.station_id, row.kind, row.at, row.device, row.until) for row in rows], now)
        _equal_at(index, now)
    index.facts.forget_old(now)
    _equal_at(index, now)


@settings(max_examples=300, deadline=None)
@given(
    signs=st.lists(st.tuples(st.sampled_from(KINDS), MINUTES, st.integers(0, 3), st.integers(1, 400)), max_size=12),
    later=st.integers(0, 1500),
)
def test_evidence_that_no_longer_matters_is_not_missed(signs, later):
    held = [
        Sign(kind, NOON + timedelta(minutes=at), bytes([device]), NOON + timedelta(minutes=at + until))
        for kind, at, device, until in signs
        if at <= 0
    ]
    posted = Posted(True, True, NOON - timedelta(hours=3), NOON + timedelta(days=2))
    at = NOON + timedelta(minutes=later)
    kept = still_matters(held, Weights())
    assert judge(at, posted, kept, None, Weights()) == judge(at, posted, held, None, Weights())


def test_changed_stations_are_as_if_read_anew(town):
    now = datetime.now(UTC)
    index = Index.load(now)
    index.moment(now)
    fresh = make_station(town.district, "新驿站", 109.52, 18.26)
    actions.place_station(
        actor=SYSTEM, station_id=town.bare.pk, version=town.bare.version, point=Wgs84(109.6, 18.3), received=(109.6, 18.3),
        datum="wgs84", source="picked",
    )  # fmt: skip
    Station.objects.filter(pk=town.own.pk).update(status="removed")
    actions.close_stations(
        actor=SYSTEM, station_ids=[town.banks.pk], reason="台风", starts_at=now - timedelta(hours=1), ends_at=None
    )
    index = index.changed([fresh.pk, town.bare.pk, town.own.pk, town.banks.pk], now)
    _equal_at(index, now)
    names = [index.columns.codes[row] for row, _m in resident_nearest(index, now, 109.52, 18.26, open_now=False)]
    assert names == [s.code for s in _by_distance(now, 109.52, 18.26)]
    assert town.own.code not in names and fresh.code == names[0]
    grown = index.with_trees(index.grown_trees(), frozenset())
    again = [grown.columns.codes[row] for row, _m in resident_nearest(grown, now, 109.52, 18.26, open_now=False)]
    assert again == names


def _by_distance(now, lng, lat):
    found = [s for s in nearest(now, lng=lng, lat=lat) if s.distance_m is not None]
    return sorted(found, key=lambda s: (s.distance_m, s.code))


@pytest.mark.parametrize("have", [(), ("water",), ("water", "toilet"), ("no_such",)])
@pytest.mark.parametrize("access", [(), ("free",), ("ask", "scan"), ("no_such",)])
@pytest.mark.parametrize("open_now", [True, False])
def test_the_nearest_are_those_of_a_walk_over_all(cast, have, access, open_now):
    chance = random.Random(7)
    station = Station.objects.get(pk=cast.own.pk)
    rows = []
    for n in range(300):
        lng, lat = round(chance.gauss(109.5, 0.05), 2), round(chance.gauss(18.25, 0.05), 2)  # many lie equally far
        kinds = [kind for kind, share in (("water", 0.5), ("toilet", 0.2)) if chance.random() < share]
        rows.append(
            Station(
                code=f"T-{n:04d}", name=f"站{n}", org=station.org, lng=lng, lat=lat, have=kinds, created_at=NOON, updated_at=NOON,
                access=chance.choice(["free", "ask", "scan"]), hours=station.hours if chance.random() < 0.7 else None,
            )
        )  # fmt: skip
    Station.objects.bulk_create(rows)
    now = NOON.astimezone(UTC)
    index = Index.load(now)
    for _ in range(8):
        lng, lat = chance.gauss(109.5, 0.05), chance.gauss(18.25, 0.05)
        expected = [s for s in live(now, have=have, access=access) if not open_now or s.verdict.passes]
        expected = sorted(_with_distances(expected, lng, lat), key=lambda item: (round(item[0], 4), item[1]))[:10]
        found = resident_nearest(index, now, lng, lat, have=have, access=access, open_now=open_now)
        assert [index.columns.codes[row] for row, _metres in found] == [code for _metres, code in expected]
        assert [metres for _row, metres in found] == pytest.approx([metres for metres, _code in expected], abs=1e-3)


def _with_distances(found, lng, lat):
    far = distances_m(lng, lat, [s.lng for s in found], [s.lat for s in found])
    return [(float(metres), s.code) for metres, s in zip(far, found, strict=True)]


def test_the_answer_for_programs_is_json_and_keeps_coordinates_back(town):
    now = NOON.astimezone(UTC)
    actions.close_stations(
        actor=SYSTEM, station_ids=[town.banks.pk], reason='停"电', starts_at=now - timedelta(hours=1), ends_at=None
    )
    index = Index.load(now)
    here, ask = (109.5246, 18.2677), ((), (), False, 10, now)
    assert nearest_json(*here, *ask, with_coordinates=True) == from_index(index, *here, *ask, True)
    first, *_rest = found = json.loads(from_index(index, *here, *ask, False))
    assert first == {
        "code": town.own.code, "name": "月川路驿站", "address": "月川路驿站地址", "access": "free", "have": ["water"],
        "broken": ["microwave"], "distance_m": 0, "location": None, "url": f"/s/{town.own.code}/",
        "now": {
            "state": "posted", "open": True, "reason": "in_hours", "words": "", "since": "2026-11-24T08:00:00+08:00",
            "proof_at": None, "next_at": "2026-11-24T18:00:00+08:00", "becomes": "closed",
        },
    }  # fmt: skip
    shut = next(item for item in found if item["code"] == town.banks.code)
    assert (shut["now"]["state"], shut["now"]["words"]) == ("closed", '停"电')
    with_them = json.loads(nearest_json(*here, (), (), True, 10, now, with_coordinates=True))
    assert with_them[0]["location"] == {"lng": 109.5246, "lat": 18.2677}
    wheels = next(item for item in with_them if item["code"] == town.wheels.code)
    assert wheels["location"]["lng"] == 109.53


def test_a_rule_that_begins_is_kept_to(town):
    now = NOON.astimezone(UTC)
    Evidence.objects.create(station=town.own, kind="keeper_open", at=now - timedelta(hours=3))
    TruthRule.objects.create(effective_from=now + timedelta(minutes=5), proof_fresh_s=3600)
    index = Index.load(now)
    for minutes in (0, 4, 5, 6):
        _equal_at(index, now + timedelta(minutes=minutes))
