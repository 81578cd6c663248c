"""Which limits are in force, and which keys does the office list?"""

import time
from datetime import datetime

from django.db.models import F, QuerySet

from xiaojia.kernel.keys import access
from xiaojia.kernel.keys.models import Key, RateRule
from xiaojia.kernel.orgs.access import Actor

KEEP_S = 10.0
FIRST = (1_200, 6_000)
"""Requests a minute per address and per key, where no rule has been entered."""
_kept: tuple[float, tuple[int, int]] | None = None


def limits(now: datetime) -> tuple[int, int]:
    """Return how many requests a minute an address and a key have; read once in ten seconds and process."""
    global _kept  # noqa: PLW0603
    at = time.monotonic()
    if _kept is None or at - _kept[0] > KEEP_S:
        rule = RateRule.objects.filter(effective_from__lte=now).first()
        _kept = (at, (rule.address_per_min, rule.key_per_min) if rule else FIRST)
    return _kept[1]


def forget() -> None:
    """Let the next question read anew: for tests, and after a rule was entered."""
    global _kept  # noqa: PLW0603
    _kept = None


def office_list(actor: Actor) -> QuerySet[Key]:
    """Return the keys that the actor administers: working ones first, the newest on top."""
    return access.visible(actor).order_by(F("revoked_at").asc(nulls_first=True), "-created_at")
