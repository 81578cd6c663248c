"""How are columns of points moved to GCJ-02 and back?

The way back starts from the offset in single precision, some metres beside; one step of Newton, with the bend of the fastest
waves and the whole change of the root, does the rest: less than a thousandth of a millimetre is left.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from xiaojia.lib.coordinates.columns_waves import east_waves, north_waves
from xiaojia.lib.coordinates.shift import AXIS_M, BOX_EAST, BOX_NORTH, BOX_SOUTH, BOX_WEST, ECCENTRICITY2
from xiaojia.lib.coordinates.sines import Column, cosine_beside, fitted, sine

_DEG = math.pi / 180.0
_OF_LATITUDE = fitted(_DEG, 56.0, 7)  # the box
_EAST_DEG = 180.0 / (AXIS_M * math.pi)
_NORTH_DEG = 180.0 / (AXIS_M * (1.0 - ECCENTRICITY2) * math.pi)


def to_gcj(lngs: Column, lats: Column) -> tuple[Column, Column]:
    """Return GCJ-02 from WGS-84, degrees, for points inside the box."""
    offset = Offset(lngs - 105.0, lats)
    offset.east += lngs
    offset.north += lats
    return offset.east, offset.north


def from_gcj(lngs: Column, lats: Column) -> tuple[Column, Column]:
    """Return WGS-84 from GCJ-02, degrees, for points inside the box."""
    near = Offset((lngs - 105.0).astype(np.float32), lats.astype(np.float32))
    x, y = lngs - near.east, lats - near.north
    there = Offset(x - 105.0, y)
    east, north = lngs - x, lats - y
    east -= there.east
    north -= there.north
    more_east, more_north = there.settle(east.astype(np.float32), north.astype(np.float32))
    x += east
    x += more_east
    y += north
    y += more_north
    return x, y


def inside(lngs: Column, lats: Column) -> bool:
    """Return whether all the points lie inside the box."""
    west, east, south, north = lngs.min(), lngs.max(), lats.min(), lats.max()
    return bool(west >= BOX_WEST and east <= BOX_EAST and south >= BOX_SOUTH and north <= BOX_NORTH)


def within(lngs: Column, lats: Column) -> npt.NDArray[np.bool_]:
    """Return which of the points lie inside the box."""
    return (lngs >= BOX_WEST) & (lngs <= BOX_EAST) & (lats >= BOX_SOUTH) & (lats <= BOX_NORTH)


class Offset:
    """How far WGS-84 points move, degrees, from longitudes less 105 and latitudes; what `settle` needs is kept."""

    def __init__(self, x: Column, lats: Column) -> None:
        self._x, self._y = x, lats - 35.0
        self._sin = sine(lats, _OF_LATITUDE)
        self._cos = cosine_beside(self._sin)
        self._along, self._across = east_waves(x), north_waves(self._sin, self._cos)
        self._root = np.abs(x)
        np.sqrt(self._root, out=self._root)
        self.east, self.north = self._plain()
        self.east += self._along.total
        self.north += self._across.total
        common = self._common()
        self.east += common
        self.north += common
        self._to_degrees()

    def _plain(self) -> tuple[Column, Column]:
        """Return the metres without any wave."""
        x, y = self._x, self._y
        part, root = x + y, self._root * 0.1
        part *= 0.1
        east = part + 1.0
        east *= x
        east += root
        part += y * 0.1
        part += 3.0
        part *= y
        root += x
        root *= 2.0
        part += root
        part -= 100.0
        np.multiply(y, 2.0, out=root)
        root += 300.0
        east += root
        return east, part

    def _common(self) -> Column:
        """Return the two fastest waves along the equator, metres, which move points both ways."""
        twice_3 = self._along.twice_3
        square = twice_3 * twice_3
        fast = square - 1.0
        fast *= self._along.sin_3
        square -= 3.0
        square *= twice_3
        fast *= square
        square *= square
        square -= 2.0
        self._fast, self._twice = fast, square
        return fast * square * square

    def _to_degrees(self) -> None:
        magic = self._sin * self._sin
        magic *= -ECCENTRICITY2
        magic += 1.0
        self._to_east = np.sqrt(magic)
        magic *= self._to_east
        magic *= _NORTH_DEG
        self._to_north = magic
        self._to_east /= self._cos
        self._to_east *= _EAST_DEG
        self.east *= self._to_east
        self.north *= self._to_north

    def settle(self, east: Column, north: Column) -> tuple[Column, Column]:
        """Return by how much the steps that lead to a place differ from what the points are beside it, degrees."""
        self._narrow()
        ex, ey, nx, ny = self._slopes()
        cross = ey * nx
        scale = 1.0 + ny
        step_x, step_y = cross - ex * scale, ny * ex
        step_y += ny
        np.subtract(cross, step_y, out=step_y)
        scale -= step_x
        step_x *= east
        step_x -= np.multiply(ey, north, out=ey)
        step_y *= north
        step_y -= np.multiply(nx, east, out=nx)
        step_x /= scale
        step_y /= scale
        common, root = self._bend(east + step_x)
        common += root
        step_x -= np.multiply(common, self._to_east, out=scale)
        common += root
        step_y -= np.multiply(common, self._to_north, out=scale)
        return step_x, step_y

    def _narrow(self) -> None:
        """Keep single precision only: a hundred millionth of a step, which is some metres long."""
        for name, column in vars(self).items():
            if isinstance(column, np.ndarray):
                setattr(self, name, column.astype(np.float32))
        self._along.narrow()
        self._across.narrow()

    def _slopes(self) -> tuple[Column, Column, Column, Column]:
        """Return d east / d lng, d east / d lat, d north / d lng, d north / d lat."""
        x, y = self._x * 0.1, self._y * 0.1
        square = self._twice * self._twice
        square *= 40.0 * math.pi
        square -= 320.0 * math.pi / 3.0
        square *= self._twice
        nx = y + 2.0
        nx += square
        square += x
        square += x
        square += y
        square += 1.0
        square += self._along.slope(150.0, 300.0)
        y *= 4.0
        y += x
        y += 3.0
        y += self._across.slope(160.0, 320.0)
        x += 2.0
        square *= self._to_east
        x *= self._to_east
        nx *= self._to_north
        y *= self._to_north
        self._add_curve(x, y)
        return square, x, nx, y

    def _add_curve(self, ey: Column, ny: Column) -> None:
        """Add how a metre's degrees change with the latitude."""
        curve = self._sin * self._cos
        curve *= -ECCENTRICITY2 * _DEG
        ny += self.north * curve * 3.0
        tangent = self._sin / self._cos
        tangent *= _DEG
        curve += tangent
        curve *= self.east
        ey += curve

    def _bend(self, step: Column) -> tuple[Column, Column]:
        """Return how much more than the slopes say the fastest waves and a tenth of the root change over a step, metres."""
        bend = self._twice * self._twice
        bend *= -18.0 * math.pi**2
        bend += 16.0 * math.pi**2
        bend *= self._fast
        bend *= step
        bend *= step
        root = self._x + step
        np.abs(root, out=root)
        np.sqrt(root, out=root)
        root -= self._root
        root *= 0.1
        return bend, root
