"""What stands in an Excel workbook, sheet by sheet and row by row?"""

from __future__ import annotations

import io
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from xiaojia.lib.sheets.cells import Cell, from_raw
from xiaojia.lib.sheets.errors import SheetError

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column; counted from 0


def open_workbook(data: bytes) -> CalamineWorkbook:
    """Return the workbook; raises SheetError encrypted or damaged."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise SheetError("encrypted") from error
    except (CalamineError, OSError, ValueError) as error:
        raise SheetError("damaged") from error


def visible_names(book: CalamineWorkbook) -> list[str]:
    """Return the names of the sheets that the user sees, in order; of all if all are hidden."""
    shown = [meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
    return shown or list(book.sheet_names)


def get_sheet(book: CalamineWorkbook, name: str | None) -> CalamineSheet:
    """Return the named sheet, or without a name the first visible one that has content."""
    names = visible_names(book)
    if name is not None:
        if name not in book.sheet_names:
            raise SheetError("no_such_sheet", params={"sheet": name, "names": "、".join(names)})
        return _load(book, name)
    sheets = (_load(book, each) for each in names)
    found = next((sheet for sheet in sheets if sheet.total_height > 0), None)
    if found is None:
        raise SheetError("empty_sheet", params={"sheet": names[0] if names else ""})
    return found


def _load(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError) as error:
        raise SheetError("damaged") from error


def iter_cells(sheet: CalamineSheet) -> Iterator[tuple[Cell, ...]]:
    """Yield every row from the first line of the sheet on, blank ones too."""
    for row in sheet.iter_rows():
        yield tuple(from_raw(value) for value in row)


def merges_of(sheet: CalamineSheet) -> list[Merge]:
    """Return the merged ranges of a sheet."""
    return [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
