"""Does the command line import, ask, hold, export and find, and does it say so by its exit codes?"""

import json

import pytest
from click.testing import CliRunner

from xiaojia.domains.stations.cli import stations
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.tests.sheets import ROWS, as_csv, with_cell
from xiaojia.kernel.imports.models import Batch, ValueMemory
from xiaojia.lib.console import Exit, Stop
from xiaojia.lib.sheets import read_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def run(zhengzhou):
    def call(*args):
        outcome = CliRunner().invoke(stations, [str(arg) for arg in args], standalone_mode=False)
        if outcome.exception:
            raise outcome.exception
        return outcome

    return call


@pytest.fixture
def sheet(tmp_path):
    def write(rows=ROWS):
        path = tmp_path / "list.csv"
        path.write_bytes(as_csv(rows))
        return path

    return write


def kept_files(tmp_path):
    return [p for p in (tmp_path / "files").rglob("*") if p.is_file()]


def test_a_good_sheet_comes_in_and_goes_out_again(run, sheet):
    done = run("import", sheet(), "--datum", "wgs84", "--json")
    said = json.loads(done.stdout)
    assert (said["state"], said["counts"], said["unplaced"], done.return_value) == ("committed", {"create": 3}, 1, 0)
    back = json.loads(run("undo", said["batch"], "--json").stdout)
    assert (back["removed"], back["kept"]) == (3, [])
    assert Station.objects.count() == 0


def test_an_open_zone_stages_the_sheet_and_names_the_option_to_give(run, sheet):
    done = run("import", sheet(with_cell(1, "区县", "高新区")), "--datum", "wgs84", "--json")
    said = json.loads(done.stdout)
    assert done.return_value == Exit.NEEDS_ANSWER == 3
    assert (said["state"], said["counts"]["ask"]) == ("asking", 1)
    assert [q["option"] for q in said["questions"]] == ["--zone '高新区=中原区'"]
    assert (Batch.objects.get().state, Station.objects.count()) == ("asking", 0)
    done = run(
        "import", sheet(with_cell(1, "区县", "高新区")), "--datum", "wgs84", "--zone", "高新区:郑州高新区总工会=中原区"
    )
    assert done.return_value == 0
    assert Station.objects.get(source_keys__key="A1").org.name == "郑州高新区总工会"


def test_without_a_datum_it_asks_for_one(run, sheet):
    done = run("import", sheet())
    assert done.return_value == 3
    assert "--datum gcj02|wgs84|bd09" in done.stdout


def test_held_rows_make_exit_code_4_and_are_named(run, sheet, tmp_path):
    out = tmp_path / "back.csv"
    done = run("import", sheet(with_cell(1, "面积", "很大")), "--datum", "wgs84", "--annotated", out)
    assert done.return_value == 4
    assert "面积：“很大”不是数字。" in done.stdout
    assert "2 created" in done.stdout
    assert "有错误：面积：“很大”不是数字。" in out.read_bytes().decode("utf-8-sig").splitlines()[1]


def test_a_dry_run_keeps_nothing_not_even_the_answers(run, sheet, tmp_path):
    rows = with_cell(1, "区县", "高新区")
    done = run("import", sheet(rows), "--datum", "wgs84", "--zone", "高新区=中原区", "--dry-run", "--json")
    assert json.loads(done.stdout)["counts"] == {"create": 3}
    assert (Station.objects.count(), Batch.objects.count(), ValueMemory.objects.count()) == (0, 0, 0)
    assert kept_files(tmp_path) == []


def test_an_unknown_district_in_an_option_is_named(run, sheet):
    with pytest.raises(Stop) as stop:
        run("import", sheet(), "--datum", "wgs84", "--zone", "高新区=火星区")
    assert (stop.value.code, stop.value.exit_code) == ("unknown_district", 2)


def test_what_is_exported_imports_as_unchanged(run, sheet, tmp_path):
    run("import", sheet(), "--datum", "wgs84")
    target = tmp_path / "out.xlsx"
    assert json.loads(run("export", target, "--json").stdout) == {"file": str(target), "stations": 3}
    assert len(list(read_sheet(target, "out.xlsx").rows())) == 3
    again = json.loads(run("import", target, "--datum", "wgs84", "--json").stdout)
    assert again["counts"] == {"same": 3}
    features = tmp_path / "out.geojson"
    run("export", features, "--format", "geojson")
    assert [f["id"] for f in json.loads(features.read_bytes())["features"]] == ["ZZ-0001", "ZZ-0003"]


def test_check_lists_what_needs_a_look(run, sheet):
    run("import", sheet(), "--datum", "wgs84")
    counts = json.loads(run("check", "--json").stdout)["counts"]
    assert counts == {"no_position": 1, "hours_not_understood": 1, "outside_division": 0, "suspected_double": 0}


def test_the_nearest_come_first_with_their_metres(run, sheet):
    run("import", sheet(), "--datum", "wgs84")
    found = json.loads(run("nearest", "--lng", "113.548", "--lat", "34.787", "--at", "12:00", "--json").stdout)[
        "stations"
    ]
    assert found[0]["name"] == "测试一号驿站"
    assert found[0]["distance_m"] == pytest.approx(91.3, abs=0.5)
