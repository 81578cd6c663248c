"""How does the product learn that a station is open or not? Rows of evidence, only ever added."""

from datetime import datetime
from uuid import UUID

from xiaojia.domains.stations.models import Evidence

EVIDENCE = "INSERT INTO stations_evidence (id, station_id, at, kind, device, note)"
"""For a verb above that writes its row and the evidence in one statement: a SELECT of these six follows."""


def add_evidence(
    *,
    station_id: UUID | str,
    kind: str,
    at: datetime,
    device: bytes = b"",
    until: datetime | None = None,
    note: str = "",
) -> Evidence:
    """Add one piece of evidence (models.truth.Evidence.Kind). It is its own log: no audit line, no person in it."""
    return Evidence.objects.create(station_id=station_id, kind=kind, at=at, device=device, until=until, note=note[:60])
