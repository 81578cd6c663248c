"""How fast may somebody come, counted over all processes of a machine? Token buckets in a file that all of them map.

A bucket of `burst` that fills again by `per_minute`. Buckets lie in sets of eight; a full set forgets the bucket that
was used least recently (a forgotten bucket is a full one). Nothing in the file is worth keeping: it may be deleted.
"""

import fcntl
import hashlib
import math
import mmap
import os
import struct
import threading
from dataclasses import dataclass
from pathlib import Path

_SLOT = struct.Struct("<Qdd")  # fingerprint, level, instant in seconds
_IN_SET = 8
_SET_BYTES = _SLOT.size * _IN_SET
_SET = struct.Struct("<" + "Qdd" * _IN_SET)


@dataclass(frozen=True)
class Rate:
    """A bucket of `burst` that fills again by `per_minute`; `name` keeps the keys of two rates apart."""

    name: str
    burst: int
    per_minute: float


class Buckets:
    """Buckets by rate and key. `take` is safe under threads and processes; the clock is passed in (seconds, any origin)."""

    def __init__(self, path: Path | None, slots: int = 1 << 17) -> None:
        """Map the file at `path`, making it if needed; without a path the buckets are this process's own."""
        self._sets = max(1, slots // _IN_SET)
        size = self._sets * _SET_BYTES
        self._lock = threading.Lock()
        self._file = -1 if path is None else os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if self._file >= 0 and os.fstat(self._file).st_size < size:
            os.ftruncate(self._file, size)
        self._map = mmap.mmap(self._file, size)

    def take(self, rate: Rate, key: object, now_s: float, amount: float = 1.0) -> int:
        """Take from the key's bucket; return 0, or the whole seconds to wait when it does not hold enough."""
        name = key if isinstance(key, bytes) else str(key).encode()
        digest = hashlib.blake2b(name, digest_size=16, person=rate.name.encode()).digest()
        mark = int.from_bytes(digest[:8], "little") | 1  # 0 is an empty slot
        start = int.from_bytes(digest[8:], "little") % self._sets * _SET_BYTES
        per_s = rate.per_minute / 60
        with self._lock:
            self._guard(fcntl.LOCK_EX, start)
            try:
                place, level, at = self._find(start, mark, rate.burst, now_s)
                level = min(float(rate.burst), level + max(0.0, now_s - at) * per_s)
                wait_s = 0 if level >= amount else max(1, math.ceil((amount - level) / per_s))
                _SLOT.pack_into(self._map, place, mark, level if wait_s else level - amount, now_s)
            finally:
                self._guard(fcntl.LOCK_UN, start)
        return wait_s

    def clear(self) -> None:
        """Forget every bucket."""
        with self._lock:
            self._map[:] = bytes(len(self._map))

    def _guard(self, kind: int, start: int) -> None:
        """Lock one set against other processes; a killed process's lock ends with it."""
        if self._file >= 0:
            fcntl.lockf(self._file, kind, _SET_BYTES, start)

    def _find(self, start: int, mark: int, burst: int, now_s: float) -> tuple[int, float, float]:
        """Return where the bucket lies, its level and when that was: a full one where none was known."""
        known = _SET.unpack_from(self._map, start)
        marks = known[::3]
        if mark in marks:
            slot = marks.index(mark)
            return start + slot * _SLOT.size, known[slot * 3 + 1], known[slot * 3 + 2]
        used = [known[slot * 3 + 2] if marks[slot] else -math.inf for slot in range(_IN_SET)]
        return start + used.index(min(used)) * _SLOT.size, float(burst), now_s
