"""Is every object of the HSDS door valid against the standard's own schemas, and does each filter do what it says?"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.cast import make_station
from xiaojia.domains.stations.actions import close_stations
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.people.models import Person
from xiaojia.kernel.places.models import Division
from xiaojia.lib.coordinates import Wgs84, haversine_m

LISTS = {
    "services": "service_list", "service_at_locations": "service_at_location_list", "organizations": "organization_list",
    "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term",
}  # fmt: skip
WHOLE = {"services": "service", "service_at_locations": "service_at_location", "organizations": "organization",
         "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term"}  # fmt: skip
UNIONS_ABOVE = 1
Get = Callable[..., Any]


def validator(official: dict[str, Any], name: str) -> Draft202012Validator:
    """A validator of the standard's own; the compiled organization stands inside the compiled service."""
    metadata = official["service"]["properties"]["metadata"]["items"]
    files = {"metadata.json": metadata, "taxonomy.json": official["taxonomy"]}
    registry: Registry[Any] = Registry().with_resources(
        [(uri, Resource.from_contents(body, default_specification=DRAFT202012)) for uri, body in files.items()]
    )
    schema = official["service"]["properties"]["organization"] if name == "organization" else official[name]
    checker = FormatChecker()
    assert {"uuid", "uri", "email", "date-time"} <= set(checker.checkers)
    return Draft202012Validator(schema, registry=registry, format_checker=checker)


def every(get: Get, plural: str, **query: Any) -> Iterator[dict[str, Any]]:
    """Walk all pages of a list."""
    number = 1
    while True:
        page = get(f"/hsds/{plural}", page=number, per_page=30, **query)
        assert page["size"] == len(page["contents"])
        yield from page["contents"]
        if page["last_page"]:
            assert page["page_number"] == page["total_pages"]
            return
        number += 1


def faults(check: Draft202012Validator, one: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message[:120]}" for error in check.iter_errors(one)]


def all_valid(get: Get, official: dict[str, Any]) -> dict[str, int]:
    """Validate each object of each list, each again by its id, and each as `full`; return how many by endpoint."""
    counts: dict[str, int] = {}
    for plural, name in LISTS.items():
        line, whole = validator(official, name), validator(official, WHOLE[plural])
        found = list(every(get, plural))
        for one in found:
            assert faults(line, one) == []
            nested = get(f"/hsds/{plural}/{one['id']}")
            assert nested["id"] == one["id"]
            assert faults(whole, nested) == []
        if plural in ("services", "service_at_locations", "organizations"):
            full = list(every(get, plural, full="true"))
            assert [one["id"] for one in full] == [one["id"] for one in found]
            assert [fault for one in full for fault in faults(whole, one)] == []
        counts[plural] = len(found)
    return counts


def test_every_object_of_the_demo_is_valid(demo: None, get: Get, official: dict[str, Any]) -> None:
    counts = all_valid(get, official)
    assert counts["services"] == 74
    assert counts["service_at_locations"] >= 74
    assert counts["organizations"] == 4 + UNIONS_ABOVE
    assert counts["taxonomies"] == 3


def codes(page: dict[str, Any]) -> list[str]:
    """The station codes of a page of services, in order."""
    return [one["url"].rstrip("/").rsplit("/", 1)[-1] for one in page["contents"]]


def term_id(get: Get, taxonomy: str, code: str) -> str:
    names = {one["id"]: one["name"] for one in get("/hsds/taxonomies")["contents"]}
    return next(
        one["id"] for one in get("/hsds/taxonomy_terms", per_page=500)["contents"]
        if one["code"] == code and names[one["taxonomy_id"]].endswith(taxonomy)
    )  # fmt: skip


def test_the_root_names_standard_profile_and_description(released: Any, get: Get) -> None:
    assert get("/hsds/") == {
        "version": "3.0", "profile": "https://docs.openreferral.org/en/3.0/hsds/",
        "openapi_url": "http://testserver/hsds/openapi.json",
    }  # fmt: skip


def test_our_description_names_every_endpoint_and_parameter_of_the_official_one(
    released: Any, get: Get, official: dict[str, Any]
) -> None:
    ours, theirs = get("/hsds/openapi.json"), official["openapi"]
    assert (ours["openapi"], set(ours["paths"])) == ("3.1.0", set(theirs["paths"]))
    for path, item in theirs["paths"].items():
        wanted = {
            one["$ref"].rsplit("/", 1)[-1] if "$ref" in one else one["name"]
            for one in item["get"].get("parameters", [])
        }
        taken = {
            one["$ref"].rsplit("/", 1)[-1] if "$ref" in one else one["name"]
            for one in ours["paths"][path]["get"].get("parameters", [])
        }
        assert wanted <= taken, path


