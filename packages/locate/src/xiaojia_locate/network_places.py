"""Where along the streets might a site stand? One place in each cell of a grid that a street passes."""

import numpy as np

from xiaojia_locate.errors import LocateError
from xiaojia_locate.network_snap import pieces_of
from xiaojia_locate.network_streets import Streets
from xiaojia_locate.reach import EARTH_RADIUS_M, Floats


def places(network: Streets, cell_m: float = 150.0) -> Floats:
    """Return positions on the streets (n, 2): for each square of `cell_m` with a street, the one nearest its middle.

    They are candidates where no premises are known: they say where a site would serve, not that a room is to be had there.

    >>> from xiaojia_locate.network import streets
    >>> places(streets([[0, 0], [400, 0]], [[0, 1]], geographic=False), 200).tolist()
    [[100.0, 0.0], [300.0, 0.0]]
    """
    if not cell_m > 0:
        raise LocateError("range", f"cell_m must be above zero, got {cell_m}.")
    pieces = pieces_of(network)
    origin, scale = network.vertices.min(axis=0), np.ones(2) / cell_m
    if network.geographic:
        latitude = np.radians(network.vertices[:, 1].mean())
        scale = np.radians(EARTH_RADIUS_M) * np.array([np.cos(latitude), 1.0]) / cell_m
    start, end = (pieces.where - origin) * scale
    step, cell = end - start, np.floor((start + end) / 2)
    square = np.einsum("ij,ij->i", step, step)
    ahead = np.einsum("ij,ij->i", cell + 0.5 - start, step)
    part = np.clip(np.divide(ahead, square, out=np.zeros(len(square)), where=square > 0), 0.0, 1.0)[:, None]
    off = np.linalg.norm(start + part * step - cell - 0.5, axis=1)
    order = np.lexsort((off, cell[:, 1], cell[:, 0]))
    best = order[np.unique(cell[order], axis=0, return_index=True)[1]]
    return np.asarray(pieces.where[0, best] + part[best] * (pieces.where[1, best] - pieces.where[0, best]))
