"""What is wrong with this installation, and how is it mended? Every check looks; none changes anything."""

import importlib.metadata
import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from xiaojia.config.env import Env
from xiaojia.config.instance.database import OLDEST_SERVER, connect
from xiaojia.config.instance.finding import Finding, ok
from xiaojia.config.instance.layout import Layout
from xiaojia.config.instance.migrations import migration_state
from xiaojia.config.instance.roles import APPEND_ONLY, PARTITIONED, excess_rights
from xiaojia.config.instance.surroundings import (
    check_backup,
    check_certificate,
    check_clock,
    check_figures,
    check_logs,
)

LEAST_FREE_MB, CLOCK_DRIFT_S = 1000, 5.0


def check_python(env: Env) -> Iterator[Finding]:
    """Python and the packages that the product names."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield ok("python", version)
    missing = []
    for line in importlib.metadata.requires("xiaojia") or []:
        if "extra ==" in line or ("pgserver" in line and not env.is_embedded):
            continue
        name = re.match(r"[A-Za-z0-9._-]+", line)
        try:
            importlib.metadata.version(name[0] if name else line)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name[0] if name else line)
    if missing:
        mend = "script/server installs them again", "重新运行 script/server 即可安装"
        yield Finding("packages", "wrong", f"missing: {', '.join(missing)}", *mend)
    else:
        yield ok("packages", "all there")


def check_folder(env: Env) -> Iterator[Finding]:
    """Space and permissions of the data folder."""
    free_mb = shutil.disk_usage(env.home).free // 1_000_000
    if free_mb < LEAST_FREE_MB:
        yield Finding(
            "disk space", "wrong", f"{free_mb} MB free", f"free space on {env.home}", f"清理 {env.home} 所在磁盘"
        )
    else:
        yield ok("disk space", f"{free_mb} MB free")
    layout = Layout(env.home)
    open_to_others = [path for path in (layout.secrets, layout.files, layout.backups) if path.stat().st_mode & 0o077]
    for path in open_to_others:
        mend = f"chmod go= {path}"
        yield Finding("permissions", "wrong", f"{path} can be read by others", mend, mend)
    if not os.access(env.home, os.W_OK):
        mend = f"chown it to the account that runs xiaojia: {env.home}"
        yield Finding(
            "permissions", "wrong", f"{env.home} cannot be written", mend, f"请把 {env.home} 的所有者改为运行小家的账户"
        )
    elif not open_to_others:
        yield ok("permissions", str(env.home))


def check_database(env: Env) -> Iterator[Finding]:
    """The server, its version, its durability, the application's rights, the clock."""
    with connect(env) as connection:
        version = connection.info.server_version
        mend = "use PostgreSQL 15 or newer", "请使用 PostgreSQL 15 或更高版本"
        text = f"{version // 10000}.{version % 10000}, {'embedded' if env.is_embedded else 'DATABASE_URL'}"
        yield ok("postgresql", text) if version >= OLDEST_SERVER else Finding("postgresql", "wrong", text, *mend)
        for setting in ("fsync", "full_page_writes"):
            if _one(connection, f"SHOW {setting}") != "on":
                mend = f"set {setting} = on in postgresql.conf", f"在 postgresql.conf 中设置 {setting} = on"
                yield Finding("durability", "wrong", f"{setting} is off: a power cut loses data", *mend)
        excess = excess_rights(connection, env.app_role)
        if excess:
            mend = "xiaojia upgrade gives the rights again", "运行 xiaojia upgrade 重新授权"
            yield Finding("roles", "wrong", "; ".join(excess[:4]), *mend)
        else:
            yield ok("roles", f"{env.app_role} can neither change nor delete {' and '.join(APPEND_ONLY)}")
        drift_s = abs((datetime.now(UTC) - _one(connection, "SELECT clock_timestamp()")).total_seconds())
        mend = "let both machines use NTP", "请让两台机器都使用 NTP 对时"
        good = drift_s <= CLOCK_DRIFT_S
        yield (
            ok("clock", f"{drift_s:.1f} s apart")
            if good
            else Finding("clock", "wrong", f"{drift_s:.0f} s apart", *mend)
        )
    with connect(env, "default") as connection:
        _one(connection, "SELECT 1")
    yield ok("application login", env.app_role)


