"""How many check-ins a second does the real HTTP path accept, beside the barest insert and the database's own limit?"""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

from bench.side import bare, load, report
from bench.side.peers import ROOT
from bench.side.product import running
from bench.side.taps import Phones, connect, make_stations, months
from tests.journeys.product import Product, free_port
from xiaojia.config.env import database_settings, load_env
from xiaojia.domains.visits.rules.hours import SHANGHAI
from xiaojia.lib.postgres.binaries import wheel_binaries

STATIONS, SERVERS, CONNECTIONS, MONTHS, OPEN_PER_S = 3000, 8, 16, 30, 300
GRANIAN = ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--backlog", "1024", "--log-level", "warning"]


@dataclass
class Seen:
    """What one side did in its rounds: per second, milliseconds, and what was not accepted."""

    per_s: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    refused: int = 0

    def add(self, per_s: float, done: load.Load | None, refused: int = 0) -> None:
        self.per_s.append(per_s)
        if done:
            self.p50_ms.append(done.p50_ms)
            self.p99_ms.append(done.p99_ms)
        self.refused += refused


def main(*words: str) -> int:
    """Run ROUNDS (default 5) rounds of SECONDS (default 6), then the open loop of 300 a second."""
    numbers = [int(word) for word in words if word.isdecimal()]
    rounds, seconds = (numbers + [5, 6][len(numbers) :])[:2]
    with running(demo=False) as product, _bare(product) as url:
        codes = make_stations(product.home, STATIONS)
        phones = Phones(product.home)
        limit, peer, ours = Seen(), Seen(), Seen()
        for _ in range(rounds):
            limit.add(_pgbench(product, seconds), None)
            _add_peer(peer, url, seconds)
            _add_ours(ours, product, phones, codes, seconds)
        slow = _open(product, phones, codes, seconds=20)
        slow_peer = load.open(url, OPEN_PER_S, 20, _bare_posts(OPEN_PER_S * 20), connections=64)
    _tell(limit, peer, ours, slow, slow_peer, keep="--keep" in words)
    return 0


def _add_ours(seen: Seen, product: Product, phones: Phones, codes: list[str], seconds: int) -> None:
    taps = [tap.wire for tap in phones.taps(codes, seconds * 3500)]
    with connect(product.home) as database:
        before = _count(database, "visits_visit")
        done = load.closed(product.url, CONNECTIONS, seconds, taps)
        accepted = _count(database, "visits_visit") - before
    seen.add(accepted / done.seconds, done, sum(done.statuses.values()) - accepted + done.faults)


def _add_peer(seen: Seen, url: str, seconds: int) -> None:
    done = load.closed(url, CONNECTIONS, seconds, _bare_posts(seconds * 4500))
    seen.add(done.statuses.get(200, 0) / done.seconds, done, done.faults)


def _open(product: Product, phones: Phones, codes: list[str], seconds: int) -> load.Load:
    taps = [tap.wire for tap in phones.taps(codes, OPEN_PER_S * seconds)]
    return load.open(product.url, OPEN_PER_S, seconds, taps, connections=64)


def _bare_posts(number: int) -> list[bytes]:
    form = "application/x-www-form-urlencoded"
    return [
        load.post("/insert/", urlencode({"station": uuid4(), "device": uuid4().hex, "key": uuid4()}).encode(), form)
        for _ in range(number)
    ]


def _count(database: object, table: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # type: ignore[attr-defined]


@contextmanager
def _bare(product: Product) -> Iterator[str]:
    """The bare view under the same web server, on the same database with the same rights."""
    place = database_settings(load_env({**os.environ, "XIAOJIA_HOME": str(product.home), "DATABASE_URL": ""}))[
        "default"
    ]
    with connect(product.home) as database:
        bare.prepare(database, months(datetime.now(SHANGHAI), MONTHS), place["USER"])
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "bench.side.bare:application"]
    settings = json.dumps({**place, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False})
    environ = os.environ | {"BARE_DATABASE": settings, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    server = subprocess.Popen([*command, "--host", "127.0.0.1", "--port", str(port), *GRANIAN], env=environ, cwd=ROOT)
    try:
        _wait_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait_port(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the bare view does not start")


def _pgbench(product: Product, seconds: int) -> float:
    """Return durable prepared single-row inserts a second over as many connections as the web server holds."""
    place = database_settings(load_env({**os.environ, "XIAOJIA_HOME": str(product.home), "DATABASE_URL": ""}))[
        "default"
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(bare.PGBENCH.replace("\n", " "))
        script.flush()
        command = [wheel_binaries().program("pgbench"), "-n", "-M", "prepared", "-c", str(SERVERS), "-j", "2"]
        command += [
            "-T",
            str(seconds),
            "-f",
            script.name,
            "-h",
            place["HOST"],
            "-p",
            place["PORT"],
            "-U",
            place["USER"],
        ]
        environ = {"PGPASSWORD": place["PASSWORD"], "LC_ALL": "C"}
        done = subprocess.run([*command, place["NAME"]], env=environ, capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])


def _tell(limit: Seen, peer: Seen, ours: Seen, slow: load.Load, slow_peer: load.Load, *, keep: bool) -> None:
    middle = statistics.median
    best, bare_rate, rate = middle(limit.per_s), middle(peer.per_s), middle(ours.per_s)
    rows = [
        {"side": "PostgreSQL, durable prepared insert (pgbench)", "per second": best, "p50 ms": "", "p99 ms": "",
         "to the limit": 1.0, "to the bare view": best / bare_rate, "not accepted": ""},
        {"side": "bare Django view, one INSERT", "per second": bare_rate, "p50 ms": middle(peer.p50_ms),
         "p99 ms": middle(peer.p99_ms), "to the limit": bare_rate / best, "to the bare view": 1.0,
         "not accepted": peer.refused},
        {"side": "check-in: signature, limits, rule, evidence", "per second": rate, "p50 ms": middle(ours.p50_ms),
         "p99 ms": middle(ours.p99_ms), "to the limit": rate / best, "to the bare view": rate / bare_rate,
         "not accepted": ours.refused},
        {"side": f"bare view, open loop {OPEN_PER_S}/s", "per second": slow_peer.per_s, "p50 ms": slow_peer.p50_ms,
         "p99 ms": slow_peer.p99_ms, "not accepted": slow_peer.faults},
        {"side": f"check-in, open loop {OPEN_PER_S}/s", "per second": slow.per_s, "p50 ms": slow.p50_ms,
         "p99 ms": slow.p99_ms, "not accepted": sum(n for code, n in slow.statuses.items() if code != 200)
         + slow.faults},
    ]  # fmt: skip
    ratios = sorted(mine / other for mine, other in zip(ours.per_s, peer.per_s, strict=True))
    notes = [
        f"{len(ours.per_s)} rounds in turn, medians; ours to the bare view round by round: "
        f"{', '.join(f'{ratio:.2f}' for ratio in ratios)}.",
        f"Both under granian 2 × 4 threads ({SERVERS} database connections), {CONNECTIONS} HTTP connections, one load "
        f"generator on the same cores; fsync on; pgbench with {SERVERS} clients; the bare table has {MONTHS} months.",
        f"Each tap is of a phone of its own that carries our signed cookie, at {STATIONS} stations in turn: real limits, "
        "none reached. Ours counts rows found in the table afterwards.",
    ]
    report.publish("checkin", "Check-ins a second", rows, notes, keep=keep)
