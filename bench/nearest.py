"""How fast are the ten nearest open stations among 186,100 found, beside PostGIS and a plain box query, in process and over HTTP?"""

import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from bench.side import load, postgis, report
from bench.side.nation import SHARES, TOTAL, Nation, nation, questions
from bench.side.product import running
from bench.side.taps import connect
from tests.journeys.product import Product, environment

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NIGHT = NOON + timedelta(hours=15)
PER_S, WRK_CONNECTIONS, CALM, CHECKS, LINES = 500, 8, 5, 10_000, 24
WAYS = {
    "whole": "PostGIS geography",
    "partial": "PostGIS, partial index per facility",
    "box": "box on (lat, lng), growing",
}
FILL = """
CREATE TEMP TABLE wanted (n int, lng float8, lat float8, district text, have text[], hours int);
CREATE TEMP TABLE weeks (n int, hours jsonb);
"""
ENTER = """
INSERT INTO stations_station ({columns}) SELECT {values} FROM wanted w JOIN weeks k ON k.n = w.hours
  LEFT JOIN places_division d ON d.code = w.district, (SELECT * FROM stations_station LIMIT 1) s
"""
ONE = """
import django
django.setup()
from django.utils import timezone
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.keys.actions import set_limits
from xiaojia.kernel.orgs.models import Instance
root, now = Instance.objects.get().root, timezone.now()
Station.objects.create(code="CN-FIRST", name="第一站", org=root, created_at=now, updated_at=now, access="free", status="planned")
set_limits(address_per_min=100_000_000, key_per_min=100_000_000, effective_from=now)
"""


def main(*words: str) -> int:
    """Run ROUNDS (default 5) rounds of SECONDS (default 2) for each side, then HTTP, then how soon a change is seen."""
    numbers = [int(word) for word in words if word.isdecimal()]
    rounds, seconds = (numbers + [5, 2][len(numbers) :])[:2]
    stations = nation()
    asked = questions(stations, postgis.QUESTIONS)
    with running(demo=False) as product, postgis.running() as peer:
        enter(product, stations)
        engine = Engine(product.home)
        is_open = engine.passing(NOON)
        engine.check(stations, asked, is_open)
        peer.fill(stations, is_open, asked)
        agreement = _agreement(peer, engine, asked)
        rows = _in_process(engine, peer, asked, rounds, seconds)
        _wait_for_web(product)
        web = _over_http(product, peer, asked, rounds, seconds)
        calm = [load.open(product.url, PER_S, 6, _requests(asked, "microwave"), connections=64) for _ in range(CALM)]
        empty = [load.open(product.url, PER_S, 6, [load.get("/healthz")], connections=64) for _ in range(2)]
        seen = _visibility(product, engine)
        memory = [report.peak_mib(pid) for pid in _workers(product)]
        notes = [*_notes(engine, peer, is_open, agreement), *_web_notes(calm, empty, seen, memory)]
    report.publish(
        "nearest", "The ten nearest open stations among 186,100", [*rows, *web], notes, keep="--keep" in words
    )
    return 0


def enter(product: Product, stations: Nation) -> None:
    """Enter the stations into the running product, and raise its limits for the load."""
    place = environment(product.home, DJANGO_SETTINGS_MODULE="xiaojia.config.settings")
    subprocess.run([sys.executable, "-c", ONE], env=place, check=True)
    with connect(product.home, "default") as connection, connection.transaction():
        connection.execute(FILL.encode())
        with connection.cursor().copy("COPY weeks FROM STDIN") as copy:
            for n, week in enumerate(stations.schedules):
                copy.write_row([n, week])
        with connection.cursor().copy("COPY wanted FROM STDIN") as copy:
            for n in range(TOTAL):
                row = [n, float(stations.lng[n]), float(stations.lat[n]), stations.district[n], stations.have[n]]
                copy.write_row([*row, int(stations.schedule[n])])
        made = {
            "id": "gen_random_uuid()", "code": "'CN-' || lpad(w.n::text, 6, '0')", "lng": "w.lng", "lat": "w.lat",
            "name": "'某某街道第' || w.n || '户外劳动者驿站'", "address": "'某某市某某区某某路' || w.n % 900 || '号'",
            "have": "w.have", "hours": "k.hours", "division_id": "d.code", "status": "'running'",
        }  # fmt: skip
        held = connection.execute(b"SELECT * FROM stations_station LIMIT 0").description or []
        names = [column.name for column in held]
        values = ", ".join(made.get(name, f"s.{name}") for name in names)
        connection.execute(ENTER.format(columns=", ".join(names), values=values).encode())
    with connect(product.home, "owner") as connection:
        connection.execute(b"VACUUM ANALYZE stations_station")


