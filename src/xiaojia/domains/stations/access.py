"""Which stations may somebody see or change? Absent and forbidden look alike."""

from uuid import UUID

from django.db.models import QuerySet

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.kernel.audit.actions import Doer
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.orgs import access
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.rules import Cap


def visible(actor: Actor) -> QuerySet[Station]:
    """Return the stations that the actor may read: by organisation path or by division."""
    return access.visible(Station.objects.select_related("org", "division", "host"), actor, Cap.READ)


def writable(actor: Actor) -> QuerySet[Station]:
    """Return the stations that the actor may change: by organisation path alone."""
    return access.visible(Station.objects.all(), actor, Cap.WRITE)


def get(actor: Doer | Who, pk: UUID | str, *, lock: bool = True) -> Station:
    """Return one station for a change, locked for the transaction.

    An Actor reaches what its posts allow; `Who` values (the system, a claimed device, the command line) are checked by
    their callers. Raises: StationError `not_found`.
    """
    rows = writable(actor) if isinstance(actor, Actor) else Station.objects.all()
    if lock:
        rows = rows.select_for_update(of=("self",))
    station = rows.filter(pk=pk).first()
    if station is None:
        raise StationError("not_found")
    return station
