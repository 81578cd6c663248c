"""Can a sheet be a bomb, a trap, or a program?"""

import time
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.attacks import files
from xiaojia.kernel.imports.models import Batch
from xiaojia.lib.sheets import SheetError, read_sheet, write_annotated

HEAD = "<row r='1'>" + files.cell("A1", "名称") + files.cell("B1", "地址") + "</row>"
BODY = HEAD + "<row r='2'>" + files.cell("A2", "甲驿站") + files.cell("B2", "甲路1号") + "</row>"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lollollollollollollollollollol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "&lol;" * 10}">' for n in range(10))
    + "]>"
)
SECRET = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


def upload(client, cast, data: bytes, name: str = "a.xlsx"):
    given = {"file": SimpleUploadedFile(name, data), "org": cast.district.pk, "datum": "gcj02"}
    return client.post("/office/imports/new/stations/", given)


def bomb(mb: int) -> bytes:
    return files.workbook(BODY, strings=files.zeros(mb))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (bomb(320), "展开后超过"),
        (files.lying(bomb(320), "xl/sharedStrings.xml", 1000), "损坏"),
        (files.workbook("<row r='1048576'>" + files.cell("XFD1048576", "x") + "</row>"), "范围到了"),
        (files.workbook(BODY)[:-30], "损坏"),
        (b"PK\x03\x04" + b"\0" * 500, "损坏"),
    ],
    ids=["bomb", "lying bomb", "vast", "cut", "no archive"],
)
def test_a_bomb_is_named_and_nothing_is_kept(sign_in, cast, data, word):
    assert len(data) < 2**20
    began = time.monotonic()
    answer = upload(sign_in("district", cast), cast, data)
    assert (answer.status_code, Batch.objects.count()) == (422, 0)
    assert word in answer.content.decode()
    assert time.monotonic() - began < 30


def test_a_bomb_within_a_bomb_is_not_opened(sign_in, cast):
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", files.zeros(100))
    data = files.workbook(BODY, **{f"xl/media/{n}.zip": inner.getvalue() for n in range(50)})
    sheet = read_sheet(data, "a.xlsx")
    assert [row.cells[0] for row in sheet.rows()] == ["甲驿站"]


def test_thousands_of_parts_are_refused():
    data = files.workbook(BODY, **{f"x/{n}": b"" for n in range(5_001)})
    with pytest.raises(SheetError) as refused:
        read_sheet(data, "a.xlsx")
    assert refused.value.code == "too_big_inside"


@pytest.mark.parametrize(
    ("prolog", "text", "entity"),
    [(LAUGHS, "lollol", "&l9;"), (SECRET, "root:", "&f;")],
    ids=["laughs", "file"],
)
def test_entities_are_never_followed(prolog, text, entity):
    row = "<row r='3'>" + files.cell("A3", entity) + files.cell("B3", "乙路") + "</row>"
    data = files.workbook(BODY + row, prolog=prolog)
    began = time.monotonic()
    try:
        sheet = read_sheet(data, "a.xlsx")
        said = "".join(str(cell) for row in sheet.rows() for cell in row.cells)
    except SheetError as error:
        said = error.code
    assert text not in said
    try:
        handed_back = write_annotated(data, "a.xlsx", {2: ["x"]}).data
        opened = zipfile.ZipFile(BytesIO(handed_back))
        said = "".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())
    except SheetError as error:
        said = error.code
    assert text not in said
    assert time.monotonic() - began < 20


