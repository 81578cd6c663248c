"""What does a program read of stations? Shapes, pages, filters, changes with tombstones, positions only when released."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from django.utils import timezone

from tests.cast import make_station
from xiaojia.domains.stations.actions import add_evidence, change_status, close_stations, merge_stations
from xiaojia.domains.stations.queries.resident import Index, answers
from xiaojia.domains.stations.queries.resident.answers import from_database, from_index
from xiaojia.kernel.keys.actions import forget_leases

DOCUMENT = json.loads((Path(__file__).parents[5] / "docs" / "api" / "openapi.json").read_text(encoding="utf-8"))
NEAR = "/api/v1/nearest?lng=109.5246&lat=18.2677"


@pytest.fixture(autouse=True)
def full_limits():
    forget_leases()
    yield
    forget_leases()


def conforms(answer, shape):
    """Check an answer against the committed description, and return it."""
    assert answer.status_code == 200, answer.content
    body = answer.json()
    schema = {"$ref": f"#/components/schemas/{shape}", "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(body)
    return body


def become(actor, station, status):
    """Change a station's status today."""
    station.refresh_from_db()
    change_status(
        actor=actor,
        station_id=station.pk,
        version=station.version,
        status=status,
        reason="检修",
        on=timezone.localdate(),
    )


def codes(body):
    return [item["code"] for item in body["items"]]


def test_the_list_is_read_page_by_page(cast, client):
    first = conforms(client.get("/api/v1/stations?limit=2"), "StationPage")
    assert (codes(first), first["next"]) == ([cast.own.code, cast.banks.code], cast.banks.code)
    second = conforms(client.get(f"/api/v1/stations?limit=2&after={first['next']}"), "StationPage")
    assert (codes(second), second["next"]) == ([cast.other.code], None)


def test_a_record_says_what_the_page_says(cast, client):
    body = conforms(client.get("/api/v1/stations?limit=1"), "StationPage")["items"][0]
    assert body["name"] == "月川路驿站"
    assert body["division"] == {"code": "460203", "name": "吉阳区"}
    assert body["organisation"] == "吉阳区总工会"
    assert (body["have"], body["broken"]) == (["water"], ["microwave"])
    assert body["hours_osm"] == "Mo-Su 08:00-18:00"
    assert body["url"] == f"/s/{cast.own.code}/"
    assert datetime.fromisoformat(body["updated_at"]).utcoffset() is not None


def test_positions_leave_only_after_the_release(cast, client, settings):
    addresses = ("/api/v1/stations", NEAR)
    assert {client.get(one).json()["items"][0]["location"] is None for one in addresses} == {True}
    before = client.get("/api/v1/stations")["ETag"]
    settings.IS_DEMO = True
    for one in addresses:
        assert client.get(one).json()["items"][0]["location"] == {"lng": 109.5246, "lat": 18.2677}
    assert client.get("/api/v1/stations", headers={"If-None-Match": before}).status_code == 200


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("division=460203", ["own", "banks"]),
        ("division=460200", ["own", "banks", "other"]),
        ("division=110000", []),
        ("have=water", ["own", "banks", "other"]),
        ("have=water&have=microwave", []),
        ("have=no_such_thing", []),
        ("access=free&access=ask", ["own", "banks", "other"]),
        ("access=scan", []),
        ("status=suspended", ["other"]),
        ("status=running", ["own", "banks"]),
        ("q=月川", ["own"]),
        ("q=hedonglu", ["banks"]),
        ("q=%00%27%25", ["own", "banks", "other"]),
    ],
)
def test_filters(cast, client, query, names):
    become(cast.actor("officer"), cast.other, "suspended")
    assert codes(client.get(f"/api/v1/stations?{query}").json()) == [getattr(cast, name).code for name in names]


def test_one_station_has_its_state(cast, client):
    add_evidence(station_id=cast.own.pk, kind="keeper_open", at=timezone.now())
    body = conforms(client.get(f"/api/v1/stations/{cast.own.code.lower()}"), "StationDetail")
    hour = timezone.localtime().hour
    assert body["now"]["state"] == ("confirmed" if 8 <= hour < 18 else "closed")
    assert body["now"]["open"] == (8 <= hour < 18)
    assert body["stops"] == []


