"""Does the product keep serving when its parts are killed, and stop within ten seconds when asked?"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from xiaojia.config.instance.children import Child
from xiaojia.config.instance.tests.homes import command, environment, new_folder, xiaojia
from xiaojia.lib.postgres import binaries


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=15) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def wait_for(condition, within_s=30.0):
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_a_dead_child_is_started_again_after_a_growing_pause(tmp_path):
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    child = Child("short", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ), lock)
    child.start()
    child.process.wait()
    assert child.tend() == "short: ended with code 3; starting again in 0.5 s"
    assert child.tend() is None
    child.due = 0
    assert child.tend() == "short: restarted"
    child.process.wait()
    assert child.tend() == "short: ended with code 3; starting again in 1 s"
    assert child.end(time.monotonic()) is True
    os.close(lock)


def test_a_child_that_will_not_stop_is_killed_with_its_group(tmp_path):
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('x', flush=True); time.sleep(60)"
    child = Child("deaf", [sys.executable, "-c", code], dict(os.environ), lock)
    child.start()
    time.sleep(0.5)
    child.ask_to_stop()
    assert child.end(time.monotonic() + 0.3) is False
    assert child.process.returncode == -signal.SIGKILL
    os.close(lock)


@pytest.fixture(scope="module")
def home():
    if binaries.importlib.util.find_spec(binaries.PACKAGE) is None:
        pytest.skip("no embedded PostgreSQL for this platform")
    with new_folder() as folder:
        code, said = xiaojia(folder / "home", "init", "--division", "410100", "--name", "郑州市总工会")
        assert code == 0, said
        yield folder / "home"


@pytest.fixture
def served(home, tmp_path):
    """A serving product: its process, port, log."""
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command("serve"), env=environment(home, PORT=str(port)), stdout=out, stderr=out)
    assert wait_for(lambda: "Ready" in log.read_text(), 60), log.read_text()
    yield process, port, log
    process.send_signal(signal.SIGTERM)
    process.wait(15)


@pytest.mark.slow
def test_kills_are_survived_and_the_stop_is_quick(home, served):
    process, port, log = served
    assert answers(port) != 0
    postmaster = int((home / "pg" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    assert wait_for(lambda: "database: answers again" in log.read_text()), log.read_text()
    web = int(
        subprocess.run(
            ["pgrep", "-f", f"granian.*--port {port}"], capture_output=True, text=True, check=True
        ).stdout.split()[0]
    )
    os.kill(web, signal.SIGKILL)
    assert wait_for(lambda: "web: restarted" in log.read_text() and answers(port) != 0), log.read_text()
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 0
    assert time.monotonic() - began < 10
    assert log.read_text().endswith("Stopped.\n已停止。\n")
    assert not (home / "pg" / "postmaster.pid").exists()


@pytest.mark.slow
def test_one_folder_is_served_once_and_a_killed_supervisor_is_followed(home, served, tmp_path):
    process, port, _ = served
    code, said = xiaojia(home, "serve", PORT=str(free_port()))
    assert (code, said["error"]["code"]) == (1, "already_serving")
    process.kill()
    process.wait()
    log = tmp_path / "second"
    with log.open("wb") as out:
        second = subprocess.Popen(command("serve"), env=environment(home, PORT=str(port)), stdout=out, stderr=out)
    assert wait_for(lambda: "Ready" in log.read_text(), 60), log.read_text()
    second.send_signal(signal.SIGTERM)
    assert second.wait(15) == 0


@pytest.mark.slow
def test_a_port_in_use_is_named(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = xiaojia(home, "serve", PORT=str(port))
    assert (code, said["error"]["code"]) == (1, "port_in_use")
    assert f"PORT={port + 1}" in said["error"]["message"] and f"PORT={port + 1}" in said["error"]["chinese"]
    assert not (Path(home) / "pg" / "postmaster.pid").exists()
