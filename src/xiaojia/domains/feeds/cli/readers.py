"""How does the check read a feed? Over HTTP with limits that no server can stretch, or our own without the network."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
import zlib
from urllib.parse import urljoin, urlsplit

from xiaojia import __version__
from xiaojia.domains.feeds.rules.checking import Answer

MOST_BYTES = 64 * 1024 * 1024
MOST_REDIRECTS = 3
TIME_S = 30.0
MOVED = (301, 302, 303, 307, 308)


class HttpReader:
    """Reads paths below one address; each answer within `time_s` and `most_bytes`, whatever the server does."""

    def __init__(self, base: str, *, time_s: float = TIME_S, most_bytes: int = MOST_BYTES) -> None:
        self.base, self.time_s, self.most_bytes = base.rstrip("/"), time_s, most_bytes

    def __call__(self, path: str) -> Answer:
        """Return the answer; trouble of any kind is an answer of status 0."""
        began = time.monotonic()
        try:
            status, body = self._read(self.base + path, began + self.time_s)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            spent = time.monotonic() - began
            words = f"took longer than {self.time_s:g} s" if spent >= self.time_s - 0.05 else _words(error)
            return Answer(0, b"", spent, words)
        return Answer(status, body, time.monotonic() - began)

    def _read(self, url: str, deadline: float) -> tuple[int, bytes]:
        for _ in range(MOST_REDIRECTS + 1):
            status, where, body = self._once(url, deadline)
            if status not in MOVED or not where:
                return status, body
            url = urljoin(url, where)
        raise ValueError(f"redirects more than {MOST_REDIRECTS} times")

    def _once(self, url: str, deadline: float) -> tuple[int, str, bytes]:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url[:80]} is not an address of the web")
        line = _connect(parts.scheme, parts.hostname, parts.port, max(0.1, deadline - time.monotonic()))
        cut = threading.Event()
        alarm = threading.Timer(max(0.1, deadline - time.monotonic()), _hang_up, [line, cut])
        alarm.daemon = True
        alarm.start()
        try:
            line.request("GET", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", headers=HEADERS)
            answer = line.getresponse()
            body = self._body(answer, deadline)
            if cut.is_set():
                raise TimeoutError
            return answer.status, answer.headers.get("Location", ""), body
        finally:
            alarm.cancel()
            line.close()

    def _body(self, answer: http.client.HTTPResponse, deadline: float) -> bytes:
        """The body, unpacked, never more than the limit; a bomb is stopped while it unpacks."""
        packed = answer.headers.get("Content-Encoding", "").lower() in ("gzip", "deflate")
        unpack = zlib.decompressobj(47) if packed else None
        held = bytearray()
        while part := answer.read1(65_536):
            held += unpack.decompress(part, self.most_bytes + 1 - len(held)) if unpack else part
            if len(held) > self.most_bytes or (unpack and unpack.unconsumed_tail):
                raise ValueError(f"is larger than {self.most_bytes // 1024 // 1024} MB")
            if time.monotonic() > deadline:
                raise TimeoutError
        if answer.length:
            raise ValueError("ends before its announced length")
        return bytes(held)


HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": f"xiaojia/{__version__} hsds-check",
           "Connection": "close"}  # fmt: skip


def _connect(scheme: str, host: str, port: int | None, time_s: float) -> http.client.HTTPConnection:
    if scheme == "https":
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=time_s, context=ssl.create_default_context()
        )
    else:
        line = http.client.HTTPConnection(host, port, timeout=time_s)
    line.connect()
    return line


def _hang_up(line: http.client.HTTPConnection, cut: threading.Event) -> None:
    """End a connection from outside, so that a server that drips bytes cannot hold us."""
    cut.set()
    plug = line.sock
    if plug is not None:
        with contextlib.suppress(OSError):
            plug.shutdown(socket.SHUT_RDWR)


def _words(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text.splitlines()[0][:160]


class OwnReader:
    """Reads our own feed through the application itself: no server has to run, nothing goes over the network."""

    def __init__(self) -> None:
        from django.test import Client

        self.client = Client(raise_request_exception=False, SERVER_NAME="localhost", HTTP_ACCEPT="application/json")

    def __call__(self, path: str) -> Answer:
        """Return the answer of the door at a path below /hsds."""
        began = time.monotonic()
        answer = self.client.get("/hsds" + path)
        body = answer.getvalue()
        return Answer(answer.status_code, body, time.monotonic() - began)
