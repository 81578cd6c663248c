"""Is bad input told with layer, rows and what to do, before anything is solved, and is nothing of it lost?"""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from command_cases import ask, rows_of, town, write_csv
from openpyxl import Workbook, load_workbook
from xiaojia_locate.command.columns import column_of, named
from xiaojia_locate.command.faults import Refused
from xiaojia_locate.command.tables import read


@pytest.fixture
def files(tmp_path):
    return town(tmp_path, n_demand=60, n_site=12, n_old=2)


def refused(**values):
    with pytest.raises(Refused) as caught:
        ask(**{"open": 3, **values})
    return caught.value


def sheet(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def change(files, layer, row, column, value):
    """Write a value into a cell; `row` as a spreadsheet shows it."""

    def put(rows):
        rows[row - 1][rows[0].index(column)] = value

    rows_of(Path(files[layer]), put)


@pytest.mark.parametrize(
    ("layer", "column", "value", "code", "said"),
    [
        ("demand", "人数", "-3", "negative", "小于零"),
        ("demand", "人数", "很多", "not_a_number", "“很多”不是数字"),
        ("demand", "人数", "", "empty_cell", "是空的"),
        ("demand", "经度", "nan", "empty_cell", "是空的"),
        ("demand", "纬度", "", "empty_cell", "是空的"),
        ("demand", "纬度", "109.5", "range", "超出"),
        ("candidates", "造价", "0", "no_cost", "必须大于零"),
        ("candidates", "经度", "119.5", "far_away", "100 公里"),
        ("existing", "纬度", "north", "not_a_number", "不是数字"),
    ],
)
def test_one_bad_cell_is_named_with_its_row(files, tmp_path, layer, column, value, code, said):
    change(files, layer, 9 if layer != "existing" else 3, column, value)
    stop = refused(**files, out=str(tmp_path / "out"))
    assert [one.code for one in stop.faults] == [code]
    assert stop.faults[0].rows == ((9,) if layer != "existing" else (3,))
    english, chinese = stop.faults[0].sentences()
    assert said in chinese
    assert english.startswith({"demand": "Demand", "candidates": "Candidates", "existing": "Existing sites"}[layer])
    assert stop.exit_code == 1


def test_the_persons_sheet_comes_back_with_the_faults_beside_the_rows(files, tmp_path):
    before = sheet(Path(files["demand"]))
    change(files, "demand", 5, "人数", "许多")
    change(files, "candidates", 4, "编号", "C0")
    stop = refused(**files, out=str(tmp_path / "out"))
    assert sorted(path.name for path in stop.annotated) == ["candidates-problems.csv", "demand-problems.csv"]
    rows = sheet(tmp_path / "out" / "demand-problems.csv")
    assert [row[:4] for row in rows[:4]] == before[:4]
    assert "许多" in rows[4][2] and "不是数字" in rows[4][4]
    assert [row[4] for row in rows[5:]] == [""] * (len(rows) - 5)
    marked = sheet(tmp_path / "out" / "candidates-problems.csv")
    assert [number for number, row in enumerate(marked, 1) if "重复" in row[-1]] == [2, 4]


def test_an_excel_sheet_comes_back_too_with_its_own_row_numbers(files, tmp_path):
    book = Workbook()
    page = book.active
    page.append(["编号", "经度", "纬度"])
    page.append(["A", 109.5, 18.25])
    page.append([])
    page.append(["B", "东边", 18.26])
    book.save(tmp_path / "c.xlsx")
    stop = refused(**{**files, "candidates": str(tmp_path / "c.xlsx")}, out=str(tmp_path / "out"))
    assert stop.faults[0].rows == (4,)
    assert "“东边”不是数字" in load_workbook(stop.annotated[0]).active.cell(4, 4).value


def test_rows_may_be_left_out_and_are_named(files, tmp_path):
    change(files, "demand", 5, "人数", "")
    out = tmp_path / "out"
    code, _ = ask(**files, open=3, good_only=True, out=str(out))
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert code == 4
    assert result["left_out"][0]["rows"] == [5]
    assert result["layers"]["demand"]["rows"] == 59
    assert any("未计入" in one["zh"] and "第5行" in one["zh"] for one in result["assumptions"])


def test_swapped_axes_are_seen(files):
    def swap(rows):
        rows[0][2], rows[0][3] = rows[0][3], rows[0][2]

    rows_of(Path(files["candidates"]), swap)
    stop = refused(**files)
    assert stop.faults[0].code == "axis_order"
    assert len(stop.faults[0].rows) == 12


def test_axes_that_could_be_either_are_seen_by_the_other_layers(tmp_path):
    demand = write_csv(tmp_path / "d.csv", ["lng", "lat"], [[24.9 + n / 1000, 60.1] for n in range(30)])
    sites = write_csv(tmp_path / "c.csv", ["lng", "lat"], [[60.1, 24.9 + n / 1000] for n in range(30)])
    stop = refused(demand=str(demand), candidates=str(sites))
    assert stop.faults[0].code == "axis_order"


def test_metres_and_degrees_are_not_mixed(files, tmp_path):
    metres = write_csv(tmp_path / "m.csv", ["x", "y"], [[400_000 + n, 2_000_000] for n in range(5)])
    assert refused(**{**files, "candidates": str(metres)}).faults[0].code == "range"
    assert refused(**files, crs="metres").faults[0].code == "degrees_as_metres"
    stop = refused(**{**files, "candidates": str(metres)}, candidates_crs="metres")
    assert stop.faults[0].code == "degrees_as_metres"


def test_a_column_that_names_its_datum_is_believed(files, tmp_path):
    sites = write_csv(tmp_path / "c.csv", ["lng_gcj02", "lat_gcj02"], [[109.5, 18.25]])
    stop = refused(**{**files, "candidates": str(sites)})
    assert stop.faults[0].code == "other_datum"
    assert "xiaojia plan --datum gcj02" in stop.faults[0].english


def test_candidates_out_of_reach_of_all_demand_are_refused_with_the_distance(files, tmp_path):
    sites = write_csv(tmp_path / "c.csv", ["lng", "lat"], [[109.9, 18.25], [109.91, 18.26]])
    stop = refused(**{**files, "candidates": str(sites)}, open=1)
    assert stop.faults[0].code == "none_reaches"
    assert "within 1,000 m" in stop.faults[0].english


def test_more_sites_than_candidates_say_how_many_too_many(files):
    stop = refused(**files, open=13)
    assert (stop.exit_code, stop.faults[0].code) == (7, "too_many")
    assert "12 candidates" in stop.faults[0].english and "1 too many" in stop.faults[0].english


def test_mandatory_sites_above_the_number_say_by_how_much(files):
    rows_of(
        Path(files["candidates"]), lambda rows: [row.append("状态" if n == 0 else "必选") for n, row in enumerate(rows)]
    )
    stop = refused(**files, open=3)
    assert (stop.exit_code, stop.faults[0].code) == (7, "infeasible")
    assert "Missed by 9" in stop.faults[0].english


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("d.csv", b"", "empty_file"), ("d.csv", b"lng,lat\n", "empty_layer"), ("d.csv", b"lng,lng\n1,2\n", "duplicate_header"),
        ("d.csv", b"a,b\n1,2\n", "no_column"), ("d.csv", b'lng,lat\n"1,2\n', "broken_quotes"),
        ("d.csv", b"lng\xff\xff\n", "broken_bytes"),
        ("d.bin", b"\x00\x01\x02lng", "unknown_format"), ("d.xlsx", b"PK\x03\x04no", "damaged"),
        ("d.xls", b"\xd0\xcf\x11\xe0", "old_excel"),
        ("d.json", b'{"type": "Topology"', "damaged"),
        ("d.json", b'{"type": "FeatureCollection", "features": []}', "empty_layer"),
        ("d.csv.gz", b"\x1f\x8bnot really", "damaged"), ("d.parquet", b"PAR1 no", "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why(files, tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    stop = refused(**{**files, "demand": str(tmp_path / name)})
    assert [one.code for one in stop.faults] == [code]


def test_a_missing_file_is_said_to_be_missing(files):
    assert refused(**{**files, "demand": "nowhere.csv"}).faults[0].code == "not_found"


def test_polygons_are_no_points(files, tmp_path):
    shape = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    whole = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": shape, "properties": {}}]}
    (tmp_path / "p.geojson").write_text(json.dumps(whole))
    stop = refused(**{**files, "demand": str(tmp_path / "p.geojson")})
    assert (stop.faults[0].code, stop.faults[0].rows) == ("not_points", (1,))


def test_what_would_not_fit_is_refused_before_it_is_tried(files):
    stop = refused(**files, memory_mib=-1)
    assert stop.faults[0].code == "too_large"
    assert "60 points" in stop.faults[0].english


def test_every_fault_of_every_layer_comes_at_once(files):
    change(files, "demand", 2, "人数", "-1")
    change(files, "demand", 3, "经度", "")
    change(files, "candidates", 5, "造价", "免费")
    assert [(one.layer, one.code, one.rows) for one in refused(**files).faults] == [
        ("demand", "empty_cell", (3,)),
        ("demand", "negative", (2,)),
        ("candidates", "not_a_number", (5,)),
    ]


def test_columns_are_found_by_usual_names_units_and_wishes(tmp_path):
    path = write_csv(
        tmp_path / "t.csv", ["站点编号", "经度（度）", "纬度", "人流（人/日）", "租金"], [["1", "2", "3", "4", "5"]]
    )
    table = read(path, "demand")
    wishes = named("demand.cost=租金")
    assert [column_of(table, "demand", role, wishes) for role in ("id", "x", "y", "weight", "cost", "name")] == [
        "站点编号", "经度（度）", "纬度", "人流（人/日）", "租金", None,
    ]  # fmt: skip
    both = read(
        write_csv(tmp_path / "b.csv", ["lng_wgs84", "lat_wgs84", "lng_gcj02", "lat_gcj02"], [[1, 2, 3, 4]]), "demand"
    )
    assert column_of(both, "demand", "x", {}, "gcj02") == "lng_gcj02"


def test_texts_of_gb18030_and_long_numbers_are_read(tmp_path):
    path = write_csv(
        tmp_path / "t.csv", ["名称", "经度", "纬度", "人数"], [["驿站", "109.5", "18.25", "1,200"]], "gb18030", ";"
    )
    table = read(path, "demand")
    assert (table.encoding, table.delimiter, table.columns["名称"]) == ("gb18030", ";", ("驿站",))
    from xiaojia_locate.command.columns import numbers

    values, faults = numbers(table, "demand", "人数")
    assert (values.tolist(), faults) == ([1200.0], [])


def test_a_datum_that_fits_better_is_suspected():
    from xiaojia_locate.command.checks import suspected
    from xiaojia_locate.command.ground import Plain
    from xiaojia_locate.command.layers import Layer

    class Shifted(Plain):
        coordinates = ("wgs84", "shifted", "metres")

        def to_work(self, places, crs):
            return places - (0.0, 0.005) if crs == "shifted" else places

    dice = np.random.default_rng(1)
    places = dice.uniform(0, 0.2, (200, 2)) + (113, 34)

    def layer(name, where):
        empty = [""] * len(where)
        return Layer(name, "wgs84", where, where, np.arange(len(where)), empty, empty, empty)

    moved = places[:50] + (0.0, 0.005)
    assert suspected(layer("demand", places), layer("candidates", moved), Shifted()) == "shifted"
    assert suspected(layer("demand", places), layer("candidates", places[:50]), Shifted()) == ""


def test_a_file_that_would_not_fit_is_refused_before_it_is_read(files, monkeypatch):
    from xiaojia_locate.command import tables

    monkeypatch.setattr(tables, "free_mib", lambda: 0)
    stop = refused(**files)
    assert stop.faults[0].code == "file_too_large"
    assert "Parquet" in stop.faults[0].english
