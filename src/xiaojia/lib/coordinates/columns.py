"""How are whole columns of points moved between the datums, a hundred times faster than one by one?

The same formulas as in `shift`, which moves single points, arranged for arrays: one sine for each axis gives all
the others (those of twice, three, five times the angle are polynomials); the turn of BD-09 is so small that it needs no
arctangent; the inverses take a step or two of Newton instead of many plain ones. Pieces of PIECE points stay in the cache.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from xiaojia.lib.coordinates.shift import AXIS_M, BD_PI, BOX_EAST, BOX_NORTH, BOX_SOUTH, BOX_WEST, ECCENTRICITY2

FloatArray = npt.NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]
Slopes = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""d east / d lng, d east / d lat, d north / d lng, d north / d lat."""
PIECE = 8192
_DEG = math.pi / 180.0
_THIRTY_FIVE = 35.0 * math.pi / 60.0
_EAST_DEG = 180.0 / (AXIS_M * math.pi)
_NORTH_DEG = 180.0 / (AXIS_M * (1.0 - ECCENTRICITY2) * math.pi)
_BD_EAST, _BD_NORTH, _BD_LENGTH, _BD_TURN = 0.0065, 0.006, 0.00002, 0.000003


def wgs84_to_gcj02_array(lngs: FloatArray, lats: FloatArray) -> Pair:
    """Return arrays (n,) of GCJ-02 degrees."""
    return _in_pieces(_to_gcj, lngs, lats)


def gcj02_to_wgs84_array(lngs: FloatArray, lats: FloatArray) -> Pair:
    """Return arrays (n,) of WGS-84 degrees."""
    return _in_pieces(_from_gcj, lngs, lats)


def gcj02_to_bd09_array(lngs: FloatArray, lats: FloatArray) -> Pair:
    """Return arrays (n,) of BD-09 degrees."""
    return _in_pieces(_to_bd, lngs, lats)


def bd09_to_gcj02_array(lngs: FloatArray, lats: FloatArray) -> Pair:
    """Return arrays (n,) of GCJ-02 degrees."""
    return _in_pieces(_from_bd, lngs, lats)


def _in_pieces(move: Callable[[FloatArray, FloatArray], Pair], lngs: FloatArray, lats: FloatArray) -> Pair:
    out_lngs, out_lats = np.empty_like(lngs), np.empty_like(lats)
    with np.errstate(divide="ignore", invalid="ignore"):  # the poles, which are not moved
        for start in range(0, len(lngs), PIECE):
            part = slice(start, start + PIECE)
            out_lngs[part], out_lats[part] = move(lngs[part], lats[part])
    return out_lngs, out_lats


def _within(lngs: FloatArray, lats: FloatArray) -> npt.NDArray[np.bool_]:
    return (lngs >= BOX_WEST) & (lngs <= BOX_EAST) & (lats >= BOX_SOUTH) & (lats <= BOX_NORTH)


def _to_gcj(lngs: FloatArray, lats: FloatArray) -> Pair:
    east, north = _gcj_offset(lngs, lats)
    return _where_shifted(lngs, lats, lngs + east, lats + north)


def _from_gcj(lngs: FloatArray, lats: FloatArray) -> Pair:
    east, north = _gcj_offset(lngs, lats)
    return _where_shifted(lngs, lats, *_newton(lngs, lats, lngs - east, lats - north, _gcj_slopes, _gcj_offset))


def _where_shifted(lngs: FloatArray, lats: FloatArray, moved_lngs: FloatArray, moved_lats: FloatArray) -> Pair:
    inside = _within(lngs, lats)
    if inside.all():
        return moved_lngs, moved_lats
    return np.where(inside, moved_lngs, lngs), np.where(inside, moved_lats, lats)


def _newton(
    lngs: FloatArray,
    lats: FloatArray,
    x: FloatArray,
    y: FloatArray,
    slopes: Callable[[FloatArray, FloatArray], tuple[Pair, Slopes]],
    offset: Callable[[FloatArray, FloatArray], Pair] | None = None,
) -> Pair:
    """Return what moves to (lngs, lats), given a point near by: one step with the slopes there, with `offset` a second one."""
    (east, north), (ex, ey, nx, ny) = slopes(x, y)
    off_x, off_y = lngs - x - east, lats - y - north
    ex += 1.0
    ny += 1.0
    scale = 1.0 / (ex * ny - ey * nx)
    x, y = x + (ny * off_x - ey * off_y) * scale, y + (ex * off_y - nx * off_x) * scale
    if offset is None:
        return x, y
    east, north = offset(x, y)
    off_x, off_y = lngs - x - east, lats - y - north
    return x + (ny * off_x - ey * off_y) * scale, y + (ex * off_y - nx * off_x) * scale


def _gcj_offset(lngs: FloatArray, lats: FloatArray) -> Pair:
    (east, north), _slopes = _gcj(lngs, lats, with_slopes=False)
    return east, north


def _gcj_slopes(lngs: FloatArray, lats: FloatArray) -> tuple[Pair, Slopes]:
    shift, slopes = _gcj(lngs, lats, with_slopes=True)
    if slopes is None:
        raise AssertionError("slopes were asked for")
    return shift, slopes


