"""What does a program ask a feed for? The parameters of HSDS 3.0, read strictly: what cannot be understood is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime

from xiaojia.domains.feeds.queries.paging import Question
from xiaojia.domains.feeds.rules.days import SHANGHAI
from xiaojia.domains.feeds.rules.errors import FeedError
from xiaojia.lib.errors import gettext_noop as _

PER_PAGE, MOST_PER_PAGE, LAST_PAGE = 50, 1000, 10_000_000
MOST_WORDS = 200
MOST_METRES = 10_000_000
FORMATS = ("json", "ndjson")


@dataclass(frozen=True)
class Asked:
    """One question to a list: what is wanted, which page of it, how much of each object."""

    question: Question
    page: int = 1
    per_page: int = PER_PAGE
    full: bool = False
    minimal: bool = False
    full_service: bool = False
    ndjson: bool = False
    taxonomy: str = ""
    parent: str = ""
    top_only: bool = False


def read_asked(query: QueryDict) -> Asked:
    """Return the question of an address. Raises FeedError `bad_parameter` with the parameter's name in `fields`."""
    question = Question(
        search=_text(query, "search"),
        terms=_many(query, "taxonomy_term_id"),
        taxonomies=_many(query, "taxonomy_id"),
        organizations=_many(query, "organization_id"),
        modified_after=_instant(query),
        postcode=_text(query, "postcode"),
        proximity_m=_metres(query),
    )
    form = query.get("format", "json")
    if form not in FORMATS:
        raise _refused("format", _("只能是 json 或 ndjson"))
    return Asked(
        question,
        page=_number(query, "page", 1, LAST_PAGE),
        per_page=min(_number(query, "per_page", PER_PAGE, 2**31), MOST_PER_PAGE),
        full=_yes(query, "full"),
        minimal=_yes(query, "minimal"),
        full_service=_yes(query, "full_service"),
        ndjson=form == "ndjson",
        taxonomy=_text(query, "taxonomy_id"),
        parent=_text(query, "parent_id"),
        top_only=_yes(query, "top_only"),
    )


def _refused(name: str, why: str) -> FeedError:
    return FeedError("bad_parameter", params={"name": name}, fields={name: why})


def _text(query: Mapping[str, Any], name: str) -> str:
    text = query.get(name) or ""
    return "" if "\x00" in text else str(text)[:MOST_WORDS]


def _many(query: QueryDict, name: str) -> tuple[str, ...]:
    return tuple(sorted({text[:64].lower() for text in query.getlist(name) if text}))[:20]


def _number(query: Mapping[str, Any], name: str, default: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or int(text[:20]) < 1:
        raise _refused(name, _("请填从 1 起的整数"))
    return min(int(text[:20]), most)


def _yes(query: Mapping[str, Any], name: str) -> bool:
    text = query.get(name, "false").lower()
    if text not in ("true", "false", "1", "0"):
        raise _refused(name, _("只能是 true 或 false"))
    return text in ("true", "1")


def _instant(query: Mapping[str, Any]) -> datetime | None:
    """A date-time of RFC 3339, or a date: its beginning in Shanghai."""
    text = query.get("modified_after")
    if text is None:
        return None
    text = str(text).strip()
    try:
        found = parse_datetime(text.replace(" ", "+") if "T" in text else text)
        if found is None and (day := parse_date(text)):
            found = datetime.combine(day, time())
        if found is not None:
            return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _refused("modified_after", _("请按 2026-11-25T08:00:00+08:00 填写"))


def _metres(query: Mapping[str, Any]) -> float | None:
    text = query.get("proximity")
    if text is None:
        return None
    try:
        metres = float(text)
    except ValueError as error:
        raise _refused("proximity", _("请填米数")) from error
    if not 0 <= metres <= MOST_METRES:
        raise _refused("proximity", _("请填米数"))
    return metres


def read_division(query: Mapping[str, Any]) -> str:
    """Return the prefix of the division asked for, "" for all. Raises FeedError `bad_parameter`."""
    text = (query.get("division") or "").strip()
    if not text:
        return ""
    if not (text.isascii() and text.isdigit() and len(text) == 6):
        raise _refused("division", _("请填六位行政区划代码"))
    while text.endswith("00") and len(text) > 2:
        text = text[:-2]
    return text
