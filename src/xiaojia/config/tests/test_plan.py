"""Does `xiaojia plan` answer without a database, in any datum, and do the lines of its page run?"""

import csv
import json
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from xiaojia.config.cli import xiaojia
from xiaojia.domains.demo.rules.city import SPOTS
from xiaojia.lib.coordinates import convert

PAGE = Path(__file__).resolve().parents[4] / "docs" / "howto" / "plan-next-stations.md"
LINES = re.findall(r"^xiaojia plan .+$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
DISTRICTS = {"460202": "海棠区", "460203": "吉阳区", "460204": "天涯区", "460205": "崖州区"}


def plan(*arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(xiaojia, ["plan", *arguments])


def write(path: Path, header: list[str], rows: list[list[Any]]) -> None:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def gcj(places: np.ndarray) -> list[list[float]]:
    """Return positions as 高德 shows them."""
    return np.column_stack(convert(places[:, 0], places[:, 1], "wgs84", "gcj02")).round(6).tolist()


@pytest.fixture
def sanya(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A drawn Sanya in 高德's datum: the demo's 74 stations, riders' demand around them, 260 premises as candidates."""
    dice = np.random.default_rng(74)
    spots = SPOTS[:74]
    homes = np.array([[spot.lng, spot.lat] for spot in spots])
    near = dice.integers(0, len(spots), 3000)
    demand = homes[near] + dice.normal(0, 0.012, (3000, 2))
    placed = dice.integers(0, len(spots), 260)
    premises = homes[placed] + dice.normal(0, 0.015, (260, 2))
    names = [DISTRICTS[spot.district] for spot in spots]
    counts = dice.integers(1, 20, 3000).tolist()
    rows = [[*place, count, names[home]] for place, count, home in zip(gcj(demand), counts, near, strict=True)]
    write(tmp_path / "demand.csv", ["经度", "纬度", "人数", "区县"], rows)
    rows = [[spot.name, *place, name] for spot, place, name in zip(spots, gcj(homes), names, strict=True)]
    write(tmp_path / "stations.csv", ["名称", "经度", "纬度", "区县"], rows)
    book = Workbook()
    book.active.append(["候选场所一览"])
    book.active.append(["编号", "名称", "经度", "纬度", "费用", "区县"])
    for n, (place, home) in enumerate(zip(gcj(premises), placed, strict=True)):
        book.active.append([f"P{n:03}", f"场所{n}", *place, 5 + n % 9, names[home]])
    book.save(tmp_path / "candidates.xlsx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


FILES = ("--demand", "demand.csv", "--candidates", "candidates.xlsx", "--existing", "stations.csv")


def test_sanya_grows_from_74_to_100(sanya: Path) -> None:
    done = plan(*FILES, "--datum", "gcj02", "--open", "26", "--json", "--out", "plan")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert len(found["existing"]) + len(found["sites"]) == 100
    assert found["reason"] == "proven" and found["bound"] == found["value"] > found["before"]
    assert found["sites"][0]["crs"] == "gcj02"
    lng, lat = convert([found["sites"][0]["given"][0]], [found["sites"][0]["given"][1]], "gcj02", "wgs84")
    assert (found["sites"][0]["x"], found["sites"][0]["y"]) == pytest.approx((lng[0], lat[0]), abs=1e-6)


def test_the_datum_decides_where_things_are(sanya: Path) -> None:
    right = json.loads(plan(*FILES, "--datum", "gcj02", "--open", "26", "--json").stdout)
    wrong = json.loads(plan(*FILES, "--datum", "gcj02", "--candidates-datum", "wgs84", "--open", "26", "--json").stdout)
    assert right["sites"] != wrong["sites"]


def test_a_fault_is_told_with_excels_row_and_the_sheet_comes_back(sanya: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook("candidates.xlsx")
    book.active.cell(7, 3).value = "看地图"
    book.save("candidates.xlsx")
    done = plan(*FILES, "--datum", "gcj02", "--open", "26", "--out", "plan")
    assert done.exit_code == 1
    assert "第7行" in done.stderr and "“看地图”不是数字" in done.stderr
    assert (
        load_workbook(sanya / "plan" / "candidates-导入结果.xlsx")
        .active.cell(7, 7)
        .value.startswith("“经度”列的“看地图”")
    )
    told = json.loads(plan(*FILES, "--datum", "gcj02", "--open", "26", "--json").stdout)
    assert (told["error"]["code"], told["error"]["faults"][0]["rows"]) == ("not_a_number", [7])


def test_swapped_axes_are_told(sanya: Path) -> None:
    done = plan(*FILES, "--columns", "candidates.x=纬度,candidates.y=经度", "--datum", "gcj02", "--open", "3")
    assert done.exit_code == 1 and "经纬度写反了" in done.stderr


def test_help_names_the_datums_and_exit_codes() -> None:
    text = plan("--help").output
    assert "bd09mc" in text and "--candidates-datum" in text and "退出码" in text and "130" in text


def test_an_option_that_cannot_be_used_is_usage(sanya: Path) -> None:
    assert plan(*FILES, "--datum", "gcj02").exit_code == 2
    assert plan(*FILES, "--datum", "mars", "--open", "3").exit_code == 2


@pytest.mark.parametrize("line", [line for line in LINES if "$XIAOJIA_DATA" not in line])
def test_a_line_of_the_page_runs(sanya: Path, line: str) -> None:
    done = plan(*shlex.split(line)[2:])
    assert done.exit_code == 0, done.output
    assert "--out" not in line or (sanya / "plan" / "report.html").exists()


@pytest.mark.parametrize(
    "line", [line for line in LINES if "$XIAOJIA_DATA" in line], ids=lambda line: line.rsplit(" ", 1)[-1]
)
def test_a_real_city_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_dir: Path, line: str) -> None:
    arguments = shlex.split(line.replace("$XIAOJIA_DATA", str(data_dir.resolve())))[2:]
    monkeypatch.chdir(tmp_path)
    done = plan(*arguments)
    assert done.exit_code == (4 if "--good-only" in line else 0), done.output
    found = json.loads((tmp_path / line.rsplit(" ", 1)[-1] / "result.json").read_text(encoding="utf-8"))
    assert found["proven"] and found["value"] == found["bound"] > found["before"]