def _gcj(lngs: FloatArray, lats: FloatArray, *, with_slopes: bool) -> tuple[Pair, Slopes | None]:
    x, y = lngs - 105.0, lats - 35.0
    sin_lat = np.sin(lats * _DEG)
    cos_lat = np.sqrt(1.0 - sin_lat * sin_lat)
    half = np.sin(x * (math.pi / 120.0))  # never more than a right angle, so that its cosine has one sign
    along = _Waves(*_doubled(half, np.sqrt(1.0 - half * half)))
    across = _Waves(*_turned(*_tripled(sin_lat, cos_lat)))
    root = np.sqrt(np.abs(x))
    double, double_cos = _doubled(along.sin_1, along.cos_1)
    square = double * double
    common = (double * (4.0 - 4.0 * square)) * (40.0 / 3.0) + 0.1 * x * y
    east = 300.0 + x * (1.0 + 0.1 * x) + 2.0 * y + 0.1 * root + common + along.sum(150.0, 300.0)
    north = -100.0 + 2.0 * x + y * (3.0 + 0.2 * y) + 0.2 * root + common + across.sum(160.0, 320.0)
    magic = 1.0 - ECCENTRICITY2 * sin_lat * sin_lat
    magic_root = np.sqrt(magic)
    to_east, to_north = magic_root / cos_lat * _EAST_DEG, magic * magic_root * _NORTH_DEG
    shift = east * to_east, north * to_north
    if not with_slopes:
        return shift, None
    wave = (80.0 * math.pi / 3.0) * (3.0 * double_cos * (1.0 - 4.0 * square) + double_cos)
    ex = 1.0 + 0.2 * x + 0.1 * y + wave + along.slope(150.0, 300.0)
    ny = 3.0 + 0.4 * y + 0.1 * x + across.slope(160.0, 320.0)
    ey = (2.0 + 0.1 * x) * to_east + shift[0] * (sin_lat / cos_lat * _DEG)
    return shift, (ex * to_east, ey, (2.0 + 0.1 * y + wave) * to_north, ny * to_north)


class _Waves:
    """Sine and cosine of π t, π t / 3, π t / 12 and π t / 30, all from those of π t / 60."""

    __slots__ = ("cos_1", "cos_12", "cos_3", "cos_30", "sin_1", "sin_12", "sin_3", "sin_30")

    def __init__(self, sin: FloatArray, cos: FloatArray) -> None:
        square = sin * sin
        fourth = square * square
        self.sin_30, self.cos_30 = _doubled(sin, cos)
        self.sin_12 = sin * (5.0 - 20.0 * square + 16.0 * fourth)
        self.cos_12 = cos * (1.0 - 12.0 * square + 16.0 * fourth)
        self.sin_3, self.cos_3 = _doubled(*_doubled(self.sin_12, self.cos_12))
        self.sin_1, self.cos_1 = _tripled(self.sin_3, self.cos_3)

    def sum(self, twelfth: float, thirtieth: float) -> FloatArray:
        """Return the four waves of an axis, metres."""
        short = self.sin_1 * (40.0 / 3.0) + self.sin_3 * (80.0 / 3.0)
        return short + self.sin_12 * (twelfth / 1.5) + self.sin_30 * (thirtieth / 1.5)

    def slope(self, twelfth: float, thirtieth: float) -> FloatArray:
        """Return how fast they change, metres per degree."""
        short = self.cos_1 * (40.0 * math.pi / 3.0) + self.cos_3 * (80.0 * math.pi / 9.0)
        return short + self.cos_12 * (twelfth * math.pi / 18.0) + self.cos_30 * (thirtieth * math.pi / 45.0)


def _doubled(sin: FloatArray, cos: FloatArray) -> Pair:
    return 2.0 * sin * cos, 1.0 - 2.0 * sin * sin


def _tripled(sin: FloatArray, cos: FloatArray) -> Pair:
    square = 4.0 * sin * sin
    return sin * (3.0 - square), cos * (1.0 - square)


def _turned(sin: FloatArray, cos: FloatArray) -> Pair:
    """Three times the latitude, less 35 degrees of it, is π (lat - 35) / 60."""
    a, b = math.sin(_THIRTY_FIVE), math.cos(_THIRTY_FIVE)
    return sin * b - cos * a, cos * b + sin * a


def _to_bd(lngs: FloatArray, lats: FloatArray) -> Pair:
    east, north = _bd_offset(lngs, lats)
    return lngs + east, lats + north


def _from_bd(lngs: FloatArray, lats: FloatArray) -> Pair:
    east, north = _bd_offset(lngs - _BD_EAST, lats - _BD_NORTH)
    return _newton(lngs, lats, lngs - east, lats - north, _bd_slopes)


def _bd_offset(lngs: FloatArray, lats: FloatArray) -> Pair:
    """A pair is made longer by `more` and turned by `turn`, both tiny: cos(turn) = 1 - turn² / 2 to the last digit."""
    length = np.sqrt(lngs * lngs + lats * lats)
    more = _BD_LENGTH * np.sin(lats * BD_PI)
    turn = _BD_TURN * np.cos(lngs * BD_PI)
    ratio = more / length
    stretch = ratio - (1.0 + ratio) * (0.5 * turn * turn)
    aside = (1.0 + ratio) * turn
    return lngs * stretch - lats * aside + _BD_EAST, lats * stretch + lngs * aside + _BD_NORTH


def _bd_slopes(lngs: FloatArray, lats: FloatArray) -> tuple[Pair, Slopes]:
    """The offset with its slopes; those of the length, a hundredth of the others, are left out of the second order."""
    length = np.sqrt(lngs * lngs + lats * lats)
    a, b = lats * BD_PI, lngs * BD_PI
    more, turn = _BD_LENGTH * np.sin(a), _BD_TURN * np.cos(b)
    ratio = more / length
    stretch, aside = ratio - (1.0 + ratio) * (0.5 * turn * turn), (1.0 + ratio) * turn
    shift = lngs * stretch - lats * aside + _BD_EAST, lats * stretch + lngs * aside + _BD_NORTH
    turning, growing = (-_BD_TURN * BD_PI) * np.sin(b), (_BD_LENGTH * BD_PI) * np.cos(a) / length
    return shift, (stretch - lats * turning, lngs * growing - aside, aside + lngs * turning, stretch + lats * growing)
