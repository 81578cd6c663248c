"""How does a column get into a very large xlsx? Written into the sheet's own XML as it streams by; all else stays as it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO
from xml.sax.saxutils import escape

from xiaojia.lib.sheets.cells import column_letters

LARGE_BYTES = 2 * 2**20
"""From so much XML on the sheet is not loaded as a workbook, which takes fifty times its size."""
_CHUNK = 2**20
_STYLES = "xl/styles.xml"
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_ROW = re.compile(rb"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_NUMBER = re.compile(rb'\br="(\d+)"')
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]+)\d+"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FONTS = b'<font><b/><color rgb="FFFFFFFF"/></font><font><color rgb="FFA8201A"/></font>'
_FILL = '<fill><patternFill patternType="solid"><fgColor rgb="FF%s"/></patternFill></fill>'
_FILLS = (_FILL % "A8201A" + _FILL % "FDE8E6").encode()
_XF = (
    '<xf numFmtId="0" fontId="%d" fillId="%d" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
)


class Strange(Exception):
    """The file is written in a way that is not handled here."""


def sheet_part(archive: zipfile.ZipFile, name: str) -> str:
    """Return the path of a sheet's XML; raises Strange."""
    linked = {
        a.get(b"Id"): a.get(b"Target", b"").decode()
        for a in _tags(archive, "xl/_rels/workbook.xml.rels", rb"<Relationship\b[^>]*>")
    }
    for attributes in _tags(archive, "xl/workbook.xml", _SHEET.pattern):
        if attributes.get(b"name") == escape(name, {'"': "&quot;"}).encode():
            target = linked.get(attributes.get(b"r:id"), "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if path in archive.namelist():
                return path
    raise Strange(name)


def _tags(archive: zipfile.ZipFile, path: str, pattern: bytes) -> list[dict[bytes, bytes]]:
    try:
        found = re.findall(pattern, archive.read(path))
    except KeyError as error:
        raise Strange(path) from error
    return [dict(_ATTRIBUTE.findall(tag)) for tag in found]


def is_large(data: bytes, name: str) -> bool:
    """Return whether a sheet of a workbook is too large to be loaded as a whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.getinfo(sheet_part(archive, name)).file_size >= LARGE_BYTES
    except Strange:
        return False


def write_beside(data: bytes, name: str, notes: Mapping[int, str], title: str, header_row: int, column: int) -> bytes:
    """Return the workbook with one more column: `title` in the header row and the notes of rows, by Excel's row number.

    `column` counts from 0; what stands in it already is written over. Raises Strange.
    """
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as made,
    ):
        part = sheet_part(archive, name)
        styles, head, body = _styled(archive)
        writer = _Writer(column_letters(column), {**notes, header_row: title}, header_row, (head, body))
        for info in archive.infolist():
            if info.filename == part:
                with archive.open(info) as source, made.open(part, "w", force_zip64=True) as sink:
                    for piece in writer.pieces(source):
                        sink.write(piece)
            else:
                made.writestr(info.filename, styles if info.filename == _STYLES and styles else archive.read(info))
    return target.getvalue()


class _Writer:
    """Writes the cells of one column into a sheet's XML."""

    def __init__(self, letters: str, notes: Mapping[int, str], header_row: int, styles: tuple[str, str]) -> None:
        self._letters, self._notes, self._header_row, self._styles = letters.encode(), notes, header_row, styles
        self._left = set(notes)

    def pieces(self, source: IO[bytes]) -> Iterator[bytes]:
        """Yield the XML with the new cells, about as it is read."""
        rest = b""
        while b"<sheetData" not in rest:
            chunk = source.read(_CHUNK)
            if not chunk:
                raise Strange("no rows")
            rest += chunk
        at = rest.index(b"<sheetData")
        yield self._head(rest[:at])
        rest = rest[at:]
        while True:
            chunk = source.read(_CHUNK)
            end = max(rest.rfind(b"</row>"), rest.rfind(b"</sheetData>"))
            if not chunk:
                break
            if end >= 0:
                yield _ROW.sub(self._row, rest[: end + 6])
                rest = rest[end + 6 :]
            rest += chunk
        yield _ROW.sub(self._row, rest)
        if self._left:
            raise Strange("rows are not numbered, or are missing")

    def _head(self, head: bytes) -> bytes:
        letters = self._letters.decode()
        number = sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(letters)))
        wide = f'<col min="{number}" max="{number}" width="48" customWidth="1"/>'.encode()
        head = re.sub(rb'(<dimension ref="[A-Z]+\d+:)[A-Z]+(\d+")', rb"\g<1>" + self._letters + rb"\g<2>", head)
        if b"</cols>" not in head:
            return head + b"<cols>" + wide + b"</cols>"
        taken = max((int(last) for last in re.findall(rb'<col\b[^>]*?\bmax="(\d+)"', head)), default=0)
        return head.replace(b"</cols>", wide + b"</cols>") if taken < number else head

    def _row(self, match: re.Match[bytes]) -> bytes:
        found = _NUMBER.search(match[1])
        if found is None:
            raise Strange("a row without a number")
        number, cells = int(found[1]), match[2] or b""
        column = b'r="' + self._letters + found[1] + b'"'
        note = self._notes.get(number)
        if note is None and column not in cells:
            return match[0]
        kept = [cell[0] for cell in _CELL.finditer(cells) if cell[1] != self._letters] if column in cells else None
        cells = b"".join(kept) if kept is not None else cells
        if note is not None:
            self._left.discard(number)
            cells = self._put(cells, number, note)
        return b"<row" + re.sub(rb'\s+spans="[^"]*"', b"", match[1]) + b">" + cells + b"</row>"

    def _put(self, cells: bytes, number: int, note: str) -> bytes:
        style = self._styles[0 if number == self._header_row else 1]
        text = escape(_CONTROL.sub("", note))
        place = self._letters.decode()
        made = f'<c r="{place}{number}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'.encode()
        for cell in _CELL.finditer(cells):
            if (len(cell[1]), cell[1]) > (len(self._letters), self._letters):
                return cells[: cell.start()] + made + cells[cell.start() :]
        return cells + made


def _styled(archive: zipfile.ZipFile) -> tuple[bytes, str, str]:
    """Return the styles with two more, and how the heading and the notes name theirs; nothing where they are strange."""
    if _STYLES not in archive.namelist():
        return b"", "", ""
    styles = archive.read(_STYLES)
    try:
        styles, font = _more(styles, b"fonts", rb"<font[\s/>]", _FONTS)
        styles, fill = _more(styles, b"fills", rb"<fill[\s/>]", _FILLS)
        made = (_XF % (font, fill) + _XF % (font + 1, fill + 1)).encode()
        styles, first = _more(styles, b"cellXfs", rb"<xf[\s/>]", made)
    except Strange:
        return b"", "", ""
    return styles, f' s="{first}"', f' s="{first + 1}"'


def _more(styles: bytes, name: bytes, each: bytes, made: bytes) -> tuple[bytes, int]:
    """Return the styles with two more entries in a list, and the number of the first."""
    found = re.search(rb"<" + name + rb"\b[^>]*>(.*?)</" + name + rb">", styles, re.DOTALL)
    if found is None:
        raise Strange("styles")
    count = len(re.findall(each, found[1]))
    inside = b"<" + name + b' count="%d">' % (count + 2) + found[1] + made + b"</" + name + b">"
    return styles[: found.start()] + inside + styles[found.end() :], count
