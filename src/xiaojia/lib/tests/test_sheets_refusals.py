"""Is every bad file refused in words that say what to do, before it can hurt?"""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from PIL import Image

from xiaojia.lib.sheets import SheetError, read_sheet
from xiaojia.lib.sheets.source import MAX_BYTES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HUNGRY = Path(__file__).parent / "files" / "hungry.xls"  # one broken length in list.xls
SHEET = "xl/worksheets/sheet1.xml"


def good() -> bytes:
    book = Workbook()
    book.active.append(["名称", "地址"])
    book.active.append(["甲", "x"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, content)
    return target.getvalue()


def image() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, "JPEG")
    return target.getvalue()


def zip_without_workbook() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "x")
    return target.getvalue()


def lying_bomb() -> bytes:
    """An archive whose directory says 10 bytes where 1 MB comes out."""
    data = bytearray(with_part("xl/media/a.bin", b"\0" * 2**20))
    real = (2**20).to_bytes(4, "little")
    return bytes(data.replace(real, (10).to_bytes(4, "little")))


FAR_CELL = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'

CASES: list[tuple[str, Callable[[], bytes], str, str]] = [
    ("empty", lambda: b"", "a.xlsx", "empty_file"),
    ("image named xlsx", image, "名单.xlsx", "image"),
    ("image named csv", image, "名单.csv", "image"),
    ("web page named xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", "web_page"),
    ("other zip", zip_without_workbook, "a.xlsx", "unknown_format"),
    ("pdf", lambda: b"%PDF-1.7 ...", "a.xlsx", "unknown_format"),
    ("binary", lambda: bytes(range(32)) * 50, "a.csv", "unknown_format"),
    ("cut off", lambda: good()[:-600], "a.xlsx", "damaged"),
    ("broken xls", lambda: OLE + b"x" * 2000, "a.xls", "damaged"),
    ("an xls that would eat all memory", HUNGRY.read_bytes, "a.xls", "damaged"),
    ("password", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "encrypted"),
    ("lying sizes", lying_bomb, "a.xlsx", "damaged"),
    ("a cell at the end of the world", lambda: with_part(SHEET, FAR_CELL), "a.xlsx", "too_sparse"),
    ("nothing in it", lambda: b"\r\n\r\n", "a.csv", "empty_sheet"),
    ("header alone", "名称,地址\n".encode, "a.csv", "no_rows"),
    ("numbers alone", lambda: b"1,2\n3,4\n", "a.csv", "no_header"),
    ("two equal names", "名称,名 称\n甲,乙\n".encode, "a.csv", "duplicate_header"),
    ("open quote", '名称,地址\n甲,"x\n乙,y\n'.encode, "a.csv", "broken_quotes"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "filename", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_refused(make: Callable[[], bytes], filename: str, code: str) -> None:
    with pytest.raises(SheetError) as error:
        list(read_sheet(make(), filename).rows())
    assert error.value.code == code
    assert "%(" not in str(error.value)


def test_a_200_megabyte_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)  # sparse: takes no room
    with pytest.raises(SheetError) as error:
        read_sheet(path, "huge.xlsx")
    assert str(error.value) == "文件有200 MB，超过了50 MB的上限。请删去图片和多余的工作表，或分成几个文件上传。"
    assert MAX_BYTES == 50 * 2**20


def test_a_zip_bomb_is_refused_by_what_it_unpacks_to() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(4):
            with archive.open(f"xl/media/{number}.bin", "w") as part:
                for _ in range(80):
                    part.write(b"\0" * 2**20)
    assert len(target.getvalue()) < 3 * 2**20
    with pytest.raises(SheetError) as error:
        read_sheet(target.getvalue(), "bomb.xlsx")
    assert error.value.code == "too_big_inside"


@pytest.mark.parametrize(("encoding", "name"), [("gb18030", "GB18030"), ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8")])
def test_broken_bytes_name_their_line(encoding: str, name: str) -> None:
    lines = [
        line.encode("gb18030" if encoding == "gb18030" else "utf-8")
        for line in ("名称,地址", "甲站,路一号", "乙站,路二号", "丙站,路三号")
    ]
    lines[2] = lines[2][:1] + b"\xff" + lines[2][1:]
    data = (b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b"") + b"\r\n".join(lines)
    with pytest.raises(SheetError) as error:
        read_sheet(data, "a.csv")
    assert error.value.code == "broken_bytes"
    assert str(error.value) == (
        f"第3行有读不出的字节（{name}）。请用Excel或记事本打开，改好这一行，另存为“CSV UTF-8”再上传。"
    )


def test_more_rows_than_allowed() -> None:
    sheet = read_sheet(good(), "a.xlsx")
    with pytest.raises(SheetError) as error:
        list(sheet.rows(max_rows=0))
    assert str(error.value) == "数据超过0行。请分成几个文件上传。"
