"""Do README and docs say what is true? Generated tables, links, names of rooms, dependencies, decisions."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def load_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("script_docs", ROOT / "script" / "docs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


docs = load_docs()
PAGES = list(docs.pages())


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if "<!-- table:" in page.read_text("utf-8")], ids=name)
def test_generated_tables_are_fresh(page: Path) -> None:
    """Run script/docs: it writes them from the code."""
    text = page.read_text(encoding="utf-8")
    assert docs.rendered(text) == text


def test_each_table_is_shown_somewhere() -> None:
    shown = {found[1] for page in PAGES for found in docs.TABLE.findall(page.read_text(encoding="utf-8"))}
    assert shown == set(docs.TABLES)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        place = page if not path else (ROOT / path[1:] if path.startswith("/") else page.parent / path)
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


def anchors(page: Path) -> set[str]:
    """Return the anchors that a reader's browser makes of the headings."""
    heads = re.findall(r"^#+\s+(.+?)\s*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_fits_and_begins_with_the_two_commands(page: str) -> None:
    lines = (ROOT / page).read_text(encoding="utf-8").split("\n")
    assert len(lines) <= 120
    first_screen = "\n".join(lines[:30])
    assert "script/server" in first_screen
    assert "script/test" in first_screen


def test_each_room_has_a_readme_that_both_readmes_name() -> None:
    rooms = [place for floor in ("kernel", "domains") for place in docs.packages(docs.SOURCE / floor)]
    assert [name(room) for room in rooms if not (room / "README.md").exists()] == []
    for page in ("README.md", "README.zh-CN.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert [room.name for room in rooms if f"/{room.name}/README.md" not in text] == [], page


def test_each_dependency_has_a_line_that_says_why() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    names = {re.split(r"[\[~>=<; ]", line)[0].lower() for line in wanted}
    said = re.findall(
        r"^\| `([\w.-]+)` \| [^|]+ \| [^|]{8,} \|$", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.M
    )
    assert {one.lower() for one in said} == names


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_is_short_and_its_title_says_it(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").rstrip().split("\n")
    assert len(lines) <= 25
    title = re.fullmatch(r"# (\d{4})\. (.+)", lines[0])
    assert title
    slug = re.sub(r"[^a-z0-9]+", "-", title[2].lower()).strip("-")
    assert page.stem == f"{title[1]}-{slug}"


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(page.name[:4]) for page in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_glossary_has_one_name_for_each_term() -> None:
    rows = re.findall(r"^\| ([^|]+) \| `(\w+)`", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    terms = [term for term, _ in rows]
    assert len(rows) > 30
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def test_changelog_has_a_place_for_what_comes() -> None:
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
