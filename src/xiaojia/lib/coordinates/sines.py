"""How are sines of whole columns taken five times as fast as the general ones, for angles whose range is known?

A polynomial in the square of the angle, fitted once when the module is loaded; all multiples of the angle then follow from
its sine and twice its cosine, which needs one multiplication each. Columns may be of either precision.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.floating[Any]]
Fit = tuple[float, ...]
"""Coefficients in the square of the argument, highest first."""


def fitted(per_unit: float, reach: float, terms: int) -> Fit:
    """Return the fit of sin(per_unit * a) / a for |a| up to `reach`."""
    nodes = 0.5 * reach * reach * (1.0 + np.cos((np.arange(terms) + 0.5) * (math.pi / terms)))
    roots = np.sqrt(nodes)
    fit = np.polynomial.Polynomial.fit(nodes, np.sin(per_unit * roots) / roots, terms - 1).convert()
    return tuple(float(value) for value in fit.coef[::-1])


def sine(angle: Column, fit: Fit) -> Column:
    """Return the sine of angles within the reach of the fit, in its unit."""
    square = angle * angle
    total = square * fit[0]
    for value in fit[1:-1]:
        total += value
        total *= square
    total += fit[-1]
    total *= angle
    return total


def cosine_beside(sin: Column) -> Column:
    """Return the cosine of an angle of less than a right one, given its sine."""
    cos = sin * sin
    np.subtract(1.0, cos, out=cos)
    return np.sqrt(cos, out=cos)
