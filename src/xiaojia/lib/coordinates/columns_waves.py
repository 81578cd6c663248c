"""How do all the waves of the GCJ-02 formula follow from one sine for each axis?

For an angle a, with k = 2 cos a: sin 2a = k sin a and 2 cos 2a = k² - 2; sin 3a = (k² - 1) sin a and 2 cos 3a = k (k² - 3);
sin 5a = (k⁴ - 3 k² + 1) sin a and 2 cos 5a = k (k⁴ - 5 k² + 5).
"""

from __future__ import annotations

import math

import numpy as np

from xiaojia.lib.coordinates.sines import Column, fitted, sine

_OF_HALF = fitted(math.pi / 120.0, 37.0, 7)  # the box, from 105 degrees
_THIRTY_FIVE = 35.0 * math.pi / 60.0


class Waves:
    """The waves of an axis, metres, from the sine (times 40 / 3) and twice the cosine of π t / 60."""

    __slots__ = ("sin_3", "total", "twice_12", "twice_3", "twice_30")

    def __init__(self, sin: Column, twice: Column, twelfth: float, thirtieth: float) -> None:
        square = twice * twice
        self.total = twice * (thirtieth / 20.0)
        self.twice_30 = square - 2.0
        five = square - 3.0
        five *= square
        five += 1.0
        self.total += five * (twelfth / 20.0)
        self.total *= sin
        five *= sin
        self.twice_12 = square - 5.0
        self.twice_12 *= square
        self.twice_12 += 5.0
        self.twice_12 *= twice
        five *= self.twice_12
        self._shorter(five)

    def _shorter(self, sin: Column) -> None:
        twice_6 = self.twice_12 * self.twice_12
        twice_6 -= 2.0
        sin *= twice_6
        self.sin_3 = sin
        twice_6 *= twice_6
        twice_6 -= 2.0
        self.twice_3 = twice_6
        square = self.twice_3 * self.twice_3
        square += 1.0
        self.total += square * sin

    def narrow(self) -> None:
        """Keep single precision only, and only what the slopes need."""
        self.twice_3 = self.twice_3.astype(np.float32)
        self.twice_12 = self.twice_12.astype(np.float32)
        self.twice_30 = self.twice_30.astype(np.float32)

    def slope(self, twelfth: float, thirtieth: float) -> Column:
        """Return how fast they grow, metres per degree."""
        square = self.twice_3 * self.twice_3
        square -= 3.0
        square *= 20.0 * math.pi / 3.0
        square += 40.0 * math.pi / 9.0
        square *= self.twice_3
        square += self.twice_12 * (twelfth * math.pi / 36.0)
        square += self.twice_30 * (thirtieth * math.pi / 90.0)
        return square


def east_waves(x: Column) -> Waves:
    """Return those of the longitude, less 105 degrees."""
    sin = sine(x, _OF_HALF)
    twice = sin * sin
    cos = np.sqrt(1.0 - twice)
    twice *= -4.0
    twice += 2.0
    sin *= cos
    sin *= 80.0 / 3.0
    return Waves(sin, twice, 150.0, 300.0)


def north_waves(sin: Column, cos: Column) -> Waves:
    """Return those of the latitude, given its sine and cosine: three times it, less 35 degrees of it, is π (lat - 35) / 60."""
    square = 4.0 * sin * sin
    triple_cos = 1.0 - square
    triple_cos *= cos
    square -= 3.0
    square *= sin  # less the sine of three times the latitude
    a, b = math.sin(_THIRTY_FIVE), math.cos(_THIRTY_FIVE)
    twice = triple_cos * (2.0 * b)
    twice -= square * (2.0 * a)
    square *= -40.0 / 3.0 * b
    triple_cos *= 40.0 / 3.0 * a
    square -= triple_cos
    return Waves(square, twice, 160.0, 320.0)
