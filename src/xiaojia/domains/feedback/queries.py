"""What do the desk and the limits ask of reports?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from xiaojia.domains.feedback import access
from xiaojia.domains.feedback.models import Report
from xiaojia.domains.feedback.rules import DESK_DAYS, KINDS, STATES
from xiaojia.kernel.orgs.access import Actor


def office_list(actor: Actor, filters: Mapping[str, str]) -> QuerySet[Report]:
    """Return visible reports, newest first. Keys: kind, state ("open" = not done), station (code), division, q."""
    rows = access.visible(actor)
    kind, state = filters.get("kind", ""), filters.get("state", "")
    if kind in KINDS:
        rows = rows.filter(kind=kind)
    if state in STATES:
        rows = rows.filter(state=state)
    elif state == "open":
        rows = rows.exclude(state=Report.State.DONE)
    if filters.get("station"):
        rows = rows.filter(station__code=filters["station"])
    if filters.get("division"):
        rows = rows.filter(division__code__startswith=filters["division"])
    words = filters.get("q", "").strip()
    if words:
        rows = rows.filter(
            Q(text__icontains=words) | Q(station__name__icontains=words) | Q(station__code__iexact=words)
        )
    return rows


def recent(actor: Actor, station_id: UUID, now: datetime) -> list[Report]:
    """Return a station's reports of the last days that the actor may read, newest first, at most five."""
    return list(access.visible(actor).filter(station_id=station_id, at__gt=now - timedelta(days=DESK_DAYS))[:5])


def open_no_entry(actor: Actor) -> int:
    """Return how many 进不去 nobody has dealt with yet. One query."""
    return access.visible(actor).filter(kind=Report.Kind.NO_ENTRY).exclude(state=Report.State.DONE).count()


def sent_by(device: bytes, since: datetime) -> int:
    """Return how many reports one phone has sent since then."""
    return Report.objects.filter(device=device, at__gt=since).count()


def sent_about(station_id: UUID, since: datetime) -> int:
    """Return how many reports a station has received since then."""
    return Report.objects.filter(station_id=station_id, at__gt=since).count()