class Engine:
    """The resident index of this process, read from the product's database."""

    def __init__(self, home: Path) -> None:
        os.environ |= {"XIAOJIA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xiaojia.config.settings"}
        import django

        django.setup()
        from xiaojia.domains.stations.queries.resident import Index, nearest

        before_mib, began = report.peak_mib(), time.perf_counter()
        self.index = Index.load(NOON.astimezone(UTC))
        self.read_s, self.mib = time.perf_counter() - began, report.peak_mib() - before_mib
        self.nearest = nearest
        self.at_night = self.index.with_trees(self.index.trees, frozenset())
        self.at_night.moment(NIGHT)
        began = time.perf_counter()
        self.index.moment(NOON)
        self.moment_ms = 1e3 * (time.perf_counter() - began)

    def passing(self, now: datetime) -> np.ndarray:
        """Return for each station, in code order, whether it is open: asked of the database and its rules, not of the index."""
        from xiaojia.domains.stations.queries.board import live

        began = time.perf_counter()
        found = live(now)
        self.board_s = time.perf_counter() - began
        return np.array([station.verdict.passes for station in found])

    def ten(self, kind: str, lng: float, lat: float) -> list[str]:
        return [
            self.index.columns.codes[row] for row, _metres in self.nearest(self.index, NOON, lng, lat, have=(kind,))
        ]

    def check(self, stations: Nation, asked: np.ndarray, is_open: np.ndarray) -> None:
        """Hold 10,000 answers against a walk over all stations; stop where one differs."""
        from xiaojia.lib.coordinates import distances_m

        chance = random.Random(2)
        fit = {kind: np.flatnonzero(is_open & np.array([kind in have for have in stations.have])) for kind in SHARES}
        for n in range(CHECKS):
            kind = list(SHARES)[n % len(SHARES)]
            lng, lat = asked[n % len(asked)] + [chance.gauss(0, 0.2), chance.gauss(0, 0.2)]
            rows = fit[kind]
            far = distances_m(lng, lat, stations.lng[rows], stations.lat[rows])
            first = rows[np.argpartition(far, 10)[:10]]
            best = {f"CN-{row:06d}" for row in first}
            if best != set(self.ten(kind, lng, lat)):
                raise SystemExit(f"wrong: {kind} at {lng} {lat}")

    def rate(self, kind: str, asked: np.ndarray, seconds: float, now: datetime = NOON) -> tuple[float, list[float]]:
        """Return questions per second of one thread, and the seconds of each."""
        points, times, index = asked.tolist(), [], self.index if now == NOON else self.at_night
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            for lng, lat in points[:500]:
                start = time.perf_counter()
                self.nearest(index, now, lng, lat, have=(kind,))
                times.append(time.perf_counter() - start)
        return len(times) / (time.perf_counter() - began), times


def _in_process(
    engine: Engine, peer: postgis.Cluster, asked: np.ndarray, rounds: int, seconds: int
) -> list[dict[str, Any]]:
    rates: dict[tuple[str, str], list[float]] = defaultdict(list)
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for kind in SHARES:
            for side, now in (("ours", NOON), ("ours at 03:00", NIGHT)):
                per_s, taken = engine.rate(kind, asked, seconds, now)
                rates[side, kind].append(per_s)
                times[side + kind] += taken
            for way in WAYS:
                rates[way, kind].append(peer.rate(way, kind, seconds)[0])
    return [_row(side, kind, rates, times) for kind in SHARES for side in ("ours", "ours at 03:00", *WAYS)]


