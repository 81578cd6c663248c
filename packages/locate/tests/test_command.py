"""Does the command answer from files what the library answers from arrays, and write all it promises?"""

import json
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from command_cases import ask, rows_of, town, write_csv
from openpyxl import load_workbook
from xiaojia_locate import geodesic
from xiaojia_locate.command.faults import Refused
from xiaojia_locate.command.ranking import opened, ordered
from xiaojia_locate.command.tables import read
from xiaojia_locate.covering import maximal_cover


def places(path: str) -> np.ndarray:
    table = read(Path(path), "")
    return np.column_stack([np.array(table.columns[name], float) for name in ("经度", "纬度")])


@pytest.fixture
def files(tmp_path):
    return town(tmp_path)


def plan(files, tmp_path, **more):
    code, _ = ask(**files, **{"open": 4, "out": str(tmp_path / "out"), **more})
    return code, json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))


def test_the_answer_is_the_librarys_own(files, tmp_path):
    code, result = plan(files, tmp_path)
    sites = np.vstack([places(files["existing"]), places(files["candidates"])])
    reach = geodesic(places(files["demand"]), sites, 1000, detour=1.3)
    weights = np.array(read(Path(files["demand"]), "").columns["人数"], float)
    answer = maximal_cover(reach, weights, open_sites=4, fixed=range(5))
    assert code == 0
    assert (result["value"], result["bound"], result["reason"]) == (answer.value, answer.bound, "proven")
    assert sorted(one["site"] for one in result["sites"]) == answer.new.tolist()
    assert result["before"] + sum(one["gain"] for one in result["sites"]) == answer.value
    assert [one["rank"] for one in result["sites"]] == [1, 2, 3, 4]
    assert {one["site"]: one["marginal"] for one in result["sites"]} == {
        int(site): float(value) for site, value in zip(answer.sites, answer.marginal, strict=True) if site >= 5
    }


def test_the_written_files_agree_with_each_other(files, tmp_path):
    _, result = plan(files, tmp_path)
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        "report.html",
        "result.geojson",
        "result.json",
        "result.xlsx",
    ]
    points = json.loads((out / "result.geojson").read_text(encoding="utf-8"))["features"]
    new = {
        one["properties"]["id"]: one["geometry"]["coordinates"] for one in points if one["properties"]["role"] == "new"
    }
    assert new == {one["id"]: [one["x"], one["y"]] for one in result["sites"]}
    assert sum(one["properties"]["role"] == "existing" for one in points) == 5
    page = load_workbook(out / "result.xlsx").active
    rows = list(page.iter_rows(values_only=True))
    assert rows[0][:7] == ("编号", "名称", "经度", "纬度", "造价", "区县", "选中 chosen")
    assert len(rows) == 41
    assert {row[0] for row in rows[1:] if row[6] == "是"} == set(new)
    assert [row[0] for row in rows[1:]] == [f"C{n}" for n in range(40)]


