"""How does a walk get a running product? The real command in a fresh data folder, stopped or killed at will."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEEP_OUT = (
    "XIAOJIA_TEST_HOUSE",
    "XIAOJIA_HOME",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DJANGO_SETTINGS_MODULE",
    "PORT",
    "PYTHONDONTWRITEBYTECODE",
)
BYTECODE = str(Path(tempfile.gettempdir()) / "xiaojia-bytecode")
"""An installed product is compiled once and for all; so is one under test, without writing into the source tree."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a product of its own: nothing of the test house leaks in."""
    kept = {key: value for key, value in os.environ.items() if key not in KEEP_OUT}
    return kept | {"XIAOJIA_HOME": str(home), "PYTHONUNBUFFERED": "1", "PYTHONPYCACHEPREFIX": BYTECODE} | more


def command(home: Path, *words: str, stdin: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `xiaojia WORDS` in a data folder and return what it printed and its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "xiaojia.config.cli", *words],
        env=environment(home, **more),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@dataclass
class Product:
    """One instance under a walk."""

    home: Path
    words: tuple[str, ...] = ("demo",)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    more: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{'https' if 'XIAOJIA_TLS_CERT' in self.more else 'http'}://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home.parent / f"{self.home.name}.log"

    def start(self, wait_s: float = 180) -> "Product":
        """Start and wait until it answers; the log is in the error when it does not."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "xiaojia.config.cli", *self.words],
                env=environment(self.home, PORT=str(self.port), **self.more),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until, own = (
            time.monotonic() + wait_s,
            ssl._create_unverified_context() if self.url.startswith("https") else None,
        )
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.url + "/", timeout=5, context=own).close()
                return self
            except OSError:
                time.sleep(0.3)
        raise AssertionError(f"the product does not answer:\n{self.log.read_text(errors='replace')[-3000:]}")

    def stop(self) -> int:
        """Stop as Ctrl-C does and return the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def kill(self) -> None:
        """kill -9 of the supervisor, every child, and PostgreSQL."""
        assert self.process is not None
        _end([self.process.pid, *children_of(self.process.pid), *self.server_pids()])
        self.process.wait(timeout=30)

    def kill_application(self) -> None:
        """kill -9 of the supervisor, the web server and the worker; PostgreSQL runs on."""
        assert self.process is not None
        spared = {pid for head in self.server_pids() for pid in (head, *children_of(head))}
        _end([pid for pid in (self.process.pid, *children_of(self.process.pid)) if pid not in spared])
        self.process.wait(timeout=30)

    def server_pids(self) -> list[int]:
        """The embedded server's postmaster, by its own pid file."""
        file = self.home / "pg" / "postmaster.pid"
        return [int(file.read_text().split("\n")[0])] if file.exists() else []

    def json(self, *words: str) -> Any:
        """Run a command of the product with --json and return its answer."""
        done = command(self.home, *words, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout[re.search(r"[\[{]", done.stdout).start() :])  # type: ignore[union-attr]


def children_of(pid: int) -> list[int]:
    """Every process below one."""
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [found for child in map(int, children) for found in (child, *children_of(child))]


def _end(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
