"""How far does each Chinese datum move a point, and how is it moved back exactly? (`columns` does it for whole columns)

The GCJ-02 formula and its China box are those of the public eviltransform and gcoord libraries; BD-09 adds 百度's
own shift.

Where the shift applies: inside the box 72.004 to 137.8347 E, 0.8293 to 55.8271 N, as in both libraries. The box is not
mainland China: Hong Kong, Macao and Taiwan lie inside it and are shifted too, and so are strips of the neighbours. Map
services differ there (some give plain WGS-84), so a list from one of these three places must say its datum; nothing is
assumed. Outside the box WGS-84 and GCJ-02 are equal. The stations of this product lie in mainland China.

The inverse has no closed form. It is iterated until the step is below 1e-11 degrees, so a round trip errs by less than
a centimetre (the usual one-step inverse errs by 1 to 2 metres).
"""

from __future__ import annotations

import math
from collections.abc import Callable

BOX_WEST, BOX_EAST, BOX_SOUTH, BOX_NORTH = 72.004, 137.8347, 0.8293, 55.8271
AXIS_M = 6378245.0
ECCENTRICITY2 = 0.00669342162296594323
BD_PI = math.pi * 3000.0 / 180.0
_ROUNDS = 30
_STEP_DEG = 1e-11


def _gcj_offset(lng: float, lat: float) -> tuple[float, float]:
    sin, root = math.sin, math.sqrt
    x, y = lng - 105.0, lat - 35.0
    wave = (20.0 * sin(6.0 * x * math.pi) + 20.0 * sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root(abs(x)) + wave
    north = north + (20.0 * sin(y * math.pi) + 40.0 * sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north = north + (160.0 * sin(y / 12.0 * math.pi) + 320.0 * sin(y / 30.0 * math.pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root(abs(x)) + wave
    east = east + (20.0 * sin(x * math.pi) + 40.0 * sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east = east + (150.0 * sin(x / 12.0 * math.pi) + 300.0 * sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    sine = sin(lat / 180.0 * math.pi)
    cosine = sin((90.0 - lat) / 180.0 * math.pi)
    magic = 1.0 - ECCENTRICITY2 * sine * sine
    north = north * 180.0 / ((AXIS_M * (1.0 - ECCENTRICITY2)) / (magic * root(magic)) * math.pi)
    east = east * 180.0 / (AXIS_M / root(magic) * cosine * math.pi)
    return east, north


def in_box(lng: float, lat: float) -> bool:
    """Return whether GCJ-02 differs from WGS-84 here, by the well known box."""
    return BOX_WEST <= lng <= BOX_EAST and BOX_SOUTH <= lat <= BOX_NORTH


def _bd_offset(lng: float, lat: float) -> tuple[float, float]:
    z = math.hypot(lng, lat) + 0.00002 * math.sin(lat * BD_PI)
    theta = math.atan2(lat, lng) + 0.000003 * math.cos(lng * BD_PI)
    return z * math.cos(theta) + 0.0065 - lng, z * math.sin(theta) + 0.006 - lat


def _undo(lng: float, lat: float, offset: Callable[[float, float], tuple[float, float]]) -> tuple[float, float]:
    x, y = lng, lat
    for _ in range(_ROUNDS):
        east, north = offset(x, y)
        step = max(abs(lng - east - x), abs(lat - north - y))
        x, y = lng - east, lat - north
        if step < _STEP_DEG:
            break
    return x, y


def wgs84_to_gcj02(lng: float, lat: float) -> tuple[float, float]:
    """Return (lng, lat) in GCJ-02."""
    if not in_box(lng, lat):
        return lng, lat
    east, north = _gcj_offset(lng, lat)
    return lng + east, lat + north


def gcj02_to_wgs84(lng: float, lat: float) -> tuple[float, float]:
    """Return (lng, lat) in WGS-84."""
    return _undo(lng, lat, _gcj_offset) if in_box(lng, lat) else (lng, lat)


def gcj02_to_bd09(lng: float, lat: float) -> tuple[float, float]:
    """Return (lng, lat) in BD-09."""
    east, north = _bd_offset(lng, lat)
    return lng + east, lat + north


def bd09_to_gcj02(lng: float, lat: float) -> tuple[float, float]:
    """Return (lng, lat) in GCJ-02."""
    return _undo(lng, lat, _bd_offset)
