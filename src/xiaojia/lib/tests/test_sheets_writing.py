"""Does the user's own sheet come back as it was plus one column, and do exports open safely?"""

import datetime as dt
import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from xiaojia.lib.sheets import Column, ColumnKind, read_sheet, write_annotated, write_csv, write_xlsx

NOTES = {3: ["“约60”不是数字。", "缺少地址。"]}


def users_sheet() -> bytes:
    book = Workbook()
    page = book.active
    page.title = "名单"
    for row in (["名称", "面积"], ["甲", 60], ["=SUM(B2:B2)", "约60"]):
        page.append(row)
    page["A2"].font = Font(bold=True, color="0000FF")
    page.column_dimensions["A"].width = 33
    book.create_sheet("另一页").append(["x"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_xlsx_keeps_its_formatting_and_gets_one_column() -> None:
    back = write_annotated(users_sheet(), "我的名单.xlsx", NOTES, "导入提示")
    assert back.filename == "我的名单-导入结果.xlsx"
    book = load_workbook(io.BytesIO(back.data))
    page = book["名单"]
    assert book.sheetnames == ["名单", "另一页"]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["名称", "面积", "导入提示"],
        ["甲", 60, None],
        ["=SUM(B2:B2)", "约60", "“约60”不是数字。；缺少地址。"],
    ]
    assert page["A2"].font.bold
    assert page.column_dimensions["A"].width == 33


def test_a_second_round_writes_over_the_first() -> None:
    first = write_annotated(users_sheet(), "a.xlsx", NOTES)
    second = write_annotated(first.data, "a.xlsx", {2: ["=x"]})
    page = load_workbook(io.BytesIO(second.data))["名单"]
    assert page.max_column == 3
    assert [page.cell(row, 3).value for row in (1, 2, 3)] == ["导入提示", "=x", None]
    assert page["C2"].data_type == "s"
    assert page["C2"].quotePrefix


@pytest.mark.parametrize(
    ("encoding", "after"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030")]
)
def test_text_keeps_its_encoding_delimiter_and_cells(encoding: str, after: str) -> None:
    text = '名称;面积\r\n甲;"6;0"\r\n=1+1;约60\r\n\r\n'
    back = write_annotated(text.encode(encoding), "a.csv", {3: ["-不是数字"]}, "导入提示")
    assert back.filename == "a-导入结果.csv"
    assert back.data == '名称;面积;导入提示\r\n甲;"6;0";\r\n=1+1;约60;\'-不是数字\r\n\r\n'.encode(after)


def test_an_annotated_file_can_be_uploaded_again() -> None:
    sheet = read_sheet(write_annotated(users_sheet(), "a.xlsx", NOTES).data, "a.xlsx")
    assert sheet.header == ("名称", "面积", "导入提示")


COLUMNS = [
    Column("编号", width=12),
    Column("名称"),
    Column("人次", ColumnKind.NUMBER),
    Column("建成", ColumnKind.DATE),
    Column("核实", ColumnKind.DATETIME),
]
ROWS = [
    ("000123", '=HYPERLINK("x")', 12, dt.date(2023, 11, 16), dt.datetime(2026, 1, 1, 16, 30, tzinfo=dt.UTC)),
    (460200199001011234, "+86 0898\x07", -3.5, None, None),
]


def test_an_xlsx_export_has_text_codes_and_nothing_that_runs() -> None:
    book = load_workbook(io.BytesIO(write_xlsx(COLUMNS, iter(ROWS), "站点/名单")))
    page = book.active
    assert page.title == "站点 名单"
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:E3"
    assert page.column_dimensions["A"].width == 12
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["编号", "名称", "人次", "建成", "核实"],
        ["000123", '=HYPERLINK("x")', 12, dt.datetime(2023, 11, 16), dt.datetime(2026, 1, 2, 0, 30)],
        ["460200199001011234", "+86 0898", -3.5, None, None],
    ]
    assert (page["B2"].data_type, page["B2"].quotePrefix) == ("s", True)
    assert page["A2"].number_format == "@"


def test_a_csv_export_is_guarded_and_comes_back_unchanged() -> None:
    data = write_csv(COLUMNS, ROWS)
    assert data.decode("utf-8-sig").splitlines() == [
        "编号,名称,人次,建成,核实",
        '000123,"\'=HYPERLINK(""x"")",12,2023-11-16,2026-01-02 00:30',
        "460200199001011234,'+86 0898,-3.5,,",
    ]
    cells = [row.cells for row in read_sheet(data, "a.csv").rows()]
    assert cells[0][:2] == ("000123", '=HYPERLINK("x")')
    assert cells[1][1] == "+86 0898"
