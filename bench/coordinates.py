"""How fast are points moved between WGS-84, GCJ-02 and BD-09, how exactly, beside eviltransform and gcoord?"""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.side import peers, report
from xiaojia.lib.coordinates import Datum, convert
from xiaojia.lib.coordinates.columns import FloatArray

POINTS, PEER_POINTS, ROUNDS, SEED = 1_000_000, 100_000, 3, 20261125
EVIL, GCOORD = "eviltransform==0.1.1", "gcoord@1.0.7"
NAMES = {Datum.WGS84: "WGS84", Datum.GCJ02: "GCJ02", Datum.BD09: "BD09"}
MOVES = (
    (Datum.WGS84, Datum.GCJ02, "wgs2gcj"), (Datum.GCJ02, Datum.WGS84, "gcj2wgs_exact"), (Datum.GCJ02, Datum.BD09, "gcj2bd"),
    (Datum.BD09, Datum.GCJ02, "bd2gcj"), (Datum.WGS84, Datum.BD09, "wgs2bd"), (Datum.BD09, Datum.WGS84, "bd2wgs"),
)  # fmt: skip
METRES = 111_320.0
Points = tuple[FloatArray, FloatArray]


def main(*words: str) -> int:
    """Move the same points with all three, ROUNDS times in turn; print the table and the errors."""
    python, node = peers.python("eviltransform", EVIL), peers.npm("gcoord", GCOORD)
    rng = np.random.default_rng(SEED)
    points = rng.uniform(75.0, 134.0, POINTS), rng.uniform(18.0, 53.0, POINTS)
    with tempfile.TemporaryDirectory() as folder:
        rows = [_row(Path(folder), python, node, points, *move) for move in MOVES]
    errors = [_round_trip(points, datum) for datum in (Datum.GCJ02, Datum.BD09)]
    notes = [
        f"{POINTS:,} random points in the box of China; eviltransform moves the first {PEER_POINTS:,} one by one in Python, gcoord all in "
        f"Node; processor time, median of {ROUNDS} rounds in turn.",
        f"Round trip of ours, WGS-84 and back: {errors[0]:.1e} m by GCJ-02, {errors[1]:.1e} m by BD-09 at most.",
        "The difference is the largest over all points. Where a peer's inverse takes one step only (bd2gcj, bd2wgs; gcoord's from BD-09) "
        "the difference is the peer's own error: ours comes back to where it started.",
    ]
    report.publish("coordinates", "Datums", rows, notes, keep="--keep" in words)
    return int(min(row["times eviltransform"] for row in rows) < 20 or max(errors) > 0.01)


def _row(
    folder: Path, python: Path, node: Path, points: Points, source: Datum, target: Datum, evil: str
) -> dict[str, Any]:
    start = convert(*points, Datum.WGS84, source)
    few = start[0][:PEER_POINTS], start[1][:PEER_POINTS]
    script = Path(__file__).parent / "side" / "gcoord_points.js"
    taken: list[list[float]] = [[], [], []]
    for _ in range(ROUNDS):
        ours, seconds = _timed(lambda: convert(*start, source, target))
        taken[0].append(POINTS / seconds)
        theirs, seconds = _peer(folder, [python, "-m", "evil_points"], [evil], few)
        taken[1].append(PEER_POINTS / seconds)
        node_moved, seconds = _peer(
            folder, ["node", script], [NAMES[source], NAMES[target]], start, node / "node_modules"
        )
        taken[2].append(POINTS / seconds)
    mine, other, third = map(statistics.median, taken)
    return {
        "move": f"{NAMES[source]} → {NAMES[target]}", "ours, points per second": mine, "eviltransform": other, "gcoord": third,
        "times eviltransform": mine / other, "times gcoord": mine / third,
        "m from eviltransform": _apart((ours[0][:PEER_POINTS], ours[1][:PEER_POINTS]), theirs), "m from gcoord": _apart(ours, node_moved),
    }  # fmt: skip


def _timed(move: Callable[[], Points]) -> tuple[Points, float]:
    start = time.process_time()
    moved = move()
    return moved, time.process_time() - start


def _peer(
    folder: Path, command: list[Any], words: list[str], points: Points, modules: Path | None = None
) -> tuple[Points, float]:
    source, target = folder / "in", folder / "out"
    source.write_bytes(np.stack(points, axis=1).tobytes())
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parent / "side"), "NODE_PATH": str(modules or "")}
    words = [*map(str, command), str(source), str(target), *words]
    done = subprocess.run(words, env=environ, check=True, capture_output=True, text=True)
    moved = np.frombuffer(target.read_bytes()).reshape(-1, 2)
    return (moved[:, 0], moved[:, 1]), float(done.stdout)


def _apart(one: Points, other: Points) -> float:
    """Return the largest distance in metres."""
    east = (one[0] - other[0]) * np.cos(np.radians(one[1])) * METRES
    return float(np.max(np.hypot(east, (one[1] - other[1]) * METRES)))


def _round_trip(points: Points, datum: Datum) -> float:
    return _apart(points, convert(*convert(*points, Datum.WGS84, datum), datum, Datum.WGS84))
