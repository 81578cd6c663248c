"""May this tap pass? The limits of this web process: per phone, per station, and per address for phones not seen before."""

import time
from uuid import UUID

from xiaojia.domains.visits.rules.errors import TooFast
from xiaojia.domains.visits.rules.limits import ADDRESS, DEVICE, STATION, Limiter

_device, _station, _address = Limiter(DEVICE), Limiter(STATION), Limiter(ADDRESS)


def allow_tap(*, device: bytes, station_id: UUID, address: str, known: bool, now_s: float | None = None) -> None:
    """Take one tap from the buckets; raise TooFast with the seconds to wait.

    A phone that was known before never counts against its address: a whole carrier's NAT may stand behind one.
    """
    now_s = time.monotonic() if now_s is None else now_s
    if not known and (wait_s := _address.take(address, now_s)):
        raise TooFast("too_fast", wait_s)
    if wait_s := _device.take(device, now_s):
        raise TooFast("too_fast", wait_s)
    if wait_s := _station.take(station_id, now_s):
        raise TooFast("too_many_here", wait_s)


def allow_new_phone(*, address: str, now_s: float | None = None) -> bool:
    """Return whether an address may introduce one more phone now."""
    return _address.take(address, time.monotonic() if now_s is None else now_s) == 0


def forget_limits() -> None:
    """Start with full buckets: for tests."""
    for limiter in (_device, _station, _address):
        limiter.clear()