def check_migrations(env: Env) -> Iterator[Finding]:
    """Whether database and code agree."""
    state = migration_state()
    if state.unknown:
        mend = "install the newer version of Xiaojia", "请安装更新版本的小家"
        yield Finding("migrations", "wrong", f"unknown: {', '.join(state.unknown[:3])}", *mend)
    elif state.pending:
        yield Finding("migrations", "wrong", f"{len(state.pending)} to go", "xiaojia upgrade", "运行 xiaojia upgrade")
    else:
        yield ok("migrations", "current")


def check_months(env: Env) -> Iterator[Finding]:
    """Whether the month partitions of this and the next month are there."""
    from xiaojia.kernel.audit.months import partition_name

    this = datetime.now(ZoneInfo("Asia/Shanghai")).date().replace(day=1)
    following = (this + timedelta(days=32)).replace(day=1)
    names = [partition_name(table, month) for table in PARTITIONED for month in (this, following)]
    with connect(env) as connection:
        missing = [name for name in names if _one(connection, "SELECT to_regclass(%s)::text", name) is None]
    if missing:
        mend = (
            "xiaojia upgrade makes them; is the worker running?",
            "运行 xiaojia upgrade 补建；并检查后台进程是否在运行",
        )
        yield Finding("month partitions", "wrong", f"missing: {', '.join(missing)}", *mend)
    else:
        yield ok("month partitions", f"this and the next month, {len(PARTITIONED)} tables")


def check_address(env: Env) -> Iterator[Finding]:
    """XIAOJIA_URL, and HTTPS, without which a phone gives no position and scans nothing."""
    if not env.url:
        mend = (
            "XIAOJIA_URL=https://… (plates are not printed without it)",
            "设置 XIAOJIA_URL=https://…（未设置时不能打印站牌）",
        )
        yield Finding("address", "warning", "XIAOJIA_URL is not set", *mend)
        return
    if not env.url.startswith("https://"):
        mend = (
            "use HTTPS: without it a phone gives no position and keeps no page offline",
            "请使用 HTTPS：否则手机不能定位，也不能离线使用",
        )
        yield Finding("address", "warning", f"{env.url} is not HTTPS", *mend)
        return
    host = env.url.split("://")[1].split("/")[0].rsplit(":", 1)[0]
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        yield Finding(
            "address", "warning", f"{host} has no address here", "enter it in the DNS", "请在 DNS 中登记该域名"
        )
        return
    yield ok("address", env.url)


def check_font(env: Env) -> Iterator[Finding]:
    """A Chinese font for printed plates."""
    fonts = [path for path in cjk_fonts() if path.is_file()]
    if fonts:
        yield ok("font for PDF", str(fonts[0]))
    else:
        mend = "apt-get install fonts-noto-cjk", "apt-get install fonts-noto-cjk"
        yield Finding("font for PDF", "warning", "no Chinese font: plates cannot be printed as PDF", *mend)


def cjk_fonts() -> list[Path]:
    """Where Chinese fonts usually lie."""
    roots = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]
    names = re.compile(
        r"(noto.*cjk|source.?han|wqy|droidsansfallback|simsun|simhei|msyh).*\.(ttf|ttc|otf)$", re.IGNORECASE
    )
    return sorted(path for root in roots if root.is_dir() for path in root.rglob("*") if names.search(path.name))


CHECKS: tuple[tuple[str, Callable[[Env], Iterator[Finding]]], ...] = (
    ("python", check_python),
    ("folder", check_folder),
    ("database", check_database),
    ("migrations", check_migrations),
    ("month partitions", check_months),
    ("address", check_address),
    ("certificate", check_certificate),
    ("time", check_clock),
    ("logs", check_logs),
    ("metrics", check_figures),
    ("backup", check_backup),
    ("font", check_font),
)


def examine(env: Env) -> list[Finding]:
    """Run every check on the open, set-up instance; a check that breaks is a finding itself."""
    findings: list[Finding] = []
    for name, check in CHECKS:
        try:
            findings += check(env)
        except Exception as error:  # noqa: BLE001 - the doctor reports whatever breaks
            text = " ".join(str(error).split()) or type(error).__name__
            findings.append(Finding(name, "wrong", text, "see the message", "见上述信息"))
    return findings


def as_json(findings: list[Finding]) -> dict[str, Any]:
    """The findings as one object."""
    return {"ok": not any(one.state == "wrong" for one in findings), "checks": [asdict(one) for one in findings]}


def _one(connection: Any, query: str, *values: object) -> Any:
    row = connection.execute(query, values or None).fetchone()
    return row[0] if row else None
