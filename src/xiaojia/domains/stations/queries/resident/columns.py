"""What does the index hold of each public station? Columns, one row per station, and a ready piece of JSON."""

import json
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection

from xiaojia.domains.stations.queries.board import IN_SERVICE, PUBLIC

CHUNK = 5_000
PLAIN = ("lng", "lat", "alive", "serving", "access", "schedule", "division")
"""Columns with one value for each row."""
SQL = """
SELECT s.id, s.code, s.name, s.address, s.status, s.lng, s.lat, s.have, s.broken, s.access,
       coalesce(s.division_id, ''), s.hours::text,
       CASE WHEN s.mobility = 'mobile' THEN
           (SELECT json_agg(json_build_array(t.place, t.weekdays, t.start_min, t.end_min, t.lng, t.lat) ORDER BY t.start_min)
              FROM stations_timetablestop t WHERE t.station_id = s.id) END
  FROM stations_station s
 WHERE s.merged_into_id IS NULL AND s.status = ANY(%(public)s) AND {where}
 ORDER BY s.code
"""
Row = tuple[Any, ...]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Words:
    """Texts that repeat, by number; numbers are never given twice."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text, a new one for a new text."""
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found


@dataclass(frozen=True)
class Columns:
    """Row r of every column is one station; rows are never reused, a station that is no longer public is not `alive`.

    `rows` finds a row by the integer of the station's id, `keys` the other way round; the first `sorted` rows stand in
    code order. `lng`, `lat` are WGS-84 (nan = no position), `schedule` -1 = no
    hours; `kinds` has a column for each facility that some station offers; `parts` is the JSON object's constant beginning.
    """

    rows: dict[int, int]
    keys: list[int]
    codes: list[str]
    parts: list[bytes]
    lng: Floats
    lat: Floats
    alive: Flags
    serving: Flags
    access: npt.NDArray[np.int8]
    schedule: Ints
    division: Ints
    kinds: dict[str, Flags]
    sorted: int = 0
    stops: dict[int, list[list[Any]]] = field(default_factory=dict)
    schedules: Words = field(default_factory=Words)
    divisions: Words = field(default_factory=Words)
    accesses: Words = field(default_factory=Words)

    def __len__(self) -> int:
        return len(self.codes)

    def row_of(self, station_id: UUID) -> int | None:
        """Return the row of a station, alive or not."""
        return self.rows.get(station_id.int)

    def ids(self, rows: Iterable[int]) -> list[UUID]:
        """Return the ids of rows."""
        return [UUID(int=self.keys[row]) for row in rows]

    def code_ranks(self) -> Floats:
        """Return numbers that order all rows by code."""
        ranks = np.arange(len(self), dtype=np.float64)
        late = sorted(range(self.sorted, len(self)), key=self.codes.__getitem__)
        for step, row in enumerate(late, start=1):
            ranks[row] = bisect(self.codes, self.codes[row], hi=self.sorted) - 1 + step / (len(late) + 1)
        return ranks


def build(rows: Iterable[Row]) -> Columns:
    """Return columns of rows of `SQL`."""
    built = _with(_empty(), rows)
    return replace(built, sorted=len(built))


def read_all() -> Iterator[Row]:
    """Read every public station, some thousands at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(SQL.format(where="TRUE"), {"public": list(PUBLIC)})
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def read_some(ids: Sequence[UUID]) -> list[Row]:
    """Read the public ones among some stations."""
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(where="s.id = ANY(%(ids)s)"), {"public": list(PUBLIC), "ids": list(ids)})
        return cursor.fetchall()


def replaced(columns: Columns, ids: Iterable[UUID], rows: Sequence[Row]) -> tuple[Columns, list[int]]:
    """Return columns in which the stations `ids` are as in `rows` (those without a row: gone), and which rows changed."""
    old = [row for row in (columns.rows.get(pk.int) for pk in ids) if row is not None]
    before = len(columns)
    changed = _with(_copy(columns), rows, gone=old)
    return changed, old + list(range(before, len(changed)))


def _empty() -> Columns:
    none = np.zeros(0)
    return Columns(
        {}, [], [], [], none, none.copy(), none.astype(bool), none.astype(bool), none.astype(np.int8), none.astype(np.int32),
        none.astype(np.int32), {},
    )  # fmt: skip


def _copy(columns: Columns) -> Columns:
    return replace(
        columns,
        rows=dict(columns.rows), keys=list(columns.keys), codes=list(columns.codes), parts=list(columns.parts), lng=columns.lng.copy(),
        lat=columns.lat.copy(), alive=columns.alive.copy(), serving=columns.serving.copy(), access=columns.access.copy(),
        schedule=columns.schedule.copy(), division=columns.division.copy(), stops=dict(columns.stops),
        kinds={kind: flags.copy() for kind, flags in columns.kinds.items()},
    )  # fmt: skip


def _with(columns: Columns, rows: Iterable[Row], gone: Sequence[int] = ()) -> Columns:
    """Write rows into columns that nobody else holds yet; a column that grows is a new array."""
    columns.alive[list(gone)] = False
    for flags in columns.kinds.values():
        flags[list(gone)] = False
    placed: list[tuple[int, tuple[Any, ...]]] = []
    have: dict[str, list[int]] = {}
    for row in rows:
        number = _place(columns, row)
        placed.append((number, _values(columns, row)))
        for kind in row[7]:
            have.setdefault(kind, []).append(number)
    size = len(columns.codes)
    wider: dict[str, Any] = {name: _grow(getattr(columns, name), size) for name in PLAIN}
    wider["kinds"] = {kind: _grow(columns.kinds.get(kind, np.zeros(0, bool)), size) for kind in {*columns.kinds, *have}}
    grown = replace(columns, **wider)
    if placed:
        numbers = [number for number, _values in placed]
        for name, values in zip(PLAIN, zip(*(values for _number, values in placed), strict=True), strict=True):
            getattr(grown, name)[numbers] = values
    for kind, numbers in have.items():
        grown.kinds[kind][numbers] = True
    return grown


def _place(columns: Columns, row: Row) -> int:
    key = row[0].int
    number = columns.rows.get(key)
    if number is None:
        number = columns.rows[key] = len(columns.codes)
        columns.keys.append(key)
        columns.codes.append("")
        columns.parts.append(b"")
    columns.codes[number] = row[1]
    columns.parts[number] = constant(row[1], row[2], row[3], row[9], row[7], row[8])
    if row[12]:
        columns.stops[number] = row[12]
    else:
        columns.stops.pop(number, None)
    return number


def _values(columns: Columns, row: Row) -> tuple[Any, ...]:
    nowhere = row[5] is None
    schedule = columns.schedules.number(row[11]) if row[11] else -1
    return (
        np.nan if nowhere else row[5], np.nan if nowhere else row[6], True, row[4] in IN_SERVICE,
        columns.accesses.number(row[9]), schedule, columns.divisions.number(row[10]),
    )  # fmt: skip


def constant(code: str, name: str, address: str, access: str, have: Sequence[str], broken: Sequence[str]) -> bytes:
    """Return the beginning of a station's JSON object: what depends neither on the moment nor on the asker."""
    plain = {"code": code, "name": name, "address": address, "access": access or None, "have": have, "broken": broken}
    return str(_encode(plain))[:-1].encode()


def _grow(column: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    if len(column) == size:
        return column
    return np.concatenate([column, np.zeros(size - len(column), column.dtype)])
