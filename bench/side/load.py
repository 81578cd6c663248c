"""How fast does an address answer? HTTP/1.1 over kept connections, from a process of its own, without a library.

`closed`: every connection asks again as soon as it has its answer (the sustained rate). `open`: requests start at their
own times, and a late start counts as waiting, so that a stall is not hidden (no coordinated omission).
"""

import multiprocessing
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Load:
    """What came back: answers per second, milliseconds at the median and the 99th percentile, statuses, faults."""

    per_s: float
    p50_ms: float
    p99_ms: float
    statuses: dict[int, int] = field(default_factory=dict)
    faults: int = 0
    seconds: float = 0.0


@dataclass
class _Line:
    """One connection: what it waits for since when."""

    plug: socket.socket
    since: float = 0.0
    got: bytearray = field(default_factory=bytearray)
    busy: bool = False


def get(path: str, host: str = "localhost", headers: str = "") -> bytes:
    """Return a GET as it goes over the wire; `headers` are lines that end with CR LF."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n".encode()


def post(path: str, body: bytes, media_type: str, host: str = "localhost", headers: str = "") -> bytes:
    """Return a POST as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + headers.encode() + b"\r\n" + body


def closed(url: str, connections: int, seconds: float, requests: Sequence[bytes], *, once: bool = False) -> Load:
    """Ask without pause over `connections`; with `once` each request goes out one time, and the run ends when none is left."""
    return _apart(url, connections, seconds, requests, once, None)


def open(url: str, per_s: float, seconds: float, requests: Sequence[bytes], *, connections: int = 64) -> Load:  # noqa: A001
    """Start `per_s` requests a second; the time counts from when each should have started."""
    return _apart(url, connections, seconds, requests, False, per_s)


def _apart(
    url: str, connections: int, seconds: float, requests: Sequence[bytes], once: bool, per_s: float | None
) -> Load:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(_drive, (url, connections, seconds, requests, once, per_s))


def _drive(
    url: str, connections: int, seconds: float, requests: Sequence[bytes], once: bool, per_s: float | None
) -> Load:
    parts = urlsplit(url)
    place = (parts.hostname or "127.0.0.1", parts.port or 80)
    watch = selectors.DefaultSelector()
    free: deque[_Line] = deque()
    for _ in range(connections):
        line = _Line(_plug(place))
        watch.register(line.plug, selectors.EVENT_READ, line)
        free.append(line)
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    faults = sent = 0
    start = time.perf_counter()
    due = (lambda n: start + n / per_s) if per_s else (lambda n: 0.0)
    while True:
        now = time.perf_counter()
        over = now - start >= seconds or (once and sent >= len(requests))
        while free and not over and due(sent) <= now:
            line = free.popleft()
            line.since, line.busy = (due(sent) if per_s else time.perf_counter()), True
            line.plug.sendall(requests[sent % len(requests)])
            sent += 1
            over = once and sent >= len(requests)
        if over and (len(free) == connections or now - start > seconds + 15):
            break
        wait = 0.5 if over or not free else max(0.0, min(0.5, due(sent) - time.perf_counter()))
        for key, _ in watch.select(wait):
            line = key.data
            data = _read(line.plug)
            if not data:
                faults += line.busy
                watch.unregister(line.plug)
                line.plug = _plug(place)
                line.got.clear()
                watch.register(line.plug, selectors.EVENT_READ, line)
                _rest(line, free)
                continue
            line.got += data
            status = _whole(line.got)
            if status:
                taken.append(time.perf_counter() - line.since)
                statuses[status] += 1
                line.got.clear()
                _rest(line, free)
    seconds = max(time.perf_counter() - start, 1e-9)
    faults += connections - len(free)
    taken.sort()
    at = lambda share: 1000 * taken[min(len(taken) - 1, int(share * len(taken)))] if taken else float("nan")  # noqa: E731
    return Load(len(taken) / seconds, at(0.5), at(0.99), dict(statuses), faults, seconds)


def _rest(line: _Line, free: deque[_Line]) -> None:
    if line.busy:
        line.busy = False
        free.append(line)


def _plug(place: tuple[str, int]) -> socket.socket:
    plug = socket.create_connection(place, timeout=10)
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return plug


def _read(plug: socket.socket) -> bytes:
    try:
        return plug.recv(1 << 18)
    except OSError:
        return b""


def _whole(got: bytearray) -> int:
    """Return the status once the whole answer is there, else 0."""
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = bytes(got[:end]).lower()
    status = int(head[9:12])
    place = head.find(b"content-length:")
    if place >= 0:
        length = int(head[place + 15 :].split(b"\r\n", 1)[0])
        return status if len(got) >= end + 4 + length else 0
    if b"transfer-encoding: chunked" in head:
        return status if got.endswith(b"0\r\n\r\n") else 0
    return status
