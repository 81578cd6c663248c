"""How fast may taps come? Token buckets per device, station and address, kept in this process's memory."""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rate:
    """A bucket of `burst` taps that fills again by `per_minute`."""

    burst: int
    per_minute: float


DEVICE = Rate(burst=10, per_minute=10)
"""A phone: more than enough for a double tap, a group and a retry."""
STATION = Rate(burst=600, per_minute=600)
"""A station: ten people a second for a minute, then as many again every minute."""
ADDRESS = Rate(burst=1000, per_minute=200)
"""New phones at one address: a carrier's NAT hides thousands, so only phones that never came before count here."""
KEPT = 50_000
"""Buckets remembered per kind; the least used are forgotten first (a forgotten bucket is a full one)."""


@dataclass
class Limiter:
    """Buckets of one rate by key. `take` is safe under threads; the clock (seconds, any origin) is passed in."""

    rate: Rate
    kept: int = KEPT
    _buckets: OrderedDict[object, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: object, now_s: float, amount: float = 1.0) -> int:
        """Take from the key's bucket; return 0, or the whole seconds to wait when it does not hold enough."""
        per_s = self.rate.per_minute / 60
        with self._lock:
            level, at = self._buckets.pop(key, (float(self.rate.burst), now_s))
            level = min(float(self.rate.burst), level + max(0.0, now_s - at) * per_s)
            wait_s = 0 if level >= amount else max(1, math.ceil((amount - level) / per_s))
            self._buckets[key] = (level if wait_s else level - amount, now_s)
            while len(self._buckets) > self.kept:
                self._buckets.popitem(last=False)
        return wait_s

    def clear(self) -> None:
        """Forget every bucket."""
        with self._lock:
            self._buckets.clear()
