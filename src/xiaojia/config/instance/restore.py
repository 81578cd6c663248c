"""How does a backup become an instance? Checked whole, loaded beside, compared row by row, swapped in."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from xiaojia import __version__
from xiaojia.config.env import Env, Instance
from xiaojia.config.instance.archive import DUMP, FILES, KEYS, damaged, extract, hash_file, verify
from xiaojia.config.instance.database import connect, open_database, setup_django
from xiaojia.config.instance.fingerprints import differences, fingerprints
from xiaojia.config.instance.layout import (
    Layout,
    adopt_keys,
    finish_instance,
    make_home,
    mark_unfinished,
    unfinished,
    write_instance,
)
from xiaojia.config.instance.migrations import has_tables, migrate, refuse_newer
from xiaojia.config.instance.programs import load
from xiaojia.config.instance.serve import only_server
from xiaojia.lib.console import Exit, Stop, progress

ASIDE = "before_restore"


def restore(env: Env, source: Path, *, force: bool, now: datetime) -> dict[str, Any]:
    """Make this data folder the instance of the backup; what was restored, in numbers.

    Raises Stop `damaged_backup` or `newer_data` before anything is touched, `not_empty` unless `force`,
    `differs` when the loaded rows are not those of the backup (then everything is as before).
    """
    with progress("backup checked", source.stat().st_size if source.is_file() else 0) as report:
        manifest = verify(source, report)
    env = make_home(env)
    if env.instance and unfinished(env) is None and not force:
        raise _not_empty(env)
    setup_django()
    refuse_newer(_unknown(manifest))
    work = env.home / "restore.part"
    with only_server(env), open_database(env):
        _undo_interrupted(env)
        if has_tables(env) and not force and unfinished(env) is None:
            raise _not_empty(env)
        try:
            _unpack(source, work, manifest)
            env = _swap(env, work, manifest, now)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    files = sum(1 for name in manifest["members"] if name.startswith(FILES))
    return {"name": manifest["instance"]["name"], "tables": len(manifest["tables"]), "rows": rows, "files": files}


def _swap(env: Env, work: Path, manifest: dict[str, Any], now: datetime) -> Env:
    """Load beside the present data, compare, and only then let go of them."""
    layout = Layout(env.home)
    before = unfinished(env)
    mark_unfinished(env, "restore", now)
    try:
        with _schema_aside(env):
            _load_and_compare(env, work, manifest)
    except BaseException:
        if before is None:
            finish_instance(env)
        raise
    if any(layout.files.iterdir()):
        layout.files.rename(layout.home / f"files.before-restore-{now:%Y%m%dT%H%M%S}")
    else:
        layout.files.rmdir()
    (work / FILES).mkdir(mode=0o700, exist_ok=True)
    (work / FILES).rename(layout.files)
    layout.files.chmod(0o700)
    env = _take_over(env, work, manifest)
    migrate(env, now)
    finish_instance(env)
    return env


def _unpack(source: Path, work: Path, manifest: dict[str, Any]) -> None:
    size = source.stat().st_size
    free = shutil.disk_usage(work.parent).free
    if free < size * 3:
        raise Stop(
            Exit.FAILED,
            "no_space",
            f"{work.parent} has {free // 1_000_000} MB free; restoring needs about {size * 3 // 1_000_000} MB.",
            f"{work.parent} 剩余 {free // 1_000_000} MB，恢复约需 {size * 3 // 1_000_000} MB。",
        )
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    with progress("unpacked", size) as report:
        extract(source, work, report)
    for name, member in manifest["members"].items():
        if hash_file(work / name) != member["sha256"]:
            raise damaged(f"{name} reads back differently from this disk", f"{name} 从磁盘读回的内容不一致")


@contextmanager
def _schema_aside(env: Env) -> Iterator[None]:
    """Keep the present tables under another name; drop them when all went well, put them back when not."""
    with connect(env) as connection:
        _run(connection, f"ALTER SCHEMA public RENAME TO {ASIDE}", "CREATE SCHEMA public")
        try:
            yield
        except BaseException:
            _run(connection, "DROP SCHEMA public CASCADE", f"ALTER SCHEMA {ASIDE} RENAME TO public")
            raise
        _run(connection, f"DROP SCHEMA {ASIDE} CASCADE")


def _undo_interrupted(env: Env) -> None:
    """A restore that was killed left the earlier tables aside: put them back first."""
    with connect(env) as connection:
        if connection.execute("SELECT to_regnamespace(%s)", [ASIDE]).fetchone() != (None,):
            _run(connection, "DROP SCHEMA public CASCADE", f"ALTER SCHEMA {ASIDE} RENAME TO public")


def _run(connection: psycopg.Connection[Any], *commands: str) -> None:
    with connection.transaction():
        for command in commands:
            connection.execute(command.encode())


def _load_and_compare(env: Env, work: Path, manifest: dict[str, Any]) -> None:
    with connect(env) as connection:
        load(env, work / DUMP, connection.info.server_version)
        with progress("rows compared", len(manifest["tables"])) as report:
            wrong = differences(manifest["tables"], fingerprints(connection, report))
    if wrong:
        raise Stop(
            Exit.FAILED,
            "differs",
            f"The loaded rows are not those of the backup ({'; '.join(wrong[:3])}). Everything is as it was before.",
            f"载入的数据与备份不一致（{'；'.join(wrong[:3])}）。一切保持原样。",
        )


def _take_over(env: Env, work: Path, manifest: dict[str, Any]) -> Env:
    """Become the instance of the backup: its keys (plates and hashes stay valid) and its name."""
    from django.conf import settings

    keys = json.loads((work / KEYS).read_text(encoding="utf-8"))
    adopt_keys(env, keys["secret_key"], keys["hash_key"])
    settings.SECRET_KEY, settings.HASH_KEY = keys["secret_key"], keys["hash_key"]
    about = manifest["instance"]
    created_at = datetime.fromisoformat(about["created_at"])
    return write_instance(env, Instance(about["kind"], about["division"], about["name"], created_at, __version__))


def _unknown(manifest: dict[str, Any]) -> list[str]:
    from django.db.migrations.loader import MigrationLoader

    known = set(MigrationLoader(None).graph.nodes)
    return [f"{app}.{name}" for app, name in manifest["migrations"] if (app, name) not in known]


def _not_empty(env: Env) -> Stop:
    name = env.instance.name if env.instance else "?"
    return Stop(
        Exit.NEEDS_ANSWER,
        "not_empty",
        f"This instance is not empty ({name}, {env.home}). With --force its data are replaced; back it up first.",
        f"当前实例不是空的（{name}，{env.home}）。加 --force 会用备份替换现有数据；请先备份。",
    )
