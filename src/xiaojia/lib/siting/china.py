"""Which coordinates and sheets do plans in China come in? GCJ-02, BD-09, Baidu's metres; Excel as people keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from xiaojia_locate.command import Plain
from xiaojia_locate.command import tables as plain_tables
from xiaojia_locate.command.faults import refuse
from xiaojia_locate.command.tables import Columns, Table

from xiaojia.lib.coordinates import Datum, convert, mercator
from xiaojia.lib.sheets import Kind, Sheet, SheetError, read_sheet, write_annotated
from xiaojia.lib.siting.words import in_english

FloatArray = npt.NDArray[np.float64]
LONG, LAT = (73.0, 136.0), (3.0, 54.0)
MAX_ROWS = 2_000_000


class China(Plain):
    """The ground of `xiaojia plan`."""

    program = "xiaojia plan"
    word = "datum"
    coordinates = ("wgs84", "gcj02", "bd09", "bd09mc", "metres")

    def to_work(self, places: FloatArray, crs: str) -> FloatArray:
        """Return WGS-84 degrees (n, 2) of positions in a datum; metres stay as they are."""
        if crs in ("metres", "wgs84"):
            return places
        if crs == "bd09mc":
            places, crs = _pairs(mercator.to_degrees, places), "bd09"
        return np.column_stack(convert(places[:, 0], places[:, 1], crs, Datum.WGS84))

    def from_work(self, places: FloatArray, crs: str) -> FloatArray:
        """Return positions (n, 2) of a datum from WGS-84 degrees."""
        if crs in ("metres", "wgs84"):
            return places
        target = "bd09" if crs == "bd09mc" else crs
        moved = np.column_stack(convert(places[:, 0], places[:, 1], Datum.WGS84, target))
        return _pairs(mercator.from_degrees, moved) if crs == "bd09mc" else moved

    def home(self, places: FloatArray) -> npt.NDArray[np.bool_] | None:
        """Return which positions lie in the ranges of China's longitudes and latitudes (n,)."""
        x, y = places[:, 0], places[:, 1]
        with np.errstate(invalid="ignore"):
            inside: npt.NDArray[np.bool_] = (x >= LONG[0]) & (x <= LONG[1]) & (y >= LAT[0]) & (y <= LAT[1])
        return inside

    def read(self, path: Path, layer: str, sheet: str) -> Table:
        """Return a file's table: Excel and text by the product's reader, which finds headers below titles; others plainly."""
        data = plain_tables.content(path, layer)
        if data.startswith(b"PAR1") or data[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
            return super().read(path, layer, sheet)
        known = [name for names in _usual() for name in names]
        try:
            found = read_sheet(data, path.name.removesuffix(".gz"), sheet=sheet or None, known=known, max_bytes=2**31)
            return _table(path, found, layer)
        except SheetError as error:
            raise refuse(layer, "sheet", why=in_english(error), zh=str(error)) from error

    def annotate(self, table: Table, notes: Mapping[int, Sequence[str]], folder: Path) -> Path | None:
        """Write the person's own sheet with one more column, its formatting kept; None for other kinds of files."""
        if table.kind not in ("csv", "xlsx"):
            return None
        data = plain_tables.content(table.path, "")
        name = table.path.name.removesuffix(".gz")
        made = write_annotated(data, name, notes, sheet=table.sheet or None, header_row=table.header_row)
        path = folder / made.filename
        path.write_bytes(made.data)
        return path


def _usual() -> list[tuple[str, ...]]:
    from xiaojia_locate.command.columns import USUAL

    return list(USUAL.values())


def _pairs(move: object, places: FloatArray) -> FloatArray:
    """Move pairs one by one: Baidu's metres have no formula for columns, and a plan has some ten thousand at most."""
    unique, place = np.unique(places, axis=0, return_inverse=True)
    moved: FloatArray = np.array([move(x, y) for x, y in unique.tolist()])[np.ravel(place)]  # type: ignore[operator]
    return moved


def _table(path: Path, sheet: Sheet, layer: str) -> Table:
    rows = list(sheet.rows(MAX_ROWS))
    if not rows:
        raise refuse(layer, "empty_layer", file=path.name)
    width = len(sheet.header)
    columns: Columns = dict(zip(sheet.header, zip(*(row.cells[:width] for row in rows), strict=True), strict=True))
    numbers = np.fromiter((row.number for row in rows), np.int64, len(rows))
    kind = "csv" if sheet.kind is Kind.CSV else "xlsx"
    return Table(path, kind, columns, numbers, sheet.encoding, sheet.delimiter, sheet.header_row, sheet.name)
