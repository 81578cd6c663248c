"""Does any sheet that leaves the product run what somebody typed into it?"""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from tests.attacks.sheets import sheets
from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits.actions import check_in
from xiaojia.lib.sheets import Column, write_annotated, write_csv, write_xlsx

EVIL = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1,1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x","y")']
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def runs(data: bytes, kind: str) -> list[str]:
    """Return the cells that a spreadsheet would run or that begin with what makes it do so."""
    if kind == "csv":
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        return [cell for row in rows for cell in row if cell.startswith(RUNS) and not is_number(cell)]
    book = load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    return [c.value for c in cells if c.data_type == "f" or (c.value.startswith(RUNS) and not c.quotePrefix)]


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("text", EVIL)
def test_a_cell_that_would_run_is_shown_instead(text):
    columns = [Column(text), Column("数字")]
    assert runs(write_csv(columns, [(text, 1)]), "csv") == []
    assert runs(write_xlsx(columns, [(text, 1)], "x"), "xlsx") == []
    book = load_workbook(io.BytesIO(write_xlsx(columns, [(text, 1)], "x")))
    assert book.active["A2"].value == text.replace("\r", "_x000D_").replace("_x000D_", "") or book.active["A2"].value


def poisoned(cast) -> None:
    """Let every word that people type at a station begin with what runs."""
    Station.objects.filter(pk=cast.own.pk).update(
        name="=1+1", address="+1", brand="-1", access_note="@x", public_phone="=2", description="\t=3",
        hours_text="=4", street="=5", district_named="=6", floor="=7", hours_note="=8", aliases=["=9"], services=["=10"],
    )  # fmt: skip


@pytest.mark.parametrize("address", sheets())
def test_no_exported_sheet_runs_what_was_typed(sign_in, cast, address):
    poisoned(cast)
    check_in(station=cast.own, device=b"d" * 16, key=uuid4(), now=timezone.now())
    cast.own.keepers.get().person.__class__.objects.update(name="=1+1", purpose="=2")
    client = sign_in("admin", cast)
    send = client.post if "/retention/" in address else client.get
    answer = send(address.format(person=cast.accounts["keeper"].person.pk))
    assert answer.status_code == 200
    kind = "csv" if "csv" in answer["Content-Type"] else "xlsx"
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert runs(body, kind) == []
    assert b"attachment" in answer["Content-Disposition"].encode()


def test_a_sheet_that_is_handed_back_runs_nothing_of_ours(sign_in, cast):
    """What the person wrote stays as it was; what is added is text."""
    sheet = "名称,地址\n\"=cmd|' /C calc'!A0\",甲路\n".encode()
    client = sign_in("district", cast)
    given = {"file": SimpleUploadedFile("a.csv", sheet), "org": cast.district.pk}
    client.post("/office/imports/new/stations/", given)
    from xiaojia.kernel.imports.models import Batch

    back = client.get(f"/office/imports/{Batch.objects.get().pk}/sheet/")
    rows = list(csv.reader(io.StringIO(back.content.decode("utf-8-sig"))))
    assert all(not row[-1].startswith(RUNS) for row in rows)
    noted = write_annotated(b"a,b\n1,2\n", "x.csv", {2: ["=1+1"]}).data.decode("utf-8-sig")
    assert "'=1+1" in noted


def test_numbers_stay_numbers():
    data = write_csv([Column("a"), Column("b")], [("x", -5), ("y", date(2026, 1, 1))])
    assert b"-5" in data
    assert b"'-5" not in data
