"""Is somebody's HSDS feed sound? Walks every page and every object, and never trusts what it reads."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, NamedTuple
from urllib.parse import quote

from xiaojia.domains.feeds.rules.shape import page_of, schemas, standing_alone
from xiaojia.domains.feeds.rules.validate import Fault, Schema, faults, is_uri

PER_PAGE = 100
KEPT_FAULTS = 50
MOST_PAGES = 100_000
GIVES_UP_AFTER = 5
PLURALS = {
    "services": ("service_list", "service"),
    "service_at_locations": ("service_at_location_list", "service_at_location"),
    "organizations": ("organization_list", "organization"),
    "taxonomies": ("taxonomy", "taxonomy"),
    "taxonomy_terms": ("taxonomy_term", "taxonomy_term"),
}
REQUIRED = {"/", "/services", "/services/{id}"}


class Answer(NamedTuple):
    """What came back: the status (0 = nothing, `trouble` says why), the body, how long it took."""

    status: int
    body: bytes
    seconds: float
    trouble: str = ""


Fetch = Callable[[str], Answer]
"""Reads a path below the feed's address; must come back in bounded time and never raise."""


@dataclass
class Endpoint:
    """What was found at one endpoint."""

    path: str
    found: bool = True
    requests: int = 0
    objects: int = 0
    valid: int = 0
    fault_count: int = 0
    faults: list[dict[str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def required(self) -> bool:
        return self.path in REQUIRED

    def blame(self, where: str, fault: Fault) -> None:
        """Keep a fault; of many alike only the first are kept, all are counted."""
        self.fault_count += 1
        if len(self.faults) < KEPT_FAULTS:
            self.faults.append({"at": where, "path": fault.path, "message": fault.message})

    def quantile_ms(self, share: int) -> float:
        """Return the response time below which `share` percent lie, in milliseconds."""
        if len(self.seconds) < 2:
            return round(1000 * sum(self.seconds), 1)
        return round(1000 * quantiles(self.seconds, n=100, method="inclusive")[share - 1], 1)


@dataclass
class Report:
    """The outcome: endpoints in order, warnings, whether anything answered at all."""

    endpoints: list[Endpoint] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    reached: bool = True

    @property
    def fault_count(self) -> int:
        return sum(endpoint.fault_count for endpoint in self.endpoints)

    @property
    def sound(self) -> bool:
        return self.reached and not self.fault_count


@dataclass(frozen=True)
class Expectations:
    """The schemas to check against, by name, and those that they name in turn."""

    by_name: Mapping[str, Schema]
    files: Mapping[str, Schema] = field(default_factory=dict)


def built_in() -> Expectations:
    """Return our own description of the standard."""
    alone = {name: standing_alone(name) for name in schemas()}
    return Expectations(
        {**alone, **{f"{n}_list": alone[n] for n in ("service", "service_at_location", "organization")}}
    )


def official(found: Mapping[str, Schema]) -> Expectations:
    """Return the official schemas by their files' names; the compiled organization may stand inside the service.

    Raises KeyError for one that is missing.
    """
    service = found["service"]
    names = {name for pair in PLURALS.values() for name in pair} - {"organization"}
    by_name = {name: found[name] for name in names}
    by_name["organization"] = found.get("organization") or service["properties"]["organization"]
    metadata = found.get("metadata") or service["properties"]["metadata"]["items"]
    return Expectations(by_name, {"metadata.json": metadata, "taxonomy.json": found["taxonomy"]})


def check(
    fetch: Fetch,
    expected: Expectations,
    *,
    details: int | None = None,
    tell: Callable[[str, int], None] = lambda *_: None,
) -> Report:
    """Walk a feed. `details` = how many objects of each list are also read by their id (None = all)."""
    report = Report()
    root = _root(fetch, report)
    if root is None:
        report.reached = False
        return report
    for plural, (line, whole) in PLURALS.items():
        endpoint = Endpoint(f"/{plural}")
        report.endpoints.append(endpoint)
        ids = _list(fetch, endpoint, expected, line, tell)
        if not endpoint.found:
            _missing(report, endpoint)
            continue
        one = Endpoint(f"/{plural}/{{id}}")
        report.endpoints.append(one)
        _each(fetch, one, plural, ids[:details] if details is not None else ids, expected, whole, tell)
        if not one.found:
            _missing(report, one)
    return report


def _missing(report: Report, endpoint: Endpoint) -> None:
    if endpoint.required:
        endpoint.blame(endpoint.path, Fault("$", "this endpoint is required and is not there"))
    else:
        report.warnings.append(f"{endpoint.path}: optional, not there")


def _root(fetch: Fetch, report: Report) -> Endpoint | None:
    endpoint = Endpoint("/")
    report.endpoints.append(endpoint)
    answer = _ask(fetch, endpoint, "/")
    if answer.status == 0:
        endpoint.blame("/", Fault("$", answer.trouble))
        return None
    body = _json(endpoint, "/", answer)
    if not isinstance(body, dict):
        if answer.status == 200 and body is not None:
            endpoint.blame("/", Fault("$", "is not an object"))
        return endpoint
    endpoint.objects = 1
    before = endpoint.fault_count
    if not str(body.get("version", "")).startswith("3."):
        endpoint.blame("/", Fault("$.version", f"{body.get('version')!r:.60} is not a version of HSDS 3"))
    for name in ("profile", "openapi_url"):
        if not (isinstance(body.get(name), str) and is_uri(body[name])):
            endpoint.blame("/", Fault(f"$.{name}", "is not a URI"))
    endpoint.valid = int(endpoint.fault_count == before)
    return endpoint


def _ask(fetch: Fetch, endpoint: Endpoint, path: str) -> Answer:
    answer = fetch(path)
    endpoint.requests += 1
    endpoint.seconds.append(answer.seconds)
    return answer


def _json(endpoint: Endpoint, path: str, answer: Answer) -> Any:
    """The body as JSON; None, with a fault, for anything else."""
    if answer.status != 200:
        endpoint.blame(path, Fault("$", answer.trouble or f"answers {answer.status}"))
        return None
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        endpoint.blame(path, Fault("$", f"is not JSON: {str(error)[:80]}"))
        return None


def _list(
    fetch: Fetch, endpoint: Endpoint, expected: Expectations, name: str, tell: Callable[[str, int], None]
) -> list[str]:
    """Walk the pages of a list; return the ids in order. Ends at the last page, at an empty or repeated one, or at trouble."""
    ids: dict[str, None] = {}
    total: Any = None
    before: list[Any] = []
    for number in range(1, MOST_PAGES + 1):
        path = f"{endpoint.path}?page={number}&per_page={PER_PAGE}"
        answer = _ask(fetch, endpoint, path)
        if number == 1 and answer.status in (404, 405, 501):
            endpoint.found = False
            return []
        body = _json(endpoint, path, answer)
        if body is None:
            break
        contents = _page(endpoint, path, body)
        if contents is None:
            break
        if contents and contents == before:
            endpoint.blame(path, Fault("$.contents", "is the same as on the page before: paging does not move"))
            break
        before, total = contents, body.get("total_items")
        _objects(endpoint, path, contents, expected, name, ids)
        tell(endpoint.path, endpoint.objects)
        if not contents or body.get("last_page") is True or number >= _whole(body.get("total_pages"), MOST_PAGES):
            if _whole(total, -1) != endpoint.objects:
                said = Fault("$.total_items", f"says {total!r:.20}, but {endpoint.objects} were read")
                endpoint.blame(path, said)
            break
    return list(ids)


def _page(endpoint: Endpoint, path: str, body: Any) -> list[Any] | None:
    """The contents of a page, with the faults of its frame; None where there are none to read."""
    schema = page_of("object", "#/$defs/") | {"$defs": {"object": {}}}
    for fault in faults(body, schema):
        endpoint.blame(path, fault)
    contents = body.get("contents") if isinstance(body, dict) else None
    if not isinstance(contents, list):
        return None
    if isinstance(body.get("size"), int) and body["size"] != len(contents):
        endpoint.blame(path, Fault("$.size", f"says {body['size']}, but there are {len(contents)}"))
    return contents


def _objects(
    endpoint: Endpoint, path: str, contents: list[Any], expected: Expectations, name: str, ids: dict[str, None]
) -> None:
    for number, one in enumerate(contents):
        endpoint.objects += 1
        wrong = list(faults(one, expected.by_name[name], expected.files))
        pk = one.get("id") if isinstance(one, dict) else None
        if isinstance(pk, str) and pk in ids:
            wrong.append(Fault("$.id", f"{pk[:60]} was there before"))
        for fault in wrong:
            endpoint.blame(path, Fault(fault.path.replace("$", f"$.contents[{number}]", 1), fault.message))
        endpoint.valid += not wrong
        if isinstance(pk, str):
            ids[pk] = None


def _each(
    fetch: Fetch, endpoint: Endpoint, plural: str, ids: list[str], expected: Expectations, name: str,
    tell: Callable[[str, int], None],
) -> None:  # fmt: skip
    """Read each object by its id; give up where one after the other does not come."""
    silent = 0
    for number, pk in enumerate(ids):
        path = f"/{plural}/{quote(pk[:200], safe='')}"
        answer = _ask(fetch, endpoint, path)
        if number == 0 and answer.status in (404, 405, 501):
            endpoint.found = False
            return
        body = _json(endpoint, path, answer)
        silent = silent + 1 if body is None else 0
        if silent >= GIVES_UP_AFTER:
            endpoint.blame(path, Fault("$", f"{GIVES_UP_AFTER} in a row did not come: the rest was not read"))
            return
        if body is None:
            continue
        endpoint.objects += 1
        wrong = list(faults(body, expected.by_name[name], expected.files))
        if isinstance(body, dict) and body.get("id") != pk:
            wrong.append(Fault("$.id", f"is {body.get('id')!r:.60}, not the one that was asked for"))
        for fault in wrong:
            endpoint.blame(path, fault)
        endpoint.valid += not wrong
        tell(endpoint.path, endpoint.objects)


def _whole(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
