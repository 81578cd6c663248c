"""Which taxonomies does the network speak? Facilities, ways in, kinds of place; the same ids in every union's feed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xiaojia.domains.feeds.rules import ids
from xiaojia.domains.stations.models import FacilityKind, Station
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.rules.words import ACCESS_WORDS

VERSION = "1"
TAXONOMIES = {
    "facility": ("户外劳动者服务站点设施", "Facilities and services of rest stations for outdoor workers"),
    "access": ("户外劳动者服务站点进入方式", "How one gets into a rest station for outdoor workers"),
    "host": ("户外劳动者服务站点场所类型", "Kinds of place that hold a rest station for outdoor workers"),
}
GROUPS_EN = {
    "basic": "Basic facilities",
    "extra": "Further facilities",
    "service": "Services",
    "management": "Management",
}
ACCESS_EN = {"free": "Walk in without signing", "ask": "Tell the staff", "scan": "Scan a code", "members": "Union members",
             "customers": "Customers of the host"}  # fmt: skip
HOST_EN = {
    "union": "Union's own premises", "party_centre": "Party and community service centre", "community": "Community centre",
    "sanitation": "Sanitation workers' station", "bank": "Bank", "insurance": "Insurer", "logistics": "Logistics outlet",
    "shop": "Shop", "pharmacy": "Pharmacy", "hospital": "Hospital", "fuel": "Fuel or charging station",
    "telecom": "Telecom shop", "post": "Post office", "power": "Power company's hall", "government": "Government hall",
    "park": "Park", "transit": "Transport hub", "volunteer": "Volunteers' station", "restaurant": "Restaurant or hotel",
    "bookshop": "Bookshop", "enterprise": "Enterprise", "other": "Other",
}  # fmt: skip


@dataclass(frozen=True)
class Term:
    """One term: its taxonomy's key, its own, its Chinese name, its English words, the key of the term above."""

    taxonomy: str
    key: str
    name: str
    english: str
    parent: str = ""

    @property
    def id(self) -> str:
        return ids.term(self.taxonomy, self.key)

    @property
    def search(self) -> str:
        return f"{self.key} {self.name} {self.english}".lower()


def all_terms() -> list[Term]:
    """Return every term, taxonomy by taxonomy, groups before what they hold. No query beyond the known kinds."""
    return list(_terms())


def _terms() -> Iterator[Term]:
    for group in FacilityKind.Group:
        yield Term("facility", f"group-{group.value}", str(group.label), GROUPS_EN[group.value])
    for kind in kinds().values():
        yield Term("facility", kind.key, kind.name, kind.name_en, f"group-{kind.group}")
    for key, english in ACCESS_EN.items():
        yield Term("access", key, ACCESS_WORDS[key], english)
    for host in Station.HostType:
        yield Term("host", host.value, str(host.label), HOST_EN[host.value])


def as_taxonomy(key: str) -> dict[str, Any]:
    """Return a taxonomy as HSDS says it."""
    name, english = TAXONOMIES[key]
    return {"id": ids.taxonomy(key), "name": name, "description": english, "version": VERSION}


def as_term(term: Term) -> dict[str, Any]:
    """Return a term as HSDS says it, its taxonomy beside it."""
    said: dict[str, Any] = {"id": term.id, "code": term.key, "name": term.name, "description": term.english}
    if term.parent:
        said["parent_id"] = ids.term(term.taxonomy, term.parent)
    taxonomy = as_taxonomy(term.taxonomy)
    return said | {
        "taxonomy": taxonomy["name"], "taxonomy_detail": taxonomy, "language": "zho", "taxonomy_id": taxonomy["id"],
    }  # fmt: skip
