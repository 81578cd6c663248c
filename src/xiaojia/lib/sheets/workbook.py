"""What stands in an Excel workbook, sheet by sheet and row by row?"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xiaojia.lib.sheets.cells import Cell, from_raw
from xiaojia.lib.sheets.errors import SheetError

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column; counted from 0
_CHILD = Path(__file__).with_name("excel_child.py")
_TIMEOUT_S = 180


@dataclass(frozen=True, slots=True)
class ExcelTable:
    """One sheet of a workbook; ``names`` are the sheets that the user sees, ``height`` its rows with the
    blank ones, ``width`` its columns up to the last filled one."""

    name: str
    names: tuple[str, ...]
    merges: tuple[Merge, ...]
    height: int
    width: int
    _lines: bytes

    def iter_cells(self) -> Iterator[tuple[Cell, ...]]:
        """Yield every row from the first line of the sheet on, blank ones too."""
        at = self._lines.find(b"\n") + 1  # the first line says what was found
        while at < len(self._lines):
            end = self._lines.find(b"\n", at)
            yield tuple([_cell(value) for value in json.loads(self._lines[at:end])])
            at = end + 1


def read_excel(data: bytes, sheet: str | None = None, most: int = 0) -> ExcelTable:
    """Return the named sheet of an xlsx or xls file, or without a name the first visible one that has content.

    With ``most`` the rows end after so many filled ones: enough for a header.
    The file is read in a child process, so that a damaged one cannot take the server down. Raises SheetError.
    """
    lines = _run_child(data, sheet or "", most)
    try:
        found = json.loads(lines[: lines.index(b"\n")])
    except ValueError as error:
        raise SheetError("damaged") from error
    if "error" in found:
        names = "、".join(found.get("names", []))
        raise SheetError(found["error"], params={"sheet": sheet or names, "names": names})
    merges = tuple(merge for merge in (tuple(each) for each in found["merges"]) if _fits(merge))
    return ExcelTable(found["name"], tuple(found["names"]), merges, found["height"], found["width"], lines)


def _fits(merge: Merge) -> bool:
    """Whether the range is one that Excel allows; broken files claim others."""
    top, left, bottom, right = merge
    return top <= bottom < 2**20 and left <= right < 2**14


def _run_child(data: bytes, sheet: str, most: int) -> bytes:
    command = [sys.executable, "-I", str(_CHILD), sheet, str(most)]
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        try:
            done = subprocess.run(
                command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_TIMEOUT_S, check=True
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise SheetError("damaged") from error
    return done.stdout


def _cell(value: object) -> Cell:
    if type(value) is str:  # most cells
        return value.strip() or None
    return dt.datetime.fromisoformat(value["at"]) if isinstance(value, dict) else from_raw(value)
