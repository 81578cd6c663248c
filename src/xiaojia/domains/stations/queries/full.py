"""What belongs to one station on the desk? Facilities by its standard, keepers, photos, closures, stops."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from xiaojia.domains.stations.models import (
    Closure,
    Keeper,
    OldCode,
    Standard,
    Station,
    StationFacility,
    StationPhoto,
    TimetableStop,
)
from xiaojia.domains.stations.queries.kinds import Facility, kinds
from xiaojia.kernel.people.models import Person


@dataclass(frozen=True)
class FacilityRow:
    """One kind with what is known of it here (`fact` None = nothing), and whether the standard asks for it."""

    kind: Facility
    fact: StationFacility | None
    asked: bool

    @property
    def state(self) -> str:
        """ "" present and not broken, "bad" broken, "off" absent, "unsure" unknown."""
        if self.fact is None or self.fact.presence == "unknown":
            return "unsure"
        if self.fact.presence == "absent":
            return "off"
        return "bad" if self.fact.working == "broken" else ""


def facility_rows(station: Station, standard: Standard | None, *, every: bool = False) -> list[FacilityRow]:
    """Return the kinds that the standard asks for or of which something is known; with `every` all kinds."""
    asked = {key for item in standard.items.all() for key in item.any_of} if standard else set()
    facts = {fact.kind_id: fact for fact in station.facilities.all()}
    rows = [FacilityRow(kind, facts.get(key), key in asked) for key, kind in kinds().items()]
    return [row for row in rows if every or row.asked or row.fact is not None]


def code_now(code: str) -> str:
    """Return the code under which a station is kept today: an old one leads to the station it was merged into."""
    old = OldCode.objects.filter(code=code).values_list("station__code", flat=True).first()
    return old or code


def keepers(station: Station) -> QuerySet[Keeper]:
    """Return keepers and back-ups, those on duty first."""
    return Keeper.objects.filter(station=station).select_related("person").order_by("until", "role", "since")


def photos(station: Station) -> QuerySet[StationPhoto]:
    """Return all photos, public or not."""
    return StationPhoto.objects.filter(station=station).select_related("file")


def photo_of(station: Station, file_id: UUID) -> StationPhoto | None:
    """Return one photo of a station by its file's id."""
    return photos(station).filter(file_id=file_id).first()


def closures_of(station: Station) -> QuerySet[Closure]:
    """Return the closures of a station, the latest first, withdrawn ones too."""
    return Closure.objects.filter(stations=station).order_by("-starts_at")


def stops(station: Station) -> QuerySet[TimetableStop]:
    """Return a mobile station's stops."""
    return TimetableStop.objects.filter(station=station)


def people_at(station: Station) -> list[Person]:
    """Return people who can keep the station: with a keeper's post at its organisation or above, or keeping others there."""
    post = Q(posts__role="keeper", posts__org__path__startswith=station.org.path)
    kept = Q(keeps__station__org=station.org)
    return list(Person.objects.filter(post | kept, merged_into=None).distinct()[:300])
