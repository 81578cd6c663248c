"""Does every bad sheet get a sentence that says what to do, and does nothing get in?"""

import pytest

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.tests.sheets import (
    HEADER,
    ROWS,
    as_csv,
    as_xlsx,
    codes,
    officer_of,
    stage,
    verdicts,
    with_cell,
)
from xiaojia.kernel.imports import actions
from xiaojia.kernel.imports.models import Batch
from xiaojia.kernel.imports.queries import issue_text
from xiaojia.lib.sheets import SheetError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def root(zhengzhou):
    return zhengzhou.root


def refused(root, content, filename="list.csv"):
    with pytest.raises(SheetError) as refusal:
        stage(root, content, filename)
    return refusal.value


def test_an_empty_file(root):
    assert refused(root, b"").code == "empty_file"
    assert refused(root, as_csv([])).code == "no_rows"
    assert Batch.objects.count() == 0


def test_a_merged_header_names_its_cells(root):
    header = (*HEADER[:4], "坐标", None, *HEADER[6:])
    error = refused(root, as_xlsx(header=header, merge="E1:F1"), "list.xlsx")
    assert error.code == "merged_header"
    assert "坐标" in str(error)


def test_200_megabytes_are_refused_unread(root, tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(SheetError) as refusal:
        actions.stage(actor=officer_of(root), org=root, kind="stations", filename="big.csv", path=path)
    assert refusal.value.code == "too_large"
    assert "200 MB" in str(refusal.value)
    assert Batch.objects.count() == 0


def test_swapped_axes_are_named_row_by_row(root):
    batch = stage(root, as_csv(with_cell(1, "经度", "34.787", with_cell(1, "纬度", "113.547"))))
    assert verdicts(batch) == ["error", "create", "create"]
    assert codes(batch, 1) == ["swapped"]
    assert (
        issue_text(batch.rows.first().errors[0])
        == "经度和纬度写反了：经度34.787应是纬度，纬度113.547应是经度。请把两列对调。"
    )


def test_text_in_a_number_column_names_the_column_and_the_text(root):
    batch = stage(root, as_csv(with_cell(1, "面积", "约六十平", with_cell(3, "经度", "东经113度"))))
    assert [codes(batch, 1), codes(batch, 3)] == [["not_a_number"], ["not_a_number"]]
    assert issue_text(batch.rows.first().errors[0]) == "面积：“约六十平”不是数字。"


def test_an_unknown_district_suggests_the_nearest_names(root):
    batch = stage(root, as_csv(with_cell(1, "区县", "管成回族区")))
    assert codes(batch, 1) == ["unknown_district"]
    assert "相近的有管城回族区" in issue_text(batch.rows.first().errors[0])


def test_gb18030_is_read_and_its_broken_bytes_are_named(root):
    assert verdicts(stage(root, as_csv(encoding="gb18030"))) == ["create"] * 3
    lines = as_csv(encoding="gb18030").split(b"\r\n")
    lines[2] = lines[2][:6] + b"\xff\xff" + lines[2][6:]
    error = refused(root, b"\r\n".join(lines))
    assert (error.code, error.params["line"]) == ("broken_bytes", 3)


def test_an_image_is_no_sheet(root):
    assert refused(root, b"\x89PNG\r\n\x1a\n" + bytes(100), "list.xlsx").code == "image"


@pytest.mark.parametrize(
    ("lng", "lat", "said", "where"),
    [
        ("113.547", "", "half_position", "errors"),
        ("0", "0", "zero_position", "warnings"),
        ("13.5", "34.787", "not_in_china", "errors"),
        ("121.47", "31.23", "wrong_district", "errors"),
        ("113.65", "34.75", "wrong_district", "errors"),
    ],
)
def test_a_wrong_position_is_said(root, lng, lat, said, where):
    batch = stage(root, as_csv(with_cell(1, "经度", lng, with_cell(1, "纬度", lat))))
    assert codes(batch, 1, where)[-1] == said


def test_a_missing_name_and_a_number_used_twice(root):
    rows = with_cell(1, "名称", "", with_cell(3, "编号", "A2"))
    batch = stage(root, as_csv(rows))
    assert [codes(batch, 1), codes(batch, 2), codes(batch, 3)] == [["no_name"], [], ["key_twice"]]
    assert "第3行" in issue_text(batch.rows.all()[2].errors[0])


def test_a_sheet_that_breaks_off_is_marked_failed_and_says_where(root):
    content = as_csv() + '"A9,没有配对的引号'.encode()
    error = refused(root, content)
    assert error.code == "broken_quotes"
    assert Batch.objects.filter(state=Batch.State.READY).count() == 0


def test_nothing_of_this_got_in(root):
    stage(root, as_csv(with_cell(1, "面积", "x", ROWS)))
    assert Station.objects.count() == 0
