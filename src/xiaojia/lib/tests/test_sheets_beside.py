"""Does a sheet too large to be loaded come back with its column, and with all else as it was?"""

import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill

from xiaojia.lib.sheets import read_sheet, write_annotated
from xiaojia.lib.sheets.beside import Strange, is_large, write_beside

ROWS = 3000


@pytest.fixture(scope="module")
def large() -> bytes:
    book = Workbook()
    book.create_sheet("说明", 0).append(["请填写第二页"])
    page = book["Sheet"]
    page.title = "站点 & 单位"
    page.append(["某市站点表"])
    page.append([f"列{n}" for n in range(14)])
    for row in range(ROWS):
        page.append([f"{row}-{column}" for column in range(14)])
    page["B5"].font, page["B5"].fill = Font(italic=True), PatternFill("solid", fgColor="00FF00")
    page.column_dimensions["A"].width = 33
    page.freeze_panes = "A3"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_small_one_is_loaded_as_a_whole(large: bytes) -> None:
    book = Workbook()
    book.active.append(["a", "b"])
    target = io.BytesIO()
    book.save(target)
    assert (is_large(large, "站点 & 单位"), is_large(large, "说明")) == (True, False)
    assert not is_large(target.getvalue(), "Sheet")


def test_the_notes_stand_beside_their_rows_and_the_rest_is_untouched(large: bytes) -> None:
    notes = {3: ["没有填名称。"], ROWS + 2: ["<b>&\x01", "=1+1"]}
    made = write_annotated(large, "表.xlsx", notes, sheet="站点 & 单位", header_row=2)
    assert made.filename == "表-导入结果.xlsx"
    book = load_workbook(io.BytesIO(made.data))
    page = book["站点 & 单位"]
    assert book.sheetnames == ["说明", "站点 & 单位"]
    assert [page["O2"].value, page["O3"].value, page["O4"].value] == ["导入提示", "没有填名称。", None]
    assert (page.cell(ROWS + 2, 15).value, page.cell(ROWS + 2, 15).data_type) == ("<b>&；=1+1", "s")
    assert (page["O2"].font.b, page["O2"].fill.fgColor.rgb, page["O3"].font.color.rgb) == (True, "FFA8201A", "FFA8201A")
    assert (page["O3"].fill.fgColor.rgb, page["O3"].alignment.wrap_text) == ("FFFDE8E6", True)
    assert (page["B5"].value, page["B5"].font.i, page["B5"].fill.fgColor.rgb) == ("2-1", True, "0000FF00")
    assert (page.column_dimensions["A"].width, page.column_dimensions["O"].width) == (33, 48)
    assert (page.freeze_panes, page.max_row, page.max_column) == ("A3", ROWS + 2, 15)


def test_a_second_round_writes_over_the_first(large: bytes) -> None:
    first = write_annotated(large, "表.xlsx", {3: ["旧"], 9: ["旧"]}, sheet="站点 & 单位", header_row=2).data
    again = write_annotated(first, "表.xlsx", {4: ["新"]}, sheet="站点 & 单位", header_row=2).data
    sheet = read_sheet(again, "表.xlsx", sheet="站点 & 单位", header_row=2)
    assert sheet.header[-1] == "导入提示"
    assert len(sheet.header) == 15
    assert [(row.number, row.cells[14]) for row in sheet.rows() if row.cells[14]] == [(4, "新")]


def test_a_column_in_the_middle_keeps_the_order_of_cells(large: bytes) -> None:
    made = write_beside(large, "站点 & 单位", {5: "中间"}, "列2", 2, 2)
    page = load_workbook(io.BytesIO(made))["站点 & 单位"]
    assert [page["B5"].value, page["C5"].value, page["D5"].value] == ["2-1", "中间", "2-3"]
    assert [page["B6"].value, page["C6"].value, page["D6"].value] == ["3-1", None, "3-3"]


def test_a_note_for_a_row_that_is_not_there_is_strange(large: bytes) -> None:
    with pytest.raises(Strange):
        write_beside(large, "站点 & 单位", {ROWS + 50: "无此行"}, "导入提示", 2, 14)
