"""How does a person or a program read what the API promises? The document, and a page made from it."""

import re
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xiaojia.config.api import document
from xiaojia.web.conditional import Validators, conditional
from xiaojia.web.problems import problem

HOUR_S = 3600
PART = re.compile(r"(\*\*.+?\*\*|`.+?`)")


@lru_cache(maxsize=1)
def _text() -> str:
    return document.text()


def described(request: HttpRequest) -> Validators:
    """The document changes with the product's version alone."""
    return Validators("openapi")


@conditional(described, max_age_s=HOUR_S)
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return HttpResponse(_text(), content_type="application/json; charset=utf-8") if _reads(request) else _only_get()


@conditional(described, max_age_s=HOUR_S, vary=("Accept-Language",))
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people, in plain markup."""
    return render(request, "config/docs.html", _page()) if _reads(request) else _only_get()


@lru_cache(maxsize=1)
def _page() -> dict[str, Any]:
    made = document.document()
    operations = [
        _operation(method, address, operation)
        for address, methods in made["paths"].items()
        for method, operation in methods.items()
    ]
    return {
        "groups": [
            {
                "tag": tag,
                "about": _parts(tag["description"]),
                "operations": [one for one in operations if tag["name"] in one["tags"]],
            }
            for tag in made["tags"]
        ],
        "shapes": [_shape(name, shape) for name, shape in made["components"]["schemas"].items()],
        "paragraphs": [_parts(text) for text in made["info"]["description"].split("\n\n")],
        "version": made["info"]["version"],
    }


def _operation(method: str, address: str, operation: dict[str, Any]) -> dict[str, Any]:
    rows = [
        _row(one["name"], one["schema"], one.get("description", ""))
        | {"place": one["in"], "required": one["required"], "example": _said(one.get("example", ""))}
        for one in operation["parameters"]
    ]
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        rows.append(_row("JSON", schema, "") | {"place": "body", "required": True})
    return operation | {
        "method": method.upper(), "address": address, "needs_key": {} not in operation["security"], "rows": rows,
        "paragraphs": [_parts(text) for text in operation["description"].split("\n\n")],
    }  # fmt: skip


def _shape(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    rows = [_row(key, one, one.get("description", "")) for key, one in shape.get("properties", {}).items()]
    return {"name": name, "parts": _parts(shape.get("description", "")), "rows": rows}


def _row(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "type": _kind(schema), "parts": _parts(text)}


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(_kind(one) for one in choices)
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum") or [schema["const"]]))
    if schema.get("type") == "array":
        return f"[{_kind(schema['items'])}]"
    ends = [str(schema[edge]) for edge in ("minimum", "maximum") if edge in schema]
    return " ".join([str(schema.get("format") or schema.get("type", "")), "–".join(ends)]).strip()


def _said(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _parts(text: str) -> list[dict[str, Any]]:
    """A paragraph as plain, strong and code parts: the little Markdown that the description uses."""
    return [
        {"text": part.strip("*`"), "strong": part.startswith("**"), "code": part.startswith("`")}
        for part in PART.split(text)
        if part
    ]


def _reads(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD")


def _only_get() -> HttpResponse:
    answer = problem("method_not_allowed")
    answer.headers["Allow"] = "GET"
    return answer
