"""Does the ground of China move whole layers between datums and read sheets as the union keeps them?"""

import gzip

import numpy as np
import pytest
from openpyxl import Workbook
from xiaojia_locate.command.faults import Refused

from xiaojia.lib.coordinates import Bd09, Bd09Mercator, Gcj02
from xiaojia.lib.sheets import SheetError
from xiaojia.lib.siting import China
from xiaojia.lib.siting.words import in_english

PLACES = np.array([[113.564525, 34.819187], [109.511, 18.252]])


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09", "metres"])
def test_layers_go_there_and_back(crs):
    china = China()
    assert np.abs(china.from_work(china.to_work(PLACES, crs), crs) - PLACES).max() < 1e-8


def test_layers_move_like_single_points():
    china = China()
    for crs, kind in (("gcj02", Gcj02), ("bd09", Bd09)):
        for place, moved in zip(PLACES, china.to_work(PLACES, crs), strict=True):
            point = kind(*place).to_wgs84()
            assert moved == pytest.approx((point.lng, point.lat), abs=1e-9)
    metres = np.array([[12959650.0, 4826550.0], [12959850.0, 4827350.0], [12959650.0, 4826550.0]])
    for place, moved in zip(metres, china.to_work(metres, "bd09mc"), strict=True):
        point = Bd09Mercator(*place).to_wgs84()
        assert moved == pytest.approx((point.lng, point.lat), abs=1e-9)
    assert np.abs(china.from_work(china.to_work(metres, "bd09mc"), "bd09mc") - metres).max() < 0.01


def test_a_sheet_with_a_title_and_gaps_keeps_excels_row_numbers(tmp_path):
    book = Workbook()
    for row in (
        ["三亚市户外劳动者服务站点", None, None],
        ["名称", "经度", "纬度"],
        ["甲", 109.5, 18.2],
        [],
        ["乙", 109.6, 18.3],
    ):
        book.active.append(row)
    book.save(tmp_path / "站点.xlsx")
    table = China().read(tmp_path / "站点.xlsx", "existing", "")
    assert (table.header_row, table.rows.tolist(), list(table.columns)) == (2, [3, 5], ["名称", "经度", "纬度"])


def test_packed_text_is_read_and_comes_back_annotated(tmp_path):
    path = tmp_path / "需求.csv.gz"
    path.write_bytes(gzip.compress("名称,经度,纬度\n甲,109.5,18.2\n乙,x,18.3\n".encode("gb18030")))
    table = China().read(path, "demand", "")
    made = China().annotate(table, {3: ["“x”不是数字。"]}, tmp_path)
    assert made is not None
    assert made.read_bytes().decode("gb18030").split("\n")[2] == "乙,x,18.3,“x”不是数字。"


def test_a_sheet_that_cannot_be_read_is_refused_in_both_languages(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"\x89PNG")
    with pytest.raises(Refused) as caught:
        China().read(tmp_path / "a.xlsx", "candidates", "")
    english, chinese = caught.value.faults[0].sentences()
    assert "图片" in chinese
    assert english.startswith("Candidates: ")
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)


def test_english_needs_no_django():
    assert "0" in in_english(SheetError("empty_file"))
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in in_english(SheetError("empty_file")))


def test_places_in_china_are_known_and_swapped_ones_seen():
    assert China().home(PLACES).tolist() == [True, True]
    assert China().home(PLACES[:, ::-1]).tolist() == [False, False]
