"""Is the right table read from real kinds of files, with the user's own row numbers?"""

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from xiaojia.lib.sheets import Kind, SheetError, as_text, parse_date, parse_number, read_sheet, write_annotated


def xlsx(rows: Sequence[Sequence[object]], merges: Sequence[str] = (), title: str = "站点") -> bytes:
    book = Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(list(row))
    for merge in merges:
        page.merge_cells(merge)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


HEADER = ["名称", "地址", "经度"]


def test_types_and_row_numbers_of_a_workbook() -> None:
    rows = [HEADER, ["甲", "路1号", 113.5], [None, None, None], ["乙", "460200199001011234", dt.datetime(2023, 11, 16)]]
    sheet = read_sheet(xlsx(rows), "a.xlsx")
    assert (sheet.kind, sheet.name, sheet.names, sheet.header, sheet.header_row) == (
        Kind.XLSX,
        "站点",
        ("站点",),
        ("名称", "地址", "经度"),
        1,
    )
    assert [(row.number, row.cells) for row in sheet.rows()] == [
        (2, ("甲", "路1号", 113.5)),
        (4, ("乙", "460200199001011234", dt.datetime(2023, 11, 16))),
    ]
    assert len(list(sheet.rows())) == 2


def test_titles_above_the_header_are_passed_over() -> None:
    rows = [["三亚市户外劳动者服务站点一览表"], ["填报单位：", "三亚市总工会"], HEADER, ["甲", "路1号", 113.5]]
    sheet = read_sheet(xlsx(rows, ["A1:C1"]), "a.xlsx", known=["名称", "地址"])
    assert (sheet.header_row, sheet.header) == (3, ("名称", "地址", "经度"))
    assert [row.number for row in sheet.rows()] == [4]


def test_a_header_of_two_rows_is_flattened_when_every_column_has_its_name() -> None:
    rows = [
        ["一览表"],
        ["名称", "坐标", None, "负责人", None],
        [None, "经度", "纬度", "姓名", "电话"],
        ["甲", 113.5, 34.8, "张三", "0371"],
    ]
    merges = ["A1:E1", "A2:A3", "B2:C2", "D2:E2"]
    sheet = read_sheet(xlsx(rows, merges), "a.xlsx")
    assert sheet.header == ("名称", "坐标/经度", "坐标/纬度", "负责人/姓名", "负责人/电话")
    assert sheet.header_row == 3
    assert [(row.number, row.cells[1]) for row in sheet.rows()] == [(4, 113.5)]


def test_two_rows_without_vertical_merges_are_understood_too() -> None:
    rows = [["名称", "坐标", None], [None, "经度", "纬度"], ["甲", 113.5, 34.8]]
    assert read_sheet(xlsx(rows, ["B1:C1"]), "a.xlsx").header == ("名称", "坐标/经度", "坐标/纬度")


def test_a_merged_heading_over_two_data_columns_is_refused_by_name() -> None:
    with pytest.raises(SheetError) as error:
        read_sheet(xlsx([["名称", "坐标", None], ["甲", 113.5, 34.8]], ["B1:C1"]), "a.xlsx")
    assert error.value.code == "merged_header"
    assert str(error.value) == "第1行的“坐标”合并了B到C列，下面又没有分开的列名。请取消合并，每一列单独写一个列名。"


def test_three_header_rows_are_refused() -> None:
    rows = [["名称", "坐标", None], [None, "经纬", None], [None, "经度", "纬度"], ["甲", 1.0, 2.0]]
    with pytest.raises(SheetError) as error:
        read_sheet(xlsx(rows, ["A1:A3", "B1:C1", "B2:C2"]), "a.xlsx")
    assert error.value.code == "header_too_deep"


def test_a_cell_merged_downwards_counts_for_each_row() -> None:
    rows = [["区", "名称"], ["天涯区", "甲"], [None, "乙"], ["吉阳区", "丙"], [None, "丁"]]
    sheet = read_sheet(xlsx(rows, ["A2:A3"]), "a.xlsx")
    assert [row.cells for row in sheet.rows()] == [("天涯区", "甲"), ("天涯区", "乙"), ("吉阳区", "丙"), (None, "丁")]


def test_one_of_several_sheets_is_chosen_and_hidden_ones_are_not_offered() -> None:
    book = Workbook()
    book.active.title = "说明"
    second = book.create_sheet("名单")
    for row in (HEADER, ["甲", "x", 1]):
        second.append(row)
    book.create_sheet("隐藏").sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    sheet = read_sheet(target.getvalue(), "a.xlsx")
    assert (sheet.name, sheet.names) == ("名单", ("说明", "名单"))
    with pytest.raises(SheetError) as error:
        read_sheet(target.getvalue(), "a.xlsx", sheet="别的")
    assert str(error.value) == "文件里没有工作表“别的”。现有：说明、名单。"
    with pytest.raises(SheetError) as error:
        read_sheet(target.getvalue(), "a.xlsx", sheet="说明")
    assert error.value.code == "empty_sheet"


