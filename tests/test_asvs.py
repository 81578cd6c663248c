"""Does every row of the security standard say something true enough to be looked up?"""

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "ops"
AIM = {"V2", "V5", "V6", "V7", "V8"}
"""Chapters whose second level is the aim too."""


def rows() -> list[dict[str, str]]:
    with (FOLDER / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scope() -> dict[str, str]:
    """The numbers of levels 1 and 2, one a line with its level."""
    lines = (FOLDER / "asvs-ids.txt").read_text(encoding="utf-8").split("\n")
    return dict(line.split() for line in lines if line)


def test_every_number_of_the_scope_stands_there_once() -> None:
    found = [(row["id"], row["level"]) for row in rows()]
    assert len(found) == len(set(found)) == 253
    assert dict(found) == scope()


def test_the_scope_is_the_standards(data_dir: Path) -> None:
    with (data_dir / "dev" / "testtables" / "asvs5_level2.csv").open(encoding="utf-8-sig", newline="") as file:
        assert scope() == {row["req_id"]: row["level"] for row in csv.DictReader(file)}


def test_a_status_is_one_of_three_and_has_words() -> None:
    assert {row["status"] for row in rows()} <= {"met", "n/a", "open"}
    assert [row["id"] for row in rows() if len(row["words"]) < 6] == []


def test_what_is_met_is_shown() -> None:
    assert [row["id"] for row in rows() if row["status"] == "met" and not row["shown"].strip()] == []


@pytest.mark.parametrize("row", [row for row in rows() if row["shown"]], ids=lambda row: row["id"])
def test_each_named_file_exists_and_each_named_test_is_in_it(row: dict[str, str]) -> None:
    for one in row["shown"].split():
        path, _, test = one.partition("::")
        file = ROOT / path
        assert file.is_file(), one
        if test:
            assert re.search(rf"^\s*(async )?def {re.escape(test)}\(", file.read_text("utf-8"), re.MULTILINE), one


def test_the_standards_own_text_is_not_copied() -> None:
    """Numbers and words of our own: the standard is CC BY-SA."""
    assert [row["id"] for row in rows() if "verify that" in row["words"].lower() or len(row["words"]) > 200] == []
