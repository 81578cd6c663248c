"""How are columns of points moved to BD-09 and back?

百度 makes a pair longer by a little that depends on the latitude alone and turns it by an angle that depends on the longitude
alone. Both are so tiny that the turn needs no arctangent, and that on the way back the two waves, taken where the point is,
are known near by from their first terms: one step of Newton for the angle, one for the length.
"""

from __future__ import annotations

import math

import numpy as np

from xiaojia.lib.coordinates.shift import BD_PI
from xiaojia.lib.coordinates.sines import Column, cosine_beside, fitted, sine

_EAST_DEG, _NORTH_DEG, _LONGER_DEG, _TURN = 0.0065, 0.006, 0.00002, 0.000003
_CYCLES = BD_PI / (2.0 * math.pi)  # waves in a degree
_HALF = fitted(math.pi, 0.5, 6)  # of half the angle, given in cycles
_QUARTER = fitted(math.pi / 2.0, 0.5, 5)
_LEAST_DEG = 1e-9  # where both degrees are 0 there is nothing to divide by


def to_bd(lngs: Column, lats: Column) -> tuple[Column, Column]:
    """Return BD-09 from GCJ-02, degrees."""
    longer = _cosine(lats, 0.25, _LONGER_DEG)
    longer /= _length(lngs, lats)
    turn = _cosine(lngs, 0.0, _TURN)
    stretch = turn * turn
    stretch *= -0.5
    stretch += longer
    stretch += 1.0
    longer += 1.0
    turn *= longer
    east, north = lngs * stretch, lats * stretch
    east -= np.multiply(lats, turn, out=longer)
    north += np.multiply(lngs, turn, out=longer)
    east += _EAST_DEG
    north += _NORTH_DEG
    return east, north


def from_bd(lngs: Column, lats: Column) -> tuple[Column, Column]:
    """Return GCJ-02 from BD-09, degrees."""
    x, y = lngs - _EAST_DEG, lats - _NORTH_DEG
    sin_x, cos_x = _sine_and_cosine(x, _TURN)
    sin_y, cos_y = _sine_and_cosine(y, _LONGER_DEG)
    per_length = _length(x, y)
    np.divide(1.0, per_length, out=per_length)
    first = sin_y * per_length
    turn, push = _turn_back(x, y, sin_x, cos_x, first)
    longer = _shorten(x, y, sin_y, cos_y, turn, first, per_length)
    first -= longer
    first *= push
    turn -= first
    stretch = turn * turn
    stretch *= 0.5
    stretch += longer
    turn -= np.multiply(longer, turn, out=longer)
    east, north = x * stretch, y * stretch
    np.subtract(x, east, out=east)
    np.subtract(y, north, out=north)
    east += np.multiply(y, turn, out=y)
    north -= np.multiply(x, turn, out=x)
    return east, north


def _turn_back(x: Column, y: Column, sin: Column, cos: Column, longer: Column) -> tuple[Column, Column]:
    """Return the turn that led to x, y if it was made longer by `longer`, and how it grows with that."""
    angle = cos * cos
    angle *= -0.5
    angle -= longer
    angle *= x
    angle += y * cos
    angle *= BD_PI
    back = _near(sin, cos, angle)  # the change of the wave from x to there
    slope = cos * angle
    slope += sin
    slope *= BD_PI
    step = slope * y
    step += 1.0
    back /= step
    back += cos
    slope *= x
    slope /= step
    return back, slope


def _near(sin: Column, cos: Column, angle: Column) -> Column:
    """Return how much the cosine changes over a small angle: -sin (a - a³/6) - cos a²/2."""
    square = angle * angle
    change = square * (1.0 / 6.0)
    change -= 1.0
    change *= angle
    change *= sin
    square *= -0.5
    square *= cos
    change += square
    return change


def _shorten(x: Column, y: Column, sin: Column, cos: Column, turn: Column, first: Column, per_length: Column) -> Column:
    """Return by what part x, y were made longer, given the turn and a first value."""
    angle = x * turn
    angle += y * first
    angle *= BD_PI  # against the latitude
    change = _near(cos, sin, angle)  # the sine grows as the cosine falls
    slope = sin * angle
    slope += cos
    slope *= y
    slope *= per_length
    slope *= -BD_PI
    slope += 1.0
    change *= slope
    change *= per_length
    change += first
    return change


def _length(x: Column, y: Column) -> Column:
    length = x * x
    length += y * y
    np.sqrt(length, out=length)
    return np.maximum(length, _LEAST_DEG, out=length)


def _cycles(degrees: Column, less: float) -> Column:
    """Return the waves since the last whole one, -0.5 to 0.5."""
    cycles = degrees * _CYCLES
    if less:
        cycles -= less
    cycles -= np.rint(cycles)
    return cycles


def _cosine(degrees: Column, less: float, size: float) -> Column:
    """Return `size` times the cosine of BD_PI times the degrees, less a part of a cycle."""
    wave = sine(_cycles(degrees, less), _HALF)
    wave *= wave
    wave *= -2.0 * size
    wave += size
    return wave


def _sine_and_cosine(degrees: Column, size: float) -> tuple[Column, Column]:
    """Return `size` times the sine and the cosine of BD_PI times the degrees."""
    sin = sine(_cycles(degrees, 0.0), _QUARTER)
    cos = cosine_beside(sin)
    cos *= sin  # half the sine of half the angle
    sin *= sin
    sin *= -2.0
    sin += 1.0  # the cosine of half the angle
    cos *= sin
    cos *= 4.0 * size
    sin *= sin
    sin *= 2.0 * size
    sin -= size
    return cos, sin
