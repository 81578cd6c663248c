"""Which commands does `xiaojia` have? Their names and one line each; what a command needs is loaded when it is used."""

import importlib
import sys
from copy import copy
from typing import Any

import click

from xiaojia import __version__
from xiaojia.lib.console import Exit, Stop, complain

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("xiaojia.config.instance.commands:init", "Make a real instance in an empty data folder. 建立正式实例。"),
    "serve": ("xiaojia.config.instance.commands:serve", "Serve until Ctrl-C. 启动服务。"),
    "demo": ("xiaojia.config.instance.commands:demo", "Seed the demo city once, then serve it. 演示城市。"),
    "stations": ("xiaojia.domains.stations.cli:stations", "Import, export, check, find stations. 站点。"),
    "feeds": ("xiaojia.domains.feeds.cli:feeds", "Write the open data into files. 开放数据。"),
    "hsds": ("xiaojia.domains.feeds.cli:hsds", "Check an HSDS 3.0 feed, ours or another's. 检查数据接口。"),
    "plan": ("xiaojia.config.plan:plan", "Choose where to open the next stations, with a proof. 选址。"),
    "calendar": ("xiaojia.kernel.calendar.cli:calendar", "Enter a State Council holiday notice. 放假通知。"),
    "user": ("xiaojia.config.instance.commands:user", "Accounts of the office. 工作人员账号。"),
    "retention": ("xiaojia.kernel.retention.cli:retention", "Clear what has been kept long enough. 清理到期数据。"),
    "audit": ("xiaojia.config.instance.care:audit", "Drop months of the log of deeds that are over. 操作记录。"),
    "doctor": ("xiaojia.config.instance.care:doctor", "Say what is wrong and how to mend it. 体检。"),
    "backup": ("xiaojia.config.instance.care:backup", "Write everything into one file. 备份。"),
    "restore": ("xiaojia.config.instance.care:restore", "Restore from one file, verified row by row. 恢复。"),
    "upgrade": ("xiaojia.config.instance.care:upgrade", "Back up, then migrate. 升级。"),
}
ROOMS = ("stations", "feeds", "hsds", "calendar", "retention")
"""Command groups of rooms: they get the open database and the loaded rooms when one of their commands runs."""


class Commands(click.Group):
    """Knows its commands by name and imports one only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; a room's command group is given the running instance."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        if cmd_name in ROOMS:
            from xiaojia.config.instance.database import setup_django

            setup_django()
        command: click.Command = getattr(importlib.import_module(module), name)
        return _with_instance(command) if cmd_name in ROOMS else command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing a single command."""
        with formatter.section("Commands 命令"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _with_instance(command: click.Command) -> click.Command:
    """Return a copy of a room's command, or group, that opens the instance before it runs; help is shown without it."""
    held = copy(command)
    if isinstance(command, click.Group) and isinstance(held, click.Group):
        held.commands = {name: _with_instance(child) for name, child in command.commands.items()}
        return held

    def invoke(ctx: click.Context) -> Any:
        from xiaojia.config.instance.commands import running

        needs = getattr(command, "needs_instance", None)  # a command may look elsewhere, as hsds check URL does
        if needs is not None and not needs(ctx.params):
            return command.invoke(ctx)
        with running():
            return command.invoke(ctx)

    held.invoke = invoke  # type: ignore[method-assign]
    return held


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "--version", prog_name="xiaojia")
def xiaojia() -> None:
    """Run Xiaojia (小家), the open platform for a trade union's stations for outdoor workers.

    The data folder is XIAOJIA_HOME, the port PORT; exit codes: docs/howto/command-line.md.
    数据目录由 XIAOJIA_HOME 指定，端口由 PORT 指定。
    """


def main() -> None:
    """Run a command; every refusal becomes a sentence in two languages and an exit code."""
    try:
        code = xiaojia.main(standalone_mode=False)
    except click.ClickException as error:
        if "--json" in sys.argv:
            complain(Stop(Exit.USAGE, "usage", error.format_message(), ""))
        else:
            error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.\n已停止。", err=True)
        sys.exit(130)
    except Exception as error:
        stop = as_stop(error)
        if stop is None:
            raise
        complain(stop)
        sys.exit(stop.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def as_stop(error: Exception) -> Stop | None:
    """The refusal that an exception stands for; None for what should not happen."""
    from xiaojia.config.env import EnvError
    from xiaojia.lib.errors import XiaojiaError
    from xiaojia.lib.postgres import PostgresError

    if isinstance(error, Stop):
        return error
    if isinstance(error, PostgresError):
        return Stop(Exit.CANNOT_REACH, error.code, error.english, error.chinese)
    if isinstance(error, EnvError):
        return Stop(Exit.USAGE, "setting", str(error), "请按上面的说明修改该设置。")
    if isinstance(error, XiaojiaError):
        return Stop(Exit.FAILED, error.code, _english(error), str(error))
    if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("xiaojia."):
        return Stop(Exit.FAILED, "not_here", f"This version has no {error.name}.", f"当前版本没有 {error.name}。")
    return None


def _english(error: Any) -> str:
    from django.utils import translation

    with translation.override("en"):
        text = translation.gettext(error.message)
    return text % error.params if error.params else text


if __name__ == "__main__":
    main()
