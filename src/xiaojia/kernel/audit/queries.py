"""What does the log say? Reads for history and for the auditor."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.months import ZONE


def history(kind: str, id: object) -> QuerySet[Entry]:
    """Return the lines about one subject, newest first."""
    return Entry.objects.filter(subject_kind=kind, subject_id=str(id))


def under(org_path: str) -> QuerySet[Entry]:
    """Return all lines written by actors at or below an organisation path; the root sees the system's too."""
    lines = Entry.objects.filter(org_path__startswith=org_path)
    return lines | Entry.objects.filter(org_path="") if org_path.count("/") <= 2 else lines


def search(
    paths: list[str], *, q: str = "", verb: str = "", first: date | None = None, last: date | None = None
) -> QuerySet[Entry]:
    """Return the lines under any of the paths; `q` in the actor's or the subject's label; days of Asia/Shanghai."""
    lines = Entry.objects.none()
    for path in paths:
        lines = lines | under(path)
    if q:
        lines = lines.filter(Q(actor_label__icontains=q) | Q(subject_label__icontains=q))
    if verb:
        lines = lines.filter(verb__startswith=verb)
    if first:
        lines = lines.filter(at__gte=datetime.combine(first, time.min, ZONE))
    if last:
        lines = lines.filter(at__lt=datetime.combine(last + timedelta(days=1), time.min, ZONE))
    return lines.order_by("-at", "-id")
