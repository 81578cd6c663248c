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
from pathlib import Path
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
    web_us: list[float] = field(default_factory=list)
    database_us: list[float] = field(default_factory=list)
    refused: int = 0

    def add(self, per_s: float, done: load.Load | None, refused: int = 0, spent: tuple[float, float] = (0, 0)) -> None:
        self.per_s.append(per_s)
        if done and sum(done.statuses.values()):
            self.web_us.append(1e6 * spent[0] / sum(done.statuses.values()))
            self.database_us.append(1e6 * spent[1] / sum(done.statuses.values()))
        if done:
            self.p50_ms.append(done.p50_ms)
            self.p99_ms.append(done.p99_ms)
        self.refused += refused


def main(*words: str) -> int:
    """Run ROUNDS (default 5) rounds of SECONDS (default 6), then the open loop of 300 a second."""
    numbers = [int(word) for word in words if word.isdecimal()]
    rounds, seconds = (numbers + [5, 6][len(numbers) :])[:2]
    with running(demo=False) as product, _bare(product) as (url, server):
        codes = make_stations(product.home, STATIONS)
        phones = Phones(product.home)
        limit, peer, ours = Seen(), Seen(), Seen()
        for _ in range(rounds):
            limit.add(_pgbench(product, seconds), None)
            _add_peer(peer, product, url, server, seconds)
            _add_ours(ours, product, phones, codes, seconds)
        slow = _open(product, phones, codes, seconds=20)
        slow_peer = load.open(url, OPEN_PER_S, 20, _bare_posts(OPEN_PER_S * 20), connections=64)
    _tell(limit, peer, ours, slow, slow_peer, keep="--keep" in words)
    return 0


def _add_ours(seen: Seen, product: Product, phones: Phones, codes: list[str], seconds: int) -> None:
    taps = [tap.wire for tap in phones.taps(codes, seconds * 3500)]
    with connect(product.home) as database:
        before = _count(database, "visits_visit")
        with _spending(product.process.pid if product.process else 0, product.server_pids()) as spent:
            done = load.closed(product.url, CONNECTIONS, seconds, taps)
        accepted = _count(database, "visits_visit") - before
    seen.add(accepted / done.seconds, done, sum(done.statuses.values()) - accepted + done.faults, (spent[0], spent[1]))


def _add_peer(seen: Seen, product: Product, url: str, server: int, seconds: int) -> None:
    taps = _bare_posts(seconds * 4500)
    with _spending(server, product.server_pids()) as spent:
        done = load.closed(url, CONNECTIONS, seconds, taps)
    seen.add(done.statuses.get(200, 0) / done.seconds, done, done.faults, (spent[0], spent[1]))


@contextmanager
def _spending(web: int, database: list[int]) -> Iterator[list[float]]:
    """Give two figures that are right afterwards: seconds of processor spent below `web` and below `database`."""
    spent = [0.0, 0.0]
    before = [_cpu_s(web), sum(map(_cpu_s, database))]
    yield spent
    spent[:] = [_cpu_s(web) - before[0], sum(map(_cpu_s, database)) - before[1]]


def _cpu_s(pid: int) -> float:
    """Seconds of processor of a process and all that live below it."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    below = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_cpu_s(int(child)) for child in below if Path(f"/proc/{child}").exists())


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
def _bare(product: Product) -> Iterator[tuple[str, int]]:
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
        yield f"http://127.0.0.1:{port}", server.pid
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
    best, bare_rate = statistics.median(limit.per_s), statistics.median(peer.per_s)
    rows = [
        _row("PostgreSQL, durable prepared insert (pgbench)", limit, best, bare_rate),
        _row("bare Django view, one INSERT", peer, best, bare_rate),
        _row("check-in: signature, limits, rule, evidence", ours, best, bare_rate),
        _slow_row(f"bare view, open loop {OPEN_PER_S}/s", slow_peer),
        _slow_row(f"check-in, open loop {OPEN_PER_S}/s", slow),
    ]
    ratios = sorted(mine / other for mine, other in zip(ours.per_s, peer.per_s, strict=True))
    notes = [
        f"{len(ours.per_s)} rounds in turn, medians; ours to the bare view round by round: "
        f"{', '.join(f'{ratio:.2f}' for ratio in ratios)}.",
        f"Both under granian 2 × 4 threads ({SERVERS} database connections), {CONNECTIONS} HTTP connections, one load "
        f"generator on the same cores; fsync on; pgbench with {SERVERS} clients; the bare table has {MONTHS} months.",
        "µs: processor time of the web server and of PostgreSQL for one request; the load generator's is not in it.",
        f"Each tap is of a phone of its own that carries our signed cookie, at {STATIONS} stations in turn: real limits, "
        "none reached. Ours counts rows found in the table afterwards.",
    ]
    report.publish("checkin", "Check-ins a second", rows, notes, keep=keep)


def _row(side: str, seen: Seen, best: float, bare_rate: float) -> dict[str, object]:
    rate = statistics.median(seen.per_s)
    middle = [
        statistics.median(part) if part else "" for part in (seen.p50_ms, seen.p99_ms, seen.web_us, seen.database_us)
    ]
    return {"side": side, "per second": rate, "p50 ms": middle[0], "p99 ms": middle[1], "µs web": middle[2],
            "µs database": middle[3], "to the limit": rate / best, "to the bare view": rate / bare_rate,
            "not accepted": seen.refused}  # fmt: skip


def _slow_row(side: str, done: load.Load) -> dict[str, object]:
    failed = sum(n for code, n in done.statuses.items() if code != 200) + done.faults
    return {
        "side": side,
        "per second": done.per_s,
        "p50 ms": done.p50_ms,
        "p99 ms": done.p99_ms,
        "not accepted": failed,
    }
