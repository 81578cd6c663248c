"""What does the log say? Reads for history and for the auditor."""

from django.db.models import QuerySet

from xiaojia.kernel.audit.models import Entry


def history(kind: str, id: object) -> QuerySet[Entry]:
    """Return the lines about one subject, newest first."""
    return Entry.objects.filter(subject_kind=kind, subject_id=str(id))


def under(org_path: str) -> QuerySet[Entry]:
    """Return all lines written by actors at or below an organisation path; the root sees the system's too."""
    lines = Entry.objects.filter(org_path__startswith=org_path)
    return lines | Entry.objects.filter(org_path="") if org_path.count("/") <= 2 else lines
