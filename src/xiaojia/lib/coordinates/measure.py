"""How far apart are points, and what do whole columns of them become in another datum?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from xiaojia.lib.coordinates import columns
from xiaojia.lib.coordinates.columns import FloatArray
from xiaojia.lib.coordinates.points import Datum, Wgs84

_TO_GCJ02: dict[Datum, tuple[columns.Move, ...]] = {
    Datum.WGS84: (columns.wgs84_to_gcj02,), Datum.GCJ02: (), Datum.BD09: (columns.bd09_to_gcj02,),
}  # fmt: skip
_FROM_GCJ02: dict[Datum, tuple[columns.Move, ...]] = {
    Datum.WGS84: (columns.gcj02_to_wgs84,), Datum.GCJ02: (), Datum.BD09: (columns.gcj02_to_bd09,),
}  # fmt: skip
EARTH_RADIUS_M = 6371008.8  # mean radius of WGS-84; the sphere errs by at most 0.5 %


def haversine_m(a: Wgs84, b: Wgs84) -> float:
    """Return the great-circle distance in metres."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lng = (lat_b - lat_a) / 2, math.radians(b.lng - a.lng) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def distances_m(lng: float, lat: float, lngs: npt.ArrayLike, lats: npt.ArrayLike) -> FloatArray:
    """Return the great-circle distances in metres, shape (n,), from one WGS-84 point to n others."""
    to_lng, to_lat = np.radians(np.asarray(lngs, np.float64)), np.radians(np.asarray(lats, np.float64))
    at_lng, at_lat = math.radians(lng), math.radians(lat)
    chord = np.sin((to_lat - at_lat) / 2) ** 2
    chord = chord + math.cos(at_lat) * np.cos(to_lat) * np.sin((to_lng - at_lng) / 2) ** 2
    distances: FloatArray = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return distances


def convert(
    lngs: npt.ArrayLike, lats: npt.ArrayLike, source: Datum | str, target: Datum | str
) -> tuple[FloatArray, FloatArray]:
    """Return two new arrays (lngs, lats), shape (n,), moved from one datum to another."""
    source, target = Datum(source), Datum(target)
    if source == target:
        return np.array(lngs, np.float64), np.array(lats, np.float64)
    steps = (*_TO_GCJ02[source], *_FROM_GCJ02[target])
    return columns.move(np.asarray(lngs, np.float64), np.asarray(lats, np.float64), steps)


def looks_swapped(lng: float, lat: float) -> bool:
    """Return whether the pair only makes sense in China the other way round (73 to 136 E, 3 to 54 N do not overlap)."""
    return not in_china_ranges(lng, lat) and in_china_ranges(lat, lng)


def in_china_ranges(lng: float, lat: float) -> bool:
    """Return whether the pair lies in the ranges of China's longitudes and latitudes (a box, not the border)."""
    return 73.0 <= lng <= 136.0 and 3.0 <= lat <= 54.0
