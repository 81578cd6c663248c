"""What does the page after a check-in know? What the tap itself found out, sealed for an hour; reading it counts nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.utils import timezone

SALT = "visits.done"
LIFE_S = 3600


@dataclass(frozen=True)
class Done:
    """The outcome, the row that stands for the tap, and how many came along (0 = not said)."""

    outcome: str
    visit_id: UUID
    hour: datetime
    companions: int = 0


def seal(done: Done) -> str:
    """Return the text for an address."""
    return signing.dumps([done.outcome, done.visit_id.hex, int(done.hour.timestamp()), done.companions], salt=SALT)


def open_seal(text: str) -> Done | None:
    """Return what was sealed within the last hour, or None."""
    try:
        outcome, visit, hour, companions = signing.loads(text, salt=SALT, max_age=LIFE_S)
    except signing.BadSignature:
        return None
    return Done(outcome, UUID(visit), datetime.fromtimestamp(hour, timezone.get_default_timezone()), companions)
