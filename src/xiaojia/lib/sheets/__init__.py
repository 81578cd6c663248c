"""What did the person upload, and what do we hand back? The public names of the sheets library."""

from xiaojia.lib.sheets.annotate import COLUMN_TITLE, Annotated, write_annotated
from xiaojia.lib.sheets.cells import Cell, as_text, column_letters, parse_date, parse_number
from xiaojia.lib.sheets.errors import SheetError
from xiaojia.lib.sheets.export import CSV_TYPE, XLSX_TYPE, Column, ColumnKind, write_csv, write_xlsx
from xiaojia.lib.sheets.reading import Row, Sheet, read_sheet
from xiaojia.lib.sheets.source import Kind, check_size

__all__ = [
    "COLUMN_TITLE",
    "CSV_TYPE",
    "XLSX_TYPE",
    "Annotated",
    "Cell",
    "Column",
    "ColumnKind",
    "Kind",
    "Row",
    "Sheet",
    "SheetError",
    "as_text",
    "check_size",
    "column_letters",
    "parse_date",
    "parse_number",
    "read_sheet",
    "write_annotated",
    "write_csv",
    "write_xlsx",
]
