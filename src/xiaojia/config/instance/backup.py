"""How is everything put into one file? Dump and counts of one snapshot, then every file; nobody stops working."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from xiaojia import __version__
from xiaojia.config.env import Env
from xiaojia.config.instance.archive import DUMP, FILES, KEYS, new_archive, verify
from xiaojia.config.instance.database import connect
from xiaojia.config.instance.fingerprints import fingerprints, table_names
from xiaojia.config.instance.layout import Layout, require_instance
from xiaojia.config.instance.programs import dump
from xiaojia.config.instance.rotation import backups_in, name_for, rotate
from xiaojia.config.instance.surroundings import remember_backup
from xiaojia.lib.console import Exit, Stop, progress


def make_backup(env: Env, target: Path, now: datetime) -> dict[str, Any]:
    """Write a backup of the open database and the files to `target`; what it holds, in numbers.

    Raises Stop `file_exists`, `no_space`, `dump_failed`. The file holds the instance's keys: mode 0600.
    """
    instance = require_instance(env)
    layout = Layout(env.home)
    _check_target(target, layout)
    dumped = target.with_name(target.name + ".dump.part")
    try:
        with new_archive(target) as writer:
            manifest = _database_part(env, dumped)
            writer.add_file(DUMP, dumped)
            dumped.unlink()
            paths = stored_files(layout.files)
            with progress("files", len(paths)) as report:
                for done, path in enumerate(paths, start=1):
                    writer.add_file(FILES + path.relative_to(layout.files).as_posix(), path)
                    report(done)
            writer.add_json(KEYS, {"secret_key": env.secret_key, "hash_key": env.hash_key})
            about = {"kind": instance.kind, "division": instance.division, "name": instance.name}
            about |= {"created_at": instance.created_at.isoformat(), "version": instance.version}
            writer.seal(manifest | {"instance": about, "made_at": now.isoformat(), "version": __version__})
    finally:
        dumped.unlink(missing_ok=True)
    remember_backup(env, target, now)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    size = target.stat().st_size
    return {"file": str(target), "bytes": size, "tables": len(manifest["tables"]), "rows": rows, "files": len(paths)}


def backup_into(env: Env, folder: Path, keep: int | None, now: datetime) -> dict[str, Any]:
    """Write a backup named by the time into a folder; with `keep` read it back whole, then let older ones go.

    Raises what `make_backup` and `verify` raise; nothing is let go before the new one has been read back.
    """
    made = make_backup(env, folder / name_for(now), now)
    if keep is None:
        return made
    verify(Path(made["file"]))
    gone = rotate(folder, keep, now)
    damaged = [one.path.name for one in backups_in(folder) if not one.is_whole]
    return made | {"removed": gone, "damaged": damaged}


def stored_files(folder: Path) -> list[Path]:
    """Every plain file below the files folder, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _database_part(env: Env, dumped: Path) -> dict[str, Any]:
    """Dump and fingerprints of one and the same snapshot."""
    with connect(env) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        dump(env, dumped, row[0] if row else "")
        with progress("rows counted and hashed", len(table_names(connection))) as report:
            tables = fingerprints(connection, report)
        applied = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
        connection.execute("ROLLBACK")
        version = connection.info.server_version
    return {"tables": tables, "migrations": [list(one) for one in applied], "server_version": version}


def _check_target(target: Path, layout: Layout) -> None:
    if target.exists():
        raise Stop(
            Exit.FAILED,
            "file_exists",
            f"{target} exists already and is not overwritten. Give another name.",
            f"{target} 已存在，不会覆盖。请换一个文件名。",
        )
    if not target.parent.is_dir():
        raise Stop(Exit.FAILED, "no_folder", f"There is no folder {target.parent}.", f"目录 {target.parent} 不存在。")
    needed = sum(path.stat().st_size for path in stored_files(layout.files)) + 50_000_000
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise Stop(
            Exit.FAILED,
            "no_space",
            f"{target.parent} has {free // 1_000_000} MB free; the backup needs at least {needed // 1_000_000} MB.",
            f"{target.parent} 剩余 {free // 1_000_000} MB，备份至少需要 {needed // 1_000_000} MB。",
        )
