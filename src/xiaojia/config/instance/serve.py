"""What runs while the product serves? Database, web server, one worker, and this supervisor over them."""

import errno
import fcntl
import logging
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

from xiaojia.config.env import Env
from xiaojia.config.instance.children import Child
from xiaojia.config.instance.database import Database
from xiaojia.config.instance.layout import Layout
from xiaojia.lib.console import Exit, Stop, say
from xiaojia.lib.postgres import PostgresError

log = logging.getLogger("xiaojia.serve")
FIGURES = "PROMETHEUS_MULTIPROC_DIR"
READY_WAIT_S, STOP_WAIT_S, WIND_DOWN_WAIT_S, LOOK_EVERY_S, DATABASE_EVERY_S = 60.0, 5.0, 10.0, 0.25, 2.0


@dataclass(frozen=True)
class Serving:
    """Where and how to serve."""

    host: str
    port: int
    workers: int
    tls_cert: Path | None = None
    tls_key: Path | None = None
    worker: bool = True

    @property
    def url(self) -> str:
        """The address on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"


def check_port(serving: Serving) -> None:
    """Raise Stop `port_in_use` before anything is started."""
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((serving.host, serving.port))
        except OSError as error:
            raise _cannot_listen(serving, error) from error


def serving_from(env: Env, options: dict[str, Any]) -> Serving:
    """The command's options over the environment; raises Stop `tls_files` unless there are both files, or none."""
    given = {name: options[name] or getattr(env, name) for name in ("host", "port", "tls_cert", "tls_key")}
    serving = Serving(workers=options["workers"], worker=not options.get("no_worker"), **given)
    for path in (serving.tls_cert, serving.tls_key):
        if (serving.tls_cert or serving.tls_key) and (path is None or not path.is_file()):
            raise Stop(
                Exit.FAILED,
                "tls_files",
                f"TLS needs two readable files, --tls-cert and --tls-key (PKCS#8); missing: {path or 'one of them'}",
                f"启用 HTTPS 需要证书和私钥两个文件（--tls-cert、--tls-key，PKCS#8）；缺少：{path or '其中之一'}",
            )
    return serving


@contextmanager
def only_server(env: Env) -> Iterator[int]:
    """Hold the folder's serving lock: one `serve` per data folder. The yielded descriptor is for children to share.

    Children of a supervisor that was killed share its lock until they have wound down: those few seconds are waited.
    """
    with Layout(env.home).serving.open("a+b") as lock:
        until = time.monotonic() + WIND_DOWN_WAIT_S
        while not _lock(lock):
            if _holder_lives(lock) or time.monotonic() > until:
                raise Stop(
                    Exit.FAILED,
                    "already_serving",
                    f"Another xiaojia already serves {env.home}. Stop it first, or give this one another XIAOJIA_HOME.",
                    f"{env.home} 已有一个小家在运行。请先停止它，或用 XIAOJIA_HOME 为本次运行另选目录。",
                )
            time.sleep(0.1)
        lock.truncate(0)
        lock.write(str(os.getpid()).encode())
        lock.flush()
        yield lock.fileno()


