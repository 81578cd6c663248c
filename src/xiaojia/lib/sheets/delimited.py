"""In which encoding and with which delimiter was a text table saved, and what stands in it?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from xiaojia.lib.sheets.cells import Cell, from_raw, unguarded
from xiaojia.lib.sheets.errors import SheetError

_DELIMITERS = (",", "\t", ";", "|", "，")
_SAMPLE_ROWS = 30


@dataclass(frozen=True, slots=True)
class Delimited:
    """A decoded text table."""

    text: str
    encoding: str
    delimiter: str

    def iter_cells(self) -> Iterator[tuple[Cell, ...]]:
        """Yield every record, blank ones too, so that a record's place is Excel's row number."""
        for record in self.iter_texts():
            yield tuple(from_raw(unguarded(text.strip())) for text in record)

    def iter_texts(self) -> Iterator[list[str]]:
        """Yield every record as it stands; raises SheetError broken_quotes."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=True)
        start = 1
        try:
            for record in reader:
                start = reader.line_num + 1
                yield record
        except csv.Error as error:
            raise SheetError("broken_quotes", params={"line": start}) from error


def read_delimited(data: bytes) -> Delimited:
    """Return the table; raises SheetError broken_bytes, which names the line."""
    text, encoding = decode(data)
    return Delimited(text, encoding, sniff_delimiter(text))


def decode(data: bytes) -> tuple[str, str]:
    """Return (text, encoding): UTF-8 with or without BOM, UTF-16 with BOM, else GB18030."""
    if data.startswith(b"\xef\xbb\xbf"):
        return _strict(data, "utf-8-sig"), "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(data, "utf-16"), "utf-16"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = "utf-8" if _mostly_utf8(data) else "gb18030"
        return _strict(data, encoding), encoding


def _mostly_utf8(data: bytes) -> bool:
    """Whether more non-ASCII lines are valid UTF-8 than not: then it is UTF-8 with a wound, not GB18030."""
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    valid = sum(_decodes(line, "utf-8") for line in lines)
    return valid * 2 > len(lines)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        name = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16"}.get(encoding, "GB18030")
        raise SheetError("broken_bytes", params={"line": line, "encoding": name}) from error


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that cuts most of the first rows into the same number of columns, above one."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = _widths(text, delimiter)
        usual = max(set(widths), key=widths.count, default=1)
        score = widths.count(usual) / len(widths) * min(usual, 50) if widths and usual > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(text: str, delimiter: str) -> list[int]:
    widths: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for record in reader:
            if any(record):
                widths.append(len(record))
            if len(widths) == _SAMPLE_ROWS:
                break
    except csv.Error:
        return []
    return widths
