"""Is every object of the running HSDS feed valid? The `jsonschema` package and the official compiled schemas say so.

The schemas (openreferral/specification, CC BY-SA) lie in `dev/testtables/hsds3` below XIAOJIA_DATA or ../shared/data.
"""

import json
import os
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from prove.side.product import address

ROOT = Path(__file__).resolve().parent.parent
LISTS = {
    "services": ("service_list", "service"), "service_at_locations": ("service_at_location_list", "service_at_location"),
    "organizations": ("organization_list", "organization"), "taxonomies": ("taxonomy", "taxonomy"),
    "taxonomy_terms": ("taxonomy_term", "taxonomy_term"),
}  # fmt: skip


def main(given: str = "") -> int:
    """Print objects valid of all by endpoint; return 1 when one is not."""
    with address(given) as base:
        return walk(base, read_schemas())


def walk(base: str, schemas: dict[str, Any]) -> int:
    """Check every object of a running feed."""
    seen, wrong = 0, 0
    for plural, (line, whole) in LISTS.items():
        counts: Counter[str] = Counter()
        for one in every(base, plural):
            counts["list"] += 1
            counts["faults"] += tell(plural, validator(schemas, line), one)
            nested = read(f"{base}/hsds/{plural}/{one['id']}")
            counts["detail"] += 1
            counts["faults"] += tell(f"{plural}/{one['id']}", validator(schemas, whole), nested)
        print(f"hsds: {plural}: {counts['list']} in lists, {counts['detail']} by id, {counts['faults']} faults")
        seen, wrong = seen + counts["list"] + counts["detail"], wrong + counts["faults"]
    print(f"hsds: {seen} objects, {wrong} faults")
    return 1 if wrong or not seen else 0


def read_schemas() -> dict[str, Any]:
    """Return the official schemas by name."""
    for place in (os.environ.get("XIAOJIA_DATA", ""), ROOT.parent / "shared" / "data"):
        folder = Path(place) / "dev" / "testtables" / "hsds3" if place else Path("nowhere")
        if folder.is_dir():
            return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    raise SystemExit("The official HSDS schemas are missing: set XIAOJIA_DATA.")


def validator(schemas: dict[str, Any], name: str) -> Draft202012Validator:
    """The validator of one schema; the compiled organization stands inside the compiled service."""
    service = schemas["service"]["properties"]
    files = {"metadata.json": service["metadata"]["items"], "taxonomy.json": schemas["taxonomy"]}
    registry: Registry[Any] = Registry().with_resources(
        [(uri, Resource.from_contents(body, default_specification=DRAFT202012)) for uri, body in files.items()]
    )
    schema = service["organization"] if name == "organization" else schemas[name]
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def tell(where: str, check: Draft202012Validator, one: dict[str, Any]) -> int:
    """Print the faults of one object; return 1 if it has any."""
    found = list(check.iter_errors(one))
    for error in found[:5]:
        print(f"{where} {error.json_path}: {error.message[:200]}")
    return int(bool(found))


def every(base: str, plural: str) -> Any:
    """Yield the objects of all pages of a list."""
    number, last = 1, False
    while not last:
        page = read(f"{base}/hsds/{plural}?page={number}&per_page=100")
        yield from page["contents"]
        number, last = number + 1, page["last_page"]


def read(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - the address is given by hand
        return json.load(answer)
