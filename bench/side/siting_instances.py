"""Which questions are put to all solvers? Real and generated ones, each an .npz file that every process reads."""

import csv
import gzip
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from bench.side.peers import ROOT

SIZE_M, LIMIT_M, SEED, PART = 30_000.0, 1000.0, 7, 1 << 24
EARTH_RADIUS_M = 6_371_008.8
COVER = ("merged + HiGHS", "plain HiGHS", "spopt + CBC", "spopt + HiGHS")
CENTER = ("bisection + HiGHS", "spopt + HiGHS", "spopt + CBC")
MEDIAN = ("plain HiGHS, p-median", "spopt + HiGHS", "spopt + CBC")


class Absent(Exception):
    """Data that an instance needs is not on this machine."""


@dataclass(frozen=True)
class Case:
    """One instance: its family, its name, how it is made (folder → arrays), and which peers are asked."""

    family: str
    name: str
    make: Callable[[Path], dict[str, Any]]
    peers: tuple[str, ...]
    huge: bool = False


def city(n: int, m: int, seed: int = SEED) -> tuple[np.ndarray, np.ndarray]:
    """Return points of demand and sites, in metres: 40 clusters in a square of 30 km, a tenth spread evenly."""
    rng = np.random.default_rng(seed)
    centers, spread, share = rng.uniform(0, SIZE_M, (40, 2)), rng.uniform(500, 3000, 40), rng.dirichlet(np.ones(40))

    def draw(count: int) -> np.ndarray:
        cluster = rng.choice(40, count, p=share)
        found = centers[cluster] + rng.normal(size=(count, 2)) * spread[cluster][:, None]
        anywhere = rng.uniform(0, SIZE_M, (count, 2))
        even = rng.uniform(size=count) < 0.1
        found[even] = anywhere[even]
        return np.clip(found, 0, SIZE_M)

    return draw(n), draw(m)


def data() -> Path:
    """Return the folder of the shared data."""
    return Path(os.environ.get("XIAOJIA_DATA") or ROOT.parent / "shared" / "data")


def _there(*parts: str) -> Path:
    path = data().joinpath(*parts)
    if not path.exists():
        raise Absent(f"{'/'.join(parts)} is absent (XIAOJIA_DATA)")
    return path


def zhengzhou(_: Path) -> dict[str, Any]:
    """17,570 restaurants; the 82 stations with a position are fixed; cells of 250 m that hold a restaurant. GCJ-02 throughout."""

    def read(path: Path) -> np.ndarray:
        held = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows = [row for row in csv.DictReader(io.StringIO(held.decode("utf-8"))) if row["lng_gcj02"]]
        degrees = np.array([[float(row["lng_gcj02"]), float(row["lat_gcj02"])] for row in rows])
        metres = np.radians(degrees - [113.6, 34.7]) * EARTH_RADIUS_M
        return metres * [np.cos(np.radians(34.7)), 1.0]

    points = read(_there("dev", "demand", "zhengzhou_restaurants_poi.csv.gz"))
    held = read(_there("demo", "stations", "zhengzhou_union_stations.csv"))
    cells = (np.unique(np.floor(points / 250), axis=0) + 0.5) * 250
    fixed = np.arange(len(held))
    return {"kind": "cover", "points": points, "sites": np.vstack([held, cells]), "limit_m": LIMIT_M, "fixed": fixed,
            "open_sites": 26}  # fmt: skip


def clustered(n: int, p: int, *, stream: bool = False) -> Callable[[Path], dict[str, Any]]:
    """The city of `n` points and 1,000 sites; a stream comes from an .npy file."""

    def make(folder: Path) -> dict[str, Any]:
        asked = {"kind": "stream" if stream else "cover", "limit_m": LIMIT_M, "open_sites": p}
        if not stream:
            points, sites = city(n, 1000)
            return asked | {"points": points, "sites": sites}
        path = folder / f"city-{n}.npy"
        sites = city(min(n, PART), 1000)[1]
        if not path.exists():
            file = np.lib.format.open_memmap(path, "w+", np.float64, (n, 2))
            for start, part in _parts(n):
                file[start : start + len(part)] = part
            file.flush()
        return asked | {"path": str(path), "sites": sites}

    return make


def _parts(n: int) -> Iterator[tuple[int, np.ndarray]]:
    """The same city, drawn part by part: one part's memory however many points."""
    whole = city(min(n, PART), 1000)[0]
    dice = np.random.default_rng(SEED + 1)
    for start in range(0, n, PART):
        moved = whole + dice.normal(size=whole.shape) * (20.0 if start else 0.0)
        yield start, np.clip(moved, 0, SIZE_M)[: n - start]


def asked_of_city(n: int, what: str) -> Callable[[Path], dict[str, Any]]:
    """Backup, budget, share and hours in the city of `n` points with weights of 1 to 9."""

    def make(_: Path) -> dict[str, Any]:
        points, sites = city(n, 1000)
        dice = np.random.default_rng(SEED)
        asked = {"points": points, "sites": sites, "limit_m": LIMIT_M, "kind": "stream"}
        asked["weights"] = weights = dice.integers(1, 10, n).astype(float)
        if what == "backup":
            return asked | {"again": np.floor(weights / 2), "open_sites": 26}
        if what == "budget":
            return asked | {"costs": dice.uniform(1.0, 3.0, len(sites)), "budget": 40.0}
        if what == "share":
            return asked | {"kind": "share", "share": 0.8}
        slots = np.array([[1, 3, 8, 6, 9, 4], [6, 1, 2, 2, 5, 9]])[(dice.random(n) < 0.3).astype(int)]
        open_at = np.array([[0, 1, 1, 1, 1, 0], [1] * 6, [0, 0, 1, 1, 0, 0], [0, 0, 1, 1, 1, 1]])
        hours = open_at[dice.choice(4, len(sites), p=[0.5, 0.15, 0.25, 0.1])]
        del asked["weights"]
        return asked | {"kind": "hours", "by_slot": weights[:, None] * slots, "hours": hours, "open_sites": 26}

    return make


