"""How does `xiaojia plan` ask where to open the next stations? Files in, a proven choice out; no database, no instance."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from xiaojia.lib.console import Exit, Stop

NEEDED = "xiaojia_locate"


def _china() -> Any:
    """Return the ground of China, or say what has to be installed."""
    try:
        from xiaojia.lib.siting import China
    except ModuleNotFoundError as error:
        if error.name not in (NEEDED, "highspy"):
            raise
        raise Stop(
            Exit.FAILED,
            "not_installed",
            "The siting library is not installed: pip install ./packages/locate (or xiaojia-locate).",
            "没有安装选址库，请先运行 pip install ./packages/locate。",
        ) from None
    return China()


def _parameters() -> list[click.Parameter]:
    """Return the options of the siting library's own list, as click has them."""
    ground = _china()
    from xiaojia_locate.command import spelled

    made: list[click.Parameter] = []
    for one in spelled(ground.coordinates, ground.word):
        text = one.help if one.default in (None, "", False) else f"{one.help} [{one.default}]"
        kind: Any = click.Choice(one.choices) if one.choices else one.kind
        more: dict[str, Any] = {"is_flag": True} if one.kind is bool else {"type": kind, "metavar": one.metavar or None}
        default = None if one.default == "" else one.default
        made.append(click.Option([one.name, *one.flags], default=default, required=one.required, help=text, **more))
    return made


class Plan(click.Command):
    """The command: its options and exit codes are those of the siting library."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options by group."""
        from xiaojia_locate.command import spelled

        ground = _china()
        groups: dict[str, list[tuple[str, str]]] = {}
        by_name = {parameter.name: parameter for parameter in self.get_params(ctx)}
        for one in spelled(ground.coordinates, ground.word):
            record = by_name[one.name].get_help_record(ctx)
            if record:
                groups.setdefault(one.group, []).append(record)
        for group, records in groups.items():
            with formatter.section(group):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the exit codes."""
        from xiaojia_locate.command import EXITS

        with formatter.section("Exit codes 退出码"):
            formatter.write_dl([(str(code), line) for code, line in EXITS.items()])


def _run(**values: Any) -> None:
    from xiaojia_locate.command import complain, from_values, run
    from xiaojia_locate.command.faults import Refused

    def write(text: str) -> None:
        click.echo(text)

    options = from_values(values)
    try:
        code = run(options, _china(), write, datetime.now(ZoneInfo("Asia/Shanghai")))
    except Refused as refused:
        complain(refused, options.json, write)
        code = refused.exit_code
    except KeyboardInterrupt:
        click.echo("Stopped before there was an answer.\n已停止，还没有方案。", err=True)
        code = 130
    sys.stdout.flush()
    if code:
        raise click.exceptions.Exit(code)


def __getattr__(name: str) -> Any:
    """Make the command when it is asked for, so that a house without the siting library still starts."""
    if name != "plan":
        raise AttributeError(name)
    return Plan(
        "plan",
        params=_parameters(),
        callback=_run,
        help="Choose where to open the next stations, with a proof; reads files, needs no database. 下一批站点选址。",
    )
