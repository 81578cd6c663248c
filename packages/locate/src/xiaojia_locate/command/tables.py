"""What stands in a file? A table by columns, with the rows numbered as the person sees them in it."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from xiaojia_locate.command.faults import refuse
from xiaojia_locate.command.machine import free_mib

SAMPLE = 64 * 1024
UNPACKED = {b"\x1f\x8b": 60, b"PK\x03\x04": 60, b"{": 20}
"""Memory ÷ size of packed texts, Excel files and GeoJSON, as measured; 12 for plain text."""
DELIMITERS = ",;\t|"
GEOJSON_X, GEOJSON_Y = "geometry.x", "geometry.y"
NUMBERS = {"double", "float", "int64", "int32", "int16", "uint32", "uint64"}
Columns = dict[str, Sequence[Any]]


@dataclass
class Table:
    """A file's rows by columns: `columns[name][i]` is a cell, `rows[i]` its number as the person sees it.

    `kind`: csv, xlsx, geojson or parquet. `encoding` and `delimiter` of text; `header_row` as Excel shows it.
    """

    path: Path
    kind: str
    columns: Columns
    rows: npt.NDArray[np.int64]
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 1
    sheet: str = ""

    @property
    def names(self) -> list[str]:
        """The user's own columns in their order."""
        return [name for name in self.columns if name not in (GEOJSON_X, GEOJSON_Y)]

    def __len__(self) -> int:
        return len(self.rows)


