"""How does a data folder come to be? Made beside its place, renamed when whole: a broken attempt leaves nothing."""

import os
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xiaojia.lib.postgres.account import Account
from xiaojia.lib.postgres.binaries import Binaries
from xiaojia.lib.postgres.errors import PostgresError

SUPERUSER = "xiaojia_super"
MARKER = "xiaojia.ready"
INIT_NEEDS_MB, START_NEEDS_MB = 300, 20
DURABLE_SETTINGS = {"shared_buffers": "128MB", "max_connections": "60", "timezone": "UTC", "log_timezone": "UTC"}


def clean_environment() -> dict[str, str]:
    """The environment without PG* settings of the caller, in the C locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def check_space(folder: Path, needed_mb: int) -> None:
    """Raise `disk_full` when less than `needed_mb` are free where `folder` lies."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < needed_mb:
        raise PostgresError("disk_full", folder=folder, free_mb=free_mb, needed_mb=needed_mb)


def ensure_data_folder(data: Path, binaries: Binaries, account: Account | None, super_password: str) -> bool:
    """Create the data folder unless it is there; True when it was created. A folder without marker is moved aside."""
    for broken in data.parent.glob("pg.partial-*"):
        _remove(broken)
    if (data / MARKER).exists():
        _check_version(data, binaries)
        check_space(data, START_NEEDS_MB)
        return False
    check_space(data.parent, INIT_NEEDS_MB)
    if data.exists():
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        data.rename(data.with_name(f"{data.name}.unfinished-{stamp}"))
    # A fresh name each time: the initdb of a killed start may still run, and removes its own folder when it fails.
    work = Path(tempfile.mkdtemp(prefix="pg.partial-", dir=data.parent))
    _own(work, account)
    part, password = work / "data", work / "password"
    part.mkdir(mode=0o700)
    password.touch(mode=0o600)
    password.write_text(super_password + "\n", encoding="utf-8")
    _own(part, account)
    _own(password, account)
    _initdb(part, binaries, account, password)
    (part / MARKER).write_text("made whole by xiaojia\n", encoding="utf-8")
    part.rename(data)
    shutil.rmtree(work)
    return True


def _remove(broken: Path, wait_s: float = 3.0) -> None:
    """Remove what a killed start left; its initdb may still be writing there for a moment, so try again until gone."""
    until = time.monotonic() + wait_s
    while broken.exists() and time.monotonic() < until:
        shutil.rmtree(broken, ignore_errors=True)
        if broken.exists():
            time.sleep(0.1)


def _initdb(data: Path, binaries: Binaries, account: Account | None, password: Path) -> None:
    command = [binaries.program("initdb"), f"--pgdata={data}", f"--username={SUPERUSER}", f"--pwfile={password}"]
    command += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--data-checksums"]
    command += [f"--set={name}={value}" for name, value in DURABLE_SETTINGS.items()]
    extra: dict[str, Any] = account.process if account else {}
    result = subprocess.run(
        command, cwd=data, env=clean_environment(), capture_output=True, text=True, check=False, **extra
    )
    if result.returncode:
        check_space(data, START_NEEDS_MB)
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        wanted = [line for line in lines if "error:" in line or "FATAL" in line] or lines[-3:]
        raise PostgresError("initdb_failed", folder=data, detail=" ".join(wanted))


def _check_version(data: Path, binaries: Binaries) -> None:
    found = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
    if found != str(binaries.major):
        raise PostgresError("wrong_version", folder=data, found=found, expected=binaries.major)


def _own(path: Path, account: Account | None) -> None:
    if account:
        os.chown(path, account.uid, account.gid)
