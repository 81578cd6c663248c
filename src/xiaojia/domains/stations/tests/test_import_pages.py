"""Can an officer bring a sheet in on the pages, and can nobody else?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.tests.sheets import HEADER, as_csv, with_cell
from xiaojia.kernel.imports.models import Batch

pytestmark = pytest.mark.django_db

ROWS = (
    (
        "B1",
        "测试甲驿站",
        "解放路1号",
        "吉阳区",
        "109.5246",
        "18.2677",
        "8:00-18:00",
        "0898-11112222",
        "60",
        "有",
        "2台",
    ),
    ("B2", "测试乙驿站", "胜利路2号", "天涯区", "", "", "24小时", "", "", "", ""),
)


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(sign_in, cast):
    return sign_in("officer", cast)


def upload(client, cast, content, datum="wgs84", name="名单.csv"):
    values = {"file": SimpleUploadedFile(name, content), "org": cast.instance.root.pk, "datum": datum}
    return client.post(reverse("imports:new", args=["stations"]), values)


def batch_page(response):
    return reverse("imports:batch", args=[Batch.objects.get().pk]), response


def test_from_upload_to_commit_and_undo(officer, cast):
    before = Station.objects.count()
    response = upload(officer, cast, as_csv(ROWS))
    batch = Batch.objects.get()
    assert response.url == reverse("imports:batch", args=[batch.pk])
    page = officer.get(response.url).content.decode()
    assert "提交全部 2 行" in page
    assert "没有坐标：先进入待定位清单" in page
    officer.post(reverse("imports:commit", args=[batch.pk]), {"rows": "all"})
    assert Station.objects.count() == before + 2
    page = officer.get(response.url).content.decode()
    assert "已提交：新增 2，更新 0，无变化 0。" in page
    assert f"/office/stations/{Station.objects.get(name='测试甲驿站').code}/" in page
    assert "撤销这个批次" in officer.get(reverse("imports:undo", args=[batch.pk])).content.decode()
    officer.post(reverse("imports:undo", args=[batch.pk]))
    assert Station.objects.count() == before


def test_a_refused_file_keeps_what_was_typed(officer, cast):
    response = upload(officer, cast, b"", datum="gcj02")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="gcj02"' in page
    assert "checked" in page.split('value="gcj02"')[1][:40]
    response = upload(officer, cast, as_csv([]), datum="gcj02")
    assert "只有表头，没有数据行" in response.content.decode()
    assert Batch.objects.count() == 0


def test_200_megabytes_are_refused_before_they_are_read(officer):
    response = officer.post(reverse("imports:new", args=["stations"]), {}, headers={"content-length": str(200 * 2**20)})
    assert response.status_code == 413
    assert "200 MB" in response.content.decode()


def test_columns_that_do_not_match_are_chosen_and_nothing_is_guessed(officer, cast):
    header = ("编号", "叫什么", *HEADER[2:])
    response = upload(officer, cast, as_csv(ROWS, header))
    assert officer.get(response.url).url == reverse("imports:columns", args=[Batch.objects.get().pk])
    address = reverse("imports:columns", args=[Batch.objects.get().pk])
    assert "测试甲驿站" in officer.get(address).content.decode()
    wrong = officer.post(address, {"column-0": "source_key", "column-1": ""})
    assert (wrong.status_code, "没有哪一列对应“名称”" in wrong.content.decode()) == (422, True)
    officer.post(address, {f"column-{n}": key for n, key in enumerate(["source_key", "name", "address", "district"])})
    assert Batch.objects.get().counts["create"] == 2


def test_a_zone_and_the_datum_are_asked_on_one_page(officer, cast):
    upload(officer, cast, as_csv(with_cell(1, "区县", "崖州湾科技城管委会", ROWS)), datum="")
    batch = Batch.objects.get()
    address = reverse("imports:questions", args=[batch.pk])
    assert "百度地图（BD-09）" in officer.get(address).content.decode()
    officer.post(address, {"datum": "wgs84"})
    page = officer.get(address).content.decode()
    assert "“崖州湾科技城管委会”不是有代码的区县" in page
    empty = officer.post(address, {"q0-as": "zone", "q0-zone": "崖州湾科技城"})
    assert (empty.status_code, "至少选一个区县" in empty.content.decode()) == (422, True)
    officer.post(address, {"q0-as": "zone", "q0-zone": "崖州湾科技城", "q0-lies_in": ["460203"]})
    batch.refresh_from_db()
    assert (batch.state, batch.questions) == (Batch.State.READY, [])


def test_a_double_is_decided_on_the_page(officer, cast):
    own = cast.own
    row = ("", own.name, own.address, "吉阳区", str(own.lng), str(own.lat), "", "", "", "", "")
    upload(officer, cast, as_csv([row]))
    batch = Batch.objects.get()
    page = officer.get(reverse("imports:batch", args=[batch.pk])).content.decode()
    assert f"和已有的{own.code}" in page
    officer.post(reverse("imports:decide", args=[batch.pk]), {"decision": "2-other"})
    assert batch.rows.get().verdict == "create"
    officer.post(reverse("imports:decide", args=[batch.pk]), {"decision": "2-skip"})
    assert batch.rows.get().verdict == "skip"


def test_the_sheet_and_the_blank_one_are_downloaded(officer, cast):
    upload(officer, cast, as_csv(with_cell(1, "面积", "很大", ROWS)))
    back = officer.get(reverse("imports:sheet", args=[Batch.objects.get().pk]))
    assert "面积：“很大”不是数字。" in back.content.decode("utf-8-sig")
    assert "filename*=UTF-8''" in back["Content-Disposition"]
    assert officer.get(reverse("imports:blank", args=["stations"])).content[:2] == b"PK"


def test_a_batch_can_be_discarded(officer, cast):
    upload(officer, cast, as_csv(ROWS))
    officer.post(reverse("imports:discard", args=[Batch.objects.get().pk]))
    assert Batch.objects.count() == 0
    assert "名单.csv" in officer.get(reverse("imports:list")).content.decode()


def test_an_unknown_kind_is_absent(officer):
    assert officer.get(reverse("imports:new", args=["spaceships"])).status_code == 404


@pytest.mark.parametrize("role", ["auditor", "leader", "keeper", "clerk"])
def test_those_who_may_not_write_find_nothing(sign_in, cast, role):
    client = sign_in(role, cast)
    for address in (reverse("imports:list"), reverse("imports:new", args=["stations"])):
        assert client.get(address).status_code == 404


def test_an_outsider_finds_neither_batch_nor_deed(sign_in, cast, client):
    upload(sign_in("officer", cast), cast, as_csv(ROWS))
    pk = Batch.objects.get().pk
    outsider = sign_in("outsider", cast)
    for name in ("batch", "progress", "columns", "questions", "sheet", "undo"):
        assert outsider.get(reverse(f"imports:{name}", args=[pk])).status_code == 404
    for name in ("decide", "commit", "undo", "discard"):
        assert outsider.post(reverse(f"imports:{name}", args=[pk])).status_code == 404
    assert "名单.csv" not in outsider.get(reverse("imports:list")).content.decode()
    assert Batch.objects.get().state == Batch.State.READY


def test_strangers_are_sent_to_sign_in(client, db):
    assert client.get(reverse("imports:list")).status_code == 302


def test_the_preview_asks_the_same_number_of_queries_for_any_number_of_rows(
    officer, cast, django_assert_max_num_queries
):
    rows = [(f"C{n}", f"驿站之{n}", f"路{n}号", "天涯区", "", "", "", "", "", "", "") for n in range(60)]
    response = upload(officer, cast, as_csv(rows))
    with django_assert_max_num_queries(14):
        officer.get(response.url)
