"""Does the main job run on a real list? The 82 stations of Zhengzhou, by the commands an operator types."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.product import Product, command

ZONES = ("高新区=中原区", "经开区=管城回族区", "郑东新区=管城回族区", "航空港区=新郑市")


@pytest.fixture(scope="module")
def zhengzhou_home(folder: Path) -> Path:
    home = folder / "zhengzhou"
    done = command(home, "init", "--division", "410100", "--name", "郑州市总工会")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "/office/link/" in done.stdout, "the first administrator gets a one-time link"
    return home


def import_sheet(home: Path, sheet: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = command(home, "stations", "import", str(sheet), "--datum", "gcj02", "--json", *words)
    return done.returncode, json.loads(done.stdout[done.stdout.index("{") :])


def test_the_82_stations_of_zhengzhou(zhengzhou_home: Path, data_dir: Path, tmp_path: Path) -> None:
    sheet = data_dir / "demo" / "stations" / "zhengzhou_union_stations.csv"
    home = zhengzhou_home

    code, told = import_sheet(home, sheet)
    assert code == 3, "the four zones are asked for"
    assert (told["rows"], told["counts"]) == (82, {"create": 67, "ask": 12, "error": 3})
    assert {held["key"] for held in told["held"] if held["verdict"] == "error"} == {"ZZ061", "ZZ077", "ZZ079"}
    assert {question["word"] for question in told["questions"]} == {zone.split("=")[0] for zone in ZONES}

    back = tmp_path / "back.csv"
    options = [word for zone in ZONES for word in ("--zone", zone)]
    code, told = import_sheet(home, sheet, *options, "--annotated", str(back))
    assert code == 4 and told["counts"] == {"create": 78, "error": 4} and told["border"] == 1
    marked = [line for line in back.read_text(encoding="utf-8-sig").splitlines() if "有错误" in line]
    assert [line.split(",")[0] for line in marked] == ["ZZ008", "ZZ061", "ZZ077", "ZZ079"]
    first = told["batch"]

    code, again = import_sheet(home, sheet)
    assert code == 4, "the zones are remembered; four rows are still wrong"
    assert again["counts"] == {"same": 78, "error": 4}

    product = Product(home, words=("serve",))
    found = product.json("stations", "nearest", "--lng", "113.62", "--lat", "34.748", "--limit", "3", "--at", "10:00")
    assert [round(s["distance_m"] / 10) for s in found["stations"]] == sorted(
        round(s["distance_m"] / 10) for s in found["stations"]
    )
    assert len(found["stations"]) == 3

    undone = command(home, "stations", "undo", first)
    assert undone.returncode == 0 and "78" in undone.stdout
    assert product.json("stations", "nearest", "--lng", "113.62", "--lat", "34.748")["stations"] == []
