"""What stands in an Excel file, read where a broken file can do no harm: in a child process with little memory?

A damaged .xls can make the reader ask for any amount of memory, which ends the process. This script is run by path and
imports nothing of ours. Bytes come on standard input; JSON lines go out: first what was found, then one line per row, all
of them or those up to so many filled ones.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY_BYTES = 2 * 2**30
CPU_S = 120


def main(wanted: str, most: int) -> None:
    """Read the workbook from standard input and write the wanted sheet, or the first filled one, to standard output.

    `most` filled rows end it early; 0 = all.
    """
    _limit()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    except PasswordError:
        _say({"error": "encrypted"})
        return
    shown = [meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
    names = shown or list(book.sheet_names)
    sheet = _choose(book, names, wanted)
    if sheet is None:
        unknown = bool(wanted) and wanted not in book.sheet_names
        _say({"error": "no_such_sheet" if unknown else "empty_sheet", "names": names})
        return
    merges = [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
    _say({"name": sheet.name, "names": names, "merges": merges, "height": sheet.total_height, "width": _width(sheet)})
    filled = 0
    for row in sheet.iter_rows():
        _say([_plain(value) for value in row])
        filled += any(value != "" for value in row)
        if most and filled >= most:
            break


def _choose(book: CalamineWorkbook, names: list[str], wanted: str) -> CalamineSheet | None:
    if wanted:
        return book.get_sheet_by_name(wanted) if wanted in book.sheet_names else None
    sheets = (book.get_sheet_by_name(name) for name in names)
    return next((sheet for sheet in sheets if sheet.total_height > 0), None)


def _width(sheet: CalamineSheet) -> int:
    end = sheet.end
    return end[1] + 1 if end else 0


def _plain(value: object) -> object:
    """Return a cell as JSON can carry it; dates as {"at": ISO}, times of day and durations as HH:MM."""
    if isinstance(value, dt.date):
        return {"at": value.isoformat()}
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return value


def _say(line: object) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    if sys.platform.startswith("linux"):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "", int(sys.argv[2]) if len(sys.argv) > 2 else 0)
