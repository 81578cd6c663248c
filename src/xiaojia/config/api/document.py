"""What does the API promise? The OpenAPI 3.1 document: ninja's, with every refusal, header and example filled in."""

import json
from pathlib import Path
from typing import Any

from xiaojia.config.api import api

FILE = Path(__file__).parents[4] / "docs" / "api" / "openapi.json"
ABOUT = """Stations of the unions' rest network for outdoor workers: where they are, how one gets in, what they have, whether \
they are truly open. Public reads need no key; a key from the union raises the limits, counts visits and reports problems.

**Keys.** `Authorization: Bearer xj_…`. Cookies never count. Limits are requests a minute, by key or, without one, by \
address; beyond them the answer is 429 with `Retry-After`.

**Refusals** are always `{code, message, fields}`: `code` for programs, `message` in the language of `Accept-Language` \
(`zh-CN` or `en`), `fields` by field.

**Conditional requests.** Every public read carries `ETag`, most carry `Last-Modified`. Send `If-None-Match`: an unchanged \
answer is 304 and costs next to nothing. Answers are compressed on request.

**Writes** carry an `Idempotency-Key` of the request's own (1–200 visible ASCII characters, such as a UUID). Send the same \
one when you retry: the deed is done once, and the answer comes again with `Idempotent-Replayed: true`. Without it: 400. \
The same key with another payload: 422. Still running: 409. Answers are kept for 48 hours; a refused request frees its key.

**Times** are ISO 8601 with an offset; clock hours are those of Asia/Shanghai. **Positions** are WGS-84, longitude first, \
and are null until the union has released them."""
TAGS = {
    "stations": "Public reads. They may be called from pages elsewhere (CORS `*`, without credentials).",
    "check-ins": "Visits counted by door devices and partners' systems.",
    "reports": "Problems at a station, and what became of them.",
}
REFUSALS = {
    400: "The request cannot be read, or a needed header is missing.",
    401: "The key is missing, unknown, revoked or expired.",
    403: "The key lacks the scope.",
    404: "There is no such thing, or not for this key.",
    405: "The address does not take this method; see `Allow`.",
    409: "The same request is still being dealt with.",
    410: "It was there and is no longer.",
    413: "The payload is too large.",
    422: "A parameter or field is not as described, or the Idempotency-Key was used for another request.",
    429: "Too many requests; see `Retry-After`.",
    500: "Our own fault.",
    503: "The database does not answer just now; nothing was done.",
}
CODES = {
    400: "bad_request", 401: "key_unknown", 403: "scope_missing", 404: "not_found", 405: "method_not_allowed",
    409: "idempotency_key_running", 410: "station_removed", 413: "too_large", 422: "invalid", 429: "too_fast",
    500: "server_error", 503: "unavailable",
}  # fmt: skip
TEXT = {"schema": {"type": "string"}}
HEADERS = {
    "ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}},
    "Last-Modified": {"description": "When the register last changed.", "schema": {"type": "string"}},
    "Cache-Control": {"schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "`true` when an earlier request with this Idempotency-Key made the answer.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
WAITS = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}
IDEMPOTENCY = {
    "in": "header", "name": "Idempotency-Key", "required": True,
    "description": "A value of this request's own, the same one when it is sent again.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}  # fmt: skip
HELD = {
    "in": "header", "name": "If-None-Match", "required": False, "schema": {"type": "string"},
    "description": "The ETag of the answer that you hold.", "example": '"000000000000000000000000"',
}  # fmt: skip


def document() -> dict[str, Any]:
    """Return the whole description, in plain values."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="api/v1/")))
    made["info"] |= {
        "description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        "summary": "Rest stations for outdoor workers, for programs.",
    }  # fmt: skip
    made["servers"] = [{"url": "/", "description": "The instance that serves this document."}]
    made["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    made["components"]["securitySchemes"] = {
        "PartnerKey": {"type": "http", "scheme": "bearer", "bearerFormat": "xj_…", "description": "A key from the union's office."}
    }  # fmt: skip
    made["components"]["schemas"] = dict(sorted(made["components"]["schemas"].items()))
    for address, methods in made["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method, address)
    return made


def text() -> str:
    """Return the document as it is committed."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def _complete(operation: dict[str, Any], method: str, address: str) -> None:
    writes, guarded = method == "post", "security" in operation
    if not guarded:
        operation["security"] = [{}, {"PartnerKey": []}]
    operation["parameters"] = _parameters(operation.get("parameters", []), writes=writes)
    refusals = (
        {400, 401, 405, 422, 429, 500, 503}
        | ({403, 404} if guarded else set())
        | ({409, 410, 413} if writes else set())
    )
    if "{" in address or "changes" in address:
        refusals |= {404} | ({410} if not guarded else set())
    answers = operation["responses"]
    for status in refusals:
        answers[str(status)] = _refusal(status)
    for status, answer in answers.items():
        if status.startswith("2"):
            answer["description"] = "As asked." if status == "200" else "Done."
            names = ["Cache-Control", "Idempotent-Replayed"] if writes else ["ETag", "Last-Modified", "Cache-Control"]
            answer["headers"] = {name: HEADERS[name] for name in names}
    if not writes:
        answers["304"] = {
            "description": "You hold it already.", "headers": {name: HEADERS[name] for name in ("ETag", "Cache-Control")}
        }  # fmt: skip
    operation["responses"] = dict(sorted(answers.items()))


def _parameters(found: list[dict[str, Any]], *, writes: bool) -> list[dict[str, Any]]:
    for parameter in found:
        schema = parameter["schema"]
        for name in ("title", "example", "examples", "description"):
            schema.pop(name, None)
        if isinstance(parameter.get("examples"), list):
            parameter["example"] = parameter.pop("examples")[0]
        _without_null(parameter)
        if schema.get("type") == "array":
            parameter |= {"style": "form", "explode": True}
    return [*found, IDEMPOTENCY if writes else HELD]


def _without_null(parameter: dict[str, Any]) -> None:
    """A parameter that may be left out is not `null`: an address has no such value."""
    schema = parameter["schema"]
    kinds = [one for one in schema.pop("anyOf", []) if one.get("type") != "null"]
    if kinds:
        schema |= kinds[0]
    if schema.get("default", "") is None:
        schema.pop("default")


def _refusal(status: int) -> dict[str, Any]:
    example = {"code": CODES[status], "message": REFUSALS[status], "fields": {}}
    answer: dict[str, Any] = {
        "description": REFUSALS[status],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }
    if status in (429, 503):
        answer["headers"] = WAITS
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": TEXT}
    if status == 405:
        answer["headers"] = {"Allow": TEXT}
    return answer
