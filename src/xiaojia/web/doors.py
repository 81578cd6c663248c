"""What do all endpoints share? How they speak JSON, what a refusal is made of, texts without traps, where cursors stand."""

import json
from typing import Annotated, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from ninja import Schema
from pydantic import AfterValidator, Field


class Problem(Schema):
    """A refusal. `code` is stable and for programs, `message` is a sentence for people, `fields` says it by field."""

    code: str = Field(description="Stable, for programs.", examples=["not_found"])
    message: str = Field(
        description="A sentence in the language of Accept-Language.", examples=["没有这个地址，或者没有这个东西。"]
    )
    fields: dict[str, str] = Field(description="What is wrong with which field; often empty.", examples=[{}])


def _without_traps(text: str) -> str:
    """Leave out what no column and no log should hold: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


Text = Annotated[str, AfterValidator(_without_traps)]
"""A text of a request, safe to store and to search for."""


def json_answer(content: Any, status: int = 200) -> HttpResponse:
    """Return plain values as JSON: Chinese as it is, times in ISO 8601 with their offset."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")
