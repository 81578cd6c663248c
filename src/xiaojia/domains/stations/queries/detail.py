"""What does one station's page need, for everybody and for the office?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from xiaojia.domains.stations.models import Adoption, OldCode, Standard, Station
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.queries import history as lines_about
from xiaojia.kernel.orgs.models import Organisation


@dataclass(frozen=True)
class Found:
    """A station by its code; `moved` says that the code given is an old one and the page should redirect."""

    station: Station
    moved: bool


def find_public(code: str) -> Found | None:
    """Return the station of a code, following merges; None for an unknown or planned one."""
    code = code.upper().replace("\x00", "")
    station = Station.objects.select_related("org", "division", "host", "merged_into").filter(code=code).first()
    moved = False
    if station is not None and station.merged_into_id:
        station, moved = Station.objects.select_related("org", "division", "host").get(pk=station.merged_into_id), True
    if station is None:
        old = (
            OldCode.objects.select_related("station__org", "station__division", "station__host")
            .filter(code=code)
            .first()
        )
        station, moved = (old.station, True) if old else (None, False)
    if station is None or station.status == Station.Status.PLANNED:
        return None
    return Found(station, moved)


def adopted_standard(org: Organisation, on: date) -> Standard | None:
    """Return the standard by which an organisation measures on a day: its own adoption, else the nearest above it."""
    ancestors = [int(part) for part in org.path.strip("/").split("/")]
    adopted = {
        row.org_id: row
        for row in Adoption.objects.filter(org_id__in=ancestors, effective_on__lte=on)
        .select_related("standard")
        .order_by("effective_on")
    }
    for org_id in reversed(ancestors):
        if org_id in adopted:
            return adopted[org_id].standard
    return None


@dataclass(frozen=True)
class Completeness:
    """How a station stands against a standard: items met, items in all, labels of what is absent or broken, and of what is unknown."""

    met: int
    total: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def percent(self) -> int:
        return round(100 * self.met / self.total) if self.total else 0


def completeness(stations: Iterable[Station], standard: Standard | None) -> dict[UUID, Completeness]:
    """Return the standing of each station against the standard; two queries for any number of stations.

    An item counts as met when one of its kinds is present and not broken.
    """
    stations = list(stations)
    if standard is None or not stations:
        return {}
    items = [(item.label, frozenset(item.any_of)) for item in standard.items.all()]
    absent: dict[UUID, set[str]] = {}
    rows = Station.facilities.rel.related_model.objects.filter(  # type: ignore[attr-defined]
        station__in=[s.pk for s in stations], presence="absent"
    ).values_list("station_id", "kind_id")
    for station_id, kind in rows:
        absent.setdefault(station_id, set()).add(kind)
    return {s.pk: _stand(items, set(s.have), set(s.broken), absent.get(s.pk, set())) for s in stations}


def _stand(items: list[tuple[str, frozenset[str]]], have: set[str], broken: set[str], absent: set[str]) -> Completeness:
    met, missing, unknown = 0, [], []
    for label, kinds in items:
        if kinds & have:
            met += 1
        elif kinds & broken or kinds <= absent:
            missing.append(label)
        else:
            unknown.append(label)
    return Completeness(met, len(items), tuple(missing), tuple(unknown))


def history(station: Station) -> QuerySet[Entry]:
    """Return the audit lines about a station, newest first."""
    return lines_about("station", station.pk)