NAMES = (
    "../../../etc/cron.d/x.xlsx", "..\\..\\x.xlsx", "a\r\nSet-Cookie: x=1.xlsx", "=cmd|' /C calc'!A0.xlsx",
    "a" * 300 + ".xlsx",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_goes_nowhere(sign_in, cast, name, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in("district", cast)
    answer = upload(client, cast, files.workbook(BODY), name)
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        batch = Batch.objects.get()
        assert "/" not in batch.filename
        assert "\\" not in batch.filename.replace("\\..", "")
        sheet = client.get(f"/office/imports/{batch.pk}/sheet/")
        assert "\n" not in sheet["Content-Disposition"]
        assert "Set-Cookie" not in sheet
    assert all(len(path.name) == 64 for path in tmp_path.rglob("*") if path.is_file())


def test_a_million_columns_are_refused_quickly(sign_in, cast):
    titles = ",".join(f"c{n}" for n in range(1_000_000))
    wide = f"名称,地址,{titles}\n甲,乙\n".encode()
    began = time.monotonic()
    answer = upload(sign_in("district", cast), cast, wide, "a.csv")
    assert (answer.status_code, Batch.objects.count()) == (422, 0)
    assert time.monotonic() - began < 20


def test_one_cell_of_megabytes_is_refused(sign_in, cast):
    answer = upload(sign_in("district", cast), cast, "名称,地址\n".encode() + b"x" * 3_000_000 + b",y\n", "a.csv")
    assert (answer.status_code, Batch.objects.count()) == (422, 0)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.exe"])
def test_the_kind_is_decided_by_content(sign_in, cast, name):
    client = sign_in("district", cast)
    for data in (
        b"MZ\x90\0" + b"\0" * 500,
        b"\x7fELF" + b"\0" * 500,
        files.picture("JPEG"),
        b"<html><table></table>",
        b"%PDF-1.4",
    ):
        assert upload(client, cast, data, name).status_code == 422
    assert Batch.objects.count() == 0
    assert upload(client, cast, files.workbook(BODY), name).status_code == 302


def archive(members: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return target.getvalue()


def test_an_archive_of_photos_that_is_a_bomb_is_refused(sign_in, cast, monkeypatch):
    from xiaojia.domains.stations.queries import photo_zip

    monkeypatch.setattr(photo_zip, "MAX_TOTAL_BYTES", 40 * 2**20)  # 2 GB would take the test a minute to make
    data = archive({f"SY-000{n}.jpg": files.zeros(14) for n in range(1, 5)})
    client = sign_in("district", cast)
    answer = client.post("/office/stations/photos/", {"archive": SimpleUploadedFile("a.zip", data)})
    assert "展开后太大" in answer.content.decode()
    many = archive({f"{n}.jpg": b"x" for n in range(2001)})
    answer = client.post("/office/stations/photos/", {"archive": SimpleUploadedFile("a.zip", many)})
    assert "2001 个文件" in answer.content.decode()


def test_a_member_that_lies_about_its_size_is_cut_off(tmp_path):
    from xiaojia.domains.stations.queries.photo_zip import MAX_PHOTO_BYTES, photos

    path = tmp_path / "a.zip"
    path.write_bytes(files.lying(archive({"SY-0001.jpg": files.zeros(40)}), "SY-0001.jpg", 100))
    try:
        sizes = [len(data) for _index, data in photos(path, {0})]
    except zipfile.BadZipFile:
        sizes = []
    assert all(size <= MAX_PHOTO_BYTES + 1 for size in sizes)


def test_members_named_to_climb_out_are_only_names(sign_in, cast, settings, tmp_path):
    from pathlib import Path

    settings.MEDIA_ROOT = tmp_path

    data = archive({"../../../../tmp/SY-0001.jpg": files.picture("JPEG"), "/etc/SY-0002.jpg": files.picture("JPEG")})
    client = sign_in("district", cast)
    answer = client.post("/office/stations/photos/", {"archive": SimpleUploadedFile("a.zip", data)})
    ticket = answer.context["ticket"]
    done = client.post("/office/stations/photos/", {"verb": "save", "ticket": ticket})
    assert done.status_code == 200
    root = Path(settings.MEDIA_ROOT)
    assert all(len(path.name.split(".")[0]) == 64 for path in root.rglob("*") if path.is_file())
    assert not Path("/tmp/SY-0001.jpg").exists()
