"""What kind of file was uploaded, really, and is it safe to unpack?"""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from xiaojia.lib.sheets.errors import SheetError

MEGABYTE = 2**20
MAX_BYTES = 50 * MEGABYTE
MAX_UNPACKED_BYTES = 300 * MEGABYTE
MAX_CELLS = 20_000_000
_MAX_PARTS = 5_000
_CHUNK = MEGABYTE
_DIGITS = b"0123456789"
_ROW = re.compile(rb'<(?:\w+:)?row (?:[^>]*? )?r="(\d{1,7})"')
_FAR_CELL = re.compile(rb'r="([A-Z]{2,3}\d{1,7}|[A-Z]\d{6,7})"')
_NEAR_COLUMNS = 26
"""Cells of columns A to Z above row 100,000 are near: they are not looked at one by one."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")


class Kind(StrEnum):
    """The three kinds of file that are read."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


def check_size(size: int, max_bytes: int = MAX_BYTES) -> None:
    """Refuse a file of ``size`` bytes that is empty or above the limit; call it before the content is read."""
    if size == 0:
        raise SheetError("empty_file")
    if size > max_bytes:
        size_mb = max(size // MEGABYTE, max_bytes // MEGABYTE + 1)
        raise SheetError("too_large", params={"size_mb": size_mb, "limit_mb": max_bytes // MEGABYTE})


def load(source: bytes | str | Path, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file, its size checked before it is read."""
    if isinstance(source, bytes):
        check_size(len(source), max_bytes)
        return source
    path = Path(source)
    check_size(path.stat().st_size, max_bytes)
    return path.read_bytes()


def kind_of(data: bytes, filename: str) -> Kind:
    """Return the kind by content, never by the name; raises SheetError for anything else."""
    named = {"filename": filename}
    if data.startswith(b"PK\x03\x04"):
        check_archive(data, filename)
        return Kind.XLSX
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SheetError("encrypted")
        return Kind.XLS
    if data.startswith(_IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:8] == b"ftyp":
        raise SheetError("image", params=named)
    head = data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<head", b"<meta", b"<style")):
        raise SheetError("web_page", params=named)
    if data.startswith((b"%PDF", b"Rar!", b"7z\xbc\xaf")) or _looks_binary(data):
        raise SheetError("unknown_format", params=named)
    return Kind.CSV


def _looks_binary(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    head = data[: 64 * 1024]
    controls = sum(head.count(bytes([code])) for code in (*range(1, 9), *range(14, 27), *range(28, 32)))
    return b"\x00" in head or controls > len(head) // 100


def check_archive(data: bytes, filename: str) -> None:
    """Refuse an xlsx that is none, is damaged, unpacks beyond the limit or spans a vast empty range.

    Every part is really unpacked once (in pieces), because sizes written in an archive may lie.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
                raise SheetError("unknown_format", params={"filename": filename})
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise SheetError("too_big_inside", params={"limit_mb": MAX_UNPACKED_BYTES // MEGABYTE})
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise SheetError("damaged") from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise SheetError("damaged") from error
        raise


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    is_sheet = part.filename.lower().startswith("xl/worksheets/") and part.filename.lower().endswith(".xml")
    last_row, last_column, tail = 0, _NEAR_COLUMNS, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not is_sheet:
                continue
            window = tail + chunk
            for place in _FAR_CELL.findall(window):
                letters = place.rstrip(_DIGITS)
                last_column = max(last_column, _column_number(letters))
                last_row = max(last_row, int(place[len(letters) :]))
            last_row = max([last_row, *map(int, _ROW.findall(window))])
            tail = window[-256:]
    if last_row * last_column > MAX_CELLS:
        raise SheetError("too_sparse", params={"rows": last_row, "columns": last_column})


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
