"""Do probes, figures and lines hold on the real server with two processes, and do the figures add up?"""

import json
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from xiaojia.config.instance.tests.homes import new_folder, restored, xiaojia
from xiaojia.config.instance.tests.products import Visitor, serving, wait_for
from xiaojia.lib.postgres import binaries

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        binaries.importlib.util.find_spec(binaries.PACKAGE) is None, reason="no embedded PostgreSQL for this platform"
    ),
]
SENT = 120


@pytest.fixture(scope="module")
def watched():
    """A real instance served by two processes that write JSON lines into a folder; the product and that folder."""
    with new_folder() as folder:
        _, home, _ = restored(folder)
        logs = folder / "logs"
        with serving(home, folder, XIAOJIA_LOG_FOLDER=str(logs)) as product:
            yield product, logs, home


def figures(product):
    """Every figure as {(name, labels): value}."""
    text = product.visitor().open("/metrics").text
    return {(s.name, *sorted(s.labels.items())): s.value for family in parse(text) for s in family.samples}


def lines(logs):
    """Every line of the folder; each must be one whole object."""
    return [json.loads(line) for path in sorted(logs.iterdir()) for line in path.read_text("utf-8").splitlines()]


def test_counts_of_two_processes_add_up(watched):
    product, logs, home = watched
    key = ("xiaojia_requests_total", ("method", "GET"), ("route", "/manifest.webmanifest"), ("status", "200"))
    before = figures(product).get(key, 0)

    def send(_n):
        return (
            Visitor(product.url).open("/manifest.webmanifest", X_Request_ID="not-believed-1234").headers["x-request-id"]
        )

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(send, range(SENT)))
    seen = {figures(product)[key] for _ in range(8)}  # whichever process answers says the same
    assert seen == {before + SENT}
    writers = [path for path in (home / "metrics").iterdir() if path.name.startswith("counter_")]
    assert len(writers) == 2
    assert len(set(numbers)) == SENT and "not-believed-1234" not in numbers
    told = {line["request_id"]: line for line in lines(logs) if line.get("route") == "/manifest.webmanifest"}
    assert set(numbers) <= set(told)
    line = told[numbers[0]]
    assert (line["status"], line["method"], line["level"], line["logger"]) == (200, "GET", "info", "xiaojia.request")


def test_probes_leave_no_line(watched):
    product, logs, _ = watched
    assert product.visitor().open("/readyz").status == 200
    assert [line for line in lines(logs) if line.get("route") in ("/readyz", "/healthz", "/metrics")] == []


def test_figures_are_for_this_machine(watched):
    product, _, _ = watched
    assert product.visitor().open("/metrics", X_Forwarded_For="203.0.113.9").status == 404


def test_a_killed_process_takes_no_counts_along(watched):
    product, _, _ = watched
    total = sum(value for (name, *_), value in figures(product).items() if name == "xiaojia_requests_total")
    web = subprocess.run(
        ["pgrep", "-f", f"granian.*--port {product.url.rsplit(':', 1)[1]}"], capture_output=True, text=True, check=True
    )
    os.kill(int(web.stdout.split()[0]), signal.SIGKILL)
    assert wait_for(lambda: "web: restarted" in product.log.read_text())
    assert wait_for(lambda: _answers(product))
    after = sum(value for (name, *_), value in figures(product).items() if name == "xiaojia_requests_total")
    assert after >= total


def _answers(product):
    try:
        return product.visitor().open("/healthz").status == 200
    except OSError:
        return False


def test_the_doctor_looks_at_logs_figures_and_backups(watched):
    product, logs, home = watched
    code, said = xiaojia(home, "doctor", XIAOJIA_LOG_FOLDER=str(logs))
    assert code == 0, said
    found = {one["check"]: (one["state"], one["text"]) for one in said["checks"]}
    assert found["logs"] == ("ok", f"{logs}, 184 days")
    assert found["metrics"][0] == "ok"
    assert found["backup"] == ("warning", "none was made here")


def test_backups_rotate_and_half_written_ones_never_count(watched):
    _, _, home = watched
    folder = home / "backups"
    for name in ("xiaojia-20260101T030000.tar", "xiaojia-20260102T030000.tar"):
        (folder / name).write_bytes(b"half a file")
    stale = folder / "xiaojia-20260103T030000.tar.part"
    stale.touch()
    os.utime(stale, (0, 0))
    made = []
    for _ in range(2):
        code, said = xiaojia(home, "backup", "--keep", "1")
        assert code == 0, said
        made.append(said)
    whole = sorted(path.name for path in folder.glob("xiaojia-2*.tar") if path.stat().st_size > 100)
    assert whole == [Path(one["file"]).name for one in made[1:]]
    assert made[1]["removed"] == [Path(made[0]["file"]).name]
    assert sorted(made[1]["damaged"]) == ["xiaojia-20260101T030000.tar", "xiaojia-20260102T030000.tar"]
    assert not stale.exists()
    code, said = xiaojia(home, "doctor")
    assert {one["check"]: one["state"] for one in said["checks"]}["backup"] == "ok"


def test_the_log_of_deeds_keeps_three_years(watched):
    _, _, home = watched
    code, said = xiaojia(home, "audit", "prune")
    assert (code, said["months"], said["days"]) == (0, [], 1098)
    code, said = xiaojia(home, "audit", "prune", XIAOJIA_AUDIT_DAYS="365")
    assert (code, said["error"]["code"]) == (2, "setting")
