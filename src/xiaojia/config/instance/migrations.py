"""Is the database as this version of the code needs it, and how does it get there?"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from xiaojia.config.env import Env
from xiaojia.config.instance.database import connect
from xiaojia.config.instance.roles import PARTITIONED, grant_app
from xiaojia.lib.console import Exit, Stop

MONTHS_AHEAD = 3
RESET = (
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
)


@dataclass(frozen=True)
class MigrationState:
    """`pending`: known to the code, not applied; `unknown`: applied, not known to the code. As room.name."""

    pending: list[str]
    unknown: list[str]


def migration_state() -> MigrationState:
    """Compare the code with the database (Django must be set up)."""
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connections["owner"])
    applied, known = set(loader.applied_migrations), set(loader.graph.nodes)
    replaced = {old for migration in loader.replacements.values() for old in migration.replaces}
    labels = {label for label, _ in known}
    return MigrationState(
        [f"{label}.{name}" for label, name in sorted(known - applied)],
        [f"{label}.{name}" for label, name in sorted(applied - known - replaced) if label in labels or _is_ours(label)],
    )


def _is_ours(label: str) -> bool:
    return label not in {"admin", "sites"}


def refuse_newer(unknown: list[str]) -> None:
    """Raise Stop with exit code 6 when the data know migrations that this code does not."""
    if unknown:
        raise Stop(
            Exit.NEWER_DATA,
            "newer_data",
            f"These data belong to a newer version of Xiaojia (unknown: {', '.join(unknown[:3])}). "
            "Install that version; nothing was changed.",
            f"这些数据属于更新版本的小家（未知迁移：{'、'.join(unknown[:3])}）。请安装对应版本；未做任何改动。",
        )


def migrate(env: Env, now: datetime) -> None:
    """Bring the database to the code: migrations, cache table, months ahead, the application's rights."""
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("createcachetable", database="owner", verbosity=0)
    ensure_months(now)
    grant_app(connections["owner"], env.app_role)


def ensure_months(now: datetime) -> list[str]:
    """Make the partitions of this month and the next ones of every append-only table; the names made."""
    from xiaojia.kernel.audit.months import ensure_months as ensure

    today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    return [name for table in PARTITIONED for name in ensure(table, first=today, months=MONTHS_AHEAD + 1)]


def has_tables(env: Env) -> bool:
    """Does the database hold anything in schema public?"""
    query = b"SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') LIMIT 1"
    with connect(env) as connection:
        return connection.execute(query).fetchone() is not None


def empty_schema(env: Env) -> None:
    """Throw away what an unfinished start left; only for an instance that was never finished."""
    with connect(env) as connection, connection.transaction():
        for command in RESET:
            connection.execute(command.encode())
