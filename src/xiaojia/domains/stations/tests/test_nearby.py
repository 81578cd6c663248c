"""Does the worker's list say the same from memory as from the database?"""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Evidence, Station, TimetableStop
from xiaojia.domains.stations.queries.board import nearest
from xiaojia.domains.stations.queries.choose import choose
from xiaojia.domains.stations.queries.nearby import FOUND_LIMIT, Question, from_index, look
from xiaojia.domains.stations.queries.resident import Index
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.lib.opening_hours import Interval, Schedule, as_json, every_day

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOURS = (None, (8 * 60, 18 * 60), (0, 24 * 60), (9 * 60, 12 * 60 + 1), (20 * 60, 22 * 60))


@pytest.fixture
def city(cast):
    """The cast and sixty stations around it, some shut, doubted, proven, far away, without a place, on wheels."""
    chance = random.Random(11)
    own = Station.objects.get(pk=cast.own.pk)
    rows = []
    for n in range(60):
        hours = chance.choice(HOURS)
        placed, far = chance.random() < 0.9, chance.random() < 0.1
        rows.append(
            Station(
                code=f"T-{chance.randint(0, 10**9)}-{n}", name=f"站{n}", org=own.org, division=own.division, search_text=f"站{n}",
                lng=(114.3 if far else chance.gauss(109.5, 0.08)) if placed else None, lat=chance.gauss(18.25, 0.08) if placed else None,
                have=[kind for kind in ("water", "toilet") if chance.random() < 0.5], created_at=NOON, updated_at=NOON,
                access=chance.choice(["free", "ask", ""]), status=chance.choice(["running", "running", "running", "suspended"]),
                hours=as_json(Schedule(every_day(Interval(*hours)))) if hours else None,
            )
        )  # fmt: skip
    made = Station.objects.bulk_create(rows)
    for station in chance.sample(made, 3):
        Station.objects.filter(pk=station.pk).update(mobility="mobile")
        TimetableStop.objects.create(
            station=station, place="东", weekdays=[1], start_min=600, end_min=900, lng=109.5, lat=18.2
        )
    for reason, count, ends in (("台风", 5, NOON + timedelta(days=2)), ("停电", 3, None), ("装修", 1, None)):
        actions.close_stations(
            actor=SYSTEM, station_ids=[s.pk for s in chance.sample(made, count)], reason=reason,
            starts_at=NOON - timedelta(hours=1), ends_at=ends and ends + timedelta(days=4000),
        )  # fmt: skip
    for station in chance.sample(made, 20):
        kind = chance.choice([kind for kind, _label in Evidence.Kind.choices])
        Evidence.objects.create(
            station=station, kind=kind, at=NOON - timedelta(minutes=chance.randint(0, 600)), device=b"a"
        )
    return cast, [station.code for station in made]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from([None, (109.5, 18.25), (109.62, 18.31), (114.3, 18.2), (100.0, 40.0)]),
    have=st.sampled_from([(), ("water",), ("water", "toilet"), ("none",)]),
    access=st.sampled_from([(), ("free",), ("free", "ask"), ("scan",)]),
    q=st.sampled_from(["", "", "站1", "没有"]),
    prefix=st.sampled_from(["", "4602", "4601"]),
    hour=st.integers(0, 23),
    noon=st.booleans(),
    open_only=st.booleans(),
    pin=st.integers(0, 3),
    upto=st.sampled_from([1, 7, 200]),
)
def test_the_list_is_the_same(city, place, have, access, q, prefix, hour, noon, open_only, pin, upto):
    cast, codes = city
    now = (NOON + timedelta(hours=hour)).astimezone(UTC)
    lng, lat = place or (None, None)
    asked = Question(lng, lat, "" if place else prefix, have, access, q, NOON + timedelta(days=1) if noon else None)
    pins = [cast.banks.code, *codes[:pin], "NO-SUCH"]
    index = Index.load(now)
    found = from_index(index, now, asked, open_only=open_only, pins=pins, upto=upto)
    expected = choose(nearest(now, **vars(asked), limit=FOUND_LIMIT), open_only=open_only, pins=pins, upto=upto)
    assert [s.code for s in found.rows] == [s.code for s in expected.rows]
    assert found == expected


def test_without_an_index_the_database_answers_in_one_query(city, django_assert_num_queries):
    asked = Question(109.5, 18.25)
    look(NOON, asked, open_only=True, pins=(), upto=20)
    with django_assert_num_queries(1):
        found = look(NOON, asked, open_only=True, pins=(), upto=20)
    assert len(found.rows) == 20 and found.total > 20


def test_with_one_a_single_query_reads_what_is_shown(city, django_assert_num_queries):
    index = Index.load(NOON)
    with django_assert_num_queries(1):
        found = from_index(index, NOON, Question(109.5, 18.25), open_only=True, pins=(), upto=20)
    assert len(found.rows) == 20 and found.passing > 20
