"""May this request be answered now? Limits that hold over all processes, handed out by the database in shares."""

import time
from datetime import datetime

from django.conf import settings
from django.db import connection

from xiaojia.kernel.keys.access import Caller
from xiaojia.kernel.keys.models import RateRule
from xiaojia.kernel.keys.queries import forget, limits
from xiaojia.kernel.keys.rules import DEAR, KeyRefused, Leases, address_group
from xiaojia.lib.ids import keyed_hash

GRANT = """
INSERT INTO keys_usage (subject, minute, used) VALUES (%s, %s, %s)
ON CONFLICT (subject, minute) DO UPDATE SET used = keys_usage.used + excluded.used WHERE keys_usage.used < %s
RETURNING used
"""
_leases = Leases()


def allow(
    *, caller: Caller | None, address: str, now: datetime, dear: bool = False, now_s: float | None = None
) -> None:
    """Count one request of a key, or of an address without one. Raises: KeyRefused `too_fast` with the seconds to wait.

    `dear`: count it among those that cost much, of which a twentieth of the limit passes. An address is kept as a keyed
    hash, for an hour.
    """
    per_address, per_key = limits(now)
    if caller:
        subject, limit = f"k:{caller.key_id.hex}", caller.per_minute or per_key
    else:
        subject, limit = f"a:{keyed_hash(address_group(address), settings.HASH_KEY)[:32]}", per_address
    if dear:
        subject, limit = f"{subject}d", max(1, limit // DEAR)
    wait_s = _leases.take(subject, limit, time.time() if now_s is None else now_s, _grant)
    if wait_s:
        raise KeyRefused("too_fast", wait_s=wait_s)


def _grant(subject: str, window: int, wanted: int, limit: int) -> int:
    """Take a share of a window's limit: one statement on an unlogged table."""
    wanted = min(wanted, limit)
    with connection.cursor() as cursor:
        cursor.execute(GRANT, [subject, window, wanted, limit])
        row = cursor.fetchone()
    return wanted - max(0, row[0] - limit) if row else 0


def set_limits(*, address_per_min: int, key_per_min: int, effective_from: datetime) -> RateRule:
    """Enter limits that hold from an instant on; earlier rows stay as they were."""
    row, _made = RateRule.objects.update_or_create(
        effective_from=effective_from, defaults={"address_per_min": address_per_min, "key_per_min": key_per_min}
    )
    forget()
    return row


def forget_leases() -> None:
    """Start with nothing leased: for tests."""
    _leases.clear()
    forget()
