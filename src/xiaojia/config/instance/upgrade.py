"""How does an instance come to a newer version? Backed up, migrated, rights given again; never backwards."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from xiaojia import __version__
from xiaojia.config.env import Env
from xiaojia.config.instance.backup import make_backup
from xiaojia.config.instance.layout import Layout, require_instance, write_instance
from xiaojia.config.instance.migrations import migrate, migration_state, refuse_newer
from xiaojia.lib.console import Exit, Stop


def upgrade(env: Env, now: datetime, *, backup: bool = True) -> dict[str, Any]:
    """Bring the open, set-up database to this version; what was done. Raises Stop `newer_data` (exit 6)."""
    instance = require_instance(env)
    state = migration_state()
    refuse_newer(state.unknown)
    saved = None
    if state.pending and backup:
        target = Layout(env.home).backups / f"before-{__version__}-{now:%Y%m%dT%H%M%S}.tar"
        saved = make_backup(env, target, now)
    migrate(env, now)
    _seed_base()
    write_instance(env, replace(instance, version=__version__))
    return {"from": instance.version, "to": __version__, "applied": state.pending, "backup": saved}


def _seed_base() -> None:
    """What a newer version brings for every instance: divisions, days, standards; harmless when repeated."""
    from xiaojia.config.seed import seed_base

    seed_base()


def require_current(env: Env) -> None:
    """Raise Stop unless the database is exactly as this version needs it."""
    state = migration_state()
    refuse_newer(state.unknown)
    if state.pending:
        raise Stop(
            Exit.FAILED,
            "upgrade_needed",
            f"The database is older than this version ({len(state.pending)} migrations to go). Run: xiaojia upgrade",
            f"数据库版本较旧（还有 {len(state.pending)} 个迁移）。请运行：xiaojia upgrade",
        )
