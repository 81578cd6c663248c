"""Does opening_hours.js read our schedules as we do, and how long does the state of all stations of the nation take?"""

import json
import os
import random
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from bench.side import peers, report
from xiaojia.lib.opening_hours import SHANGHAI, Hours, Schedule, shared_text, states_at, to_osm, to_stored
from xiaojia.lib.tests.quarters import QUARTERS, STARTS, signs
from xiaojia.lib.tests.schedules import schedules
from xiaojia.lib.workdays import DayTable, seed_from_chinesecalendar

PACKAGE = "opening_hours@3.15.0"
STATIONS, DISTINCT, SINGLE = 186_100, (200, 2_000), 20
SCRIPT = Path(__file__).parent / "side" / "opening_hours.js"
TABLE = DayTable(*seed_from_chinesecalendar())


def main(*words: str) -> int:
    """Draw NUMBER schedules (default 1000) as the editor can make them; compare every quarter of an hour of three weeks."""
    number = next((int(word) for word in words if word.isdecimal()), 1000)
    drawn = draw(number)
    folder = peers.npm("opening-hours", PACKAGE)
    rows = [_compare(folder, name, drawn, text) for name, text in TEXTS.items()]
    notes = [
        f"{number} schedules of the editor's own model: up to three intervals a day, nights, two seasons, dated exceptions, unattended "
        f"hours, every holiday policy; three weeks from {', '.join(f'{start:%Y-%m-%d}' for start in STARTS)} in turn; open, "
        "unattended, closed and unknown are told apart.",
        "The shared text is what other programs get. The stored text is ours alone and is read back; in it opening_hours.js ends a night "
        "at 00:00 where the next day has a rule of its own, and it says nothing of holidays.",
        f"{SINGLE} of the schedules were also asked quarter by quarter instead of by changes.",
    ]
    report.publish("hours", "Opening hours beside opening_hours.js", rows, notes, keep="--keep" in words)
    at = [_at_once(distinct) for distinct in DISTINCT]
    told = ["Schedules as they are stored; the first pass of a process reads each distinct one anew, median of five."]
    report.publish("hours at once", "The state of all stations at one instant", at, told, keep="--keep" in words)
    return int(any(row["schedules equal"] != f"{number} of {number}" for row in rows[:2]))


def draw(number: int) -> list[Schedule]:
    """Return schedules, the same ones each time."""
    found: list[Schedule] = []

    @settings(
        max_examples=number, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(schedules())
    def keep(schedule: Schedule) -> None:
        found.append(schedule)

    keep()
    return found[:number]


def _shared(schedule: Schedule, start: date) -> str:
    return shared_text(schedule, TABLE, start)


def _expanded(schedule: Schedule, start: date) -> str:
    hours = Hours(schedule, TABLE)
    return hours.window_text(start, start + timedelta(days=QUARTERS // 96 - 1))


def _stored(schedule: Schedule, _start: date) -> str:
    return to_osm(schedule)


TEXTS: dict[str, Callable[[Schedule, date], str]] = {
    "shared text (a year of dated rules)": _shared, "the dated rules that we evaluate": _expanded, "stored text": _stored,
}  # fmt: skip


def _compare(
    folder: Path, name: str, drawn: Sequence[Schedule], text: Callable[[Schedule, date], str]
) -> dict[str, Any]:
    tasks, mine = [], []
    for number, schedule in enumerate(drawn):
        start = STARTS[number % len(STARTS)]
        tasks.append(
            {"text": text(schedule, start), "start": start.isoformat(), "quarters": QUARTERS, "single": number < SINGLE}
        )
        mine.append(signs(Hours(schedule, TABLE), start))
    theirs = read(folder, tasks)
    equal = sum(ours == other for ours, other in zip(mine, theirs, strict=True))
    alike = sum(a == b for ours, other in zip(mine, theirs, strict=True) for a, b in zip(ours, other, strict=False))
    first = next((n for n in range(len(mine)) if mine[n] != theirs[n]), None)
    if first is not None and text is not _stored:
        print(f"differs: {tasks[first]}\n ours   {mine[first]}\n theirs {theirs[first]}")
    return {
        "text": name, "schedules equal": f"{equal} of {len(mine)}", "quarters equal": f"{alike:,} of {len(mine) * QUARTERS:,}",
        "median characters": int(statistics.median(len(task["text"]) for task in tasks)),
    }  # fmt: skip


def read(folder: Path, tasks: Sequence[dict[str, Any]]) -> list[str]:
    """Return how opening_hours.js reads each task: one sign for each quarter of an hour."""
    lines = "".join(f"{json.dumps(task)}\n" for task in tasks)
    environ = os.environ | {"TZ": "Asia/Shanghai", "NODE_PATH": str(folder / "node_modules")}
    done = subprocess.run(["node", str(SCRIPT)], input=lines, capture_output=True, text=True, env=environ, check=True)
    return done.stdout.splitlines()


def _at_once(distinct: int) -> dict[str, Any]:
    rng = random.Random(distinct)
    known = [to_stored(schedule) for schedule in draw(distinct)]
    rows = [rng.choice(known) for _ in range(STATIONS)]
    taken = []
    for hour in _instants():
        start = time.perf_counter()
        states = states_at(rows, hour, TABLE)
        taken.append(time.perf_counter() - start)
    return {
        "stations": STATIONS, "distinct schedules": len(set(known)), "first pass ms": 1000 * taken[0],
        "median ms": 1000 * statistics.median(taken), "open at the last": sum(state is True for state in states),
        "unknown": sum(state is None for state in states),
    }  # fmt: skip


def _instants() -> Iterator[datetime]:
    for hour in range(5):
        yield datetime(2026, 9, 28, 8 + 2 * hour, 7, tzinfo=SHANGHAI)
