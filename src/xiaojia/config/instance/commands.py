"""Which commands run an installation? One function each; what they do stands in the modules beside this one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from xiaojia.config.env import Env, load_env
from xiaojia.config.instance.database import Database, open_database, setup_django
from xiaojia.config.instance.layout import make_home, require_instance, unfinished
from xiaojia.config.instance.serve import Serving, check_port, collect_static, only_server, serving_from, supervise
from xiaojia.lib.console import Exit, Stop, json_option, progress, result, say

F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def running() -> Iterator[Database]:
    """The finished instance of this environment, its database open and Django ready."""
    env = load_env()
    require_instance(env)
    with open_database(env) as database:
        setup_django()
        yield database


@click.command()
@click.option("--division", required=True, help="Six digits of GB/T 2260, as 410100. 行政区划代码。")
@click.option("--name", required=True, help="The union's full name, as 郑州市总工会. 工会全称。")
@click.option("--admin-username", default="admin", show_default=True, help="First administrator. 首位管理员用户名。")
@json_option
def init(division: str, name: str, admin_username: str) -> None:
    """Make a real instance in an empty data folder. 在空数据目录中建立正式实例。"""
    from xiaojia.config.instance.create import create_instance, seed_real

    if not (division.isdecimal() and len(division) == 6):
        text = (
            f"--division must be six digits as 410100, not {division}",
            f"--division 应为六位行政区划代码，而不是 {division}",
        )
        raise Stop(Exit.USAGE, "bad_division", *text)
    env, now = load_env(), datetime.now(UTC)
    env, path = create_instance(
        env,
        kind="real",
        division=division,
        name=name,
        now=now,
        seed=lambda: seed_real(division, name, admin_username, now),
    )
    link = (env.url or env.local_url) + path
    result(
        {"home": str(env.home), "name": name, "division": division, "admin": admin_username, "link": link},
        f"{name} is ready in {env.home}. Start it with xiaojia serve; then {admin_username} sets a password here "
        f"(valid 72 hours, once):\n  {link}",
        f"“{name}”已建立。请运行 xiaojia serve 启动，再由 {admin_username} 打开上面的链接设置密码"
        "（72 小时内有效，仅一次）。",
    )


def serving_options(function: F) -> F:
    """Options that `serve` and `demo` share."""
    path = click.Path(exists=True, dir_okay=False, path_type=Path)
    for option in (
        click.option(
            "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes. 进程数。"
        ),
        click.option("--tls-key", type=path, help="Private key, PKCS#8 PEM (XIAOJIA_TLS_KEY). 私钥文件。"),
        click.option("--tls-cert", type=path, help="Certificate chain, PEM (XIAOJIA_TLS_CERT). 证书文件。"),
        click.option("--port", type=click.IntRange(1, 65535), help="Instead of PORT (8000). 端口。"),
        click.option("--host", help="Instead of XIAOJIA_HOST (127.0.0.1). 监听地址。"),
    ):
        function = option(function)
    return function


@click.command()
@serving_options
@click.option("--no-worker", is_flag=True, help="Another host runs the worker. 后台进程由其他主机运行。")
@click.option(
    "--no-database", is_flag=True, help="Refuse to start without DATABASE_URL. 未设置 DATABASE_URL 时拒绝启动。"
)
@json_option
def serve(no_database: bool, **options: Any) -> None:
    """Serve until Ctrl-C: database, web server, background worker. 启动服务，按 Ctrl-C 停止。"""
    env = load_env()
    if no_database and env.is_embedded:
        raise Stop(
            Exit.USAGE,
            "no_database_url",
            "This host shall have no database of its own, but DATABASE_URL is not set. Set it and start again.",
            "本机不应自带数据库，但没有设置 DATABASE_URL。请设置后重新启动。",
        )
    require_instance(env)
    serving = serving_from(env, options)
    with only_server(env) as lock:
        check_port(serving)
        _serve(env, serving, lock)


@click.command()
@serving_options
@json_option
def demo(**options: Any) -> None:
    """Seed the demo city once, then serve it. 首次运行时生成演示城市，然后启动。"""
    env = load_env()
    if env.instance and env.instance.kind != "demo":
        raise Stop(
            Exit.FAILED,
            "not_a_demo",
            f"{env.home} holds the real instance {env.instance.name}. Run xiaojia serve, "
            "or give the demo another folder with XIAOJIA_HOME.",
            f"{env.home} 中是正式实例“{env.instance.name}”。请运行 xiaojia serve，或用 XIAOJIA_HOME 为演示另选目录。",
        )
    env = make_home(env)
    serving = serving_from(env, options)
    with only_server(env) as lock:
        check_port(serving)
        if env.instance is None or unfinished(env):
            env = _make_demo(env)
        _serve(env, serving, lock)


def _make_demo(env: Env) -> Env:
    from xiaojia.config.instance.create import DEMO_DIVISION, DEMO_NAME, create_instance, seed_demo

    say(f"Making the demo city in {env.home} (once).", f"正在 {env.home} 生成演示城市（仅首次）。")
    now = datetime.now(UTC)
    with progress("demo city", 100) as report:
        env, _ = create_instance(
            env,
            kind="demo",
            division=DEMO_DIVISION,
            name=DEMO_NAME,
            now=now,
            seed=lambda: seed_demo(lambda done, total=100, *more: report(int(done * 100 / (total or 1)))),
        )
    return env


def _serve(env: Env, serving: Serving, lock: int) -> None:
    from xiaojia.config.instance.migrations import ensure_months, migration_state
    from xiaojia.config.instance.upgrade import require_current
    from xiaojia.config.instance.upgrade import upgrade as run

    with open_database(env) as database:
        setup_django()
        if env.is_demo and migration_state().pending:
            run(env, datetime.now(UTC), backup=False)
        require_current(env)
        ensure_months(datetime.now(UTC))
        collect_static(env)
        _close_connections()
        _announce(env)
        supervise(database, serving, lock)


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _announce(env: Env) -> None:
    if env.url:
        say(f"Outside address: {env.url}", f"对外地址：{env.url}")
    if not env.is_demo:
        return
    from xiaojia.domains.demo.rules import SIGN_INS

    say("Demo sign-ins (user name / password):", "演示账号（用户名 / 密码）：")
    for one in SIGN_INS:
        say(f"  {one.username:<10} {one.password:<14} {one.label_en}  {one.label}")


@click.group()
def user() -> None:
    """Accounts of the office. 工作人员账号。"""


@user.command("reset")
@click.argument("username")
@click.option("--factor", is_flag=True, help="The second factor is lost too: take it off. 两步验证也丢了，一并重置。")
@json_option
def user_reset(username: str, factor: bool) -> None:
    """Print a one-time link with which USERNAME sets a new password. 生成一次性链接，用于重设密码。"""
    from xiaojia.config.instance.create import reset_link

    with running() as database:
        path = reset_link(username, datetime.now(UTC), factor=factor)
        link = (database.env.url or database.env.local_url) + path
        result(
            {"username": username, "link": link},
            f"{username} sets a new password here (valid 72 hours, once):\n  {link}",
            f"请 {username} 打开上面的链接重设密码（72 小时内有效，仅一次）。",
        )
