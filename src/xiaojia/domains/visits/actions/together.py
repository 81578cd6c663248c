"""How do several arrive with one phone? One tap is two rows, the phone's own and its companions', or none."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits.actions.checking import Result, check_in
from xiaojia.domains.visits.models import Source


@transaction.atomic
def check_in_together(
    *,
    station: Station,
    device: bytes,
    key: UUID,
    now: datetime,
    companions: int,
    source: str = Source.QR,
    near: bool | None = None,
    occupation: str = "",
    age_s: float = 0.0,
) -> tuple[Result, Result | None]:
    """Count a phone and, when `companions` is not 0, those who came along; return both results.

    The companions' key follows from the tap's own, so a retry repeats both. Raises what `check_in` raises; nothing is
    counted then.
    """
    own = check_in(
        station=station, device=device, key=key, now=now, source=source, near=near, occupation=occupation, age_s=age_s
    )
    if not companions:
        return own, None
    group = check_in(
        station=station, device=device, key=uuid5(key, "companions"), now=now, source=Source.GROUP, people=companions,
        occupation=occupation, age_s=age_s,
    )  # fmt: skip
    return own, group
