"""How does a process's index keep up? A thread listens for the bell and asks the feed each second; who wrote asks at once.

The index of a process is reached by `current` alone. It is None where nobody called `start` (commands, the worker, tests),
while it is being read, and inside a transaction, which must see its own changes: ask the database then.
"""

import gc
import logging
import os
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from xiaojia.domains.stations.queries import feed
from xiaojia.domains.stations.queries.resident.facts import Rules
from xiaojia.domains.stations.queries.resident.index import REGROW, Index
from xiaojia.kernel.calendar.queries import read_table

log = logging.getLogger(__name__)

ASK_S, TIDY_S, RETRY_S = 0.8, 600.0, 2.0
STALE_S = 10.0
"""An index that heard nothing for so long, because the database did not answer, is not used."""
FRESH_S = 1.0
"""So long a fresh answer waits for the index; then the database gives it."""
MANY = 5_000
"""With so many stations changed at once everything is read anew."""


@dataclass
class Followed:
    """An index, its place in the feed, when (monotonic) it was last complete, and what changed since trees are growing."""

    index: Index
    position: feed.Position
    epoch: str
    writes: int
    changed_at: datetime | None
    checked: float
    recent: set[int] = field(default_factory=set)


_held: Followed | None = None
_lock = threading.RLock()
_thread: threading.Thread | None = None
_pid = 0
_stop, _tried, _reading = threading.Event(), threading.Event(), threading.Event()


def start(wait_s: float = 0.0) -> None:
    """Read the index and follow the feed from a thread of this process; doing it again changes nothing.

    Wait for the first reading so long, or until it has failed: without an index a nation's list is slow.
    """
    global _thread, _pid, _held  # noqa: PLW0603
    with _lock:
        if _thread is not None and _thread.is_alive() and _pid == os.getpid():
            return
        _held, _pid = None, os.getpid()
        _stop.clear()
        _tried.clear()
        _thread = threading.Thread(target=_follow, name="station-index", daemon=True)
        _thread.start()
    if wait_s:
        _tried.wait(wait_s)


def stop() -> None:
    """Stop following and forget the index."""
    global _held, _thread  # noqa: PLW0603
    _stop.set()
    if _thread is not None and _pid == os.getpid():
        _thread.join(timeout=10)
    _thread, _held = None, None
    feed.expire()


def current(*, fresh: bool = False) -> Index | None:
    """Return the index, or None; with `fresh` everything committed until now is in it: for who has just written."""
    held = _held
    if held is None or _pid != os.getpid() or connection.in_atomic_block:
        return None
    if fresh:
        return catch_up(wait_s=FRESH_S)
    return held.index if _reading.is_set() or time.monotonic() - held.checked < STALE_S else None


def age_s() -> float | None:
    """Return for how long the index has not asked the feed, in seconds; None = there is no index."""
    held = _held
    return time.monotonic() - held.checked if held is not None and _pid == os.getpid() else None


def size() -> int:
    """Return how many public stations the index holds."""
    held = _held
    return int(held.index.columns.alive.sum()) if held is not None else 0


def catch_up(wait_s: float = -1) -> Index | None:
    """Ask the feed now and return the index with what it told; None when there is none, or not in `wait_s` (-1 = however long)."""
    if not _lock.acquire(timeout=wait_s):
        return None
    try:
        held = _held
        if held is None:
            return None
        asked = time.monotonic()
        found = feed.delta(held.position)
        if found.epoch != held.epoch or len(found.stations) > MANY:
            _read()
            return _held.index if _held else None
        _apply(held, found)
        held.position, held.checked = found.position, asked
        feed.keep(feed.Stamp(f"{held.epoch}-{held.writes}", held.changed_at))
        return held.index
    finally:
        _lock.release()


def _apply(held: Followed, found: feed.Delta) -> None:
    now = datetime.now(UTC)
    if found.everything:
        held.index.facts.rules = Rules()
        held.index = held.index.with_table(read_table())
    if found.stations:
        changed = held.index.changed(sorted(found.stations), now)
        changed.moment(now)  # judged before anybody asks
        held.index = changed
        held.recent |= held.index.just_changed
    if found.evidence:
        held.index.add(found.evidence, now)
    if found.writes:
        held.writes += found.writes
        held.changed_at = max(now, held.changed_at or now)


def _read() -> None:
    """Read everything; the place in the feed is taken first, so that nothing is missed in between."""
    global _held  # noqa: PLW0603
    began = time.monotonic()
    position, epoch, writes, changed_at = feed.begin()
    _reading.set()
    try:
        index = Index.load(datetime.now(UTC))
        index.moment(datetime.now(UTC))
        _held = Followed(index, position, epoch, writes, changed_at, began)
    finally:
        _reading.clear()
    gc.freeze()  # it stays: the collector need not walk over it again and again
    log.info("station index read: %d stations in %.1f s", len(index.columns), time.monotonic() - began)


def _follow() -> None:
    """Until stopped: read, then ask the feed at each bell and each second; after an error begin anew."""
    while not _stop.is_set():
        try:
            feed.clean()
            _read()
            _tried.set()
            with connection.cursor() as cursor:
                cursor.execute("LISTEN stations_change")
            _keep_up()
        except Exception:
            log.exception("station index: the feed cannot be followed")
            _stop.wait(RETRY_S)
        finally:
            _tried.set()
            connection.close()


def _keep_up() -> None:
    tidied = time.monotonic()
    while not _stop.is_set():
        catch_up()
        held = _held
        if held:
            held.index.prepare(datetime.now(UTC))
        if held and len(held.index.loose) > REGROW:
            _regrow(held)
        if held and time.monotonic() - tidied > TIDY_S:
            held.index.facts.forget_old(datetime.now(UTC))
            tidied = time.monotonic()
        for _bell in connection.connection.notifies(timeout=ASK_S, stop_after=1):
            pass


def _regrow(held: Followed) -> None:
    """Grow new trees beside the index in use; what changes meanwhile stays loose."""
    with _lock:
        before, held.recent = held.index, set()
    trees = before.grown_trees()
    with _lock:
        held.index = held.index.with_trees(trees, frozenset(held.recent))
