"""What lies where in the data folder, and how does an instance come to be there?"""

import errno
import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from xiaojia import __version__
from xiaojia.config.env import Env, Instance
from xiaojia.config.keys import read_secrets, write_private, write_secrets
from xiaojia.lib.console import Exit, Stop
from xiaojia.lib.postgres import PostgresError


class Layout:
    """The paths below XIAOJIA_HOME."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.instance = home / "instance.json"
        self.secrets = home / "secrets.json"
        self.creating = home / "creating.json"
        self.files = home / "files"
        self.backups = home / "backups"
        self.static = home / "static"
        self.metrics = home / "metrics"
        self.last_backup = home / "last_backup.json"
        self.serving = home / "serve.lock"


def make_home(env: Env) -> Env:
    """Create the data folder and its secrets once; the environment with the stored secrets."""
    layout = Layout(env.home)
    try:
        env.home.mkdir(parents=True, exist_ok=True)
        secrets = read_secrets(layout.secrets)
        if secrets is None:
            secrets = env.secrets
            write_secrets(layout.secrets, secrets)
        for folder in (layout.files, layout.backups):
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise PostgresError("disk_full", folder=env.home, free_mb=0, needed_mb=300) from error
        raise PostgresError("not_writable", folder=env.home) from error
    return replace(env, secrets=secrets)


def adopt_keys(env: Env, secret_key: str, hash_key: str) -> None:
    """Take over the signing and hashing keys of a backup; the database passwords stay this folder's own."""
    write_secrets(Layout(env.home).secrets, replace(env.secrets, secret_key=secret_key, hash_key=hash_key))


def write_instance(env: Env, instance: Instance) -> Env:
    """Store what this data folder is; the environment that knows it."""
    data = asdict(instance) | {"created_at": instance.created_at.isoformat()}
    write_private(Layout(env.home).instance, json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    return replace(env, instance=instance)


def begin_instance(env: Env, kind: str, division: str, name: str, now: datetime) -> Env:
    """Mark that an instance is being made here; until `finish_instance` the next start begins again."""
    mark_unfinished(env, "create", now)
    return write_instance(env, Instance(kind, division, name, now, __version__))


def mark_unfinished(env: Env, deed: str, now: datetime) -> None:
    """From now on this folder holds half an instance: `deed` is create or restore."""
    write_private(Layout(env.home).creating, json.dumps({"deed": deed, "since": now.isoformat()}) + "\n")


def finish_instance(env: Env) -> None:
    """The instance is whole."""
    Layout(env.home).creating.unlink(missing_ok=True)


def unfinished(env: Env) -> str | None:
    """The deed that was begun here and never finished: create, restore or None."""
    path = Layout(env.home).creating
    return str(json.loads(path.read_text(encoding="utf-8"))["deed"]) if path.exists() else None


def require_instance(env: Env) -> Instance:
    """This folder's instance; raises Stop with the command to type when there is none."""
    deed = unfinished(env)
    if deed == "restore":
        raise Stop(
            Exit.FAILED,
            "restore_interrupted",
            f"A restore into {env.home} was interrupted. Run it again: xiaojia restore FILE --force",
            f"{env.home} 的恢复操作曾被中断。请重新运行：xiaojia restore FILE --force",
        )
    if env.instance is None or deed:
        raise Stop(
            Exit.CANNOT_REACH,
            "no_instance",
            f"There is no finished instance in {env.home}. "
            "Make one: xiaojia init --division 410100 --name 郑州市总工会, or look at the demo: xiaojia demo",
            f"{env.home} 中还没有可用的实例。请先运行 xiaojia init --division 410100 --name 郑州市总工会，"
            "或运行 xiaojia demo 查看演示。",
        )
    return env.instance
