"""What did the person upload: which columns, and which rows at which numbers of their own sheet?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from xiaojia.lib.sheets.cells import Cell
from xiaojia.lib.sheets.delimited import read_delimited
from xiaojia.lib.sheets.errors import SheetError
from xiaojia.lib.sheets.header import SCAN_ROWS, Header, find_header
from xiaojia.lib.sheets.source import MAX_BYTES, Kind, kind_of, load
from xiaojia.lib.sheets.workbook import Merge, read_excel

MAX_ROWS = 200_000
MAX_COLUMNS = 2_000
"""More than any list has; Excel itself stops at 16,384."""
_HEAD_ROWS = 100


class Row(NamedTuple):
    """One row: its number as Excel shows it, and its cells, at least as many as the header has names."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of an uploaded file; ``header_row`` is the number of the (last) header row as Excel shows it.

    ``encoding`` and ``delimiter`` are empty for Excel files; ``name`` and ``names`` are empty for text.
    """

    kind: Kind
    filename: str
    name: str
    names: tuple[str, ...]
    header: tuple[str, ...]
    header_row: int
    encoding: str
    delimiter: str
    height: int
    """About how many rows there are below the header, blank ones included."""
    _cells: Callable[[], Iterator[tuple[Cell, ...]]]
    _merges: tuple[Merge, ...]

    def rows(self, max_rows: int = MAX_ROWS) -> Iterator[Row]:
        """Yield the filled rows below the header, one by one; a cell merged downwards counts for each of its rows.

        May be called again. Raises SheetError too_many_rows, and for text broken_quotes, on the way.
        """
        lines = enumerate(self._cells())
        count = 0
        for index, cells in _filled_down(lines, self._merges, self.header_row):
            if index < self.header_row or not any(cell is not None for cell in cells):
                continue
            count += 1
            if count > max_rows:
                raise SheetError("too_many_rows", params={"limit": max_rows})
            yield Row(index + 1, cells + (None,) * (len(self.header) - len(cells)))


def read_sheet(
    source: bytes | str | Path,
    filename: str,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    known: Collection[str] = (),
    max_bytes: int = MAX_BYTES,
    head_only: bool = False,
) -> Sheet:
    """Return the table in an uploaded xlsx, xls or text file; raises SheetError with the words for the person.

    ``sheet`` chooses among several; ``header_row`` (as Excel shows it) overrides the search; ``known`` are column names
    that help it. The kind of file is decided by content. With ``head_only`` only the first rows of an Excel sheet are there.
    """
    data = load(source, max_bytes)
    kind = kind_of(data, filename)
    if kind is Kind.CSV:
        return _text_sheet(data, filename, known, header_row)
    table = read_excel(data, sheet, _HEAD_ROWS + (header_row or 0) if head_only else 0)
    cells = table.iter_cells
    header = _header(cells, table.merges, table.name, known, header_row)
    below = tuple(merge for merge in table.merges if merge[0] > header.bottom)
    place, height = header.bottom + 1, table.height - header.bottom - 1
    return Sheet(kind, filename, table.name, table.names, header.names, place, "", "", height, cells, below)


def _text_sheet(data: bytes, filename: str, known: Collection[str], header_row: int | None) -> Sheet:
    table = read_delimited(data)
    cells = table.iter_cells
    header = _header(cells, [], filename, known, header_row)
    place = header.bottom + 1
    height = table.text.count("\n")
    return Sheet(Kind.CSV, filename, "", (), header.names, place, table.encoding, table.delimiter, height, cells, ())


def _header(
    cells: Callable[[], Iterator[tuple[Cell, ...]]],
    merges: Sequence[Merge],
    name: str,
    known: Collection[str],
    header_row: int | None,
) -> Header:
    first = list(islice(cells(), max(SCAN_ROWS, (header_row or 0) + 2)))
    if not any(cell is not None for row in first for cell in row):
        raise SheetError("empty_sheet", params={"sheet": name})
    if max(map(len, first)) > MAX_COLUMNS:
        raise SheetError("too_many_columns", params={"limit": MAX_COLUMNS})
    if header_row is not None and not 1 <= header_row <= len(first):
        raise SheetError("no_header", params={"rows": header_row})
    header = find_header(first, merges, known, None if header_row is None else header_row - 1)
    if not any(cell is not None for row in islice(cells(), header.bottom + 1, None) for cell in row):
        raise SheetError("no_rows")
    return header


def _filled_down(
    lines: Iterator[tuple[int, tuple[Cell, ...]]], merges: Sequence[Merge], start: int
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Give each row below a cell merged downwards that cell's value: the person sees it there."""
    starts: dict[int, list[Merge]] = {}
    for merge in merges:
        if merge[2] > merge[0] and merge[0] >= start:
            starts.setdefault(merge[0], []).append(merge)
    open_merges: list[tuple[Merge, Cell]] = []
    for index, cells in lines:
        open_merges = [(merge, value) for merge, value in open_merges if merge[2] >= index]
        if open_merges:
            filled = list(cells)
            for merge, value in open_merges:
                if merge[1] < len(filled) and filled[merge[1]] is None:
                    filled[merge[1]] = value
            yield index, tuple(filled)
        else:
            yield index, cells
        for merge in starts.get(index, ()):
            open_merges.append((merge, cells[merge[1]] if merge[1] < len(cells) else None))
