"""Do the command lines of the docs run as they stand there, and does --help name every option?"""

import shlex
from dataclasses import fields
from pathlib import Path

import pytest
from command_cases import town
from openpyxl import Workbook
from xiaojia_locate.command import Options, main
from xiaojia_locate.command.options import PROBLEMS, parser
from xiaojia_locate.command.running import EXITS
from xiaojia_locate.command.tables import read

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "command.md").read_text(encoding="utf-8")
LINES = [line for line in PAGE.split("\n") if line.startswith("python -m xiaojia_locate ")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files that the docs speak of."""
    files = town(tmp_path)
    Path(files["existing"]).rename(tmp_path / "stations.csv")
    table = read(Path(files["candidates"]), "")
    book = Workbook()
    book.active.append(list(table.columns))
    for row in zip(*table.columns.values(), strict=True):
        book.active.append(
            [
                float(cell) if name in ("经度", "纬度", "造价") else cell
                for name, cell in zip(table.columns, row, strict=True)
            ]
        )
    book.save(tmp_path / "candidates.xlsx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_docs_have_command_lines():
    assert len(LINES) >= 4


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_docs_runs(folder, line, capsys):
    assert main(shlex.split(line)[3:]) == 0
    if "--out answer" in line:
        assert (folder / "answer" / "report.html").exists()
    assert capsys.readouterr().out


def test_help_names_every_option_problem_and_exit_code():
    text = parser("plan", "", "\n".join(EXITS.values()), ("wgs84", "metres")).format_help()
    for one in fields(Options):
        assert "--" + one.name.replace("_", "-") in text
    assert all(name in PAGE for name in PROBLEMS)
    assert all(f"| {code} |" in PAGE for code in EXITS)
