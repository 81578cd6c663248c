"""Does a rate hold, whoever asks: over time, over threads, over processes, after a kill?"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from xiaojia.lib.buckets import Buckets, Rate

RATE = Rate("phone", burst=3, per_minute=6)
TAKE = """
import sys, threading
from pathlib import Path
from xiaojia.lib.buckets import Buckets, Rate
buckets, rate, passed = Buckets(Path(sys.argv[1])), Rate("phone", 100, 1), []
def run():
    passed.append(sum(buckets.take(rate, "one", 50.0) == 0 for _ in range(60)))
threads = [threading.Thread(target=run) for _ in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sum(passed))
"""


def test_a_bucket_empties_and_fills_again() -> None:
    buckets = Buckets(None)
    assert [buckets.take(RATE, "phone", 100.0) for _ in range(4)] == [0, 0, 0, 10]
    assert buckets.take(RATE, "other phone", 100.0) == 0
    assert buckets.take(RATE, "phone", 105.0) == 5
    assert buckets.take(RATE, "phone", 110.0) == 0
    assert buckets.take(RATE, "phone", 110.0) == 10


def test_rates_keep_their_keys_apart() -> None:
    buckets, other = Buckets(None), Rate("station", burst=1, per_minute=1)
    assert [buckets.take(rate, "same", 0.0) for rate in (other, other, RATE)] == [0, 60, 0]


def test_a_full_set_forgets_the_least_used_and_a_forgotten_bucket_is_full() -> None:
    buckets, rate = Buckets(None, slots=8), Rate("phone", burst=1, per_minute=1)
    assert [buckets.take(rate, key, float(key)) for key in range(8)] == [0] * 8
    assert buckets.take(rate, 0, 8.0) == 52
    assert buckets.take(rate, "ninth", 9.0) == 0
    assert buckets.take(rate, 1, 9.0) == 0, "it was forgotten"
    assert buckets.take(rate, 0, 9.0) == 51, "it was used since"


def test_a_clock_that_began_anew_neither_blocks_nor_fills() -> None:
    buckets = Buckets(None)
    assert [buckets.take(RATE, "phone", 9e6) for _ in range(3)] == [0, 0, 0]
    assert buckets.take(RATE, "phone", 5.0) == 10
    assert buckets.take(RATE, "phone", 15.0) == 0


def test_processes_and_threads_share_one_bucket(tmp_path: Path) -> None:
    place = str(tmp_path / "limits")
    children = [subprocess.Popen([sys.executable, "-c", TAKE, place], stdout=subprocess.PIPE) for _ in range(3)]
    assert sum(int(child.communicate(timeout=60)[0]) for child in children) == 100


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    place = tmp_path / "limits"
    hold = f"from pathlib import Path; from xiaojia.lib.buckets import *; b = Buckets(Path({str(place)!r}), slots=8)\n"
    hold += "b._guard(fcntl.LOCK_EX, 0); print('held', flush=True); import time; time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", "import fcntl\n" + hold], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    os.kill(child.pid, signal.SIGKILL)
    child.communicate(timeout=10)
    assert Buckets(place, slots=8).take(RATE, "phone", 0.0) == 0


@given(st.lists(st.floats(0, 600), max_size=60))
def test_no_stream_of_taps_passes_more_than_the_rate(gaps: list[float]) -> None:
    buckets, rate = Buckets(None, slots=8), Rate("phone", burst=5, per_minute=10)
    now, passed = 0.0, 0
    for gap in gaps:
        now += gap
        passed += buckets.take(rate, "phone", now) == 0
    assert passed <= 5 + now * 10 / 60 + 1e-6
