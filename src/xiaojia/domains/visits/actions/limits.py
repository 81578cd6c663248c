"""May this tap pass? Limits per phone, per station, and per address for phones not seen before, over all processes of a machine."""

import time
from functools import cache

from django.conf import settings

from xiaojia.domains.visits.rules.errors import TooFast
from xiaojia.domains.visits.rules.limits import ADDRESS, DEVICE, STATION
from xiaojia.lib.buckets import Buckets


@cache
def _buckets() -> Buckets:
    return Buckets(settings.LIMITS_FILE)


def allow_tap(*, device: bytes, station: str, address: str, known: bool, now_s: float | None = None) -> None:
    """Take one tap from the buckets; raise TooFast with the seconds to wait. `station` is its code.

    A phone that was known before never counts against its address: a whole carrier's NAT may stand behind one.
    """
    now_s, take = time.monotonic() if now_s is None else now_s, _buckets().take
    if not known and (wait_s := take(ADDRESS, address, now_s)):
        raise TooFast("too_fast", wait_s)
    if wait_s := take(DEVICE, device, now_s):
        raise TooFast("too_fast", wait_s)
    if wait_s := take(STATION, station, now_s):
        raise TooFast("too_many_here", wait_s)


def allow_new_phone(*, address: str, now_s: float | None = None) -> bool:
    """Return whether an address may introduce one more phone now."""
    return _buckets().take(ADDRESS, address, time.monotonic() if now_s is None else now_s) == 0


def forget_limits() -> None:
    """Start with full buckets: for tests."""
    _buckets().clear()
