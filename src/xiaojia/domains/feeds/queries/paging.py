"""Which stations does a page of a feed hold? Their ids in order as one blob per question, kept until something changes."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from struct import Struct
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from xiaojia.domains.feeds.queries.rows import CHANGED
from xiaojia.domains.feeds.queries.terms import all_terms
from xiaojia.domains.feeds.queries.unions import Union
from xiaojia.domains.feeds.rules import ids
from xiaojia.domains.stations.queries.board import PUBLIC
from xiaojia.kernel.places.models import Division
from xiaojia.lib.coordinates import distances_m
from xiaojia.lib.pinyin import query_terms

ENTRY = Struct(">16sH")
KEPT_QUESTIONS = 64


@dataclass(frozen=True)
class Question:
    """What a list asks for; empty fields do not narrow it."""

    search: str = ""
    terms: tuple[str, ...] = ()
    taxonomies: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    modified_after: datetime | None = None
    postcode: str = ""
    proximity_m: float | None = None


@dataclass(frozen=True)
class Entry:
    """One line of a list: the station and which of its places, in their order."""

    station: UUID
    place: int


class Listing:
    """The answer to a question: how many, and the entries of any page."""

    def __init__(self, blob: bytes) -> None:
        self._blob = blob

    def __len__(self) -> int:
        return len(self._blob) // ENTRY.size

    def page(self, number: int, size: int) -> list[Entry]:
        """Return the entries of page `number` (from 1) of `size`; none beyond the end."""
        start = (number - 1) * size * ENTRY.size
        part = self._blob[start : start + size * ENTRY.size]
        return [Entry(UUID(bytes=pk), place) for pk, place in ENTRY.iter_unpack(part)]


_kept: "OrderedDict[tuple[Any, ...], Listing]" = OrderedDict()
_lock = Lock()


def listing(
    question: Question, now: datetime, unions: dict[int, Union], tag: str, *, by_place: bool = False
) -> Listing:
    """Return the stations that a question wants, in the order of their ids; `by_place` = each place of a mobile one.

    `tag` stands for the state of the data: the same question under the same tag costs no query.
    """
    key = (question, by_place, tag, connection.settings_dict["NAME"])
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = Listing(_ask(question, now, unions, by_place))
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT_QUESTIONS:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Drop what is kept: between tests, whose transactions are rolled back behind the same tag."""
    with _lock:
        _kept.clear()


BLOB = """
SELECT coalesce(string_agg(uuid_send(q.id) || int2send(q.place::int2), ''::bytea ORDER BY q.id, q.place), ''::bytea)
  FROM (SELECT s.id, {place} AS place FROM stations_station s {stops}
         WHERE s.status = ANY(%(public)s) AND s.merged_into_id IS NULL AND {where}) q
"""
STOPS = """LEFT JOIN LATERAL (
    SELECT t.place, row_number() OVER (ORDER BY t.place) - 1 AS n, min(t.lng) AS lng, min(t.lat) AS lat
      FROM stations_timetablestop t WHERE t.station_id = s.id AND s.mobility = 'mobile' GROUP BY t.place) p ON true"""


def _ask(question: Question, now: datetime, unions: dict[int, Union], by_place: bool) -> bytes:
    where, values = _where(question, now, unions)
    text = BLOB.format(
        place="coalesce(p.n, 0)" if by_place else "0", stops=STOPS if by_place else "", where=" AND ".join(where)
    )
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        blob = bytes(cursor.fetchone()[0])
    return _near(blob, question) if question.proximity_m is not None else blob


def _where(question: Question, now: datetime, unions: dict[int, Union]) -> tuple[list[str], dict[str, Any]]:
    parts, values = ["TRUE"], {"public": list(PUBLIC), "now": now}  # type: list[str], dict[str, Any]
    words = query_terms(question.search)
    if question.search.strip() and not words:
        parts.append("FALSE")
    for number, word in enumerate(words):
        parts.append(f"(s.search_text LIKE %(q{number})s OR replace(lower(s.code), '-', '') LIKE %(q{number})s)")
        escaped = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        values[f"q{number}"] = f"%{escaped}%"
    parts += _classified(question, values)
    if question.organizations:
        parts.append("s.org_id = ANY(%(orgs)s)")
        values["orgs"] = [union.pk for union in unions.values() if union.id in question.organizations]
    if question.modified_after:
        parts.append(f"{CHANGED} >= %(after)s")
        values["after"] = question.modified_after
    if question.postcode and question.proximity_m is None:
        parts.append("s.division_id LIKE %(division)s")
        values["division"] = _prefix(question.postcode) + "%"
    return parts, values


def _classified(question: Question, values: dict[str, Any]) -> list[str]:
    """The conditions of terms and taxonomies; of several each must hold."""
    by_id, parts = {term.id: term for term in all_terms()}, []
    for number, wanted in enumerate(question.terms):
        term, name = by_id.get(wanted), f"t{number}"
        if term is None:
            parts.append("FALSE")
        elif term.taxonomy == "facility":
            under = [t.key for t in by_id.values() if t.parent == term.key] or [term.key]
            values[name] = under
            parts.append(f"s.have && %({name})s::varchar[]")
        else:
            values[name] = term.key
            parts.append(f"s.{'access' if term.taxonomy == 'access' else 'host_type'} = %({name})s")
    columns = {"facility": "s.have <> '{{}}'", "access": "s.access <> ''", "host": "s.host_type <> ''"}
    known = {ids.taxonomy(key): said for key, said in columns.items()}
    return parts + [known.get(wanted, "FALSE").replace("{{}}", "{}") for wanted in question.taxonomies]


def _prefix(code: str) -> str:
    """The six digits of a division as a prefix: trailing pairs of zeros cover what lies below."""
    digits = code.strip()
    while digits.endswith("00") and len(digits) > 2:
        digits = digits[:-2]
    return digits if digits.isascii() and digits.isdigit() else "?"


def _near(blob: bytes, question: Question) -> bytes:
    """Keep the entries whose place lies within the metres from the centre of the division."""
    centre = Division.objects.filter(code=question.postcode.strip()).values_list("lng", "lat").first()
    if centre is None or centre[0] is None or not blob:
        return b""
    entries = list(ENTRY.iter_unpack(blob))
    placed = _positions([UUID(bytes=pk) for pk, _place in entries])
    held = [(entry, placed[entry]) for entry in entries if entry in placed]
    if not held:
        return b""
    metres = distances_m(*centre, np.array([at[0] for _e, at in held]), np.array([at[1] for _e, at in held]))
    limit_m = question.proximity_m or 0
    return b"".join(ENTRY.pack(*entry) for (entry, _at), far in zip(held, metres, strict=True) if far <= limit_m)


def _positions(stations: list[UUID]) -> dict[tuple[bytes, int], tuple[float, float]]:
    text = f"""SELECT s.id, coalesce(p.n, 0), coalesce(p.lng, s.lng), coalesce(p.lat, s.lat)
                 FROM stations_station s {STOPS} WHERE s.id = ANY(%s) AND coalesce(p.lng, s.lng) IS NOT NULL"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text, [list(dict.fromkeys(stations))])
        return {(pk.bytes, n): (lng, lat) for pk, n, lng, lat in cursor.fetchall()}