def read(path: Path, layer: str, sheet: str = "") -> Table:
    """Return the table in a file, its kind told by its content; raises Refused."""
    data = content(path, layer)
    if data.startswith(b"PAR1"):
        return parquet(path, layer)
    if data.startswith(b"PK\x03\x04"):
        return excel(data, path, layer, sheet)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(layer, "old_excel", file=path.name)
    if data[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return geojson(data, path, layer)
    return delimited(data, path, layer)


def content(path: Path, layer: str) -> bytes:
    """Return the bytes of a file, a .gz unpacked."""
    try:
        afford_file(path, layer)
        data = path.read_bytes()
    except FileNotFoundError:
        raise refuse(layer, "not_found", file=path) from None
    except OSError as error:
        raise refuse(layer, "unreadable", file=path, why=error.strerror) from None
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as error:
            raise refuse(layer, "damaged", file=path.name, kind="gzip", why=error) from None
    if not data.strip():
        raise refuse(layer, "empty_file", file=path.name)
    return data


def afford_file(path: Path, layer: str) -> None:
    """Refuse a file that would not fit into memory once its cells are texts."""
    size, have = path.stat().st_size / 2**20, free_mib()
    with path.open("rb") as file:
        head = file.read(4)
    factor = next((times for mark, times in UNPACKED.items() if head.startswith(mark)), 12)
    if size * factor > have and not head.startswith(b"PAR1"):
        raise refuse(layer, "file_too_large", file=path.name, size=size, need=size * factor, have=have)


def text_of(data: bytes, path: Path, layer: str) -> tuple[str, str]:
    """Return the text and its encoding: UTF-8, UTF-16 with a mark, else GB18030."""
    line = 1
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
    raise refuse(layer, "broken_bytes", file=path.name, line=line)


def delimited(data: bytes, path: Path, layer: str) -> Table:
    """Return the table of a text file; the delimiter is the one that parts its first line most often."""
    if b"\x00" in data[:SAMPLE] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise refuse(layer, "unknown_format", file=path.name)
    text, encoding = text_of(data, path, layer)
    first = next((line for line in text[:SAMPLE].splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    lines: list[list[str]] = []
    numbers: list[int] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in cells):
                lines.append(cells)
                numbers.append(number)
    except csv.Error as error:
        row = numbers[-1] + 1 if numbers else 1
        raise refuse(layer, "broken_quotes", [row], file=path.name, why=error) from None
    columns = by_column(lines, path, layer)
    rows = np.array(numbers[1:], np.int64)
    return Table(path, "csv", columns, rows, encoding.removesuffix("-sig"), delimiter, numbers[0])


def by_column(lines: Sequence[Sequence[Any]], path: Path, layer: str) -> Columns:
    """Return columns by the names of the first line; short lines are filled up, two equal names are refused."""
    if len(lines) < 2:
        raise refuse(layer, "empty_layer", file=path.name)
    names = [str(cell).strip() if cell is not None else "" for cell in lines[0]]
    double = [name for index, name in enumerate(names) if name and name in names[:index]]
    if double:
        raise refuse(layer, "duplicate_header", file=path.name, name=double[0])
    width = len(names)
    filled = [line if len(line) == width else [*line[:width], *[""] * (width - len(line))] for line in lines[1:]]
    shown = [name or f"column {index + 1}" for index, name in enumerate(names)]
    return dict(zip(shown, zip(*filled, strict=True), strict=True))


def excel(data: bytes, path: Path, layer: str, sheet: str) -> Table:
    """Return one sheet of an .xlsx."""
    try:
        from openpyxl import load_workbook
    except ModuleNotFoundError:
        raise refuse(layer, "needs_package", kind="Excel", package="openpyxl") from None
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises anything on other programs' files
        raise refuse(layer, "damaged", file=path.name, kind="Excel", why=error) from None
    if sheet and sheet not in book.sheetnames:
        raise refuse(layer, "no_such_sheet", file=path.name, sheet=sheet, known="、".join(book.sheetnames))
    page = book[sheet or book.sheetnames[0]]
    lines, numbers = [], []
    for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
        if any(cell not in (None, "") for cell in cells):
            lines.append(list(cells))
            numbers.append(number)
    while lines and lines[0] and lines[0][-1] in (None, ""):
        lines[0].pop()
    columns = by_column(lines, path, layer)
    return Table(path, "xlsx", columns, np.array(numbers[1:], np.int64), header_row=numbers[0], sheet=page.title)


def parquet(path: Path, layer: str) -> Table:
    """Return the columns of a Parquet file; columns of numbers stay arrays."""
    try:
        from pyarrow import parquet as files
    except ModuleNotFoundError:
        raise refuse(layer, "needs_package", kind="Parquet", package="pyarrow") from None
    try:
        found = files.read_table(path)
    except Exception as error:  # pyarrow raises many kinds on damaged files
        raise refuse(layer, "damaged", file=path.name, kind="Parquet", why=error) from None
    if not found.num_rows:
        raise refuse(layer, "empty_layer", file=path.name)
    columns: Columns = {}
    for name in found.column_names:
        column = found.column(name)
        columns[name] = column.to_numpy() if str(column.type) in NUMBERS else column.to_pylist()
    return Table(path, "parquet", columns, np.arange(1, found.num_rows + 1, dtype=np.int64))


def features(data: bytes, path: Path, layer: str) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file, each with a geometry and properties, be they empty."""
    try:
        whole = json.loads(text_of(data, path, layer)[0])
        found = whole["features"] if whole["type"] == "FeatureCollection" else [whole]
        made = [{"geometry": one.get("geometry") or {}, "properties": one.get("properties") or {}} for one in found]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise refuse(layer, "damaged", file=path.name, kind="GeoJSON", why=error) from None
    if not made:
        raise refuse(layer, "empty_layer", file=path.name)
    return made


def geojson(data: bytes, path: Path, layer: str) -> Table:
    """Return the points of a GeoJSON file with their properties; row n is the n-th feature."""
    found = features(data, path, layer)
    other = [
        (row, kind) for row, one in enumerate(found, 1) if (kind := one["geometry"].get("type")) not in ("Point", None)
    ]
    if other:
        raise refuse(layer, "not_points", [row for row, _ in other], file=path.name, kind=other[0][1])
    places = [one["geometry"].get("coordinates") or (None, None) for one in found]
    names = list(dict.fromkeys(name for one in found for name in one["properties"]))
    columns: Columns = {name: [one["properties"].get(name) for one in found] for name in names}
    columns |= {GEOJSON_X: [place[0] for place in places], GEOJSON_Y: [place[1] for place in places]}
    return Table(path, "geojson", columns, np.arange(1, len(found) + 1, dtype=np.int64))