def test_the_person_may_name_the_header_row() -> None:
    rows = [["a", "b"], ["c", "d"], ["名称", "地址"], ["甲", "x"]]
    assert read_sheet(xlsx(rows), "a.xlsx").header == ("a", "b")
    assert read_sheet(xlsx(rows), "a.xlsx", header_row=3).header == ("名称", "地址")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_tables_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    text = '名称,地址,备注\r\n甲,"路1号\n二楼",十个一\r\n\r\n乙,路2号,\r\n'.replace(",", delimiter)
    sheet = read_sheet(text.encode(encoding), "a.csv")
    assert (sheet.kind, sheet.encoding, sheet.delimiter) == (Kind.CSV, encoding, delimiter)
    assert sheet.header == ("名称", "地址", "备注")
    assert list(sheet.rows()) == [(2, ("甲", "路1号\n二楼", "十个一")), (4, ("乙", "路2号", None))]


def test_a_text_table_of_one_column_and_an_apostrophe_put_by_our_own_export() -> None:
    assert [row.cells for row in read_sheet("名称\n'=1+1\n'甲\n".encode(), "a.csv").rows()] == [("=1+1",), ("'甲",)]


def test_a_path_is_read_too(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,地址\n甲,x\n", encoding="utf-8")
    assert [row.number for row in read_sheet(path, "a.csv").rows()] == [2]


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2023.11.16", dt.date(2023, 11, 16)),
        ("2023-11-16", dt.date(2023, 11, 16)),
        ("2023/1/6", dt.date(2023, 1, 6)),
        ("2023年11月16日", dt.date(2023, 11, 16)),
        ("２０２３．１１．１６", dt.date(2023, 11, 16)),
        ("20231116", dt.date(2023, 11, 16)),
        (20231116.0, dt.date(2023, 11, 16)),
        (45246.0, dt.date(2023, 11, 16)),
        ("2023-11-16 08:30:00", dt.date(2023, 11, 16)),
        (dt.datetime(2023, 11, 16, 8), dt.date(2023, 11, 16)),
        (None, None),
    ],
)
def test_dates(cell: object, date: dt.date | None) -> None:
    assert parse_date(cell) == date


@pytest.mark.parametrize(
    ("cell", "code"),
    [("2023.11", "month_only"), ("2023-02-30", "not_a_date"), ("去年", "not_a_date"), (7.0, "not_a_date")],
)
def test_dates_are_never_guessed(cell: object, code: str) -> None:
    with pytest.raises(SheetError) as error:
        parse_date(cell)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("cell", "number"), [(1.5, 1.5), ("1,200", 1200), ("１２", 12), ("-3.5", -3.5), (None, None), ("1e3", 1000)]
)
def test_numbers(cell: object, number: float | None) -> None:
    assert parse_number(cell) == number


@pytest.mark.parametrize("cell", ["约60", "60平方米", "1,2", "nan", "inf", "１２ａ"])
def test_text_in_a_number_column(cell: str) -> None:
    with pytest.raises(SheetError) as error:
        parse_number(cell)
    assert str(error.value) == f"“{cell}”不是数字。"


def test_numbers_as_text_and_digits_that_excel_has_lost() -> None:
    assert [as_text(cell) for cell in (12.0, 1.5, None, "x", dt.datetime(2023, 11, 16), 13800001111.0)] == [
        "12",
        "1.5",
        "",
        "x",
        "2023-11-16",
        "13800001111",
    ]
    sheet = read_sheet(xlsx([["名称", "证件号"], ["甲", 460200199001011234]]), "a.xlsx")
    with pytest.raises(SheetError) as error:
        as_text(next(sheet.rows()).cells[1])
    assert error.value.code == "digits_lost"


XLS = Path(__file__).parent / "files" / "list.xls"


def test_an_old_xls_with_a_title_and_merged_cells() -> None:
    sheet = read_sheet(XLS, "list.xls")
    assert (sheet.kind, sheet.names, sheet.header, sheet.header_row) == (
        Kind.XLS,
        ("名单",),
        ("区", "名称", "建成", "面积"),
        2,
    )
    assert list(sheet.rows()) == [
        (3, ("天涯区", "甲站", dt.datetime(2023, 11, 16), 60.5)),
        (4, ("天涯区", "乙站", "2023.11.16", 12.0)),
    ]


def test_an_annotated_xls_comes_back_as_xlsx() -> None:
    back = write_annotated(XLS.read_bytes(), "list.xls", {4: ["缺少地址。"]}, header_row=2)
    assert back.filename == "list-导入结果.xlsx"
    page = load_workbook(io.BytesIO(back.data))["名单"]
    assert [page.cell(4, column).value for column in range(1, 6)] == [None, "乙站", "2023.11.16", 12, "缺少地址。"]
    assert page["E2"].value == "导入提示"
    assert [str(merge) for merge in page.merged_cells.ranges] == ["A1:D1", "A3:A4"]