class Page(HTMLParser):
    """Collects what a page would load, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.loads, self.text, self.tags = [], "", []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "href") and not value.startswith("#")]

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_is_one_page_that_loads_nothing(files, tmp_path, lang):
    _, result = plan(files, tmp_path, lang=lang, title="三亚 <下一批>")
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(html)
    assert page.loads == []
    assert "script" not in page.tags
    assert "url(" not in html
    assert "三亚 <下一批>" in page.text
    assert f"{result['value']:,}" in page.text
    for site in result["sites"]:
        assert site["name"] in page.text
    assert ("已证明：任何其他选 4 处的方案" in page.text) and ("Proven: no other choice of 4 places" in page.text)
    assert "绕行系数 1.3" in page.text


def test_a_search_that_time_ends_is_never_called_proven(files, tmp_path):
    code, result = plan(files, tmp_path, time_limit=1e-6, open=6)
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    if result["reason"] == "proven":
        assert code == 0
    else:
        assert (code, result["reason"]) == (8, "time")
        assert "尚未证明最优" in text
    assert result["bound"] >= result["value"]


def test_existing_status_costs_and_budget_are_kept(files, tmp_path):
    def roles(rows):
        rows[0].append("状态")
        for number, row in enumerate(rows[1:]):
            row.append({3: "必选", 4: "禁止", 5: "已建"}.get(number, ""))

    rows_of(Path(files["candidates"]), roles)
    _, result = plan(files, tmp_path, open=None, budget=30.0)
    chosen = {one["id"] for one in result["sites"]}
    assert "C3" in chosen and not chosen & {"C4", "C5"}
    assert "C5" in {one["id"] for one in result["existing"]}
    assert sum(one["cost"] for one in result["sites"]) <= 30
    assert result["proven"]


def test_a_second_site_counts_when_backup_is_asked(files, tmp_path):
    _, one = plan(files, tmp_path)
    _, two = plan(files, tmp_path, problem="backup", second_share=1.0)
    assert two["coverage"]["after"]["once"] + two["coverage"]["after"]["twice"] == two["value"]
    assert two["coverage"]["after"]["twice"] >= one["coverage"]["after"]["twice"]


def test_other_kinds_of_files_give_the_same_answer(files, tmp_path):
    _, expected = plan(files, tmp_path)
    table = read(Path(files["demand"]), "")
    rows = list(zip(*table.columns.values(), strict=True))
    gb = write_csv(tmp_path / "d.txt", list(table.columns), [list(row) for row in rows], "gb18030", "\t")
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [float(x), float(y)]},
            "properties": {"weight": int(w)},
        }
        for x, y, w, _ in rows
    ]
    json_file = tmp_path / "d.geojson"
    json_file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(list(table.columns))
    for x, y, w, half in rows:
        book.active.append([float(x), float(y), int(w), half])
    book.save(tmp_path / "d.xlsx")
    others = [gb, json_file, tmp_path / "d.xlsx"]
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError:
        pass
    else:
        columns = {
            "lng": [float(r[0]) for r in rows],
            "lat": [float(r[1]) for r in rows],
            "weight": [int(r[2]) for r in rows],
        }
        parquet.write_table(pa.table(columns), tmp_path / "d.parquet")
        others.append(tmp_path / "d.parquet")
    for path in others:
        _, found = plan({**files, "demand": str(path)}, tmp_path)
        assert (path.name, found["value"], found["sites"]) == (path.name, expected["value"], expected["sites"])


def test_cells_that_hold_demand_are_candidates(tmp_path):
    demand = write_csv(
        tmp_path / "d.csv", ["x", "y", "weight"], [[10, 10, 5], [20, 30, 5], [1010, 40, 8], [1900, 900, 1]]
    )
    out = tmp_path / "out"
    code, _ = ask(demand=str(demand), candidates="grid:500", crs="metres", reach_m=400.0, open=1, out=str(out))
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert code == 0
    assert result["layers"]["candidates"]["rows"] == 3
    assert (result["value"], result["sites"][0]["given"]) == (10, [260.0, 260.0])
    assert "不是真实场所" in (out / "report.html").read_text(encoding="utf-8")


def test_the_order_and_the_curve_are_greedy():
    from xiaojia_locate import from_matrix

    reach = from_matrix([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]])
    worth = np.array([[5.0], [4.0], [3.0], [6.0]])
    assert ordered(reach, worth, np.array([], int), [2, 0, 1]) == ([0, 2, 1], [9.0, 6.0, 3.0])
    assert opened(reach, worth, np.array([2]), np.array([0, 1]), 1) == ([0], [9.0])


def test_options_that_cannot_be_used_are_refused(files):
    for more, code in (
        ({}, "goal"),
        ({"open": 2, "budget": 3.0}, "goal"),
        ({"open": -1}, "bad_option"),
        ({"open": 3, "reach_m": -5.0}, "bad_option"),
    ):
        with pytest.raises(Refused) as caught:
            ask(**files, **more)
        assert (caught.value.exit_code, caught.value.faults[0].code) == (2, code)


def run_in_a_process(*arguments: str, **more) -> subprocess.Popen:
    source = str(Path(__file__).resolve().parent.parent / "src")
    environment = {"PYTHONPATH": source, "PATH": "", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "xiaojia_locate", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True, encoding="utf-8", **more
    )


def arguments(files: dict[str, str]) -> list[str]:
    return [word for name, path in files.items() for word in (f"--{name}", path)]


def test_a_process_prints_one_object_and_nothing_else(files):
    process = run_in_a_process(*arguments(files), "--open", "3", "--json")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert json.loads(out)["reason"] == "proven"


def test_ctrl_c_keeps_the_best_known_answer(tmp_path):
    dice = np.random.default_rng(3)
    demand = dice.uniform(0, 20_000, (20_000, 2)).round(1)
    rows = [[x, y, round(float(w), 3)] for (x, y), w in zip(demand.tolist(), dice.random(20_000), strict=True)]
    path = write_csv(tmp_path / "d.csv", ["x", "y", "weight"], rows)
    out = tmp_path / "out"
    process = run_in_a_process(
        "--demand", str(path), "--candidates", "grid:300", "--crs", "metres", "--reach-m", "1500", "--open", "60",
        "--out", str(out), "--time-limit", "300",
    )  # fmt: skip
    for line in process.stderr:  # the first line of progress: there is an answer now
        if "value" in line:
            break
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    _, errors = process.communicate(timeout=120)
    assert (out / "result.json").exists(), errors
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    if result["reason"] == "proven":
        pytest.skip("solved before the signal came")
    assert (process.returncode, result["reason"]) == (130, "cancelled")
    assert result["bound"] is None or result["bound"] >= result["value"] > 0
    assert len(result["sites"]) == 60
    assert "人为停止" in (out / "report.html").read_text(encoding="utf-8")
    assert time.monotonic() - begun < 110


def test_demand_is_covered_when_it_arises(tmp_path):
    rows = [[x, 0, f"{hour}:00", count] for x, hour, count in ((0, 9, 10), (0, 20, 30), (5000, 9, 20), (5000, 20, 1))]
    demand = write_csv(tmp_path / "d.csv", ["x", "y", "时间", "人数"], rows)
    sites = write_csv(
        tmp_path / "c.csv", ["id", "x", "y", "开放时间"], [["A", 0, 10, "08:00-12:00"], ["B", 5000, 10, ""]]
    )
    out = tmp_path / "out"
    asked = {"demand": str(demand), "candidates": str(sites), "crs": "metres", "problem": "hours", "out": str(out)}
    for more, chosen, value, longer in (({"open": 1}, ["B"], 20, []), ({"open": 1, "extend": 1}, ["A"], 40, ["A"])):
        assert ask(**asked, **more)[0] == 0
        result = json.loads((out / "result.json").read_text(encoding="utf-8"))
        assert ([one["id"] for one in result["sites"]], result["value"], result["proven"]) == (chosen, value, True)
        assert [one["id"] for one in result["extended"]] == longer
        assert result["slots"]["minutes"] == [540, 1200]
        assert sum(result["slots"]["covered"]) == value


def test_streamed_demand_gives_the_same_answer(tmp_path, monkeypatch):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet
    from xiaojia_locate.command import streaming

    dice = np.random.default_rng(5)
    points, weights = dice.uniform(0, 8000, (3000, 2)).round(1), dice.integers(1, 9, 3000)
    columns = {"x": points[:, 0], "y": points[:, 1], "weight": weights}
    parquet.write_table(pa.table(columns), tmp_path / "d.parquet", row_group_size=700)
    np.save(tmp_path / "d.npy", np.column_stack([points, weights]))
    sites = [[f"C{n}", x, y] for n, (x, y) in enumerate(dice.uniform(0, 8000, (60, 2)).round(1).tolist())]
    sheet = write_csv(tmp_path / "c.csv", ["id", "x", "y"], sites)
    asked = {"candidates": str(sheet), "crs": "metres", "reach_m": 900.0, "open": 7, "out": str(tmp_path / "out")}
    found = []
    for name, rows in (("d.parquet", 10**9), ("d.parquet", 1000), ("d.npy", 1000)):
        monkeypatch.setattr(streaming, "STREAM_ROWS", rows)
        assert ask(demand=str(tmp_path / name), **asked)[0] == 0
        result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
        found.append(
            (result["value"], result["bound"], result["coverage"]["after"]["once"], result["sites"], result["curve"])
        )
        assert result["layers"]["demand"]["rows"] == 3000
    assert found[0] == found[1] == found[2]
    with pytest.raises(Refused) as caught:
        ask(demand=str(tmp_path / "d.npy"), **{**asked, "problem": "hours"})
    assert caught.value.faults[0].code == "not_together"


def test_a_stream_names_the_row_of_a_bad_point(tmp_path):
    points = np.zeros((5000, 2))
    points[4321, 0] = np.nan
    np.save(tmp_path / "d.npy", points)
    sheet = write_csv(tmp_path / "c.csv", ["id", "x", "y"], [["A", 0, 0]])
    with pytest.raises(Refused) as caught:
        ask(demand=str(tmp_path / "d.npy"), candidates=str(sheet), crs="metres", open=1)
    assert caught.value.faults[0].rows == (4322,)


def test_least_walking_is_the_librarys_own(files, tmp_path):
    code, result = plan(files, tmp_path, problem="median", open=3)
    assert code == 0 and result["proven"]
    assert result["value"] <= result["before"]
    weights = np.array(read(Path(files["demand"]), "").columns["人数"], float)
    assert result["mean_walk_m"]["after"] == pytest.approx(result["value"] / weights.sum(), rel=1e-6)
    assert "平均步行" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_the_longest_walk_is_the_shortest_possible(files, tmp_path):
    _, result = plan(files, tmp_path, problem="center", open=3)
    sites = np.vstack([places(files["existing"]), places(files["candidates"])])
    chosen = [one["site"] for one in result["sites"] + result["existing"]]
    metres = np.radians(places(files["demand"])[:, None] - sites[chosen]) * 6_371_008.8
    metres[..., 0] *= np.cos(np.radians(18.25))
    longest = 1.3 * np.sqrt((metres**2).sum(axis=2)).min(axis=1).max()
    assert result["proven"]
    assert result["value"] == pytest.approx(longest, rel=1e-3)
    assert "最远的人步行" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_told_before_solving(files, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused) as caught:
        ask(**files, open=2, out=str(tmp_path / "file" / "out"))
    assert (caught.value.exit_code, caught.value.faults[0].code) == (2, "bad_option")


def test_nothing_is_opened_that_adds_nothing(tmp_path):
    demand = write_csv(tmp_path / "d.csv", ["x", "y"], [[0, 0]])
    sites = write_csv(
        tmp_path / "c.csv",
        ["id", "x", "y", "名称"],
        [["A", 0, 100, "<script>alert(1)</script>"], ["B", 0, 200, "=1+1"]],
    )
    out = tmp_path / "out"
    assert ask(demand=str(demand), candidates=str(sites), crs="metres", open=2, out=str(out))[0] == 0
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert len(result["sites"]) == 1
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "任何其他选 2 处" in html and "只列出 1 处" in html
    assert "<script" not in html
    assert {
        cell.data_type for row in load_workbook(out / "result.xlsx").active for cell in row if cell.value == "=1+1"
    } == {"s"}


def test_a_share_of_the_demand_is_covered_by_the_fewest_or_cheapest(files, tmp_path):
    rows_of(Path(files["candidates"]), lambda rows: [row.pop(4) for row in rows])
    _, result = plan(files, tmp_path, open=None, cover_share=0.4)
    weights = np.array(read(Path(files["demand"]), "").columns["人数"], float)
    assert result["coverage"]["after"]["once"] >= 0.4 * weights.sum()
    assert (result["value"], result["proven"], result["problem"]) == (len(result["sites"]), True, "set_cover")
    _, one_less = plan(files, tmp_path, open=int(result["value"]) - 1)
    assert one_less["proven"] and one_less["value"] < 0.4 * weights.sum()


def test_a_share_that_nobody_can_reach_says_what_is_missing(files):
    with pytest.raises(Refused) as caught:
        ask(**files, cover_share=1.0, reach_m=300.0)
    assert (caught.value.exit_code, caught.value.faults[0].code) == (7, "infeasible")
    assert "Missed by" in caught.value.faults[0].english


@pytest.mark.parametrize("problem", ["gradual", "expected"])
def test_gains_add_up_in_every_problem(files, tmp_path, problem):
    _, result = plan(files, tmp_path, problem=problem, open=5)
    assert result["proven"]
    assert result["before"] + sum(one["gain"] for one in result["sites"]) == pytest.approx(result["value"], rel=1e-6)
    _, plainly = plan(files, tmp_path, open=5)
    assert result["value"] <= plainly["value"] + 1e-9


def test_sites_that_are_always_open_are_plain_covering(files, tmp_path):
    _, plainly = plan(files, tmp_path)
    _, sure = plan(files, tmp_path, problem="expected", open_probability=1.0)
    assert sure["value"] == pytest.approx(plainly["value"])


def test_the_curve_can_be_proven_point_by_point(files, tmp_path):
    pytest.importorskip("xiaojia_locate.curve")
    _, greedy = plan(files, tmp_path, open=3)
    _, proven = plan(files, tmp_path, open=3, curve_proof=True)
    assert [one["open"] for one in proven["curve"]] == [one["open"] for one in greedy["curve"]]
    assert all(one["bound"] == one["value"] for one in proven["curve"])
    assert all(best["value"] >= one["value"] for best, one in zip(proven["curve"], greedy["curve"], strict=True))
    assert proven["curve"][3]["value"] == proven["value"]
    assert "每一点都是该数量下已证明的最优" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
