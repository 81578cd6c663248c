"""Does the inventory of personal data know every field that is stored? A new field must be described or declared impersonal."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from xiaojia.config.personal import ALL, IMPERSONAL, ITEMS, described
from xiaojia.kernel.people.models import Account, Person
from xiaojia.kernel.retention.registry import TERMS

THIRD = {"socialaccount", "sites"}
"""Apps that an instance may do without."""


def stored() -> Iterator[tuple[type[Model], Field]]:
    """Yield every column of every table that is no mere join table."""
    for model in apps.get_models():
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            yield model, field


def name(model: type[Model], field: Field) -> str:
    return f"{model._meta.label}.{field.name}"


def declared(model: type[Model], field: Field) -> bool:
    fields = IMPERSONAL.get(model._meta.label, ())
    return fields == ALL or field.name in fields


def test_every_field_is_described_or_declared_impersonal() -> None:
    known = described()
    unknown = [name(m, f) for m, f in stored() if name(m, f) not in known and not declared(m, f)]
    assert unknown == [], "personal? Then an item in config/personal.py, with purpose and term; else among IMPERSONAL"


def test_no_field_is_both() -> None:
    known = described()
    assert [name(m, f) for m, f in stored() if name(m, f) in known and declared(m, f)] == []


def test_the_inventory_names_nothing_that_is_gone() -> None:
    there = {name(m, f) for m, f in stored()}
    gone = {one for one in described() if one not in there and one.split(".")[0] not in THIRD}
    for label, fields in IMPERSONAL.items():
        if label.split(".")[0] not in THIRD:
            gone |= {f"{label}.{one}" for one in fields if one != "*" and f"{label}.{one}" not in there}
            gone |= {label} if not any(one.startswith(f"{label}.") for one in there) else set()
    assert sorted(gone) == []


def test_what_points_at_a_person_or_an_account_is_personal() -> None:
    links = [
        name(m, f) for m, f in stored()
        if isinstance(f, ForeignKey) and f.related_model in (Person, Account) and name(m, f) not in described()
    ]  # fmt: skip
    assert links == []


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.what)
def test_an_item_says_why_where_who_and_how_long(item: object) -> None:
    values = [getattr(item, one) for one in ("what", "why", "basis", "sealed", "seen_by", "term", "deleted")]
    assert all(values)
    if "." in item.term and " " not in item.term:  # type: ignore[attr-defined]
        assert item.term in TERMS  # type: ignore[attr-defined]
