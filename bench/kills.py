"""What does kill -9 of the application and of PostgreSQL cost, and does it lose a check-in? A long run with its table."""

import statistics
import time

from bench.side import report
from bench.side.product import running
from bench.side.taps import make_stations
from tests.journeys.kills import KINDS, series

STATIONS = 2000


def main(*words: str) -> int:
    """Kill N times (default 200), the two kinds in turn, each in the middle of a load; 1 if anything was lost or doubled."""
    kills = next((int(word) for word in words if word.isdecimal()), 200)
    began = time.monotonic()
    with running(demo=False, words=("serve", "--no-worker")) as product:
        codes = make_stations(product.home, STATIONS)
        run = series(product, codes, kills, load_s=1.0, seen=_seen)
    found = run.reckoning
    rows = [
        {
            "killed": kind,
            "times": len(times),
            "answers again after s (median)": statistics.median(times),
            "longest s": max(times),
        }
        for kind, times in run.restarts_s.items()
    ]
    totals = {
        "acknowledged": found.acknowledged,
        "lost": len(found.lost),
        "doubled": len(found.doubled),
        "present without an answer": run.present,
        "retry told of another row": len(found.changed),
    }
    notes = [
        ", ".join(f"{name}: {number:,}" for name, number in totals.items()) + ".",
        f"Six phones at a time tap without pause for {time.monotonic() - began:,.0f} s over {STATIONS} stations; an unanswered "
        "tap is looked for in the table (present without an answer: allowed) and then sent again with its key.",
        f"Killed with SIGKILL: {KINDS[0]} = supervisor and web server; {KINDS[1]} = its head alone, or with all its children.",
    ]
    report.publish("kills", f"Check-ins under {kills} kills", rows, notes, keep="--keep" in words)
    return 0 if found.is_clean else 1


def _seen(number: int, kind: str, took_s: float) -> None:
    print(f"{number:4d} {kind:12s} {took_s:5.1f} s", flush=True)
