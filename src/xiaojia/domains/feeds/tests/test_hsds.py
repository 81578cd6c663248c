"""Is every object of the HSDS door valid against the standard's own schemas, and does each filter do what it says?"""

from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

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