def _row(
    side: str, kind: str, rates: dict[tuple[str, str], list[float]], times: dict[str, list[float]]
) -> dict[str, Any]:
    per_s, base = statistics.median(rates[side, kind]), statistics.median(rates["whole", kind])
    taken = sorted(times.get(side + kind, []))
    at = lambda share: f"{1e3 * taken[int(share * len(taken))]:.3f}" if taken else ""  # noqa: E731
    name = WAYS.get(side, "Xiaojia, engine" + side.removeprefix("ours"))
    return {
        "side": name, "share": f"{SHARES[kind]:.0%}", "per second": round(per_s), "× PostGIS": f"{per_s / base:.1f}",
        "p50 ms": at(0.5) or f"{1e3 / per_s:.3f} (mean)", "p99 ms": at(0.99),
    }  # fmt: skip


def _over_http(
    product: Product, peer: postgis.Cluster, asked: np.ndarray, rounds: int, seconds: int
) -> list[dict[str, Any]]:
    found: dict[str, list[tuple[float, float, float, float, float]]] = defaultdict(list)
    for _ in range(rounds):
        for kind in SHARES:
            one, two = (peer.rate("whole", kind, seconds, clients)[0] for clients in (1, 2))
            found[kind].append((*_wrk(product, asked, kind, seconds + 1), one, two))
    rows = []
    for kind in SHARES:
        per_s, p50, p99, one, two = (statistics.median(column) for column in zip(*found[kind], strict=True))
        rows.append(
            {"side": "Xiaojia over HTTP, 2 workers", "share": f"{SHARES[kind]:.0%}", "per second": round(per_s),
             "× PostGIS": f"{per_s / one:.2f} (of its two connections {per_s / two:.2f})", "p50 ms": f"{p50:.1f}",
             "p99 ms": f"{p99:.1f}"}
        )  # fmt: skip
    return rows


def _wrk(product: Product, asked: np.ndarray, kind: str, seconds: int) -> tuple[float, float, float]:
    """Return answers per second, and milliseconds at the median and the 99th percentile, at full rate."""
    paths = "\n".join(f'"{_path(lng, lat, kind)}",' for lng, lat in asked)
    script = product.home.parent / f"{kind}.lua"
    script.write_text(f"local paths = {{{paths}}}\nlocal n = 0\nrequest = function() n = n % #paths + 1; "
                      "return wrk.format('GET', paths[n]) end\n")  # fmt: skip
    asked_of = [
        "wrk",
        "-t",
        "1",
        "-c",
        str(WRK_CONNECTIONS),
        "-d",
        f"{seconds}s",
        "-s",
        str(script),
        "--latency",
        product.url,
    ]
    said = subprocess.run(asked_of, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(said)
    at = {share: _milliseconds(re.search(rf"{share}%\s+([\d.]+)(us|ms|s)", said)) for share in (50, 99)}
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), at[50], at[99]


