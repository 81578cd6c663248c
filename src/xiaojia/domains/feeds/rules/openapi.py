"""How is the HSDS door described to programs? OpenAPI 3.1, made from the shapes and the parameters that it reads."""

from typing import Any

from xiaojia.domains.feeds.rules.shape import page_of, schemas

PREFIX = "#/components/schemas/"
NAMES = {
    "services": ("service", "One service for each station."),
    "service_at_locations": ("service_at_location", "Each service at each of its places."),
    "organizations": ("organization", "The unions that run stations, and those above them."),
    "taxonomies": ("taxonomy", "The taxonomies of the terms."),
    "taxonomy_terms": ("taxonomy_term", "Facilities, ways in, kinds of place."),
}
TEXT: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer", "minimum": 1}
YES: dict[str, Any] = {"type": "boolean"}
PARAMETERS: dict[str, tuple[dict[str, Any], str]] = {
    "search": (TEXT, "Words in names, addresses and codes; Chinese, pinyin or initials. All must be found."),
    "page": (WHOLE, "Which page, from 1; an empty page beyond the end."),
    "per_page": (WHOLE, "How many on a page: 50 without it, 1,000 at most."),
    "format": ({"type": "string", "enum": ["json", "ndjson"]}, "ndjson streams all results, one object a line."),
    "taxonomy_term_id": (TEXT, "Only with this term; of several each must hold. A group stands for all terms below it."),
    "taxonomy_id": (TEXT, "Only with any term of this taxonomy."),
    "organization_id": (TEXT, "Only of this organization itself."),
    "modified_after": (
        {"type": "string", "format": "date-time"},
        "Changed at or after this instant; a closure that begins or ends is a change.",
    ),
    "minimal": (YES, "Only id, date and what the schema demands; all on one page unless per_page is given."),
    "full": (YES, "Fully nested objects."),
    "full_service": (YES, "The services of an organization fully nested."),
    "postcode": (
        TEXT, "The six digits of a division (GB/T 2260): stations have no postal codes here. 460200 covers its districts."
    ),
    "proximity": (
        {"type": "number", "minimum": 0, "maximum": 10_000_000},
        "Metres from the centre of the division given as postcode.",
    ),
    "parent_id": (TEXT, "Only terms right below this one."),
    "top_only": (YES, "Only terms that stand below no other."),
}  # fmt: skip
PAGED = ("search", "page", "per_page", "format")
STATIONS = ("taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after")
TAKES = {
    "services": (*PAGED, *STATIONS, "minimal", "full"),
    "service_at_locations": (*PAGED, *STATIONS, "full", "postcode", "proximity"),
    "organizations": (*PAGED, "full", "full_service"),
    "taxonomies": PAGED,
    "taxonomy_terms": (*PAGED, "taxonomy_id", "parent_id", "top_only"),
}
TAKES_ONE = {"organizations": ("full_service",)}


def document(server: str) -> dict[str, Any]:
    """Return the description of the door at `server`."""
    paths: dict[str, Any] = {"/": _root()}
    for plural, (name, words) in NAMES.items():
        paths[f"/{plural}"] = {"get": _list(plural, name, words)}
        paths[f"/{plural}/{{id}}"] = {"get": _one(plural, name)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Xiaojia HSDS", "version": "3.0",
            "summary": "Rest stations for outdoor workers in the Human Services Data Specification 3.0.",
            "license": {"name": "Terms of the union that publishes"},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {**schemas(PREFIX), **{f"{n}_page": page_of(n, PREFIX) for n, _w in NAMES.values()}, "error": ERROR},
            "parameters": {name: _parameter(name) for name in PARAMETERS},
        },
    }  # fmt: skip


ERROR: dict[str, Any] = {
    "type": "object",
    "properties": {"code": TEXT, "message": TEXT, "fields": {"type": "object", "additionalProperties": TEXT}},
    "required": ["code", "message", "fields"],
}


def _parameter(name: str) -> dict[str, Any]:
    schema, words = PARAMETERS[name]
    return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}


def _answers(schema: dict[str, Any], *refusals: str) -> dict[str, Any]:
    words = {
        "400": "A parameter cannot be understood; `fields` names it.",
        "404": "No such object, or coordinates are not released (`not_released`).",
        "503": "Too many whole feeds at once; come back after Retry-After seconds.",
    }
    good = {"description": "As asked.", "content": {"application/json": {"schema": schema}}}
    bad = {"application/json": {"schema": {"$ref": PREFIX + "error"}}}
    return {"200": good, "304": {"description": "You hold this answer already."}} | {
        code: {"description": words[code], "content": bad} for code in refusals
    }


def _root() -> dict[str, Any]:
    uri = {"type": "string", "format": "uri"}
    schema = {"type": "object", "properties": {"version": TEXT, "profile": uri, "openapi_url": uri},
              "required": ["version", "profile", "openapi_url"]}  # fmt: skip
    return {
        "get": {"operationId": "about", "summary": "Which standard and profile.", "responses": _answers(schema, "404")}
    }


def _list(plural: str, name: str, words: str) -> dict[str, Any]:
    answers = _answers({"$ref": f"{PREFIX}{name}_page"}, "400", "404", "503")
    answers["200"]["content"]["application/x-ndjson"] = {"schema": TEXT}
    takes = [{"$ref": f"#/components/parameters/{parameter}"} for parameter in TAKES[plural]]
    return {"operationId": f"list_{plural}", "summary": words, "parameters": takes, "responses": answers}


def _one(plural: str, name: str) -> dict[str, Any]:
    takes: list[dict[str, Any]] = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    takes += [{"$ref": f"#/components/parameters/{parameter}"} for parameter in TAKES_ONE.get(plural, ())]
    refusals = ("400", "404", "503") if plural in TAKES_ONE else ("404",)
    answers = _answers({"$ref": PREFIX + name}, *refusals)
    return {"operationId": f"get_{plural}", "summary": f"One {name.replace('_', ' ')}.", "parameters": takes,
            "responses": answers}  # fmt: skip
