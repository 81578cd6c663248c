"""How are very many rows kept? By COPY when they are read, and by one UPDATE for each piece when they are judged or written."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from xiaojia.kernel.imports.models import Batch, Row
from xiaojia.kernel.imports.rules import Judged

CHUNK_ROWS = 2000
_READ = ("batch_id", "number", "raw", "values", "verdict", "errors", "warnings", "target", "applied", "decision")
_SAID = """
UPDATE imports_row SET verdict = said.verdict, "values" = said."values", errors = said.errors, warnings = said.warnings,
    target = said.target, confidence = said.confidence
FROM jsonb_to_recordset(%s::jsonb) AS said(number int, verdict text, "values" jsonb, errors jsonb, warnings jsonb,
    target text, confidence float8)
WHERE imports_row.batch_id = %s AND imports_row.number = said.number
"""
_DONE = """
UPDATE imports_row SET verdict = done.verdict, errors = done.errors, warnings = done.warnings, target = done.target,
    applied = done.applied, before = done.before, version = done.version
FROM jsonb_to_recordset(%s::jsonb) AS done(number int, verdict text, errors jsonb, warnings jsonb, target text,
    applied text, before jsonb, version int)
WHERE imports_row.batch_id = %s AND imports_row.number = done.number
"""


def add_rows(batch_id: UUID, rows: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    """Add rows as read, given as (number, {title: text})."""
    names = ", ".join(f'"{name}"' for name in _READ)
    with connection.cursor() as cursor, cursor.copy(f"COPY imports_row ({names}) FROM STDIN") as copy:
        for number, raw in rows:
            copy.write_row((batch_id, number, _json(raw), "{}", "ask", "[]", "[]", "", "", ""))


def keep_verdicts(batch_id: UUID, rows: Iterable[Judged]) -> None:
    """Keep what is said about rows."""
    said = [
        {
            "number": row.number,
            "verdict": str(row.verdict),
            "values": row.values,
            "errors": [issue.as_json() for issue in row.errors],
            "warnings": [issue.as_json() for issue in row.warnings],
            "target": row.target,
            "confidence": row.confidence,
        }
        for row in rows
    ]
    _update(_SAID, batch_id, said)


def keep_written(batch_id: UUID, rows: Iterable[Row]) -> None:
    """Keep what a commit or an undo did to rows."""
    names = ("number", "verdict", "errors", "warnings", "target", "applied", "before", "version")
    _update(_DONE, batch_id, [{name: getattr(row, name) for name in names} for row in rows])


def _update(statement: str, batch_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [_json(rows), batch_id])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def chunks_of(batch: Batch, *verdicts: str, size: int = CHUNK_ROWS, written: bool = False) -> Iterator[list[Row]]:
    """Yield the rows of some verdicts, or those that were written (from the end), in pieces; they may be changed on the way."""
    rows, backwards = batch.rows.all(), written
    rows = rows.exclude(applied="") if written else rows.filter(verdict__in=verdicts)
    last: int | None = None
    order, after = ("-number", "number__lt") if backwards else ("number", "number__gt")
    while True:
        rest = rows if last is None else rows.filter(**{after: last})
        piece = list(rest.order_by(order)[:size])
        if not piece:
            return
        last = piece[-1].number
        yield piece


def lines_of(batch: Batch) -> Iterator[list[tuple[int, dict[str, str], str]]]:
    """Yield (number, cells, decision) of all rows in pieces, by number."""
    last = 0
    while True:
        rows = batch.rows.filter(number__gt=last).order_by("number")
        piece = list(rows.values_list("number", "raw", "decision")[:CHUNK_ROWS])
        if not piece:
            return
        last = piece[-1][0]
        yield piece


def cells_of(batch: Batch, title: str) -> list[str]:
    """Return the filled cells of one column, stripped, in the order of the rows. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT btrim(raw ->> %s, E' \\t\\r\\n') FROM imports_row WHERE batch_id = %s AND raw ->> %s <> '' ORDER BY number",
            [title, batch.pk, title],
        )
        return [cell for (cell,) in cursor.fetchall() if cell]


def count(batch: Batch) -> dict[str, int]:
    """Return {verdict: rows}, how many have warnings as "warned", and by code as "warning:<code>". Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verdict, count(*), count(*) FILTER (WHERE warnings <> '[]') FROM imports_row"
            " WHERE batch_id = %s GROUP BY verdict",
            [batch.pk],
        )
        found = cursor.fetchall()
        cursor.execute(
            "SELECT warning ->> 'code', count(DISTINCT number) FROM imports_row, jsonb_array_elements(warnings) AS warning"
            " WHERE batch_id = %s AND warnings <> '[]' GROUP BY 1",
            [batch.pk],
        )
        codes = cursor.fetchall()
    counts = {verdict: rows for verdict, rows, _warned in found}
    counts["warned"] = sum(warned for _verdict, _rows, warned in found)
    return counts | {f"warning:{code}": rows for code, rows in codes}