def _lock(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder_lives(file: IO[bytes]) -> bool:
    """Does the supervisor that wrote its pid still run? Unknown counts as yes."""
    file.seek(0)
    text = file.read().decode(errors="replace")
    try:
        os.kill(int(text), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True


def supervise(database: Database, serving: Serving, lock: int) -> None:
    """Run until SIGINT or SIGTERM; then stop everything within ten seconds."""
    figures = fresh_figures(database.env)
    children = [_web(serving, lock, figures)]
    if serving.worker:
        children.append(_worker(lock, figures))
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.append(number)

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        for child in children:
            child.start()
        if _wait_ready(serving, children, stopping):
            say(f"Ready: {serving.url}  (stop with Ctrl-C)", f"已启动：{serving.url}  （按 Ctrl-C 停止）")
        _watch(database, children, stopping)
    finally:
        _stop(children)
        for number, handler in previous.items():
            signal.signal(number, handler)
    say("Stopped.", "已停止。")


def _watch(database: Database, children: list[Child], stopping: list[int]) -> None:
    looked = time.monotonic()
    while not stopping:
        for child in children:
            line = child.tend()
            if line:
                log.warning(line)
        if database.cluster and time.monotonic() - looked > DATABASE_EVERY_S:
            looked = time.monotonic()
            _revive(database)
        time.sleep(LOOK_EVERY_S)


def _revive(database: Database) -> None:
    """Start the embedded server again when it no longer answers."""
    cluster = database.cluster
    if cluster is None or cluster.answers():
        return
    log.warning("database: no answer; starting it again")
    try:
        cluster.start()
        log.warning("database: answers again")
    except PostgresError as error:
        log.error("database: %s", error.english)


def _wait_ready(serving: Serving, children: list[Child], stopping: list[int]) -> bool:
    host, port = serving.url.split("://")[1].rsplit(":", 1)
    until = time.monotonic() + READY_WAIT_S
    while time.monotonic() < until and not stopping:
        with socket.socket(socket.AF_INET6 if "[" in host else socket.AF_INET) as probe:
            probe.settimeout(1)
            if probe.connect_ex((host.strip("[]"), int(port))) == 0:
                return True
        for child in children:
            line = child.tend()
            if line:
                log.warning(line)
        time.sleep(0.1)
    return False


def _stop(children: list[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + STOP_WAIT_S
    for child in children:
        if not child.end(until):
            log.warning("%s: did not stop in time and was killed", child.name)


def _web(serving: Serving, lock: int, figures: Path | None) -> Child:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "xiaojia.config.wsgi:application"]
    command += ["--host", serving.host, "--port", str(serving.port), "--workers", str(serving.workers)]
    command += ["--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "4"]
    command += ["--backlog", "1024", "--log-level", "warning"]
    if serving.tls_cert:
        command += ["--ssl-certificate", str(serving.tls_cert), "--ssl-keyfile", str(serving.tls_key)]
    return Child("web", command, _environment(figures), lock)


def _worker(lock: int, figures: Path | None) -> Child:
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--shutdown-graceful-timeout=3"]
    return Child("worker", command, _environment(figures), lock)


def _environment(figures: Path | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRANIAN_") and name != FIGURES}
    own = {"DJANGO_SETTINGS_MODULE": "xiaojia.config.settings", "PYTHONUNBUFFERED": "1"}
    return kept | own | ({FIGURES: str(figures)} if figures else {})


def fresh_figures(env: Env) -> Path | None:
    """Empty the folder in which the processes count; without one each counts for itself, and serving goes on."""
    folder = Layout(env.home).metrics
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / "started").touch()
    except OSError as error:
        log.warning("metrics: %s cannot be used: %s", folder, error)
        return None
    return folder


def collect_static(env: Env) -> None:
    """Gather style, script and pictures for the web server; only when one of them has changed."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = [
        (path, int(stat.st_mtime), stat.st_size)
        for finder in get_finders()
        for path, storage in finder.list([])
        if (stat := Path(storage.path(path)).stat())
    ]
    stamp, text = Layout(env.home).static / ".stamp", repr(sorted(seen))
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == text:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    stamp.write_text(text, encoding="utf-8")


def _cannot_listen(serving: Serving, error: OSError) -> Stop:
    where = f"{serving.host}:{serving.port}"
    if error.errno == errno.EADDRINUSE:
        return Stop(
            Exit.FAILED,
            "port_in_use",
            f"Port {serving.port} is in use by another program. Choose another: PORT={serving.port + 1} (or --port)",
            f"端口 {serving.port} 已被其他程序占用。请换一个：PORT={serving.port + 1}（或 --port）",
        )
    if error.errno == errno.EACCES:
        return Stop(
            Exit.FAILED,
            "port_not_allowed",
            f"This user may not listen on port {serving.port}. Choose one from 1024 up: PORT=8000",
            f"当前用户不能使用端口 {serving.port}。请改用 1024 以上的端口：PORT=8000",
        )
    return Stop(Exit.FAILED, "cannot_listen", f"Cannot listen on {where}: {error}", f"无法监听 {where}：{error}")
