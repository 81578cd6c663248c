"""How fast, and how well proven, are sites chosen? Ours beside spopt and beside HiGHS, on the same instances in one go."""

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench.side import peers, report
from bench.side.peers import ROOT
from bench.side.siting_instances import Absent, Case, cases, city
from bench.side.siting_value import value

PEER_PACKAGES = ("spopt==0.7.0", "highspy==1.16.0", "PuLP==3.3.2")
LIMIT_S, TIMES, GRACE_S, MEMORY_SHARE = 150.0, 20, 15.0, 0.8
HONESTY = (
    "Status is what each solver says of itself; every value is counted anew from its sites. spopt hands out what its solver "
    "held when time ran out as “Optimal”, without a bound: such rows show “(time ran out)”."
)
NOTES = (
    "Each run in a process of its own; peak memory is that process's VmHWM. Time goes from arrays in memory (streams: from the "
    "file) to the answer, building the model included; imports and loading compiled loops are not counted, on either side.",
    "HiGHS is asked for the exact optimum (gap 0; for whole-numbered values an absolute gap of 0.999, which is as good).",
    HONESTY,
)


def main(*words: str) -> int:
    """Run FAMILIES (mclp,stream,network,variants,center,median; default all) at SCALE (default 1), peers with LIMIT_S = 150.

    `--keep` writes the table into the page, `--huge` adds the largest, `--name=TEXT` takes instances whose name holds TEXT,
    `--limit=S` sets the limit of each run (a peer gets 20 × our time all the same, up to 150 s). 1 if answers disagree.
    """
    scale = next((float(word) for word in words if word.replace(".", "", 1).isdecimal()), 1.0)
    options = dict(word[2:].split("=", 1) for word in words if word.startswith("--") and "=" in word)
    families = {name for word in words if not word.startswith("--") and word[0].isalpha() for name in word.split(",")}
    wanted = [case for case in cases(scale) if not families or case.family in families]
    wanted = [case for case in wanted if (not case.huge or "--huge" in words) and options.get("name", "") in case.name]
    if not wanted:
        print("families:", ", ".join(sorted({case.family for case in cases()})))
        return 2
    rows, wrong, skipped = run(
        wanted, float(options.get("limit", LIMIT_S)), progress=lambda text: print(text, flush=True)
    )
    notes = [*NOTES, *(f"skipped: {text}" for text in skipped), *(f"DISAGREEMENT: {text}" for text in wrong)]
    key = "siting" if not families else f"siting {','.join(sorted(families))}"
    report.publish(
        key, f"Sites with a proof{_of(families)}", [shown(row) for row in rows], notes, keep="--keep" in words
    )
    return 1 if wrong else 0


def _of(families: set[str]) -> str:
    return f": {', '.join(sorted(families))}" if families else ""


def run(
    wanted: list[Case],
    limit_s: float = LIMIT_S,
    *,
    with_peers: bool = True,
    progress: Callable[[str], Any] = lambda _: None,
) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """Return the rows, the disagreements, and what was skipped for want of data."""
    rows: list[dict[str, Any]] = []
    wrong: list[str] = []
    skipped: list[str] = []
    with tempfile.TemporaryDirectory(prefix="xiaojia-siting-") as name:
        folder = Path(name)
        for case in wanted:
            try:
                asked = {key: np.asarray(held) for key, held in case.make(folder).items()}
            except Absent as error:
                skipped.append(f"{case.name}: {error}")
                progress(f"skipped {skipped[-1]}")
                continue
            found = _case(case, asked, folder, limit_s, with_peers, progress)
            rows += found
            wrong += disagreements(case, asked, found)
            for text in wrong:
                progress(f"!!! DISAGREEMENT: {text}")
    return rows, wrong, skipped


def _case(
    case: Case, asked: dict[str, Any], folder: Path, limit_s: float, with_peers: bool, progress: Callable[[str], Any]
) -> list[dict[str, Any]]:
    np.savez(folder / "asked.npz", **asked)
    np.savez(folder / "warm.npz", **_small(asked))
    rows: list[dict[str, Any]] = []
    for solver in ("ours", *(case.peers if with_peers else ())):
        ours_s = rows[0]["time_s"] if rows else 0.0
        allowed_s = max(limit_s, min(LIMIT_S, TIMES * ours_s)) if rows else limit_s
        row = {"instance": case.name, "solver": solver} | _child(solver, folder, allowed_s)
        row["value"] = value(asked, row["sites"]) if row["sites"] else math.nan
        row["least"] = str(asked["kind"]) in ("share", "center", "median")
        rows.append(row)
        progress(f"{case.name}: {solver}: {row['time_s']:.2f} s, {row['value']:,.2f}, {row['says']}")
    rows[0]["ratio"] = _ratio(rows[0], rows[1:])
    return rows


def _ratio(ours: Mapping[str, Any], others: list[dict[str, Any]]) -> str:
    """How many times longer the quickest proof among the peers took; without one, the longest that a peer was given."""
    if not others or not ours["sites"]:
        return ""
    proofs = [row["time_s"] for row in others if row["proven"]]
    times = min(proofs, default=max(row["time_s"] for row in others)) / ours["time_s"]
    words = f"{'' if proofs else '> '}{times:.3g}"
    return words if ours["proven"] else f"{words} (ours not proven)"


