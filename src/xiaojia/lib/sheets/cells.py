"""What does one cell say, as text, as a number or as a date?"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from typing import Final

from xiaojia.lib.sheets.errors import SheetError

Cell = str | float | dt.datetime | None

_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[T\s]\s*\d{1,2}:\d{2}.*)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"\d{4}\s*[-./年]\s*\d{1,2}\s*月?")
_EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
_SERIAL_FIRST, _SERIAL_LAST = 32874, 73050  # 1990-01-01 to 2099-12-31
_EXACT_DIGITS = 1e15
INJECTION = ("=", "+", "-", "@", "\t", "\r")


def from_raw(value: object) -> Cell:
    """Return a cell as the reader found it, in our four types; blank text is None."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, dt.datetime):
        return value
    return None if value is None else str(value)


def as_text(cell: Cell) -> str:
    """Return the cell as one would read it; whole numbers without ".0".

    Raises SheetError digits_lost for a number of more than 15 digits: Excel has already spoiled it.
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        if abs(cell) >= _EXACT_DIGITS:
            raise SheetError("digits_lost", params={"text": f"{cell:.0f}"})
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == dt.time() else "%Y-%m-%d %H:%M")
    return cell


def parse_number(cell: Cell) -> float | None:
    """Return the number in a cell, None for a blank; "1,200" and full-width digits are understood.

    Raises SheetError not_a_number.
    """
    if cell is None or isinstance(cell, float):
        return cell
    text = as_text(cell)
    plain = re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", unicodedata.normalize("NFKC", text).strip())
    if not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?", plain, re.IGNORECASE) or not math.isfinite(
        float(plain)
    ):
        raise SheetError("not_a_number", params={"text": text[:40]})
    return float(plain)


def parse_date(cell: Cell) -> dt.date | None:
    """Return the date in a cell, None for a blank.

    Understood: a date cell, 2023.11.16, 2023年11月16日, 20231116, Excel's day number. Raises
    SheetError not_a_date or month_only; nothing is guessed.
    """
    if cell is None:
        return None
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, float) and cell.is_integer() and _SERIAL_FIRST <= cell <= _SERIAL_LAST:
        return _EXCEL_EPOCH + dt.timedelta(days=int(cell))
    text = unicodedata.normalize("NFKC", as_text(cell)).strip()
    match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    try:
        if match:
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise SheetError("month_only" if _MONTH.fullmatch(text) else "not_a_date", params={"text": text[:40]})


def guarded(text: str) -> str:
    """Return the text so that a spreadsheet shows it instead of running it (formula injection)."""
    return "'" + text if text.startswith(INJECTION) else text


def unguarded(text: str) -> str:
    """Return the text of a CSV cell without the apostrophe that ``guarded`` put before it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(INJECTION) else text


def column_letters(index: int) -> str:
    """Return Excel's letters of a column counted from 0: 0 is A, 27 is AB."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
