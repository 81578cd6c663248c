"""How fast does a large dirty sheet come in, beside django-import-export? Every planted error must be found, and nothing else."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.side import dirty, peers, report
from bench.side.dirty import PLANTED, Sheet
from bench.side.peers import HOME, ROOT
from bench.side.product import running
from tests.journeys.product import Product, command, environment
from xiaojia.config.env import database_settings, load_env
from xiaojia.kernel.places import borders

ROWS, ERRORS, DOUBLES, THERE, COMMITTED = 100_000, 5_000, 1_000, 20_000, 10_000
PEER = ("django==5.2.19", "django-import-export[xlsx]==4.4.1", "psycopg[binary]==3.3.9")
BLIND = "in another county"
"""What no validator of a single field can see."""


@dataclass
class Run:
    """What a process said at its end, the most memory that it and its children held at once, and their processor time."""

    said: dict[str, Any]
    peak_mib: float
    cpu_s: float


def main(*words: str) -> int:
    """Stage ROUNDS times (default 2) in turn with the peer, then with 20,000 stations there, commit, kill, undo."""
    rounds = next((int(word) for word in words if word.isdecimal()), 2)
    sheet = dirty.make(HOME / "sheets", ROWS, ERRORS, DOUBLES)
    folder = Path(tempfile.mkdtemp(prefix="xiaojia-bench-"))
    folder.chmod(0o755)  # the database's account passes through
    made = command(folder / "home", "init", "--division", "410000", "--name", "河南省总工会")
    if made.returncode:
        raise SystemExit(made.stdout + made.stderr)
    try:
        with running(folder / "home", demo=False) as product:
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(_ours(product, "stage", sheet.path))
                theirs.append(_peer(product, sheet, folder))
            rows, notes = _staged(sheet, ours, theirs)
            more, later = _afterwards(product, sheet, folder, ours[-1].said["batch"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.publish("imports", "A sheet of 100,000 stations", rows, notes, keep="--keep" in words)
    report.publish("imports after", "What follows on a sheet of 100,000", more, later, keep="--keep" in words)
    return int(any(row.get("planted errors found") != f"{ERRORS} of {ERRORS}" for row in rows if row["side"] == "ours"))


def _ours(product: Product, *words: object) -> Run:
    return _run([sys.executable, "-m", "bench.side.staging", *map(str, words)], _environ(product))


def _environ(product: Product) -> dict[str, str]:
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "DJANGO_SETTINGS_MODULE": "xiaojia.config.settings"}
    return environment(product.home, **paths)


def _peer(product: Product, sheet: Sheet, folder: Path) -> Run:
    python = peers.python("import-export", *PEER)
    names = folder / "counties.json"
    counties = [
        row["district_name"] for row in borders.rows("district") if row["district_adcode"].startswith(dirty.PROVINCE)
    ]
    names.write_text(json.dumps(counties))
    place = database_settings(load_env({**os.environ, "XIAOJIA_HOME": str(product.home), "DATABASE_URL": ""}))["owner"]
    kept = {key: place[key] for key in ("ENGINE", "HOST", "PORT", "USER", "PASSWORD", "NAME")}
    settings = json.dumps(kept | {"ENGINE": "django.db.backends.postgresql"})
    command = [str(python), str(ROOT / "bench" / "side" / "plain_import.py"), str(sheet.path), str(names)]
    return _run(command, {"PATH": os.environ["PATH"], "PLAIN_DATABASE": settings})


def _run(command: list[str], environ: Mapping[str, str]) -> Run:
    before = _spent()
    process = subprocess.Popen(command, env=dict(environ), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    peak = _watched(process.pid)
    told = process.communicate()[0]
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return Run(json.loads(told.splitlines()[-1]), peak(), _spent() - before)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watched(pid: int) -> Any:
    """Watch the resident memory of a process and its children until it ends; return a function that gives the peak in MiB."""
    most = [0]

    def watch() -> None:
        while Path(f"/proc/{pid}/statm").exists():
            most[0] = max(most[0], sum(map(_resident, _family(pid))))
            time.sleep(0.05)

    threading.Thread(target=watch, daemon=True).start()
    return lambda: most[0] * os.sysconf("SC_PAGE_SIZE") / 2**20


def _family(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        try:
            for task in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0


def _staged(sheet: Sheet, ours: list[Run], theirs: list[Run]) -> tuple[list[dict[str, Any]], list[str]]:
    rows: list[dict[str, Any]] = []
    for mine, other in zip(ours, theirs, strict=True):
        found, wrong = _found(sheet, mine.said["errors"])
        rows.append(_line("ours", mine, found, wrong, other.said["seconds"] / mine.said["seconds"]))
        seen = {int(row) for row in other.said["errors"]}
        hit = len(seen & set(sheet.errors))
        rows.append(_line("django-import-export", other, hit, len(seen) - hit, 1.0))
    last = ours[-1].said
    twice = set(last["doubles"])
    notes = [
        f"Ours: receive {last['receive_s']:.1f} s, read {last['read_s']:.1f} s, judge {last['judge_s']:.1f} s in the last round; "
        "the same actions as the worker's, in a process of their own; memory includes the child that reads the file, not PostgreSQL.",
        f"Load average {os.getloadavg()[1]:.1f} over the last minutes: with {len(os.sched_getaffinity(0))} cores, processor seconds say what wall "
        "time would be on a machine of one's own; they leave out PostgreSQL, on both sides.",
        f"Found means: the row and the column of the error, with its code, and no other error in the row. "
        f"Ten kinds: {', '.join(PLANTED)}.",
        f"Ours also points to {len(twice & set(sheet.doubles))} of {len(sheet.doubles)} rows that repeat an earlier station under another "
        f"number ({len(twice - set(sheet.doubles))} others); the peer cannot.",
        "Peer: bulk mode, no query for each row, nothing written (dry run without transaction), validators on every field, a hook "
        f"for numbers used twice; {theirs[-1].said['load_s']:.1f} s of it read the xlsx. It cannot see “{BLIND}”, datum, doubles, hours, facilities.",
    ]
    return rows, notes


def _line(side: str, run: Run, found: int, wrong: int, ratio: float) -> dict[str, Any]:
    return {
        "side": side, "seconds": run.said["seconds"], "rows per second": ROWS / run.said["seconds"],
        "processor s": run.cpu_s, "peak MiB": run.peak_mib, "planted errors found": f"{found} of {ERRORS}", "false alarms": wrong, "peer / this": ratio,
    }  # fmt: skip


def _found(sheet: Sheet, said: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many planted errors were found exactly, and how many rows were called wrong that are not so."""
    given = {int(row): [tuple(each) for each in errors] for row, errors in said.items()}
    exact = sum(given.get(row) == [PLANTED[kind]] for row, kind in sheet.errors.items())
    return exact, sum(row not in sheet.errors for row in given)


