"""How do tests start the product as an operator does, wait for it, and talk to it?"""

import http.cookiejar
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xiaojia.config.instance.tests.homes import command, environment


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], within_s: float = 30.0) -> bool:
    """Return whether a condition came true in time."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


@dataclass
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: dict[str, str]
    url: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Visitor:
    """A browser without scripts: keeps cookies, follows redirects, one new connection for each request."""

    def __init__(self, base: str) -> None:
        self.base, self.jar = base, http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """GET, or POST a form."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), data, sent)
        try:
            with self._opener.open(request, timeout=60) as answer:
                named = {name.lower(): value for name, value in answer.headers.items()}
                return Answer(answer.status, answer.read(), named, answer.url)
        except urllib.error.HTTPError as error:
            named = {name.lower(): value for name, value in error.headers.items()}
            return Answer(error.code, error.read(), named, error.url)


@dataclass
class Product:
    """A serving product: its process, address and what it printed."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def visitor(self) -> Visitor:
        """A new browser at its address."""
        return Visitor(self.url)


@contextmanager
def serving(home: Path, folder: Path, *options: str, **settings: str) -> Iterator[Product]:
    """Run `xiaojia serve` until the block ends; its output goes to a file in `folder`."""
    port, log = free_port(), folder / f"serve-{time.monotonic_ns()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command("serve", *options), env=environment(home, PORT=str(port), **settings), stdout=out, stderr=out
        )
    try:
        assert wait_for(lambda: "Ready" in log.read_text() or process.poll() is not None, 90), log.read_text()
        assert process.poll() is None, log.read_text()
        yield Product(process, f"http://127.0.0.1:{port}", log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            raise