def test_a_merged_code_leads_on_and_a_removed_station_is_gone(cast, client):
    city = cast.actor("officer")
    merge_stations(actor=city, keep_id=cast.own.pk, drop_id=cast.other.pk)
    assert client.get(f"/api/v1/stations/{cast.other.code}").json()["code"] == cast.own.code
    become(city, cast.banks, "removed")
    answer = client.get(f"/api/v1/stations/{cast.banks.code}")
    assert (answer.status_code, answer.json()["code"]) == (410, "station_removed")


def test_a_copy_is_kept_by_changes(cast, client):
    everything = conforms(client.get("/api/v1/changes"), "ChangePage")
    assert (codes(everything), everything["gone"], everything["more"]) == (
        [cast.own.code, cast.banks.code, cast.other.code], [], False,
    )  # fmt: skip
    become(cast.actor("officer"), cast.banks, "removed")
    fresh = make_station(cast.district, "新风街驿站", 109.52, 18.25)
    after = conforms(client.get("/api/v1/changes", {"since": everything["next"]}), "ChangePage")
    assert fresh.code in codes(after)
    assert [(tomb["code"], tomb["why"], tomb["successor"]) for tomb in after["gone"]] == [
        (cast.banks.code, "removed", None)
    ]


def test_a_change_ends_the_304(cast, client):
    held = client.get("/api/v1/stations")["ETag"]
    assert client.get("/api/v1/stations", headers={"If-None-Match": held}).status_code == 304
    become(cast.actor("officer"), cast.own, "suspended")
    assert client.get("/api/v1/stations", headers={"If-None-Match": held}).status_code == 200


def test_the_nearest_comes_first(cast, client):
    body = conforms(client.get(NEAR + "&limit=2&at=2026-11-25T12:00%2B08:00"), "NearPage")
    assert codes(body) == [cast.own.code, cast.banks.code]
    assert (body["items"][0]["distance_m"], body["items"][0]["now"]["state"]) == (0, "posted")
    assert body["at"] == "2026-11-25T04:00:00Z"
    assert codes(client.get(NEAR + "&open_now=true&at=2026-11-25T20:00").json()) == []
    assert len(codes(client.get(NEAR + "&open_now=true&at=2026-11-25T12:00 08:00").json())) == 3
    assert codes(client.get(NEAR + "&have=microwave").json()) == []


def test_who_is_open_now(cast, client):
    close_stations(
        actor=cast.actor("officer"), station_ids=[cast.own.pk], reason="台风", starts_at=timezone.now(), ends_at=None
    )
    body = conforms(client.get("/api/v1/open-now"), "OpenPage")
    expected = [cast.banks.code, cast.other.code] if 8 <= timezone.localtime().hour < 18 else []
    assert (codes(body), body["next"]) == (expected, None)
    page = client.get("/api/v1/open-now?limit=1").json()
    assert (codes(page), page["next"]) == ([], cast.own.code)


def test_the_names_of_facilities(client, db):
    items = conforms(client.get("/api/v1/facilities"), "FacilityList")["items"]
    assert {"key": "microwave", "name": "微波炉", "name_en": "Microwave", "group": "basic"}.items() <= next(
        item.items() for item in items if item["key"] == "microwave"
    )


def test_a_page_costs_two_queries_whatever_its_length(cast, client, django_assert_max_num_queries):
    client.get("/api/v1/stations")
    with django_assert_max_num_queries(2):  # the stamp and the rows
        client.get("/api/v1/stations?limit=1000")


def test_another_instant_is_the_same_from_memory_and_from_the_database(cast):
    now = timezone.now()
    index = Index.load(now)
    add_evidence(station_id=cast.own.pk, kind="keeper_close", at=now)
    for hour in (3, 7, 8, 12, 17, 18, 23):
        at = timezone.localtime(now).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=3)
        for open_now in (True, False):
            ask = (109.5246, 18.2677, [], [], open_now, 10, now, True, at)
            found = from_index(index, *ask)
            assert found == from_database(*ask)
            assert len(json.loads(found)) == (0 if open_now and not 8 <= hour < 18 else 3)


def test_who_is_open_is_the_same_from_memory_and_from_the_database(cast, monkeypatch):
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    add_evidence(station_id=cast.own.pk, kind="keeper_open", at=noon)
    named = [(station.pk, station.code) for station in (cast.own, cast.banks, cast.other)]
    plain = answers.open_json(named, noon)
    monkeypatch.setattr(answers, "current", lambda *, fresh: Index.load(noon))
    assert answers.open_json(named, noon) == plain
    assert [item["now"]["state"] for item in json.loads(plain)] == ["confirmed", "posted", "posted"]