def streets(side: int, n: int, m: int) -> Callable[[Path], dict[str, Any]]:
    """A grid of streets of 200 m with a sixth of them missing, 3 km of walking, real-valued weights, 26 of m sites."""

    def make(_: Path) -> dict[str, Any]:
        from xiaojia_locate.network import streets as network
        from xiaojia_locate.network import walks

        dice = np.random.default_rng(SEED)
        number = np.arange(side * side).reshape(side, side)
        ends = np.vstack([np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
                          np.column_stack([number[:-1].ravel(), number[1:].ravel()])])  # fmt: skip
        ends = ends[dice.random(len(ends)) > 1 / 6]
        nodes = 200.0 * np.column_stack(np.divmod(np.arange(side * side), side))
        wide = 200.0 * (side - 1)
        roads = network(nodes, ends, geographic=False)
        reach = walks(roads, dice.random((n, 2)) * wide, dice.random((m, 2)) * wide, 3000.0, snap_limit_m=300.0).reach
        return {"kind": "cover", "starts": reach.starts, "columns": reach.sites, "n_site": m, "open_sites": 26,
                "weights": dice.lognormal(0.0, 1.0, n)}  # fmt: skip

    return make


def pmed(number: int, kind: str) -> Callable[[Path], dict[str, Any]]:
    """One of OR-Library's p-median instances, with the published optimum of the p-median."""

    def make(_: Path) -> dict[str, Any]:
        with tarfile.open(_there("dev", "siting_instances", "orlib_pmed_1_20.tar.gz")) as box:
            files = {Path(entry.name).name: entry for entry in box.getmembers()}

            def text(name: str) -> str:
                return io.TextIOWrapper(box.extractfile(files[name])).read()

            best = dict(line.split() for line in text("pmedopt.txt").splitlines() if line.startswith("pmed"))
            n, _, p, *edges = map(int, text(f"pmed{number}.txt").split())
        length = {}
        for a, b, metres in zip(edges[0::3], edges[1::3], edges[2::3], strict=True):
            length[a - 1, b - 1] = length[b - 1, a - 1] = metres  # a later line replaces an earlier one
        graph = sparse.coo_array((list(length.values()), tuple(np.array(list(length)).T)), shape=(n, n))
        known = {"published": float(best[f"pmed{number}"])} if kind == "median" else {}
        return {"kind": kind, "table": dijkstra(graph.tocsr()), "open_sites": p} | known

    return make


def spread(n: int, m: int, p: int, kind: str) -> Callable[[Path], dict[str, Any]]:
    """Points of the city by their positions."""

    def make(_: Path) -> dict[str, Any]:
        points, sites = city(n, m)
        return {"kind": kind, "points": points, "sites": sites, "open_sites": p}

    return make


def cases(scale: float = 1.0) -> list[Case]:
    """Return all instances; `scale` below one makes the generated ones smaller."""
    some = lambda n: max(int(n * scale), 400)  # noqa: E731
    side = max(int(126 * scale**0.5), 20)
    merged, big = ("merged + HiGHS",), ("merged + HiGHS", "spopt + CBC")
    return [
        Case("mclp", "Zhengzhou, 82 fixed, +26", zhengzhou, COVER),
        Case("mclp", f"city {some(10**4):,} × 1,000, p = 26", clustered(some(10**4), 26), COVER),
        *(Case("stream", f"city {some(10**7):,} × 1,000, p = {p}", clustered(some(10**7), p, stream=True), big)
          for p in (26, 50)),
        Case("stream", f"city {some(10**8):,} × 1,000, p = 26", clustered(some(10**8), 26, stream=True), (), True),
        Case("network", f"streets, {some(20_000):,} × {some(5_000):,}, 3 km", streets(side, some(20_000), some(5_000)),
             ("merged + HiGHS", "plain HiGHS")),
        *(Case("variants", f"{what}, {some(10**6):,} × 1,000", asked_of_city(some(10**6), what), merged)
          for what in ("backup", "hours", "budget", "share")),
        *(Case("center", f"pmed{k}", pmed(k, "center"), CENTER) for k in (1, 6, 20)),
        Case("center", f"city {some(10**5):,} × 1,000, p = 26", spread(some(10**5), 1000, 26, "center"), CENTER),
        *(Case("median", f"pmed{k}", pmed(k, "median"), MEDIAN) for k in range(1, 21)),
        Case("median", f"city {some(5_000):,} × {some(5_000):,}, p = 50", spread(some(5_000), some(5_000), 50, "median"),
             MEDIAN),
        Case("median", f"city {some(50_000):,} × {some(50_000):,}, p = 50",
             spread(some(50_000), some(50_000), 50, "median"), (), True),
    ]  # fmt: skip
