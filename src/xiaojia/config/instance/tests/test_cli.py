"""Does every command explain itself, answer with --json, and stay quick?"""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from xiaojia.config.cli import COMMANDS, ROOMS, xiaojia
from xiaojia.config.instance.tests.homes import command, environment
from xiaojia.lib.console import Exit

HOWTO = Path(__file__).parents[5] / "docs" / "howto" / "command-line.md"


def own_commands():
    """Every command of this room, groups opened."""
    context = click.Context(xiaojia)
    for name in COMMANDS:
        if name in ROOMS:
            continue
        found = xiaojia.get_command(context, name)
        if isinstance(found, click.Group):
            yield from ((f"{name} {sub}", one) for sub, one in found.commands.items())
        else:
            yield name, found


def test_help_loads_neither_django_nor_a_room(tmp_path):
    code = (
        "import sys; sys.argv = ['xiaojia', '--help']\nfrom xiaojia.config import cli\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "print('LOADED', [m for m in ('django', 'psycopg', 'numpy', 'xiaojia.config.instance.commands') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stdout.rstrip().endswith("LOADED []")
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize(
    ("name", "found"), list(own_commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_has_json_and_a_chinese_line(name, found):
    assert "--json" in [option for parameter in found.params for option in parameter.opts]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in found.help)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["frobnicate"], 2),
        (["init"], 2),
        (["init", "--division", "41", "--name", "x"], 2),
        (["restore", "/nowhere"], 2),
    ],
)
def test_wrong_usage_is_exit_2_with_an_object(tmp_path, arguments, code):
    done = subprocess.run(
        command(*arguments, "--json"), env=environment(tmp_path / "h"), capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert json.loads(done.stdout)["error"]["code"] in {"usage", "bad_division"}


def test_exit_codes_and_commands_are_documented():
    text = HOWTO.read_text(encoding="utf-8")
    assert [code.value for code in Exit if f"| {code.value} |" not in text] == []
    assert [name for name, _ in own_commands() if f"`xiaojia {name}" not in text] == []
