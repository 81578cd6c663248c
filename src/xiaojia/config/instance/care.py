"""Which commands look after an installation? Examine, back up, restore, upgrade, and let go of what is over."""

from datetime import UTC, datetime
from pathlib import Path

import click

from xiaojia.config.env import load_env
from xiaojia.config.instance.commands import running
from xiaojia.config.instance.layout import Layout, require_instance
from xiaojia.config.instance.serve import only_server
from xiaojia.lib.console import Exit, json_option, result, say

Source = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """The log of deeds. 操作记录。"""


@audit.command("prune")
@click.option("--dry-run", is_flag=True, help="Show what is due and change nothing. 只看不删。")
@json_option
def audit_prune(dry_run: bool) -> None:
    """Drop the months of the log that are older than XIAOJIA_AUDIT_DAYS. 清理超过保存期限的操作记录。"""
    from xiaojia.config.instance.keeping import due_months, prune_audit

    now = datetime.now(UTC)
    with running() as database:
        days = database.env.watch.audit_days
        if dry_run:
            due = due_months(database.env, now, days)
            result({"due": due, "days": days}, f"{len(due)} months are due.", f"到期 {len(due)} 个月，未做改动。")
            return
        done = prune_audit(database.env, now, days)
    result(
        done,
        f"{len(done['months'])} months with {done['rows']:,} lines dropped; everything of the last {days} days stays.",
        f"已清理 {len(done['months'])} 个月、{done['rows']:,} 条；最近 {days} 天的记录都在。",
    )


@click.command()
@json_option
def doctor() -> None:
    """Say what is wrong with this installation and how to mend it. 检查本机安装并说明如何修复。"""
    from xiaojia.config.instance.doctor import as_json, examine

    marks = {"ok": "✓", "warning": "!", "wrong": "✗"}
    with running() as database:
        findings = examine(database.env)
    for one in findings:
        say(f"{marks[one.state]} {one.check:<18} {one.text}")
        if one.mend:
            say(f"    → {one.mend}", f"    → {one.mend_chinese}")
    values = as_json(findings)
    result(values)
    if not values["ok"]:
        raise click.exceptions.Exit(Exit.FAILED)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--keep", type=click.IntRange(1, 1000), help="Then keep the N newest of that folder. 只保留最新的 N 份。")
@json_option
def backup(file: Path | None, keep: int | None) -> None:
    """Write database, files and keys into FILE; the product may keep running. 备份到一个文件，无需停机。

    Without FILE, or when FILE is a folder, the name is made from the time. 省略文件名时按时间命名。
    """
    from xiaojia.config.instance.backup import backup_into, make_backup

    with running() as database:
        now = datetime.now(UTC)
        folder = file.absolute() if file else Layout(database.env.home).backups
        if folder.is_dir():
            made = backup_into(database.env, folder, keep, now)
        elif keep:
            raise click.UsageError("--keep needs a folder, or no FILE at all.")
        else:
            made = make_backup(database.env, folder, now)
    result(
        made,
        f"{made['file']}: {made['bytes'] / 1e6:.1f} MB, {made['rows']:,} rows in {made['tables']} tables, "
        f"{made['files']:,} files. It holds the keys of the instance: keep it safe.",
        f"已备份 {made['rows']:,} 行、{made['files']:,} 个文件。备份中含本实例的密钥，请妥善保管。",
    )


@click.command()
@click.argument("file", type=Source)
@click.option("--force", is_flag=True, help="Replace the data of this instance. 替换现有数据。")
@json_option
def restore(file: Path, force: bool) -> None:
    """Make this (empty) data folder the instance of FILE, verified row by row. 从备份恢复，并逐行核对。"""
    from xiaojia.config.instance.restore import restore as run

    done = run(load_env(), file.absolute(), force=force, now=datetime.now(UTC))
    result(
        done,
        f"Restored {done['name']}: {done['rows']:,} rows in {done['tables']} tables and {done['files']:,} files, "
        "each compared with the backup.",
        f"已恢复“{done['name']}”：{done['rows']:,} 行、{done['files']:,} 个文件，均与备份逐一核对。",
    )


@click.command()
@click.option("--no-backup", is_flag=True, help="Do not back up first. 不先备份。")
@json_option
def upgrade(no_backup: bool) -> None:
    """Back up, then bring the database to this version; newer data are refused. 先备份，再升级数据库。"""
    from xiaojia.config.instance.upgrade import upgrade as run

    env = load_env()
    require_instance(env)
    with only_server(env), running() as database:
        done = run(database.env, datetime.now(UTC), backup=not no_backup)
    saved = f" Backup: {done['backup']['file']}" if done["backup"] else ""
    result(
        done,
        f"Version {done['to']}: migrations applied: {len(done['applied'])}; rights given.{saved}",
        f"版本 {done['to']}：已执行 {len(done['applied'])} 个迁移并重新授权。",
    )
