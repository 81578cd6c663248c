"""Are our words for the standard the official ones, and does our validator agree with a whole one?"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from xiaojia.domains.feeds.rules import checking, shape
from xiaojia.domains.feeds.rules.checking import PLURALS, built_in
from xiaojia.domains.feeds.rules.validate import faults
from xiaojia.domains.feeds.tests.test_checking import service


def test_our_shapes_say_what_the_official_schemas_say(official: dict[str, Any]):
    compiled = official["service"]["properties"]
    places = {
        "service": official["service"], "organization": compiled["organization"],
        "service_at_location": official["service_at_location"],
        "location": official["service_at_location"]["properties"]["location"],
        "schedule": compiled["schedules"]["items"], "phone": compiled["phones"]["items"],
        "contact": compiled["contacts"]["items"], "language": compiled["languages"]["items"],
        "service_area": compiled["service_areas"]["items"], "funding": compiled["funding"]["items"],
        "cost_option": compiled["cost_options"]["items"], "program": compiled["program"],
        "required_document": compiled["required_documents"]["items"], "attribute": compiled["attributes"]["items"],
        "metadata": compiled["metadata"]["items"], "taxonomy": official["taxonomy"],
        "taxonomy_term": official["taxonomy_term"],
    }  # fmt: skip
    location = places["location"]["properties"]
    places["address"], places["accessibility"] = location["addresses"]["items"], location["accessibility"]["items"]
    places["organization_identifier"] = compiled["organization"]["properties"]["organization_identifiers"]["items"]
    ours = shape.schemas()
    assert set(ours) - set(places) == {"service_in_short"}
    for name, theirs in places.items():
        fields = {key for key in ours[name]["properties"] if (name, key) != ("organization", "services")}
        missing = (
            {"service_at_locations"}
            if name == "service" and "service_at_locations" not in theirs["properties"]
            else set()
        )
        assert fields - missing == set(theirs["properties"]), name
        assert set(ours[name]["required"]) == set(theirs.get("required", [])), name
        for key, kind in theirs["properties"].items():
            mine = ours[name]["properties"][key]
            for word in ("type", "format", "enum"):
                if word in kind and "$ref" not in mine:
                    assert mine.get(word) == kind[word], (name, key, word)


CHECKER = FormatChecker()
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=12), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2), st.sampled_from(["active", "physical", "MO"]),
    st.uuids().map(str), st.sampled_from(["http://a.cn/x", "http://a.cn/ x", "a.cn", "2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z",
                                          "2026-01-01", "a@b", "http://a.cn/中"]),
)  # fmt: skip


def whole() -> dict[str, Any]:
    pk = str(uuid4())
    return service(
        organization={"id": pk, "name": "工会", "description": "x"}, last_modified="2026-01-01T00:00:00Z", url="http://a.cn/",
        schedules=[{"id": pk, "freq": "WEEKLY", "timezone": 8}], phones=[{"id": pk, "number": "1"}],
        service_at_locations=[{"id": pk, "location": {"id": pk, "location_type": "physical", "latitude": 18.2}}],
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), VALUES, st.booleans()), min_size=1, max_size=3))
def test_our_validator_agrees_with_a_whole_one(changes: list[tuple[int, Any, bool]]):
    one = whole()
    for number, value, drop in changes:
        places = list(slots(one))
        holder, key = places[number % len(places)]
        if drop and isinstance(holder, dict):
            holder.pop(key)
        else:
            holder[key] = deepcopy(value)
    schema = shape.standing_alone("service")
    theirs = {error.json_path for error in Draft202012Validator(schema, format_checker=CHECKER).iter_errors(one)}
    assert {fault.path for fault in faults(one, schema)} == theirs


def slots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in a nested value."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, inner in pairs:
        yield value, key
        yield from slots(inner)


def test_every_plural_has_its_two_schemas(official: dict[str, Any]):
    for expected in (built_in(), checking.official(official)):
        assert {name for pair in PLURALS.values() for name in pair} <= set(expected.by_name)
    with pytest.raises(KeyError):
        checking.official({"service": official["service"]})
