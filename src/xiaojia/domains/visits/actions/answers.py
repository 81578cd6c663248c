"""What did somebody say after the check-in? One answer of a kind for each visit; the visit itself never changes."""

from datetime import datetime
from uuid import UUID

from xiaojia.domains.visits.models import Answer, Occupation


def answer(*, visit_id: UUID, hour: datetime, kind: str, value: str, now: datetime) -> bool:
    """Keep the occupation, or the thanks, said for a visit; return whether it was new. The first answer of a kind stays."""
    if kind == Answer.Kind.WORK and value not in Occupation.values:
        return False
    row = Answer(visit_id=visit_id, hour=hour, kind=Answer.Kind(kind), value=value, at=now)
    before = Answer.objects.filter(visit_id=visit_id, kind=kind).exists()
    Answer.objects.bulk_create([row], ignore_conflicts=True)
    return not before
