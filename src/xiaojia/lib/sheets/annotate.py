"""How does the person get their own sheet back, with what was wrong written beside each row?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xiaojia.lib.errors import gettext_noop
from xiaojia.lib.sheets.beside import Strange, is_large, write_beside
from xiaojia.lib.sheets.cells import Cell, guarded
from xiaojia.lib.sheets.delimited import read_delimited
from xiaojia.lib.sheets.export import CSV_TYPE, XLSX_TYPE, put_text, safe_sheet_name
from xiaojia.lib.sheets.source import Kind, kind_of
from xiaojia.lib.sheets.workbook import read_excel

COLUMN_TITLE = gettext_noop("导入提示")
_RED, _PALE = "A8201A", "FDE8E6"


class Annotated(NamedTuple):
    """A file to hand back."""

    data: bytes
    filename: str
    content_type: str


def write_annotated(
    original: bytes,
    filename: str,
    errors: Mapping[int, Sequence[str]],
    column_title: str = COLUMN_TITLE,
    *,
    sheet: str | None = None,
    header_row: int = 1,
) -> Annotated:
    """Return the person's own file with one more column: the messages of each row, by Excel's row number.

    xlsx keeps its formatting, xls becomes xlsx, text keeps its encoding and delimiter (UTF-8 gets its BOM). A column of
    the same title from an earlier round is written over.
    """
    kind = kind_of(original, filename)
    stem = PurePath(filename).stem or "sheet"
    notes = {row: "；".join(messages) for row, messages in errors.items()}
    if kind is Kind.CSV:
        return Annotated(_annotate_text(original, notes, column_title, header_row), f"{stem}-导入结果.csv", CSV_TYPE)
    name = f"{stem}-导入结果.xlsx"
    if kind is Kind.XLSX and (large := _beside(original, sheet, notes, column_title, header_row)) is not None:
        return Annotated(large, name, XLSX_TYPE)
    book, page = _editable(original, kind, sheet)
    _annotate_page(page, notes, column_title, header_row)
    target = io.BytesIO()
    book.save(target)
    return Annotated(target.getvalue(), name, XLSX_TYPE)


def _beside(original: bytes, sheet: str | None, notes: Mapping[int, str], title: str, header_row: int) -> bytes | None:
    """Return a large workbook with its new column, or None for one that is small or written in a strange way."""
    found = read_excel(original, sheet, header_row + 1)
    if not is_large(original, found.name):
        return None
    head = next(islice(found.iter_cells(), header_row - 1, None), ())
    column = head.index(title) if title in head else max(found.width, *(merge[3] + 1 for merge in found.merges), 0)
    try:
        return write_beside(original, found.name, notes, title, header_row, column)
    except Strange:
        return None


def _editable(original: bytes, kind: Kind, sheet: str | None) -> tuple[Workbook, Worksheet]:
    """Return the workbook opened for writing; its values alone where its formatting cannot be kept."""
    found = read_excel(original, sheet)
    if kind is Kind.XLSX:
        try:
            book = load_workbook(io.BytesIO(original))
            page = book[found.name]
            if isinstance(page, Worksheet):
                return book, page
        except Exception:  # noqa: S110 - openpyxl raises anything on other programs' files; the values are kept below
            pass
    book = Workbook()
    page = book.active if isinstance(book.active, Worksheet) else book.create_sheet()
    page.title = safe_sheet_name(found.name)
    for number, cells in enumerate(found.iter_cells(), start=1):
        for column, value in enumerate(cells, start=1):
            _put(page, number, column, value)
    for top, left, bottom, right in found.merges:
        page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    return book, page


def _put(page: Worksheet, row: int, column: int, value: Cell) -> None:
    if isinstance(value, str):
        put_text(page.cell(row, column), value)
    elif value is not None:
        page.cell(row, column).value = value


def _annotate_page(page: Worksheet, notes: Mapping[int, str], title: str, header_row: int) -> None:
    column = next((cell.column for cell in page[header_row] if cell.value == title), None)
    if column is None:
        column = _last_column(page) + 1
    else:
        for number in range(header_row + 1, page.max_row + 1):
            page.cell(number, column).value = None
    head = page.cell(header_row, column)
    put_text(head, title)
    head.font = Font(bold=True, color="FFFFFF")
    head.fill = PatternFill("solid", fgColor=_RED)
    for number, note in notes.items():
        cell = page.cell(number, column)
        put_text(cell, note)
        cell.font = Font(color=_RED)
        cell.fill = PatternFill("solid", fgColor=_PALE)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions[get_column_letter(column)].width = 48


def _last_column(page: Worksheet) -> int:
    """The last column with a value or a merged heading (formatting alone does not count)."""
    merged = max((merge.max_col for merge in page.merged_cells.ranges), default=0)
    filled = (cell.column for row in page.iter_rows() for cell in row if cell.value is not None)
    return max(merged, max(filled, default=0))


def _annotate_text(original: bytes, notes: Mapping[int, str], title: str, header_row: int) -> bytes:
    table = read_delimited(original)
    records = list(table.iter_texts())
    width = max((len(record) for record in records), default=0)
    header = records[header_row - 1] if header_row <= len(records) else []
    place = header.index(title) if title in header else width
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=table.delimiter, lineterminator="\r\n" if "\r\n" in table.text else "\n")
    writer.writerows(_with_notes(records, notes, title, header_row, place))
    encoding = table.encoding if table.encoding == "gb18030" else "utf-8-sig"
    return target.getvalue().encode(encoding)


def _with_notes(
    records: Sequence[list[str]], notes: Mapping[int, str], title: str, header_row: int, place: int
) -> Iterator[list[str]]:
    for number, record in enumerate(records, start=1):
        note = title if number == header_row else guarded(notes.get(number, ""))
        if not record and not note:
            yield []
            continue
        cells = [*record, *[""] * (place + 1 - len(record))]
        cells[place] = note
        yield cells
