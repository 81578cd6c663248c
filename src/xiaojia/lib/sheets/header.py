"""Which row names the columns, below what titles, and what do merged headings mean?"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from xiaojia.lib.sheets.cells import Cell, column_letters
from xiaojia.lib.sheets.errors import SheetError
from xiaojia.lib.sheets.workbook import Merge

SCAN_ROWS = 30
_MAX_DEPTH = 2
Rows = Sequence[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns and the rows (counted from 0) they were read from."""

    names: tuple[str, ...]
    top: int
    bottom: int


def find_header(rows: Rows, merges: Sequence[Merge], known: Collection[str] = (), at: int | None = None) -> Header:
    """Return the header of a sheet, given its first rows.

    Title rows above it are passed over. Two rows are flattened to "坐标/经度" when every merged heading has its own
    columns below; otherwise SheetError merged_header names the cells. ``known`` are column names to look for; ``at``
    (from 0) is the person's own choice of the row.
    """
    row = at if at is not None else _best_row(rows, known)
    top, bottom = _extent(rows, merges, row)
    names = _flatten(rows, merges, top, bottom)
    _refuse_duplicates(names, bottom)
    return Header(names, top, bottom)


def plain(title: str) -> str:
    """Return a title as it is compared: half-width, lower case, without spaces, stars and colons."""
    text = unicodedata.normalize("NFKC", title).lower()
    return "".join(character for character in text if not character.isspace() and character not in "*:")


def _best_row(rows: Rows, known: Collection[str]) -> int:
    wanted = {plain(name) for name in known}
    texts = [[plain(cell) for cell in row if isinstance(cell, str)] for row in rows]
    matches = [len(wanted.intersection(row)) for row in texts]
    if matches and max(matches) > 0:
        return matches.index(max(matches))
    width = max((sum(cell is not None for cell in row) for row in rows), default=0)
    enough = 1 if width <= 1 else max(2, width / 2)
    for index, row in enumerate(rows):
        filled = [cell for cell in row if cell is not None]
        if len(filled) >= enough and all(_is_word(cell) for cell in filled):
            return index
    raise SheetError("no_header", params={"rows": len(rows)})


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and any(character.isalpha() for character in cell)


def _extent(rows: Rows, merges: Sequence[Merge], row: int) -> tuple[int, int]:
    """Return the first and last row of the header around a row, as merged cells reach up and down from it."""
    top = min([row, *(first for first, _, last, _ in merges if first < row <= last)])
    bottom = max([row, *(last for first, _, last, _ in merges if top <= first <= row <= last)])
    if bottom == row and _has_second_row(rows, merges, row):
        bottom = row + 1
    if bottom - top + 1 > _MAX_DEPTH:
        raise SheetError("header_too_deep", params={"rows": bottom - top + 1})
    return top, bottom


def _has_second_row(rows: Rows, merges: Sequence[Merge], row: int) -> bool:
    """Whether the row below names the columns of the headings merged sideways here, and nothing else."""
    wide = {
        column for first, left, _, right in merges if first == row and right > left for column in range(left, right + 1)
    }
    if not wide or row + 1 >= len(rows):
        return False
    filled = {column for column, cell in enumerate(rows[row + 1]) if cell is not None}
    return filled == wide and all(isinstance(rows[row + 1][column], str) for column in wide)


def _flatten(rows: Rows, merges: Sequence[Merge], top: int, bottom: int) -> tuple[str, ...]:
    width = max((_filled_width(row) for row in rows[top:]), default=0)
    grid = [[_title(rows[row], column) for column in range(width)] for row in range(top, bottom + 1)]
    for first, left, last, right in merges:
        if top <= first <= bottom and right > left and left < width:
            _spread(grid, (first - top, left, min(right, width - 1)), is_leaf=last >= bottom, row=first)
    names = []
    for column in range(width):
        parts = dict.fromkeys(line[column] for line in grid if line[column])
        names.append("/".join(parts) or f"第{column + 1}列")
    return tuple(names)


def _spread(grid: list[list[str]], span: tuple[int, int, int], *, is_leaf: bool, row: int) -> None:
    """Copy a heading merged sideways over its columns; one with nothing below to tell them apart is refused."""
    line, left, right = span
    title = grid[line][left]
    if not title:
        return
    if is_leaf:
        place = {"first": column_letters(left), "last": column_letters(right)}
        raise SheetError("merged_header", params={"row": row + 1, "title": title, **place})
    for column in range(left, right + 1):
        grid[line][column] = title


def _filled_width(row: tuple[Cell, ...]) -> int:
    return max((column + 1 for column, cell in enumerate(row) if cell is not None), default=0)


def _title(row: tuple[Cell, ...], column: int) -> str:
    cell = row[column] if column < len(row) else None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())


def _refuse_duplicates(names: Sequence[str], bottom: int) -> None:
    seen: dict[str, int] = {}
    for column, name in enumerate(names):
        if plain(name) in seen:
            place = {"first": column_letters(seen[plain(name)]), "second": column_letters(column)}
            raise SheetError("duplicate_header", params={"row": bottom + 1, "title": name, **place})
        seen[plain(name)] = column