def _small(asked: Mapping[str, Any]) -> dict[str, Any]:
    """A small question of the same kind, by which compiled loops are loaded before the clock starts."""
    points, sites = city(300, 40)
    small = {"kind": asked["kind"], "points": points, "sites": sites, "limit_m": 1000.0, "weights": np.ones(300)}
    small |= {"open_sites": 5} | ({"again": np.ones(300)} if "again" in asked else {})
    if "costs" in asked:
        small |= {"costs": np.ones(40), "budget": 5.0}
    if "share" in asked:
        small["share"] = 0.05
    if "by_slot" in asked:
        small |= {"by_slot": np.ones((300, asked["hours"].shape[1])), "hours": asked["hours"][:40]}
    if "table" in asked:
        small["table"] = np.hypot(*(points[:, None] - sites).transpose(2, 0, 1))
    return small


def _child(solver: str, folder: Path, limit_s: float) -> dict[str, Any]:
    """Run one solver in a process of its own; it is ended when it does not stop by itself."""
    answer = folder / "answer.json"
    answer.unlink(missing_ok=True)
    job = {"solver": solver, "limit_s": limit_s, "instance": str(folder / "asked.npz"), "warm": str(folder / "warm.npz"),
           "answer": str(answer)}  # fmt: skip
    (folder / "job.json").write_text(json.dumps(job))
    began, peak = time.perf_counter(), 0.0
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen([*_command(solver), str(folder / "job.json")], cwd=ROOT, stdout=said, stderr=said,
                                   env=_environ())  # fmt: skip
        _bound_memory(process.pid)
        until = began + limit_s + GRACE_S
        while process.poll() is None and time.perf_counter() < until:
            peak = max(peak, _peak(process.pid))
            time.sleep(0.05)
        ended = process.poll() is None
        if ended:
            process.kill()
        process.wait()
    taken = time.perf_counter() - began
    row = {"sites": None, "bound": None, "proven": False, "time_s": taken, "peak_mib": peak}
    if answer.exists():
        return row | json.loads(answer.read_text())
    words = f"killed at {taken:.0f} s" if ended else f"ended with {process.returncode} (out of memory?)"
    return row | {"says": words}


def _command(solver: str) -> list[str]:
    if solver == "ours":
        return [sys.executable, "-m", "bench.side.siting_ours"]
    return [str(peers.python("siting", *PEER_PACKAGES)), str(ROOT / "bench" / "side" / "siting_peer.py")]


def _environ() -> dict[str, str]:
    package = str(ROOT / "packages" / "locate" / "src")
    return os.environ | {"PYTHONPATH": os.pathsep.join([package, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}


def _bound_memory(pid: int) -> None:
    """Give the process most of the machine's memory, so that a model too large ends that process alone."""
    room = int(MEMORY_SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    resource.prlimit(pid, resource.RLIMIT_AS, (room, room))


def _peak(pid: int) -> float:
    try:
        return report.peak_mib(pid)
    except (OSError, ValueError):
        return 0.0


def disagreements(case: Case, asked: Mapping[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    """Say where a bound is beaten, a claim is not what its sites are worth, or two proofs (or a published one) differ."""
    found = []
    for row in rows:
        if row.get("claims") is not None and not _equal(row["claims"], row["value"]):
            found.append(f"{case.name}: {row['solver']} claims {row['claims']}, its sites are worth {row['value']}")
        if row["proven"] and "published" in asked and not _equal(row["value"], float(asked["published"])):
            found.append(
                f"{case.name}: {row['solver']} proves {row['value']}, published is {float(asked['published'])}"
            )
        for other in rows:
            if _bound(row) is not None and other["sites"] and _beats(other["value"], _bound(row), row["least"]):
                found.append(
                    f"{case.name}: {other['solver']} has {other['value']}, beyond {row['solver']}'s {_bound(row)}"
                )
    return found


def _bound(row: Mapping[str, Any]) -> float | None:
    """What a row says cannot be beaten: its bound, or its value where it says that this is proven."""
    if row["bound"] is not None and math.isfinite(row["bound"]):
        return float(row["bound"])
    return float(row["value"]) if row["proven"] and math.isfinite(row["value"]) else None


def _beats(one: float, bound: float, least: bool) -> bool:
    return (bound - one if least else one - bound) > 1e-6 * max(1.0, abs(bound))


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(1.0, abs(one))


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as it stands in the table."""
    bound, held = row["bound"], row["value"]
    known = bound is not None and math.isfinite(bound)
    gap = abs(bound - held) / max(abs(bound), abs(held), 1e-12) if known and math.isfinite(held) else None
    return {
        "instance": row["instance"], "solver": row["solver"], "time s": f"{row['time_s']:.3g}",
        "peak MiB": f"{row['peak_mib']:,.0f}", "value": f"{held:,.6g}" if math.isnan(held) else f"{held:,.2f}",
        "bound": f"{bound:,.2f}" if known else "none", "gap": f"{gap:.3%}" if gap is not None else "",
        "status": row["says"] if row["says"] == "proven" or not row["proven"] else f"proven ({row['says']})", "best proven peer / ours": row.get("ratio", ""),
    }  # fmt: skip


__all__ = ["Case", "disagreements", "main", "run", "shown"]
