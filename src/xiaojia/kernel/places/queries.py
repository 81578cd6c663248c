"""In which division does a point lie, how far from the border, and which divisions are near?"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

import numpy as np
import shapely
from django.db.models import Exists, OuterRef, Q, QuerySet

from xiaojia.kernel.places.models import Boundary, Division

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, eq=False)
class Area:
    """The counties of one region as prepared polygons in WGS-84: answers for one point or for many at once."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: tuple[shapely.Geometry, ...]

    def locate(self, lng: float, lat: float) -> str | None:
        """Return the code of the county that holds the point, or None."""
        hits = self._tree().query(shapely.Point(lng, lat), predicate="intersects")
        return self.codes[int(np.min(hits))] if len(hits) else None

    def locate_many(self, lngs: np.ndarray, lats: np.ndarray) -> list[str | None]:
        """Return the code for each point, or None where no county holds it; arrays of equal length (n,)."""
        points, areas = self._tree().query(shapely.points(lngs, lats), predicate="intersects")
        found: list[str | None] = [None] * len(lngs)
        for point, area in zip(points.tolist(), areas.tolist(), strict=True):
            found[point] = self.codes[area] if found[point] is None else min(found[point] or "", self.codes[area])
        return found

    def distance_m(self, code: str, lng: float, lat: float) -> float | None:
        """Return the metres from the point to the county (0 inside), or None for an unknown code."""
        if code not in self.codes:
            return None
        scale = np.array([cos(radians(lat)), 1.0]) * METRES_PER_DEGREE
        flat = shapely.transform(self.shapes[self.codes.index(code)], lambda xy: (xy - [lng, lat]) * scale)
        return float(shapely.distance(flat, shapely.Point(0, 0)))

    def _tree(self) -> shapely.STRtree:
        return _tree_of(self)


@lru_cache(maxsize=8)
def _tree_of(area: Area) -> shapely.STRtree:
    return shapely.STRtree(list(area.shapes))


@lru_cache(maxsize=8)
def area_of(prefix: str) -> Area:
    """Return the counties below a civil code prefix ("4101"; "" = all), cached per process; two queries' worth of rows once."""
    found = (
        Boundary.objects.filter(division__in=_smallest(), division__prefix__startswith=prefix)
        .order_by("division_id")
        .values_list("division_id", "division__name", "wkb")
    )
    codes, names, shapes = [], [], []
    for code, name, wkb in found:
        codes.append(code)
        names.append(name)
        shapes.append(shapely.from_wkb(bytes(wkb)))
    return Area(tuple(codes), tuple(names), tuple(shapes))


def counties(prefix: str) -> list[Division]:
    """Return the counties below a prefix, in code order; a city without counties, as 济源市, counts as one."""
    return list(_smallest().filter(prefix__startswith=prefix, valid_to=None))


def _smallest() -> QuerySet[Division]:
    """The counties, and the cities that have none: those directly under a province, 东莞市 and the like."""
    has_counties = Exists(Division.objects.filter(level=Division.Level.COUNTY, parent=OuterRef("pk")))
    return Division.objects.filter(Q(level=Division.Level.COUNTY) | Q(level=Division.Level.CITY) & ~has_counties)
