"""What does a load of check-ins find after kill -9? Phones that retry as the page does, and a reckoning against the table."""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from uuid import UUID

from bench.side.taps import Phones, Tap, connect
from tests.journeys.product import Product, children_of

KINDS = ("application", "postgresql")
RETRY_S = 0.3


@dataclass
class Reckoning:
    """What the phones were told, held against the table. Lost and doubled must be empty; present is allowed."""

    acknowledged: int = 0
    lost: list[UUID] = field(default_factory=list)
    doubled: list[UUID] = field(default_factory=list)
    present: list[UUID] = field(default_factory=list)
    """In the table although nobody was told: the retry must find that very row."""
    changed: list[UUID] = field(default_factory=list)
    """Retries that were told of another row than the first answer."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing acknowledged is lost, doubled, or another row now."""
        return not (self.lost or self.doubled or self.changed)


class Load:
    """Phones that tap without pause, each tap at a station and of a phone of its own; what they were told is kept.

    A tap that got no answer, or 429 or 5xx, is sent again with the same key until it is answered, as the page does.
    """

    def __init__(self, product: Product, codes: Sequence[str], hands: int = 6) -> None:
        self.product, self.phones, self.codes = product, Phones(product.home), codes
        self.told: dict[UUID, str] = {}
        self.pending: dict[UUID, Tap] = {}
        self.statuses: Counter[int] = Counter()
        self._retries = threading.Event()
        self._retries.set()
        self._running = threading.Event()
        self._running.set()
        self._hands = [threading.Thread(target=self._work, args=(n,)) for n in range(hands)]
        for hand in self._hands:
            hand.start()

    def hold_retries(self, hold: bool) -> None:
        """While held, unanswered taps stay unanswered: for looking at what is in the table meanwhile."""
        if hold:
            self._retries.clear()
        else:
            self._retries.set()

    def stop(self) -> None:
        """Let every hand finish what it has in it."""
        self._retries.set()
        self._running.clear()
        for hand in self._hands:
            hand.join(timeout=60)

    def send(self, tap: Tap) -> str | None:
        """Send one tap over a new connection; return the address of its row's page, None without a good answer."""
        line = HTTPConnection("127.0.0.1", self.product.port, timeout=15)
        head, form = tap.wire.split(b"\r\n\r\n", 1)
        headers = dict(row.split(": ", 1) for row in head.decode().split("\r\n")[1:])
        try:
            line.request("POST", f"/s/{tap.code}/in/", form, headers)
            answer = line.getresponse()
            body = answer.read()
        except (OSError, HTTPException):
            return None
        finally:
            line.close()
        self.statuses[answer.status] += 1
        if answer.status != 200:
            return None
        return _row_of(json.loads(body)["url"])

    def _work(self, number: int) -> None:
        luck = random.Random(number)
        while self._running.is_set():
            tap = self.phones.tap(luck.choice(self.codes))
            self.pending[tap.key] = tap
            while (row := self.send(tap)) is None:
                time.sleep(RETRY_S)
                self._retries.wait()
            self.told[tap.key] = row
            del self.pending[tap.key]


def _row_of(url: str) -> str:
    """The row that an answer speaks of: the second part of what is sealed in its address."""
    return url.split("d=", 1)[1].split(".")[1]


def reckon(product: Product, told: dict[UUID, str], unanswered: Sequence[UUID] = ()) -> Reckoning:
    """Hold what was told against the table."""
    asked = [*told, *unanswered]
    with connect(product.home) as database:
        rows = database.execute("SELECT key, id FROM visits_visit WHERE key = ANY(%s)", [asked]).fetchall()
    found: dict[UUID, list[str]] = {}
    for key, pk in rows:
        found.setdefault(key, []).append(pk.hex)
    return Reckoning(
        acknowledged=len(told),
        lost=[key for key in told if key not in found],
        doubled=[key for key, ids in found.items() if len(ids) > 1],
        present=[key for key in unanswered if key in found],
        changed=[key for key, row in told.items() if key in found and row not in found[key]],
    )


def kill(product: Product, kind: str) -> float:
    """Kill -9 the application (supervisor and all below) or PostgreSQL (all of it, or its head alone); return seconds until it answers."""
    began = time.monotonic()
    if kind == "application":
        product.kill_application()
        product.start(wait_s=60)
    else:
        head = product.server_pids()
        for pid in [*head, *(children_of(head[0]) if random.random() < 0.5 else [])]:  # noqa: S311
            _kill(pid)
        _wait_counting(product)
    return time.monotonic() - began


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _wait_counting(product: Product, wait_s: float = 60) -> None:
    """Until the database answers again."""
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        try:
            connect(product.home).close()
            return
        except Exception:
            time.sleep(0.05)
    raise AssertionError(f"no database after {wait_s} s:\n{product.log.read_text(errors='replace')[-3000:]}")


@dataclass
class Run:
    """A series of kills in the middle of a load."""

    restarts_s: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    present: int = 0
    reckoning: Reckoning = field(default_factory=Reckoning)


def series(
    product: Product, codes: Sequence[str], kills: int, *, load_s: float, seen: Callable[[int, str, float], Any] = print
) -> Run:
    """Kill `kills` times, the kinds in turn, each after about `load_s` of load; every unanswered tap is looked for, then retried."""
    run, load, luck = Run(), Load(product, codes), random.Random(7)
    try:
        for number in range(kills):
            kind = KINDS[number % len(KINDS)]
            time.sleep(load_s * luck.uniform(0.5, 1.5))
            load.hold_retries(True)
            took_s = kill(product, kind)
            run.restarts_s[kind].append(took_s)
            run.present += len(reckon(product, {}, list(load.pending)).present)
            load.hold_retries(False)
            seen(number + 1, kind, took_s)
        time.sleep(load_s)
    finally:
        load.stop()
    run.reckoning = reckon(product, load.told, list(load.pending))
    return run
