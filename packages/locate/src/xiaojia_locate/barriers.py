"""Which sites are within reach as the crow flies, if rivers and expressways are walked around by their bridges?

Model. A walk is a chain of straight legs, demand → crossing → … → crossing → site, with as many crossings as help, or none. Each
leg is walked `detour` times its straight length, and no leg may meet a barrier farther than the tolerance from a crossing.
The walk of a pair is the shortest such chain: exactly the shortest path of the graph whose nodes are the points and the
crossings and whose edges are the open legs. It is a visibility graph (Lozano-Pérez and Wesley 1979) without the barriers' corners: a walk
does not bend around the end of a wall unless a crossing is given there. Streets know better; where there is a network, use it.
"""

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from xiaojia_locate.barriers_lines import Barriers, barriers, crosses, read_barriers
from xiaojia_locate.classes import places_of
from xiaojia_locate.reach import Floats, Ints, Reach, geodesic, within
from xiaojia_locate.walking import ROUNDING, Walks, in_space, straight_m

__all__ = ["Barriers", "around", "barriers", "crosses", "read_barriers"]

ROWS = 10_000
BATCH = 256


def around(
    demand: npt.ArrayLike,
    sites: npt.ArrayLike,
    limit_m: float,
    walls: Barriers,
    *,
    detour: float = 1.0,
    distances: bool = False,
) -> Walks:
    """Return which sites are within `limit_m` of walking without passing a barrier but at its crossings.

    `demand` (n_demand, 2), `sites` (n_site, 2): in the barriers' coordinates. `distances`: the walks too, in metres.

    >>> river = barriers([[[0, -500], [0, 500]]], [[0, 300]], geographic=False)
    >>> around([[-100, 0], [100, 0]], [[200, 0]], 700, river, distances=True).distance_m.toarray().round(1).tolist()
    [[676.8], [100.0]]
    """
    from_, to = (
        in_space(part, name, geographic=walls.geographic)[0] for part, name in ((demand, "demand"), (sites, "sites"))
    )
    straight = (geodesic if walls.geographic else within)(from_, to, limit_m, detour=detour)
    legs = _Legs(from_, to, limit_m, walls, detour) if len(walls.crossings) else None
    parts = []
    for low in range(0, len(from_), ROWS):
        high = min(low + ROWS, len(from_))
        parts.append(_open_pairs(straight, low, high, (from_, to), walls, detour, legs, limit_m))
    rows, columns, metres = (np.concatenate(part) for part in zip(*parts, strict=True))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(from_)))]).astype(np.int64)
    reach = Reach(starts, columns.astype(np.int32), len(to))
    table = sparse.csr_matrix((metres, reach.sites, starts), shape=(len(from_), len(to))) if distances else None
    return Walks(reach, table)


class _Legs:
    """Open legs from demand to crossings, and the shortest walks from crossings to sites, by crossing and near first."""

    def __init__(self, demand: Floats, sites: Floats, limit_m: float, walls: Barriers, detour: float) -> None:
        self.out = _open_legs(demand, walls.crossings, limit_m, walls, detour)
        onward = _open_legs(sites, walls.crossings, limit_m, walls, detour)
        between = _open_legs(walls.crossings, walls.crossings, limit_m, walls, detour)
        self.starts, self.sites, self.metres = _onward(between, onward, limit_m)

    def chains(self, low: int, high: int, limit_m: float) -> tuple[Ints, Ints, Floats]:
        """Walks (demand, site, metres) of some rows of demand over at least one crossing, within the limit."""
        out = self.out[low:high]
        row, crossing = np.repeat(np.arange(low, high), np.diff(out.indptr)), out.indices
        count = np.zeros(len(row), np.int64)
        by_crossing = np.argsort(crossing, kind="stable")
        for ours in np.split(by_crossing, np.flatnonzero(np.diff(crossing[by_crossing])) + 1):
            if not len(ours):
                continue
            k = crossing[ours[0]]
            near = slice(self.starts[k], self.starts[k + 1])
            count[ours] = np.searchsorted(self.metres[near], limit_m - out.data[ours], side="right")
        first = np.concatenate([[0], np.cumsum(count)])
        place = np.arange(first[-1]) + np.repeat(self.starts[crossing] - first[:-1], count)
        return np.repeat(row, count), self.sites[place], np.repeat(out.data, count) + self.metres[place]


def _open_legs(ones: Floats, others: Floats, limit_m: float, walls: Barriers, detour: float) -> sparse.csr_matrix:
    """The open legs within the limit, in walked metres, (n_one × n_other)."""
    near = (geodesic if walls.geographic else within)(ones, others, limit_m, detour=detour)
    row = np.repeat(np.arange(len(ones)), near.degrees())
    free = ~crosses(walls, ones[row], others[near.sites])
    row, column = row[free], near.sites[free]
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(ones)))])
    metres = _walked(ones[row], others[column], walls, detour)
    return sparse.csr_matrix((metres, column, starts), shape=(len(ones), len(others)))


def _walked(ones: Floats, others: Floats, walls: Barriers, detour: float) -> Floats:
    places = (in_space(part, "positions", geographic=walls.geographic)[1] for part in (ones, others))
    return detour * straight_m(*places)


def _onward(between: sparse.csr_matrix, onward: sparse.csr_matrix, limit_m: float) -> tuple[Ints, Ints, Floats]:
    """For each crossing the sites within the limit and the walks to them, near ones first: starts, sites, metres."""
    n_crossing, n_site = between.shape[0], onward.shape[0]
    size = n_crossing + n_site
    starts = np.concatenate([between.indptr, between.indptr[-1] + onward.indptr[1:]])
    graph = sparse.csr_matrix(
        (np.concatenate([between.data, onward.data]), np.concatenate([between.indices, onward.indices]), starts),
        shape=(size, size),
    )
    found = []
    for at in range(0, n_site, BATCH):
        ours = np.arange(at, min(at + BATCH, n_site))
        metres = dijkstra(graph, indices=n_crossing + ours, limit=limit_m * ROUNDING)[:, :n_crossing]
        site, crossing = np.nonzero(np.isfinite(metres))
        found.append((crossing, ours[site], metres[site, crossing]))
    crossing, site, metres = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((site, metres, crossing))
    counts = np.bincount(crossing, minlength=n_crossing)
    return np.concatenate([[0], np.cumsum(counts)]), site[order], metres[order]


def _open_pairs(
    straight: Reach,
    low: int,
    high: int,
    points: tuple[Floats, Floats],
    walls: Barriers,
    detour: float,
    legs: _Legs | None,
    limit_m: float,
) -> tuple[Ints, Ints, Floats]:
    """The pairs of some rows of demand with their shortest walks, by row and site."""
    places, starts = places_of(straight.starts, np.arange(low, high))
    row, column = np.repeat(np.arange(low, high), np.diff(starts)), straight.sites[places].astype(np.int64)
    free = ~crosses(walls, points[0][row], points[1][column])
    row, column = row[free], column[free]
    metres = _walked(points[0][row], points[1][column], walls, detour)
    if legs is None:
        return row, column, metres
    by = legs.chains(low, high, limit_m * ROUNDING)
    row, column, metres = (np.concatenate(part) for part in zip((row, column, metres), by, strict=True))
    order = np.lexsort((metres, column, row))
    row, column, metres = row[order], column[order], metres[order]
    new = np.ones(len(row), bool)
    new[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    return row[new], column[new], metres[new]
