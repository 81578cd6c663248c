"""What does the product do with a sheet? One step in a process of its own, so that its time and memory can be seen.

Run in the environment of an instance (XIAOJIA_HOME): STEP WORDS; the last line printed is JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from openpyxl import Workbook  # noqa: E402

from tests.cast import enter  # noqa: E402
from xiaojia.domains.stations.cli.dialogue import command_actor  # noqa: E402
from xiaojia.domains.stations.models import SourceKey, Station  # noqa: E402
from xiaojia.kernel.imports import actions  # noqa: E402
from xiaojia.kernel.imports.models import Batch  # noqa: E402
from xiaojia.kernel.people.models import Account  # noqa: E402
from xiaojia.lib.sheets import read_sheet  # noqa: E402


def stage(file: str) -> dict[str, Any]:
    """Read and judge a sheet; say how long it took and which errors stand in which rows and columns."""
    actor, root = command_actor()
    path, start = Path(file), time.perf_counter()
    batch = actions.receive(
        actor=actor, org=root, kind="stations", filename=path.name, source=path, options={"datum": "gcj02"}
    )
    received = time.perf_counter()
    batch = actions.read_rows(batch)
    read = time.perf_counter()
    batch = actions.judge(batch, actor=actor)
    judged = time.perf_counter()
    titles = {field: title for title, field in batch.columns.items()}
    errors = {
        number: sorted((each["code"], titles.get(each["field"], each["field"])) for each in said)
        for number, said in batch.rows.filter(verdict="error").values_list("number", "errors")
    }
    doubles = list(batch.rows.filter(verdict="duplicate").values_list("number", flat=True))
    return {
        "batch": str(batch.pk), "state": batch.state, "seconds": judged - start, "receive_s": received - start,
        "read_s": read - received, "judge_s": judged - read, "counts": batch.counts, "errors": errors, "doubles": doubles,
    }  # fmt: skip


def commit(batch: str) -> dict[str, Any]:
    """Commit the good rows of a batch; each half second a line says how far it is."""
    actor, _root = command_actor()
    start = last = time.perf_counter()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.perf_counter() - last > 0.2:
            last = time.perf_counter()
            print(json.dumps({"done": done, "total": total}), flush=True)

    done = actions.commit(actor=actor, batch=Batch.objects.get(pk=batch), only_good=True, progress=tell)
    return {"seconds": time.perf_counter() - start, "counts": done.counts}


def undo(batch: str) -> dict[str, Any]:
    """Take a batch back."""
    actor, _root = command_actor()
    start = time.perf_counter()
    outcome = actions.undo(actor=actor, batch=Batch.objects.get(pk=batch))
    return {"seconds": time.perf_counter() - start, "removed": outcome.removed, "kept": len(outcome.kept)}


def state(batch: str) -> dict[str, Any]:
    """Say what there is."""
    return {"state": Batch.objects.get(pk=batch).state, "stations": Station.objects.count()}


def first(file: str, target: str, rows: str, leave_out: str) -> dict[str, Any]:
    """Write the first rows of a sheet that are not among some into a sheet of their own."""
    source = read_sheet(Path(file), Path(file).name)
    out = set(json.loads(Path(leave_out).read_text()))
    book = Workbook(write_only=True)
    page = book.create_sheet("站点")
    page.append(source.header)
    left = int(rows)
    for row in source.rows():
        if left and row.number not in out:
            page.append(row.cells)
            left -= 1
    book.save(target)
    return {"rows": int(rows) - left}


def forget_half() -> dict[str, Any]:
    """Take the list's own number from every second station, so that only likeness can find it again."""
    keys = list(SourceKey.objects.order_by("key").values_list("pk", flat=True))
    return {"linked": len(keys) - SourceKey.objects.filter(pk__in=keys[::2]).delete()[0], "stations": len(keys)}


def pages(batch: str) -> dict[str, Any]:
    """Open the preview as an officer, several times; return the median."""
    client = Client(SERVER_NAME=next((h for h in settings.ALLOWED_HOSTS if h[:1] not in "*."), "localhost"))
    enter(client, Account.objects.get(username="admin"))
    where = reverse("imports:batch", args=[batch])
    return {
        name: _median(lambda address=address: client.get(address))
        for name, address in (
            ("first", where),
            ("errors", f"{where}?show=error&page=3"),
            ("deep", f"{where}?show=&page=1500"),
        )
    }


def _median(ask: Callable[[], Any]) -> float:
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        answer = ask()
        taken.append(time.perf_counter() - start)
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code} {answer.headers}")
    return sorted(taken)[2]


def annotated(batch: str) -> dict[str, Any]:
    """Write the sheet back with its notes."""
    start = time.perf_counter()
    name, data = actions.annotated(Batch.objects.get(pk=batch))
    return {"seconds": time.perf_counter() - start, "name": name, "bytes": len(data)}


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    step.__name__: step for step in (stage, commit, undo, state, first, forget_half, pages, annotated)
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