def _milliseconds(found: re.Match[str] | None) -> float:
    return float(found[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[found[2]] if found else float("nan")


def _requests(asked: np.ndarray, kind: str) -> list[bytes]:
    return [load.get(_path(lng, lat, kind)) for lng, lat in asked]


def _path(lng: float, lat: float, kind: str) -> str:
    return f"/api/v1/nearest?open_now=true&lng={lng:.5f}&lat={lat:.5f}" + (f"&have={kind}" if kind else "")


def _agreement(peer: postgis.Cluster, engine: Engine, asked: np.ndarray) -> int:
    """Return in how many of 300 questions PostGIS names the same ten: it measures on the ellipsoid, we on the sphere."""
    kinds = list(SHARES)
    return sum(set(peer.ten(kinds[n % 3], *asked[n])) == set(engine.ten(kinds[n % 3], *asked[n])) for n in range(300))


def _wait_for_web(product: Product) -> None:
    """Wait until every worker has read the stations."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        answers = [json.loads(_get(product.url + _path(113.6, 34.7, "water"))) for _ in range(LINES)]
        if all(len(answer["items"]) == 10 for answer in answers):
            time.sleep(3)
            return
        time.sleep(1)
    raise SystemExit("the web processes have not read the stations")


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return bytes(answer.read())


def _visibility(product: Product, engine: Engine) -> tuple[float, float]:
    """Close a station by its verb: until when did any of 24 kept connections still call it open, and with no-cache?"""
    from xiaojia.domains.stations.actions import close_stations
    from xiaojia.kernel.audit.rules import SYSTEM

    def sees(code: str, path: str, **headers: str) -> Callable[[HTTPConnection], bool]:
        def asks(line: HTTPConnection) -> bool:
            line.request("GET", path, headers=headers)
            return code in line.getresponse().read().decode()

        return asks

    late, late_fresh = 0.0, 0.0
    lines = [HTTPConnection("127.0.0.1", product.port) for _ in range(LINES)]
    for n in range(6):
        row = 1000 + 7000 * n
        code, path = (
            engine.index.columns.codes[row],
            _path(engine.index.columns.lng[row], engine.index.columns.lat[row], ""),
        )
        fresh = n % 2 == 0
        asks = sees(code, path, **({"Cache-Control": "no-cache"} if fresh else {}))
        if not all(asks(line) for line in lines):
            continue
        now = datetime.now(UTC)
        close_stations(
            actor=SYSTEM, station_ids=engine.index.columns.ids([row]), reason="x", starts_at=now, ends_at=None
        )
        began = last = time.monotonic()
        while time.monotonic() - began < 3:
            for line in lines:
                if asks(line):
                    last = time.monotonic()
            if fresh:
                break
        late, late_fresh = (late, max(late_fresh, last - began)) if fresh else (max(late, last - began), late_fresh)
    return late, late_fresh


def _workers(product: Product) -> list[int]:
    """The web processes: those that hold the index."""
    assert product.process is not None
    below, found = [product.process.pid], []
    while below:
        pid = below.pop()
        children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
        below += [int(child) for child in children]
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        if ("granian" in words or "spawn_main" in words) and report.peak_mib(pid) > 150:
            found.append(pid)
    return found


def _notes(engine: Engine, peer: postgis.Cluster, is_open: np.ndarray, agreement: int) -> list[str]:
    night = float(np.frombuffer(engine.at_night.moment(NIGHT).passes, np.uint8).mean())
    return [
        f"{TOTAL:,} generated stations in the true district polygons (urban districts weigh four times a county), 265 schedules; "
        f"open at Wednesday noon {is_open.mean():.0%}, at three at night {night:.0%}. One question after the other, one thread.",
        f"Peer: {postgis.version(peer)}, pgbench with prepared statements over its socket, one connection; it is given `open` as a "
        "column, ours judges the hours. The partial index must be known for each facility beforehand.",
        f"{CHECKS:,} answers at noon equal a walk over all stations. PostGIS names the same ten in {agreement} of 300 "
        "(it measures on the ellipsoid, we on the sphere).",
        f"The index: read in {engine.read_s:.1f} s, {engine.mib:.0f} MiB; the states of all stations at one instant from memory in "
        f"{engine.moment_ms:.1f} ms, from the database with every detail in {engine.board_s:.1f} s.",
    ]


def _web_notes(
    calm: list[load.Load], empty: list[load.Load], seen: tuple[float, float], memory: list[float]
) -> list[str]:
    missed = sum(n for run in calm for status, n in run.statuses.items() if status != 200) + sum(
        run.faults for run in calm
    )
    each, noise = (", ".join(f"{run.p99_ms:.1f}" for run in runs) for runs in (calm, empty))
    p50, p99 = (statistics.median(getattr(run, name) for run in calm) for name in ("p50_ms", "p99_ms"))
    return [
        f"At {PER_S} requests a second (open loop, late starts count), {len(calm)} runs of 6 s: median p50 {p50:.1f} ms, p99 {p99:.1f} ms "
        f"(each: {each}), {missed} not answered with 200. The same load on the empty answer /healthz: p99 {noise} ms; what is above "
        "20 ms there is the machine. Load, web server and database share the two cores.",
        f"A station closed by its verb was called open for at most {seen[0]:.2f} s more by any of {LINES} connections to both processes, "
        f"and {'never' if seen[1] == 0 else f'{seen[1]:.2f} s'} to who asked with `Cache-Control: no-cache`.",
        f"Peak memory of the web processes: {', '.join(f'{mib:.0f} MiB' for mib in sorted(memory))}.",
    ]
