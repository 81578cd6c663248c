"""Where is it, in whose datum, how far, and what did somebody paste? The public names of the coordinates library."""

from xiaojia.lib.coordinates.measure import convert, distances_m, haversine_m, in_china_ranges, looks_swapped
from xiaojia.lib.coordinates.paste import Pasted, parse_pair
from xiaojia.lib.coordinates.points import Bd09, Bd09Mercator, CoordinateError, Datum, Gcj02, Point, Wgs84, point

__all__ = [
    "Bd09",
    "Bd09Mercator",
    "CoordinateError",
    "Datum",
    "Gcj02",
    "Pasted",
    "Point",
    "Wgs84",
    "convert",
    "distances_m",
    "haversine_m",
    "in_china_ranges",
    "looks_swapped",
    "parse_pair",
    "point",
]
