"""How does a command speak? English with a Chinese line, progress on stderr, one JSON object on stdout with --json."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Exit(IntEnum):
    """The exit codes of every command; documented in docs/howto/command-line.md."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NEEDS_ANSWER = 3
    PARTLY_REJECTED = 4
    CANNOT_REACH = 5
    NEWER_DATA = 6


class Stop(Exception):
    """The command ends here: an exit code, a code for programs, and the sentence in both languages."""

    def __init__(self, exit_code: Exit, code: str, english: str, chinese: str) -> None:
        self.exit_code, self.code, self.english, self.chinese = exit_code, code, english, chinese
        super().__init__(english)


def json_option(function: F) -> F:
    """Give a command `--json`; `say` and `progress` fall silent and `result` prints one object."""

    def remember(context: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value:
            context.find_root().meta["xiaojia.json"] = True

    option = click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=remember,
        help="Print one JSON object instead of sentences. 以 JSON 输出。",
    )
    return option(function)


def wants_json() -> bool:
    """Was --json given to the command that runs?"""
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().meta.get("xiaojia.json"))


def say(english: str, chinese: str = "") -> None:
    """Print a sentence and its Chinese line to stdout; nothing with --json."""
    if not wants_json():
        click.echo(english if not chinese else f"{english}\n{chinese}")


def result(values: dict[str, Any], english: str = "", chinese: str = "") -> None:
    """The outcome of a command: the object with --json, else the sentence."""
    if wants_json():
        click.echo(json.dumps(values, ensure_ascii=False, default=str))
    elif english:
        say(english, chinese)


def complain(stop: Stop) -> None:
    """Print why the command ended: sentences on stderr, or the object on stdout with --json."""
    if wants_json() or "--json" in sys.argv:
        click.echo(
            json.dumps(
                {"error": {"code": stop.code, "message": stop.english, "chinese": stop.chinese}}, ensure_ascii=False
            )
        )
    else:
        click.echo(f"{stop.english}\n{stop.chinese}".rstrip(), err=True)


@contextmanager
def progress(english: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far a long work is, on stderr; the yielded function takes the number done so far."""
    if wants_json() or total <= 0:
        yield lambda done: None
        return
    fancy = sys.stderr.isatty()
    began = time.monotonic()
    shown = began - 1 if fancy else began + 1  # a log hears of a work only when it is long

    def show(done: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown >= (0.1 if fancy else 5.0) or (fancy and done >= total):
            shown = now
            click.echo(_bar(english, done, total, now - began) + ("\x1b[K\r" if fancy else "\n"), err=True, nl=False)

    yield show
    if fancy:
        click.echo("", err=True)


def _bar(english: str, done: int, total: int, spent_s: float) -> str:
    share = min(1.0, done / total)
    filled = int(share * 24)
    left_s = spent_s * (1 - share) / share if share > 0.02 else 0
    bar = "█" * filled + "·" * (24 - filled)
    return f"{english:<24.24} {bar} {share:>4.0%} {done:,}/{total:,}" + (
        f"  {left_s:.0f} s left" if left_s >= 1 else ""
    )
