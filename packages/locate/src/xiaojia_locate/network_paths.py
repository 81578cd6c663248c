"""How long is the shortest walk between places on the streets? Many to many, up to a limit, in batches of near sources.

Let a source lie on edge (u, v), `x` metres from u, and a target on edge (a, b), `y` metres from a. A shortest walk either
stays on one edge, if it is the same one, and is |x − y| long, or leaves the source's edge at u or v and enters the target's
at a or b. So with the shortest walks D between nodes the walk is the least of |x − y| (same edge) and
min over p ∈ {u, v}, q ∈ {a, b} of (to p) + D(p, q) + (q to target): exact, though no edge is cut. Sources stand in the graph as
nodes with edges to u and v only, so Dijkstra (1959) gives the least over p at once.

Memory: one search from a whole batch of near sources finds the nodes within the limit of any; only the graph of these
is searched from each. What is kept is the pairs found.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from xiaojia_locate.answer import Limits
from xiaojia_locate.classes import places_of
from xiaojia_locate.errors import LocateError
from xiaojia_locate.network_snap import Snapped
from xiaojia_locate.network_streets import Streets
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.walking import ROUNDING

BATCH = 64
FARTHEST_M = 1e300  # no walk is infinite
CELLS = 4_000_000  # numbers in one table of distances
Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], Floats]


def shortest(streets: Streets, source: Snapped, target: Snapped, limit_m: float, limits: Limits) -> Iterator[Pairs]:
    """Yield pairs (source, target, metres) whose walk, with the ways from and to the street, is within the limit.

    All points are on streets. Raises LocateError `time` or `cancelled` if `limits` end the work.
    """
    graph = graph_of(streets, source)
    table = _Targets(streets, target)
    order = _along_curve(source.place)
    for at in range(0, len(order), BATCH):
        ended = limits.over()
        if ended is not None:
            raise LocateError(str(ended), f"The walks were ended after {at:,} of {len(order):,} starting points.")
        limits.tell("walks", float(at), float(len(order)))
        batch = order[at : at + BATCH]
        yield from _of_batch(streets, graph, source, table, batch, min(limit_m * ROUNDING, FARTHEST_M))


def graph_of(streets: Streets, source: Snapped) -> sparse.csr_matrix:
    """Return the graph of nodes and, after them, sources: edges both ways, and from each source to its edge's two ends."""
    one, other = streets.ends.T
    first, second = streets.ends[source.edge].T
    n, own = streets.n_node, streets.n_node + np.arange(len(source.edge))
    rows = np.concatenate([one, other, own, own])
    columns = np.concatenate([other, one, first, second])
    rest_m = streets.length_m[source.edge] - source.along_m
    metres = np.concatenate([streets.length_m, streets.length_m, source.off_m + source.along_m, source.off_m + rest_m])
    order = np.lexsort((metres, columns, rows))  # of streets between the same two nodes the shortest counts
    rows, columns, metres = rows[order], columns[order], metres[order]
    new = np.ones(len(rows), bool)
    new[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    size = n + len(own)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows[new], minlength=size))])
    return sparse.csr_matrix((metres[new], columns[new].astype(np.int32), starts.astype(np.int32)), shape=(size, size))


class _Targets:
    """Targets by the nodes at the ends of their edges, and by edge."""

    def __init__(self, streets: Streets, target: Snapped) -> None:
        count = len(target.edge)
        self.edge, self.off_m, self.along_m = target.edge, target.off_m, target.along_m
        self.rest_m = np.maximum(streets.length_m[target.edge] - target.along_m, 0.0)
        self.first, self.second = streets.ends[target.edge].T
        self.at_node = _grouped(np.concatenate([self.first, self.second]), streets.n_node, count)
        self.on_edge = _grouped(target.edge, streets.n_edge, count)

    def near(self, nodes: Ints, edges: Ints) -> Ints:
        """The targets whose edge ends at one of the nodes or is one of the edges."""
        ours = [
            group[places_of(starts, wanted)[0]]
            for (starts, group), wanted in ((self.at_node, nodes), (self.on_edge, np.unique(edges)))
        ]
        return np.unique(np.concatenate(ours))


def _grouped(keys: Ints, n_key: int, count: int) -> tuple[Ints, Ints]:
    order = np.argsort(keys, kind="stable")
    return np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=n_key))]), order % max(count, 1)


def _of_batch(
    streets: Streets, graph: sparse.csr_matrix, source: Snapped, table: _Targets, batch: Ints, limit_m: float
) -> Iterator[Pairs]:
    n = streets.n_node
    within = np.isfinite(dijkstra(graph, indices=n + batch, limit=limit_m, min_only=True))
    nodes = np.flatnonzero(within[:n])
    some = np.concatenate([nodes, n + batch])
    local = graph[some][:, some]
    wanted = table.near(nodes, source.edge[batch])
    column = np.full(n, len(some), dtype=np.int64)  # nodes out of reach share a last column of infinity
    column[nodes] = np.arange(len(nodes))
    rows_at_once = max(1, CELLS // (len(some) + 1))
    for low in range(0, len(batch), rows_at_once):
        ours = batch[low : low + rows_at_once]
        start = len(nodes) + low + np.arange(len(ours))
        metres = np.full((len(ours), len(some) + 1), np.inf)
        metres[:, :-1] = dijkstra(local, indices=start, limit=limit_m)
        step = max(1, CELLS // len(ours))
        for at in range(0, len(wanted), step):
            yield _joined(source, table, ours, wanted[at : at + step], column, metres, limit_m)


def _joined(
    source: Snapped, table: _Targets, ours: Ints, wanted: Ints, column: Ints, metres: Floats, limit_m: float
) -> Pairs:
    """The pairs within the limit, from the distances of nodes."""
    by_first = metres[:, column[table.first[wanted]]] + table.along_m[wanted]
    by_second = metres[:, column[table.second[wanted]]] + table.rest_m[wanted]
    found = np.minimum(by_first, by_second, out=by_first) + table.off_m[wanted]
    same_source, same_target = np.nonzero(source.edge[ours][:, None] == table.edge[wanted])
    if len(same_source):
        one, other = ours[same_source], wanted[same_target]
        straight = np.abs(source.along_m[one] - table.along_m[other]) + source.off_m[one] + table.off_m[other]
        found[same_source, same_target] = np.minimum(found[same_source, same_target], straight)
    row, place = np.nonzero(found <= limit_m)
    return ours[row].astype(np.int32), wanted[place].astype(np.int32), found[row, place]


def _along_curve(places: Floats) -> Ints:
    """An order in which neighbours stand near each other: by the interleaved bits of their grid cell (Morton 1966)."""
    low, high = places.min(axis=0), places.max(axis=0)
    cell = ((places - low) / np.maximum(high - low, 1e-12) * 65_535).astype(np.uint64)
    code = np.zeros(len(places), np.uint64)
    for bit in range(16):
        for axis in (0, 1):
            code |= ((cell[:, axis] >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + axis)
    return np.argsort(code, kind="stable")
