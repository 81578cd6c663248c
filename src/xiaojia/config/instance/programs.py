"""How are PostgreSQL's own programs called? The wheel's, else the PATH's; no password on a command line."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

from xiaojia.config.env import Env, database_settings
from xiaojia.lib.console import Exit, Stop
from xiaojia.lib.postgres import PostgresError
from xiaojia.lib.postgres.binaries import wheel_binaries

COLUMN_MARK = re.compile(rb"ALTER TABLE ONLY \S+ ALTER COLUMN \S+ SET \(pg_attver=\d+\);\n")


def program(name: str) -> str:
    """The path of pg_dump, pg_restore or psql; raises Stop `no_program`."""
    try:
        return wheel_binaries().program(name)
    except PostgresError:
        found = shutil.which(name)
    if found is None:
        raise Stop(
            Exit.FAILED,
            "no_program",
            f"{name} is missing: install PostgreSQL's client programs.",
            f"缺少 {name}：请安装 PostgreSQL 客户端程序。",
        )
    return found


def owner_conninfo(env: Env) -> str:
    """The owner's connection string without its password."""
    place = database_settings(env)["owner"]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    given = {key: place[name] for key, name in names.items() if place.get(name)}
    return make_conninfo("", **(given | place.get("OPTIONS", {})))


def owner_environment(env: Env) -> dict[str, str]:
    """The environment for a program that signs in as the owner."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    password = database_settings(env)["owner"].get("PASSWORD")
    return kept | ({"PGPASSWORD": password} if password else {})


def dump(env: Env, target: Path, snapshot: str) -> None:
    """Dump schema public as of an exported snapshot; raises Stop `dump_failed`."""
    command = [program("pg_dump"), "--format=custom", "--schema=public", "--no-owner", "--no-acl"]
    command += [f"--snapshot={snapshot}", f"--file={target}", f"--dbname={owner_conninfo(env)}"]
    target.touch(mode=0o600)
    _finish(subprocess.run(command, env=owner_environment(env), capture_output=True, text=True, check=False), "dump")


def load(env: Env, source: Path, server_version: int) -> None:
    """Load a dump into the empty schema public in one transaction; raises Stop `load_failed`."""
    listing = subprocess.run(
        [program("pg_restore"), "--list", str(source)], capture_output=True, text=True, check=False
    )
    _finish(listing, "load")
    wanted = source.with_name("contents.list")
    lines = [line for line in listing.stdout.splitlines() if " SCHEMA - " not in line and "SCHEMA public" not in line]
    wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
    script = source.with_name("database.sql")
    command = [program("pg_restore"), "--no-owner", "--no-acl", f"--use-list={wanted}", f"--file={script}", str(source)]
    script.touch(mode=0o600)
    _finish(subprocess.run(command, capture_output=True, text=True, check=False), "load")
    run = [program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    run += [f"--dbname={owner_conninfo(env)}", "--output=/dev/null"]
    with subprocess.Popen(
        run, env=owner_environment(env), stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        _feed(process, script, server_version)
        errors = process.stderr.read() if process.stderr else b""
    done: Any = subprocess.CompletedProcess(run, process.returncode, "", errors.decode(errors="replace"))
    _finish(done, "load")


def _feed(process: "subprocess.Popen[bytes]", script: Path, server_version: int) -> None:
    if process.stdin is None:
        return
    try:
        with script.open("rb") as file, process.stdin as stdin:
            stdin.writelines(portable(file, server_version))
    except BrokenPipeError:
        return  # psql stopped at an error, which it has written


def portable(lines: Iterable[bytes], server_version: int) -> Iterator[bytes]:
    """Leave out what only the dumped server knows; rows (between COPY and its end) pass untouched.

    `pg_attver`: column marks that minor releases of November 2026 (as 15.20) keep for themselves and others refuse.
    `transaction_timeout`: a setting since 17.
    """
    in_rows = False
    for line in lines:
        if in_rows:
            in_rows = line != b"\\.\n"
        elif line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            in_rows = True
        elif COLUMN_MARK.match(line) or (server_version < 170000 and line.startswith(b"SET transaction_timeout")):
            continue
        yield line


def _finish(done: "subprocess.CompletedProcess[str]", what: str) -> None:
    if done.returncode:
        text = " ".join(done.stderr.split())[-600:]
        verb = {"dump": ("could not be dumped", "导出失败"), "load": ("could not be loaded", "载入失败")}[what]
        raise Stop(Exit.FAILED, f"{what}_failed", f"The database {verb[0]}: {text}", f"数据库{verb[1]}：{text}")
