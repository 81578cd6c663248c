"""Does a point lie on the ground that a station is said to stand on?"""

from dataclasses import dataclass

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.rules.districts import BORDER_M
from xiaojia.kernel.places.queries import area_of
from xiaojia.lib.coordinates import Wgs84


@dataclass(frozen=True)
class Verdict:
    """`fits`: nothing to ask. `here` and `named` are county names ("" = none); `away_m` is how far the named one is."""

    fits: bool
    here: str
    named: str
    away_m: float | None
    foreign: bool

    @property
    def near(self) -> bool:
        return self.away_m is not None and self.away_m <= BORDER_M


def check_ground(station: Station, point: Wgs84) -> Verdict:
    """Compare the point with the station's county, or with its organisation's ground where no county is known."""
    area = area_of("")
    here = area.locate(point.lng, point.lat) or ""
    named = station.division_id or ""
    ground = station.org.division.prefix if station.org.division else ""
    foreign = bool(ground) and not here.startswith(ground)
    fits = bool(here) and (not named or here == named) and not foreign
    names = dict(zip(area.codes, area.names, strict=True))
    away = area.distance_m(named, point.lng, point.lat) if named and named != here else None
    return Verdict(fits, names.get(here, ""), names.get(named, ""), away, foreign)
