"""How does a list leave the product as Excel or CSV, good to read and safe to open?"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from xiaojia.lib.sheets.cells import INJECTION, guarded

BRAND = "B8341B"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CHINA = dt.timezone(dt.timedelta(hours=8))
Value = str | int | float | bool | dt.datetime | dt.date | None


class ColumnKind(StrEnum):
    """What a column holds: TEXT keeps codes, phone numbers and 18-digit numbers as they are written."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"


_FORMATS = {
    ColumnKind.TEXT: "@",
    ColumnKind.NUMBER: "General",
    ColumnKind.DATE: "yyyy-mm-dd",
    ColumnKind.DATETIME: "yyyy-mm-dd hh:mm",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export; ``width`` in characters, 0 for one that fits its title."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 0


def write_xlsx(columns: Sequence[Column], rows: Iterable[Sequence[Value]], title: str) -> bytes:
    """Return a workbook with one sheet: fixed header, filter, widths, codes as text, no text that runs as a formula.

    Aware times are shown in Asia/Shanghai. ``rows`` is read once, row by row.
    """
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet(safe_sheet_name(title))
    sheet.freeze_panes = "A2"
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width or max(10, 2 * len(column.title) + 4)
    sheet.row_dimensions[1].height = 24
    sheet.append([_header_cell(sheet, column.title) for column in columns])
    count = 1
    for row in rows:
        sheet.append([_cell(sheet, column, value) for column, value in zip(columns, row, strict=True)])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(columns)))}{count}"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return UTF-8 text with BOM (Excel opens it rightly); cells that would run as formulas get an apostrophe."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([guarded(column.title) for column in columns])
    for row in rows:
        writer.writerow([_csv_text(column, value) for column, value in zip(columns, row, strict=True)])
    return target.getvalue().encode("utf-8-sig")


def safe_sheet_name(title: str) -> str:
    """Return a title as Excel allows it for a sheet: at most 31 characters, none of []:*?/\\."""
    return re.sub(r"[\[\]:*?/\\]", " ", title).strip(" '")[:31] or "Sheet1"


def clean_text(text: str) -> str:
    """Return the text without the control characters that a workbook cannot hold."""
    return _CONTROLS.sub("", text)


def _csv_text(column: Column, value: Value) -> str:
    value = _local(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d" if column.kind is ColumnKind.DATE else "%Y-%m-%d %H:%M")
    if isinstance(value, (dt.date, int, float)):
        return str(value)
    return guarded(clean_text(value))


def _local(value: Value) -> Value:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(_CHINA).replace(tzinfo=None)
    return value


def _cell(sheet: WriteOnlyWorksheet, column: Column, value: Value) -> WriteOnlyCell | Value:
    value = _local(value)
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        value = "是" if value else "否"
    if column.kind is ColumnKind.TEXT and not isinstance(value, str):
        value = str(value)
    if column.kind is ColumnKind.NUMBER and not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value
    cell.number_format = _FORMATS[column.kind]
    return cell


def put_text(cell: WriteOnlyCell, text: str) -> None:
    """Write a text into a workbook's cell as text, whatever it begins with."""
    cell.value = clean_text(text)
    if text.startswith(INJECTION):
        cell.data_type = "s"
        cell.quotePrefix = True


def _header_cell(sheet: WriteOnlyWorksheet, title: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    put_text(cell, title)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=BRAND)
    cell.alignment = Alignment(vertical="center")
    return cell