def _afterwards(product: Product, sheet: Sheet, folder: Path, batch: str) -> tuple[list[dict[str, Any]], list[str]]:
    pages, back = _ours(product, "pages", batch), _ours(product, "annotated", batch)
    rows = [
        _step("preview page, first", pages.said["first"]), _step("preview page, errors, third page", pages.said["errors"]),
        _step("preview page, 1,500th page", pages.said["deep"]),
        _step("sheet back with its notes", back.said["seconds"], back, f"{back.said['bytes'] / 2**20:.0f} MiB"),
    ]  # fmt: skip
    rows += _committed(product, sheet, folder)
    return rows, ["Times of one run; the preview includes all middleware, signed in with a second factor."]


def _committed(product: Product, sheet: Sheet, folder: Path) -> list[dict[str, Any]]:
    out = folder / "out.json"
    out.write_text(json.dumps([*sheet.errors, *sheet.doubles]))
    ten = _ours(product, "stage", _part(product, sheet, folder / "ten.xlsx", COMMITTED, out)).said["batch"]
    killed = _kill(product, ten)
    after = _ours(product, "state", ten).said
    once, undone = _ours(product, "commit", ten), None
    undone = _ours(product, "undo", ten)
    rows = [
        _step(f"commit {COMMITTED:,} rows", once.said["seconds"], once, f"{once.said['counts']['create']} stations"),
        {"step": "SIGKILL in the middle of it", "seconds": "", "processor s": "", "peak MiB": "",
         "outcome": f"at row {killed}: {after['stations']} stations, batch “{after['state']}”; the commit above is the next try"},
        _step(f"undo {COMMITTED:,} rows", undone.said["seconds"], undone, f"{undone.said['removed']} taken out, {undone.said['kept']} kept"),
    ]  # fmt: skip
    many = _ours(product, "stage", _part(product, sheet, folder / "many.xlsx", THERE, out)).said["batch"]
    there = _ours(product, "commit", many)
    linked = _ours(product, "forget_half").said
    again = _ours(product, "stage", sheet.path)
    found, wrong = _found(sheet, again.said["errors"])
    counts = again.said["counts"]
    told = (
        f"{found} of {ERRORS} errors, {wrong} false; {counts.get('same', 0)} the same of {linked['linked']} linked by number, "
        f"{counts.get('duplicate', 0)} doubles (of {linked['stations'] - linked['linked']} known by likeness only, and {DOUBLES})"
    )
    return [
        *rows,
        _step(f"commit {THERE:,} rows", there.said["seconds"], there, f"{there.said['counts']['create']} stations"),
        _step(f"stage all {ROWS:,} again, {THERE:,} stations there", again.said["seconds"], again, told),
    ]


def _part(product: Product, sheet: Sheet, target: Path, rows: int, out: Path) -> Path:
    _ours(product, "first", sheet.path, target, rows, out)
    return target


def _kill(product: Product, batch: str) -> int:
    """Kill the commit once it has written a third; return how far it said it was."""
    command = [sys.executable, "-m", "bench.side.staging", "commit", batch]
    process = subprocess.Popen(command, env=_environ(product), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    done, writing = 0, False
    for line in process.stdout or ():
        told = json.loads(line)
        writing = writing or told["done"] < done
        done = told["done"]
        if writing and done > COMMITTED // 3:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    return done


def _step(name: str, seconds: float, run: Run | None = None, outcome: str = "") -> dict[str, Any]:
    spent = {"processor s": run.cpu_s if run else "", "peak MiB": run.peak_mib if run else ""}
    return {"step": name, "seconds": seconds, **spent, "outcome": outcome}
