"""Does the house stand as it was drawn? Contracts of imports that bite, and what they cannot see: keys, templates, names."""

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, Model

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "xiaojia"
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "processor"}


# Contracts


def lint_imports(folder: Path) -> tuple[int, str]:
    """Run the contracts over the source in `folder`; return the exit code and what they say."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--config", str(ROOT / ".importlinter"), "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_contracts_hold() -> None:
    code, said = lint_imports(ROOT / "src")
    assert code == 0, said


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house in which one may break things."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(SOURCE, folder / "xiaojia", ignore=shutil.ignore_patterns("*.pyc", "static", "locale", "templates"))
    return folder


@pytest.mark.parametrize(
    ("place", "line", "broken"),
    [
        ("lib/errors.py", "import xiaojia.kernel.audit.models", "Floors"),
        ("kernel/audit/models.py", "import xiaojia.kernel.orgs.models", "Kernel rooms"),
        ("domains/visits/queries/__init__.py", "import xiaojia.domains.feedback.models", "Shelves"),
        ("domains/stations/models/__init__.py", "import xiaojia.domains.stations.queries.board", "Inside a room"),
        ("domains/stations/helpers.py", "", "Inside a room"),
        ("domains/stations/rules/state.py", "import django.utils.timezone", "Rules and lib"),
        ("domains/visits/queries/rules.py", "import xiaojia.domains.stations.views", "Views are reached"),
        ("domains/stations/cli.py", "import xiaojia.domains.stations.forms", "Forms are read"),
        ("domains/stations/rules/errors.py", "import xiaojia.domains.stations.rules.state", "No cycles"),
    ],
)
def test_a_planted_violation_is_refused(copy: Path, place: str, line: str, broken: str) -> None:
    file = copy / "xiaojia" / place
    before = file.read_text(encoding="utf-8") if file.exists() else None
    planted = f"{before or ''}\n{line}\n"
    if broken == "No cycles":
        planted += "import xiaojia.domains.stations.rules.words\nimport xiaojia.domains.stations.actions\n"
    file.write_text(planted, encoding="utf-8")
    try:
        code, said = lint_imports(copy)
    finally:
        file.unlink() if before is None else file.write_text(before, encoding="utf-8")
    assert code == 1
    assert any(text.startswith(broken) and "BROKEN" in text for text in said.splitlines()), said


def test_views_and_forms_are_used_by_their_own_room() -> None:
    strangers = []
    for path in modules():
        room = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts[:3])
        for name in imported(path):
            found = re.match(r"(xiaojia\.(?:kernel|domains)\.\w+)\.(views|forms)\b", name)
            if found and found[1] != room and path != SOURCE / "config" / "wiring.py":
                strangers.append(f"{path.relative_to(ROOT)}: {name}")
    assert strangers == []


# What imports do not show


def ranks() -> dict[str, int]:
    """Return the height of each room by its app label, read from the contracts: equal numbers stand side by side."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    found, height = {"web": 0}, 0
    for shelf in ("kernel", "shelves"):
        for line in reversed(parser[f"importlinter:contract:{shelf}"]["layers"].split("\n")):
            height += 1
            found |= {room.strip(): height for room in line.split("|") if room.strip()}
    return found | {"config": height + 1}


def may_look_at(room: str, other: str) -> bool:
    """Return whether `other` is the same room or stands on a lower floor or shelf."""
    heights = ranks()
    return room == other or heights[other] < heights[room]


def house_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("xiaojia.")]