def test_our_description_describes_what_is_answered(demo: None, get: Get) -> None:
    """Each answer is valid against our own OpenAPI too."""
    described = get("/hsds/openapi.json")
    for plural in LISTS:
        for query in ({}, {"full": "true"}, {"minimal": "true"}):
            page = get(f"/hsds/{plural}", per_page=5, **query)
            reference = described["paths"][f"/{plural}"]["get"]["responses"]["200"]["content"]["application/json"][
                "schema"
            ]
            check = Draft202012Validator(described | reference, format_checker=FormatChecker())
            assert faults(check, page) == []


def test_pages_add_up(released: Any, get: Get) -> None:
    first = get("/hsds/services", per_page=2)
    assert {key: first[key] for key in first if key != "contents"} == {
        "total_items": 3, "total_pages": 2, "page_number": 1, "size": 2, "first_page": True, "last_page": False,
        "empty": False,
    }  # fmt: skip
    second = get("/hsds/services", per_page=2, page=2)
    assert (second["size"], second["last_page"], second["first_page"]) == (1, True, False)
    assert codes(first) + codes(second) == [released.own.code, released.banks.code, released.other.code]
    beyond = get("/hsds/services", page=9)
    assert (beyond["contents"], beyond["empty"], beyond["last_page"], beyond["total_items"]) == ([], True, True, 3)
    assert get("/hsds/services", page=10**30, per_page=10**30)["empty"] is True


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"page": "0"}, "page"), ({"page": "-1"}, "page"), ({"page": "x"}, "page"), ({"per_page": "0"}, "per_page"),
        ({"full": "maybe"}, "full"), ({"modified_after": "yesterday"}, "modified_after"),
        ({"modified_after": ""}, "modified_after"),
        ({"modified_after": "2026-02-30"}, "modified_after"),
        ({"modified_after": "0001-01-01T00:00:00+14:00"}, "modified_after"), ({"format": "xml"}, "format"),
        ({"proximity": "near"}, "proximity"), ({"proximity": "nan"}, "proximity"),
        ({"page": ""}, "page"), ({"per_page": ""}, "per_page"), ({"full": ""}, "full"), ({"format": ""}, "format"),
        ({"proximity": ""}, "proximity"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_with_its_name(released: Any, client: Any, query: Any, field: str) -> None:
    answer = client.get("/hsds/service_at_locations", query)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (400, "bad_parameter", [field])


def test_unknown_and_odd_ids_are_not_found(released: Any, client: Any) -> None:
    for plural in LISTS:
        for pk in ("0", "x" * 500, "%00", "00000000-0000-0000-0000-000000000000", f"{released.own.pk}x", "..%2f"):
            answer = client.get(f"/hsds/{plural}/{pk}")
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such"), (plural, pk)


def test_search_finds_every_word_in_chinese_and_pinyin(released: Any, get: Get) -> None:
    assert codes(get("/hsds/services", search="月川")) == [released.own.code]
    assert codes(get("/hsds/services", search="yhyz")) == codes(get("/hsds/services", search="银行驿站"))
    assert codes(get("/hsds/services", search="月川 银行")) == []
    assert get("/hsds/service_at_locations", search=released.own.code)["total_items"] == 1
    assert get("/hsds/services", search="%_\\'\"")["total_items"] == 0
    assert [one["name"] for one in get("/hsds/organizations", search="银行业")["contents"]] == ["三亚银行业工会联合会"]
    assert [one["code"] for one in get("/hsds/taxonomy_terms", search="microwave")["contents"]] == ["microwave"]


def test_terms_and_taxonomies_narrow(released: Any, get: Get) -> None:
    Station.objects.filter(pk=released.own.pk).update(host_type="bank", access="scan")
    water, group = term_id(get, "设施", "water"), term_id(get, "设施", "group-basic")
    assert get("/hsds/services", taxonomy_term_id=water)["total_items"] == 3
    assert get("/hsds/services", taxonomy_term_id=group)["total_items"] == 3
    assert get("/hsds/services", taxonomy_term_id=term_id(get, "设施", "microwave"))["total_items"] == 0  # all broken
    assert codes(get("/hsds/services", taxonomy_term_id=term_id(get, "场所类型", "bank"))) == [released.own.code]
    assert codes(get("/hsds/services", taxonomy_term_id=[water, term_id(get, "进入方式", "scan")])) == [
        released.own.code
    ]
    hosts = next(one["id"] for one in get("/hsds/taxonomies")["contents"] if one["name"].endswith("场所类型"))
    assert codes(get("/hsds/services", taxonomy_id=hosts)) == [released.own.code]
    assert get("/hsds/services", taxonomy_term_id="nothing")["total_items"] == 0
    below = get("/hsds/taxonomy_terms", parent_id=group, per_page=100)["contents"]
    assert {"water", "seat"} <= {one["code"] for one in below}
    assert {one["parent_id"] for one in below} == {group}
    tops = get("/hsds/taxonomy_terms", top_only="true", per_page=100)["contents"]
    assert all("parent_id" not in one for one in tops)
    assert {one["taxonomy_id"] for one in get("/hsds/taxonomy_terms", taxonomy_id=hosts, per_page=100)["contents"]} == {
        hosts
    }


def test_a_service_names_what_can_be_used_and_warns_of_what_cannot(released: Any, get: Get) -> None:
    said = get(f"/hsds/services/{released.own.pk}")
    assert [(one["taxonomy_term"]["code"], one["value"]) for one in said["attributes"]] == [
        ("water", "available"),
        ("free", "free"),
    ]
    assert said["alert"] == "暂时不能用：微波炉"
    assert said["status"] == "active"
    (link,) = said["service_at_locations"]
    assert (link["location"]["latitude"], link["location"]["longitude"]) == (18.2677, 109.5246)
    assert link["location"]["addresses"][0] | {"id": "", "location_id": ""} == {
        "id": "", "location_id": "", "address_1": "月川路驿站地址", "city": "三亚市", "region": "吉阳区",
        "state_province": "海南省", "postal_code": "", "country": "CN", "address_type": "physical",
    }  # fmt: skip


def test_unions_and_their_services(released: Any, get: Get) -> None:
    found = {one["name"]: one for one in get("/hsds/organizations")["contents"]}
    assert set(found) == {"三亚市总工会", "吉阳区总工会", "天涯区总工会", "三亚银行业工会联合会"}
    city, district = found["三亚市总工会"], found["吉阳区总工会"]
    assert district["parent_organization_id"] == city["id"]
    assert codes(get("/hsds/services", organization_id=district["id"])) == [released.own.code]
    short = get(f"/hsds/organizations/{district['id']}")
    assert short["services"] == [{"id": str(released.own.pk), "name": "月川路驿站", "status": "active"}]
    whole = get(f"/hsds/organizations/{district['id']}", full_service="true")
    assert whole["services"][0]["service_at_locations"][0]["schedules"]
    listed = get("/hsds/organizations", full_service="true", per_page=4)
    assert sum(len(one["services"]) for one in listed["contents"]) == 3
    assert get(f"/hsds/organizations/{city['id']}")["services"] == []


def test_modified_after_hears_of_writes_and_of_closures(released: Any, get: Get) -> None:
    hour_ago, now = timezone.now() - timedelta(hours=1), timezone.now()
    Station.objects.update(updated_at=hour_ago)
    assert get("/hsds/services", modified_after=now.isoformat())["total_items"] == 0
    assert get("/hsds/services", modified_after=(hour_ago - timedelta(seconds=1)).isoformat())["total_items"] == 3
    assert get("/hsds/services", modified_after="2020-01-01")["total_items"] == 3
    assert get("/hsds/services", modified_after="0840-06-16T16:23:49.5+18:09")["total_items"] == 3
    close_stations(actor=SYSTEM, station_ids=[released.own.pk], reason="台风", starts_at=timezone.now(), ends_at=None)
    found = get("/hsds/services", modified_after=now.isoformat())
    assert codes(found) == [released.own.code]
    assert found["contents"][0]["status"] == "temporarily closed"
    assert found["contents"][0]["alert"] == "临时关闭：台风，恢复时间待通知；暂时不能用：微波炉"
    assert found["contents"][0]["last_modified"] >= now.astimezone(UTC).isoformat()[:19]


def test_division_and_distance(released: Any, get: Get) -> None:
    def found(**query: Any) -> set[str]:
        return {
            one["location"]["external_identifier"] for one in get("/hsds/service_at_locations", **query)["contents"]
        }

    everyone = {released.own.code, released.banks.code, released.other.code}
    assert found(postcode="460200") == everyone
    assert found(postcode="460204") == {released.other.code}
    assert found(postcode="999999") == set()
    centre = Division.objects.get(code="460203")
    metres = haversine_m(Wgs84(centre.lng, centre.lat), Wgs84(109.5246, 18.2677))
    assert released.own.code in found(postcode="460203", proximity=metres + 5)
    assert released.own.code not in found(postcode="460203", proximity=metres - 5)
    assert found(postcode="999999", proximity=10_000) == set()


def test_minimal_is_one_page_and_still_valid(released: Any, get: Get, official: dict[str, Any]) -> None:
    page = get("/hsds/services", minimal="true")
    assert (page["size"], page["total_pages"], page["last_page"]) == (3, 1, True)
    assert set(page["contents"][0]) == {"id", "name", "status", "last_modified", "modified_date"}
    check = validator(official, "service_list")
    assert [fault for one in page["contents"] for fault in faults(check, one)] == []
    assert get("/hsds/services", minimal="true", per_page=1)["size"] == 1


def test_a_stream_gives_every_object_on_its_line(released: Any, client: Any) -> None:
    answer = client.get("/hsds/services?format=ndjson&full=true")
    assert answer["Content-Type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.getvalue().decode().splitlines()]
    assert [one["id"] for one in lines] == [str(pk) for pk in (released.own.pk, released.banks.pk, released.other.pk)]
    assert all(one["service_at_locations"] for one in lines)
    for plural in ("service_at_locations", "organizations", "taxonomies", "taxonomy_terms"):
        assert json.loads(client.get(f"/hsds/{plural}?format=ndjson").getvalue().decode().splitlines()[0])["id"]


def test_what_is_not_public_is_nowhere(released: Any, get: Get, client: Any) -> None:
    Station.objects.filter(pk=released.own.pk).update(status="planned")
    Station.objects.filter(pk=released.banks.pk).update(status="removed", merged_into=released.other)
    assert codes(get("/hsds/services")) == [released.other.code]
    assert client.get(f"/hsds/services/{released.own.pk}").status_code == 404
    assert {one["name"] for one in get("/hsds/organizations")["contents"]} == {"三亚市总工会", "天涯区总工会"}


def test_no_person_stands_in_the_feed(demo: None, client: Any) -> None:
    text = client.get("/hsds/services?full=true&per_page=100").content.decode()
    text += client.get("/hsds/organizations?full_service=true&per_page=100").getvalue().decode()
    assert "演示站长" not in text
    assert all(person.name not in text for person in Person.objects.all())


def test_a_van_has_a_location_for_each_place_with_its_own_times(demo: None, get: Get) -> None:
    van = Station.objects.get(mobility="mobile")
    said = get(f"/hsds/services/{van.pk}")
    links = said["service_at_locations"]
    assert len(links) == van.stops.values("place").distinct().count() == 4
    for link in links:
        stop = van.stops.get(place=link["location"]["name"])
        assert link["location"]["latitude"] == stop.lat
        timed = [one for one in link["schedules"] if "opens_at" in one]
        assert {(one["opens_at"], one["closes_at"]) for one in timed} == {
            (f"{stop.start_min // 60:02d}:{stop.start_min % 60:02d}+08:00", f"{stop.end_min // 60:02d}:{stop.end_min % 60:02d}+08:00")
        }  # fmt: skip
        assert get(f"/hsds/service_at_locations/{link['id']}")["location"]["id"] == link["location"]["id"]
    assert len({link["id"] for link in links}) == 4


def test_ids_stay_and_every_id_of_the_feed_is_used_once(demo: None, get: Get) -> None:
    def ids_in(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if "id" in value and "taxonomy_detail" not in value and "version" not in value and "website" not in value:
                yield value["id"]
            for key, inner in value.items():
                if key not in ("organization", "taxonomy_term"):
                    yield from ids_in(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from ids_in(inner)

    first = [pk for one in every(get, "services", full="true") for pk in ids_in(one)]
    assert len(first) == len(set(first))
    assert first == [pk for one in every(get, "services", full="true") for pk in ids_in(one)]


@pytest.mark.parametrize("plural", ["services", "service_at_locations"])
def test_a_page_costs_the_same_for_many(released: Any, get: Get, plural: str, django_assert_num_queries: Any) -> None:
    def cost() -> None:
        get(f"/hsds/{plural}", full="true", per_page=100)

    cost()
    # the stamp, the closures in force, the rows
    with django_assert_num_queries(3):
        cost()
    for number in range(5):
        make_station(released.district, f"新站{number}", 109.52, 18.26)
    cost()
    with django_assert_num_queries(3):
        cost()
