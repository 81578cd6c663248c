"""On what ground does the command stand? Which coordinates it knows, how it reads sheets and hands them back.

This one knows WGS-84 degrees and metres. Another program may bring its own (`Ground` is the protocol): other datums,
other sheets.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from xiaojia_locate.command import tables
from xiaojia_locate.command.tables import Table

Floats = npt.NDArray[np.float64]
NOTE_TITLE = "问题 problem"


class Ground(Protocol):
    """What the command asks of its surroundings."""

    program: str
    word: str
    coordinates: tuple[str, ...]

    def to_work(self, places: Floats, crs: str) -> Floats:
        """Return positions as they are worked with: WGS-84 degrees, or metres as they are (n, 2)."""
        ...

    def from_work(self, places: Floats, crs: str) -> Floats:
        """Return positions in the coordinates of a layer again (n, 2)."""
        ...

    def home(self, places: Floats) -> npt.NDArray[np.bool_] | None:
        """Return which positions in degrees lie where this program is used (n,); None where that is everywhere."""
        ...

    def read(self, path: Path, layer: str, sheet: str) -> Table:
        """Return a file's table."""
        ...

    def annotate(self, table: Table, notes: Mapping[int, Sequence[str]], folder: Path) -> Path | None:
        """Write a copy of the person's file with the notes beside the rows; None where that cannot be done."""
        ...


class Plain:
    """WGS-84 degrees and metres; CSV, Excel, GeoJSON and Parquet."""

    program: str = "python -m xiaojia_locate"
    word: str = "crs"
    coordinates: tuple[str, ...] = ("wgs84", "metres")

    def to_work(self, places: Floats, crs: str) -> Floats:
        """Return them as they are."""
        return places

    def from_work(self, places: Floats, crs: str) -> Floats:
        """Return them as they are."""
        return places

    def home(self, places: Floats) -> npt.NDArray[np.bool_] | None:
        """The whole earth."""
        return None

    def read(self, path: Path, layer: str, sheet: str) -> Table:
        """Return a file's table."""
        return tables.read(path, layer, sheet)

    def annotate(self, table: Table, notes: Mapping[int, Sequence[str]], folder: Path) -> Path | None:
        """Write a copy of a text file or an Excel sheet with one more column; None for other kinds."""
        joined = {row: "；".join(words) for row, words in notes.items()}
        if table.kind == "csv":
            return _annotate_text(table, joined, folder)
        return _annotate_excel(table, joined, folder) if table.kind == "xlsx" else None


def _annotate_text(table: Table, notes: Mapping[int, str], folder: Path) -> Path:
    text, _ = tables.text_of(tables.content(table.path, ""), table.path, "")
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=table.delimiter)
    width = len(table.columns)
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter), start=1):
        note = NOTE_TITLE if number == table.header_row else notes.get(number, "")
        writer.writerow([*cells, *[""] * (width - len(cells)), note] if cells else [])
    path = folder / f"{table.path.name.split('.')[0]}-problems.csv"
    path.write_bytes(target.getvalue().encode("gb18030" if table.encoding == "gb18030" else "utf-8-sig"))
    return path


def _annotate_excel(table: Table, notes: Mapping[int, str], folder: Path) -> Path:
    from openpyxl import load_workbook

    book = load_workbook(table.path)
    page = book[table.sheet]
    column = page.max_column + 1
    page.cell(table.header_row, column).value = NOTE_TITLE
    for row, words in notes.items():
        page.cell(row, column).value = words
    path = folder / f"{table.path.stem}-problems.xlsx"
    book.save(path)
    return path
