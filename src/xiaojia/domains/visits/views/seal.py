"""What does the page after a check-in know? What the tap itself found out, sealed for an hour; reading it counts nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from xiaojia.lib.ids import sign, verify

LIFE_S = 3600


@dataclass(frozen=True)
class Done:
    """The outcome, the row that stands for the tap, and how many came along (0 = not said)."""

    outcome: str
    visit_id: UUID
    hour: datetime
    companions: int = 0


def seal(done: Done, now: datetime | None = None) -> str:
    """Return the text for an address: outcome, visit, hour, companions, the second of sealing, the seal."""
    sealed_s = int((now or timezone.now()).timestamp())
    text = f"{done.outcome}.{done.visit_id.hex}.{int(done.hour.timestamp())}.{done.companions}.{sealed_s}"
    return f"{text}.{sign('done', text, key=settings.HASH_KEY)}"


def open_seal(text: str, now: datetime | None = None) -> Done | None:
    """Return what was sealed within the last hour, or None."""
    text, _, signature = text.rpartition(".")
    if not verify(signature, "done", text, key=settings.HASH_KEY):
        return None
    outcome, visit, hour, companions, sealed_s = text.split(".")
    if (now or timezone.now()).timestamp() - int(sealed_s) > LIFE_S:
        return None
    return Done(
        outcome, UUID(visit), datetime.fromtimestamp(int(hour), timezone.get_default_timezone()), int(companions)
    )
