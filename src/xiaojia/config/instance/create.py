"""How does an instance begin? Empty folder and database become one; a broken start begins again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from xiaojia.config.env import Env
from xiaojia.config.instance.database import open_database, setup_django
from xiaojia.config.instance.layout import begin_instance, finish_instance, make_home, unfinished
from xiaojia.config.instance.migrations import empty_schema, has_tables, migrate
from xiaojia.lib.console import Exit, Stop

DEMO_DIVISION, DEMO_NAME = "460200", "三亚市总工会（演示）"
ADMIN_NAME, ADMIN_PURPOSE = "系统管理员", "管理本系统的账号"


def create_instance(
    env: Env, *, kind: str, division: str, name: str, now: datetime, seed: Callable[[], Any]
) -> tuple[Env, Any]:
    """Make the database, migrate, and run `seed`; the finished environment and what `seed` returned.

    Raises Stop `not_empty` when an instance or foreign tables are there already.
    """
    env = make_home(env)
    began_before = unfinished(env) == "create"
    if env.instance and not began_before:
        raise _not_empty(f"{env.home} already holds {env.instance.name}", f"{env.home} 中已有“{env.instance.name}”")
    with open_database(env):
        if has_tables(env):
            if not began_before:
                raise _not_empty(
                    "the database already holds tables, but this data folder has no instance.json",
                    "数据库中已有数据表，但数据目录中没有 instance.json",
                )
            empty_schema(env)
        env = begin_instance(env, kind, division, name, now)
        setup_django()
        migrate(env, now)
        seeded = seed()
        finish_instance(env)
        return env, seeded


def seed_real(division: str, name: str, admin_username: str, now: datetime) -> str:
    """Seed a real instance and its first administrator; the path of the administrator's one-time link."""
    from xiaojia.config.seed import seed_instance

    seed_instance(division, name)
    return first_administrator(admin_username, now)


def seed_demo(progress: Callable[..., None]) -> None:
    """Seed the demo city."""
    from xiaojia.config.seed import seed_base
    from xiaojia.domains.demo.actions import seed

    seed_base()
    seed(progress=progress)


def first_administrator(username: str, now: datetime) -> str:
    """Open the first administrator's account at the root union; the path of her one-time link."""
    from xiaojia.kernel.audit.rules import SYSTEM
    from xiaojia.kernel.orgs.actions import give_post
    from xiaojia.kernel.orgs.models import Instance
    from xiaojia.kernel.people.actions import issue_one_time_link, open_account, register_person

    root = Instance.objects.get().root
    today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    person = register_person(actor=SYSTEM, name=ADMIN_NAME, purpose=ADMIN_PURPOSE)
    account = open_account(actor=SYSTEM, person=person, username=username)
    give_post(actor=SYSTEM, person=person, org=root, role="admin", since=today)
    return issue_one_time_link(actor=SYSTEM, account=account, now=now)


def reset_link(username: str, now: datetime, *, factor: bool = False) -> str:
    """A fresh one-time link for an account; its path. `factor`: the second factor goes too.

    Raises Stop `no_such_account`.
    """
    from xiaojia.kernel.audit.rules import SYSTEM
    from xiaojia.kernel.people.actions import issue_one_time_link, reset_factor
    from xiaojia.kernel.people.models import Account

    account = Account.objects.filter(username__iexact=username).first()
    if account is None:
        raise Stop(
            Exit.FAILED,
            "no_such_account",
            f"There is no account named {username}.",
            f"没有名为“{username}”的账号。",
        )
    verb = reset_factor if factor else issue_one_time_link
    return verb(actor=SYSTEM, account=account, now=now)


def _not_empty(english: str, chinese: str) -> Stop:
    return Stop(
        Exit.FAILED,
        "not_empty",
        f"Nothing was done: {english}. Choose an empty folder with XIAOJIA_HOME (and an empty database).",
        f"未做任何改动：{chinese}。请用 XIAOJIA_HOME 指定空目录（以及空数据库）。",
    )
