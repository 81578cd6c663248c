"""Is a value as a JSON Schema says? The part of Draft 2020-12 that HSDS uses; a test compares it with a whole validator."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

MOST_DEPTH = 40
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(%[0-9A-Fa-f]{2}|[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-])*")
Schema = Mapping[str, Any]


class Fault(NamedTuple):
    """Where in the object (a JSON path) and what is wrong."""

    path: str
    message: str


def faults(value: Any, schema: Schema, files: Mapping[str, Schema] | None = None) -> Iterator[Fault]:
    """Yield what is wrong with a value; `files` are the schemas that a `$ref` may name."""
    yield from _walk(value, schema, schema, files or {}, "$", 0)


def _walk(
    value: Any, schema: Schema, root: Schema, files: Mapping[str, Schema], path: str, depth: int
) -> Iterator[Fault]:
    if depth > MOST_DEPTH:
        yield Fault(path, "nested too deeply")
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target, base = _resolve(reference, root, files)
        if target is None:
            yield Fault(path, f"the schema names {reference}, which is not there")
        else:
            yield from _walk(value, target, base, files, path, depth + 1)
    kinds = schema.get("type")
    if kinds is not None and not any(_is(kind, value) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        yield Fault(path, f"{_short(value)} is not {kinds if isinstance(kinds, str) else ' or '.join(kinds)}")
        return
    if "enum" in schema and value not in schema["enum"]:
        yield Fault(path, f"{_short(value)} is not one of {', '.join(map(str, schema['enum']))}")
    check = FORMATS.get(schema.get("format", ""))
    if check and isinstance(value, str) and not check(value):
        yield Fault(path, f"{_short(value)} is not a {schema['format']}")
    if isinstance(value, dict):
        yield from _object(value, schema, root, files, path, depth)
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        for number, one in enumerate(value):
            yield from _walk(one, schema["items"], root, files, f"{path}[{number}]", depth + 1)


def _object(
    value: dict[str, Any], schema: Schema, root: Schema, files: Mapping[str, Schema], path: str, depth: int
) -> Iterator[Fault]:
    for name in schema.get("required", ()):
        if name not in value:
            yield Fault(path, f"{name} is missing")
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            yield from _walk(value[name], inner, root, files, f"{path}.{name}", depth + 1)


def _resolve(reference: str, root: Schema, files: Mapping[str, Schema]) -> tuple[Schema | None, Schema]:
    place, _sign, pointer = reference.partition("#")
    base = root if not place else files.get(place.rsplit("/", 1)[-1])
    found: Any = base
    for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
        found = found.get(part) if isinstance(found, Mapping) else None
    return found, base or {}


def _is(kind: str, value: Any) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool) or isinstance(value, float) and value.is_integer()
    known: dict[str, Any] = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None)}
    return isinstance(value, known.get(kind, object))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID with its hyphens."""
    try:
        UUID(text)
    except ValueError:
        return False
    return all(text[place] == "-" for place in (8, 13, 18, 23))


def is_instant(text: str) -> bool:
    """Return whether a text is a date-time of RFC 3339."""
    match = INSTANT.fullmatch(text)
    if not match:
        return False
    plain = text.upper().replace("Z", "+00:00")
    plain = plain[: match.start(1)] + "59" + plain[match.end(1) :] if match[1] == "60" else plain
    try:
        datetime.fromisoformat(re.sub(r"\.\d+", "", plain))
    except ValueError:
        return False
    return True


def is_uri(text: str) -> bool:
    """Return whether a text is an absolute URI of RFC 3986; Chinese must be percent-encoded."""
    if not URI.fullmatch(text) or text.count("#") > 1:
        return False
    try:
        parts = urlsplit(text)
        return parts.port is None or 0 <= parts.port < 65_536
    except ValueError:
        return False


FORMATS: dict[str, Callable[[str], bool]] = {
    "uuid": is_uuid, "uri": is_uri, "date-time": is_instant, "email": lambda text: "@" in text,
}  # fmt: skip
