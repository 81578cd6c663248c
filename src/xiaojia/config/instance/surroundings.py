"""What around the product can spoil it? Logs, figures, certificates, the machine's clock, the age of the last backup."""

import json
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from xiaojia.config.env import Env
from xiaojia.config.instance.finding import Finding, ok
from xiaojia.config.instance.layout import Layout

SOON, BACKUP_OLD, ANSWER_S, LEAST_FREE_MB = timedelta(days=30), timedelta(hours=49), 3.0, 500


def check_logs(env: Env) -> Iterator[Finding]:
    """Whether lines are kept where they should be, for as long as the law asks."""
    folder = env.watch.folder
    if folder is None:
        if not env.is_demo:
            mend = (
                f"set XIAOJIA_LOG_FOLDER, or keep the journal for {env.watch.log_days} days",
                f"设置 XIAOJIA_LOG_FOLDER，或让系统日志保存 {env.watch.log_days} 天（网络安全法第二十三条第三项）",
            )
            yield Finding(
                "logs", "warning", "no folder: whoever keeps standard error must keep it for six months", *mend
            )
        return
    if not os.access(folder, os.W_OK):
        mend = (
            f"make {folder} and chown it to the account that runs xiaojia",
            f"建立 {folder}，并把所有者改为运行小家的账户",
        )
        yield Finding("logs", "wrong", f"{folder} cannot be written", *mend)
        return
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < LEAST_FREE_MB:
        yield Finding("logs", "wrong", f"{folder}: {free_mb} MB free", "free space there", f"清理 {folder} 所在磁盘")
    else:
        yield ok("logs", f"{folder}, {env.watch.log_days} days")


def check_figures(env: Env) -> Iterator[Finding]:
    """Whether the processes can add up what they count."""
    folder = Layout(env.home).metrics
    if folder.exists() and not os.access(folder, os.W_OK):
        mend = f"rm -r {folder}; xiaojia serve makes it again", f"删除 {folder}；xiaojia serve 会重新建立"
        yield Finding("metrics", "wrong", f"{folder} cannot be written: each process counts for itself", *mend)
    elif folder.exists():
        yield ok("metrics", str(folder))


def check_certificate(env: Env) -> Iterator[Finding]:
    """How long the certificate is good: our own, or the one that a proxy shows at XIAOJIA_URL."""
    if env.tls_cert and env.tls_key:
        certificate = x509.load_pem_x509_certificates(env.tls_cert.read_bytes())[0]
        key = load_pem_private_key(env.tls_key.read_bytes(), None)
        if key.public_key() != certificate.public_key():
            mend = "give the key that the certificate was made for", "请使用与证书配套的私钥"
            yield Finding("certificate", "wrong", "XIAOJIA_TLS_KEY does not belong to XIAOJIA_TLS_CERT", *mend)
            return
        yield _judge(certificate.not_valid_after_utc)
    elif env.url.startswith("https://"):
        ends = _shown_at(env.url)
        if ends is not None:
            yield _judge(ends)


def _judge(ends: datetime) -> Finding:
    left = ends - datetime.now(UTC)
    text = f"good until {ends:%Y-%m-%d}"
    if left <= timedelta(0):
        return Finding("certificate", "wrong", f"over since {ends:%Y-%m-%d}", "renew it now", "证书已过期，请立即更换")
    if left < SOON:
        mend = f"renew it: {left.days} days are left", f"请更换：还剩 {left.days} 天"
        return Finding("certificate", "warning", text, *mend)
    return ok("certificate", text)


def _shown_at(url: str) -> datetime | None:
    """Return the end of the certificate that is shown at the address; None where nobody answers."""
    place = urlsplit(url)
    try:
        context = ssl._create_unverified_context()  # noqa: S323 - whether it is trusted is the browser's question
        with (
            socket.create_connection((place.hostname or "", place.port or 443), timeout=ANSWER_S) as plain,
            context.wrap_socket(plain, server_hostname=place.hostname) as sealed,
        ):
            shown = sealed.getpeercert(binary_form=True)
    except OSError:
        return None
    return x509.load_der_x509_certificate(shown).not_valid_after_utc if shown else None


def check_clock(env: Env) -> Iterator[Finding]:
    """Whether this machine's clock is kept right: states, one-time codes and the log depend on it."""
    program = shutil.which("timedatectl")
    if program is None or not Path("/run/systemd/system").is_dir():
        return
    said = subprocess.run(
        [program, "show", "--property=NTPSynchronized", "--value"],
        capture_output=True,
        text=True,
        check=False,
        timeout=5,
    ).stdout.strip()
    if said == "no":
        mend = "timedatectl set-ntp true (or chrony with the intranet's server)", "启用 NTP 对时（内网可用 chrony）"
        yield Finding("time", "warning", "this machine's clock is not synchronised", *mend)
    elif said == "yes":
        yield ok("time", "synchronised")


def check_backup(env: Env) -> Iterator[Finding]:
    """How old the last whole backup is, wherever it was written."""
    if env.is_demo:
        return
    last = last_backup(env)
    mend = (
        "xiaojia backup --keep 14, daily by the timer of deploy/systemd",
        "每天运行 xiaojia backup --keep 14（见 deploy/systemd）",
    )
    if last is None:
        yield Finding("backup", "warning", "none was made here", *mend)
        return
    path, made_at = last
    age = datetime.now(UTC) - made_at
    text = f"{path}, {age.days * 24 + age.seconds // 3600} h ago"
    if not path.is_file():
        yield (
            ok("backup", f"{text} (moved away since)")
            if age < BACKUP_OLD
            else Finding("backup", "warning", text, *mend)
        )
    else:
        yield ok("backup", text) if age < BACKUP_OLD else Finding("backup", "warning", text, *mend)


def remember_backup(env: Env, path: Path, now: datetime) -> None:
    """Keep in the data folder when the last whole backup was made, and where."""
    part = Layout(env.home).last_backup.with_suffix(".part")
    part.write_text(json.dumps({"file": str(path), "at": now.isoformat()}) + "\n", encoding="utf-8")
    part.replace(Layout(env.home).last_backup)


def last_backup(env: Env) -> tuple[Path, datetime] | None:
    """Return where and when the last backup was made; None if there was none."""
    path = Layout(env.home).last_backup
    if not path.is_file():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    return Path(told["file"]), datetime.fromisoformat(told["at"])
