"""Which part of the ground is drawn, and how large? The whole question, and the part with most new sites again."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiaojia_locate.command.columns import Floats

WIDE, HIGH_MOST, HIGH_LEAST, CELLS = 960.0, 760.0, 380.0, 96
CLOSE = 18  # a closer view is so many reaches wide
SMALL = 15  # below so many pixels of reach a closer view is worth it


@dataclass(frozen=True)
class View:
    """The part that is drawn: its south-western corner in metres, pixels a metre, its height in pixels."""

    west: float
    south: float
    scale: float
    high: float

    def xy(self, flat: Floats) -> Floats:
        """Return pixels of positions in metres (n, 2)."""
        x, y = (flat[:, 0] - self.west) * self.scale, self.high - (flat[:, 1] - self.south) * self.scale
        return np.column_stack([x, y])

    def holds(self, pixels: Floats) -> npt.NDArray[np.bool_]:
        """Return which pixels lie inside (n,)."""
        inside: npt.NDArray[np.bool_] = (pixels >= 0).all(axis=1) & (pixels[:, 0] <= WIDE) & (pixels[:, 1] <= self.high)
        return inside


def whole(demand: Floats, weights: Floats, new: Floats, reach_m: float) -> View:
    """Return the box of the new sites and of the middle nine tenths of the demand, with one reach around."""
    low, high = np.empty(2), np.empty(2)
    for axis in (0, 1):
        order = np.argsort(demand[:, axis])
        summed = np.cumsum(weights[order])
        places = np.searchsorted(summed, np.array([0.05, 0.95]) * summed[-1])
        low[axis], high[axis] = demand[order[np.minimum(places, len(demand) - 1)], axis]
    if len(new):
        low, high = np.minimum(low, new.min(axis=0)), np.maximum(high, new.max(axis=0))
    pad = max(reach_m * 1.15, 0.02 * float((high - low).max()), 1.0)
    return _fitted(low - pad, high + pad)


def closer(new: Floats, reach_m: float, view: View) -> View | None:
    """Return a view around the place with most new sites, or None where the whole is large enough."""
    if reach_m * view.scale >= SMALL or len(new) < 3:
        return None
    half = np.array([1.0, 0.6]) * CLOSE / 2 * reach_m
    neighbours = [(np.abs(new - one) <= half).all(axis=1) for one in new]
    group = new[max(neighbours, key=lambda found: int(found.sum()))]
    centre = (group.min(axis=0) + group.max(axis=0)) / 2
    return _fitted(centre - half, centre + half)


def _fitted(low: Floats, high: Floats) -> View:
    """Widen a box until its shape is one that a page takes."""
    span = high - low
    ratio = span[1] / span[0]
    if ratio > HIGH_MOST / WIDE:
        wider = span[1] * WIDE / HIGH_MOST
        low, span = low - np.array([(wider - span[0]) / 2, 0]), np.array([wider, span[1]])
    elif ratio < HIGH_LEAST / WIDE:
        taller = span[0] * HIGH_LEAST / WIDE
        low, span = low - np.array([0, (taller - span[1]) / 2]), np.array([span[0], taller])
    scale = WIDE / span[0]
    return View(float(low[0]), float(low[1]), float(scale), float(span[1] * scale))