def test_the_contracts_know_every_room() -> None:
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("xiaojia.")}
    assert rooms == set(ranks())


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in house_models()
        for field in model._meta.get_fields()
        if isinstance(field, Field)
        and field.is_relation
        and field.related_model.__module__.startswith("xiaojia.")
        and not may_look_at(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert upward == []


def test_no_generic_foreign_keys() -> None:
    generic = [f"{m._meta.label}.{f.name}" for m in house_models() for f in m._meta.private_fields]
    assert generic == []


def test_templates_point_down() -> None:
    upward = []
    for path in SOURCE.rglob("templates/**/*.html"):
        parts = path.relative_to(SOURCE).parts
        room = parts[parts.index("templates") - 1]
        for name in re.findall(r"{%\s*(?:extends|include)\s+[\"']([^\"'#]+)", path.read_text(encoding="utf-8")):
            if not may_look_at(room, name.split("/")[0]):
                upward.append(f"{path.relative_to(SOURCE)}: {name}")
    assert upward == []


def test_a_room_keeps_its_templates_under_its_own_name() -> None:
    strays = []
    for kind in ("templates", "static"):
        for folder in (*SOURCE.glob(f"*/*/{kind}/*"), *SOURCE.glob(f"web/{kind}/*")):
            if folder.name != folder.parent.parent.name:
                strays.append(str(folder.relative_to(SOURCE)))
    assert strays == []


def test_views_render_templates_of_their_room_or_below() -> None:
    upward = []
    for path in modules():
        parts = path.relative_to(SOURCE).parts
        if parts[0] not in ("kernel", "domains", "web") or len(parts) < 2:
            continue
        room = "web" if parts[0] == "web" else parts[1]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found = re.fullmatch(r"([a-z]+)/[\w/]+\.html(#\w+)?", node.value)
                if found and not may_look_at(room, found[1]):
                    upward.append(f"{path.relative_to(SOURCE)}: {node.value}")
    assert upward == []


# Habits of the house


def modules(tests: bool = False) -> Iterator[Path]:
    """Yield the modules of the product, without migrations; with `tests` also theirs."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        if "migrations" not in parts and (tests or "tests" not in parts):
            yield path


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names that a module imports, `from a import b` as a.b."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_nobody_listens_to_signals() -> None:
    ears = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
    found = [str(path.relative_to(SOURCE)) for path in modules() for name in imported(path) if name.startswith(ears)]
    assert found == []


def test_no_save_is_overridden() -> None:
    tricks = [model._meta.label for model in house_models() if "save" in vars(model) or "delete" in vars(model)]
    assert tricks == []


def test_line_one_says_which_question_a_module_answers() -> None:
    files = [*modules(tests=True), *ROOT.glob("tests/**/*.py"), *ROOT.glob("script/*.py"), *ROOT.glob("bench/**/*.py")]
    files.append(ROOT / "conftest.py")
    silent = []
    for path in files:
        text = path.read_text(encoding="utf-8")
        if not text.removeprefix("#!/usr/bin/env python\n").startswith('"""') and (
            text.strip() or path.name != "__init__.py"
        ):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in ROOT.glob("[sbt]*/**/*.py") if path.stem in FORBIDDEN_NAMES] == []


def test_modules_are_short() -> None:
    """The house aims at 250 lines; nothing passes 400."""
    long = {
        str(p.relative_to(SOURCE)): n for p in modules(tests=True) if (n := len(p.read_text("utf-8").split("\n"))) > 400
    }
    assert long == {}


def test_migrations_are_named_sentences() -> None:
    names = [path.stem for path in SOURCE.rglob("migrations/[0-9]*.py")]
    assert names
    odd = [
        name for name in names if not re.fullmatch(r"\d{4}(_[a-z0-9]+){2,}", name) or re.search("_(auto|initial)", name)
    ]
    assert odd == []


def test_the_project_speaks_of_the_product_alone() -> None:
    """No file names a machine's folders, a registry's host or a tool that is no part of the product."""
    hosts = [r"pypi\.o" + "rg", r"npmjs\.(o" + "rg|com)", r"deb\.deb" + r"ian\.org"]
    words = [
        r"(^|[^[:alnum:]_}>])/(wo" + "rk|fa" + "rm)/",
        r"\.lib" + "rary",
        "before-" + "stop",
        "sub" + "agent",
        *hosts,
    ]
    done = subprocess.run(
        ["git", "grep", "-nIE", "--untracked", "|".join(words), "--", ".", ":!*.lock"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 128:
        pytest.skip("not a git clone")
    assert done.stdout == ""
