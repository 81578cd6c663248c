"""How does the compiled pass keep its cells, pairs and classes? Arrays that grow by doubling, filled batch by batch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiaojia_locate import stream_cells as cells
from xiaojia_locate import stream_kernels as kernels
from xiaojia_locate.classes import Classes
from xiaojia_locate.errors import LocateError
from xiaojia_locate.reach import EARTH_RADIUS_M, Floats, Ints, Reach, _on_sphere
from xiaojia_locate.stream_cells import Array, Plane, Tree
from xiaojia_locate.stream_size import available_mib

SLACK = 1 + 1e-12  # as the tree of `reach.within` counts a site at the limit as reached
NEAR_POLE = 89.0
MIB = 1 << 20
TOO_MANY = (
    "The classes of demand no longer fit in memory ({used:.0f} MiB used, {free:.0f} MiB free). "
    "Round the positions to a grid, use fewer candidate sites or a shorter limit, or a larger machine."
)


def plane_of(sites: Floats, straight_m: float, sphere: bool, labels: Array | None = None) -> Plane:
    """Return the frame that holds every point within `straight_m` of a site; `sites` (m, 2) in metres or degrees."""
    if labels is None:
        labels = np.random.default_rng(2026).integers(0, 2**64, size=len(sites), dtype=np.uint64)
    if sphere:
        limit = 2 * np.sin(min(straight_m / (2 * EARTH_RADIUS_M), np.pi / 2)) * SLACK
        low, high, margin = *_box_deg(sites, straight_m), 1e-12
        space = _on_sphere(sites)
    else:
        limit = straight_m * SLACK
        pad = 1.001 * straight_m + 1e-9 * float(np.abs(sites).max()) + 1e-6
        low, high = sites.min(axis=0) - pad, sites.max(axis=0) + pad
        high = low + (high - low).max()  # square cells
        margin = 1e-9 * float(np.abs(sites).max() + (high - low).max())
        space = np.column_stack([sites, np.zeros(len(sites))])
    width, height = high - low
    shape = np.array([low[0], low[1], width, height, limit * limit, limit, margin, float(sphere)])
    return Plane(np.ascontiguousarray(space), labels, shape)


def _box_deg(sites: Floats, straight_m: float) -> tuple[Floats, Floats]:
    """The box of degrees around all circles; all longitudes if a circle comes near a pole or the date line."""
    arc = min(1.001 * straight_m / EARTH_RADIUS_M, np.pi) + 1e-9
    pad = np.degrees(arc) * 1.001
    low, high = sites.min(axis=0) - pad, sites.max(axis=0) + pad
    top = max(abs(low[1]), abs(high[1]))
    low[1], high[1] = max(low[1], -90.0) - 1e-6, min(high[1], 90.0) + 1e-6
    if top < NEAR_POLE and arc < 1.0:
        wide = np.degrees(np.arcsin(np.sin(arc) / np.cos(np.radians(top)))) if arc < np.radians(90 - top) else 360.0
        low[0], high[0] = sites[:, 0].min() - wide * 1.001, sites[:, 0].max() + wide * 1.001
    else:
        low[0], high[0] = -181.0, 181.0
    if low[0] < -180 or high[0] > 180:
        low[0], high[0] = -180.0 - 1e-6, 180.0 + 1e-6
    return low, high


@dataclass
class Gathered:
    """The classes of all points added so far; class 0 is the empty set, the others in the order of their first point."""

    plane: Plane
    tree: Tree

    @staticmethod
    def start(plane: Plane, levels: int) -> "Gathered":
        """Return an empty collection: one cell, which every circle may cross, and the empty set."""
        m = len(plane.xyz)
        small = 1 << 10
        tree = Tree(
            node=np.zeros((small, 8), np.int32),
            place=np.zeros((small, 2), np.int32),
            base=np.zeros(small, np.uint64),
            size=np.zeros(small, np.int32),
            pool=np.zeros(max(1 << 14, 18 * m), np.int32),
            short=np.zeros((cells.SHORT, cells.SHORT), np.int32),
            table=np.zeros((1 << 12, 2), np.uint64),
            slots=np.zeros(1 << 12, np.int32),
            keys=np.zeros(small, np.uint64),
            starts=np.zeros(small + 1, np.int64),
            members=np.zeros(max(1 << 14, 4 * m), np.int32),
            sums=np.zeros((small, levels)),
            stamp=np.zeros(m, np.int64),
            counts=np.zeros(8, np.int64),
        )
        tree.node[0] = (-1, 0, 0, m, -1, -1, 0, 0)
        tree.pool[:m] = np.arange(m)
        tree.counts[[cells.NODES, cells.POOL, cells.CLASSES]] = 1, m, 1
        kernels.rehash(tree.table, tree.table[:0], tree.slots, tree.keys, 1)
        return Gathered(plane, tree)

    def add(self, points: Floats, weights: Floats | None, out: npt.NDArray[np.int32] | None = None) -> bool:
        """Add points (n, 2), C order, with weights (n, levels) or ones; return False at the first that is out of range."""
        weights = np.zeros((0, self.tree.sums.shape[1])) if weights is None else weights
        out = np.zeros(0, np.int32) if out is None else out
        place, status = 0, self.tree.counts
        while True:
            place = kernels.run(self.plane, self.tree, points, weights, place, out)
            if status[cells.STATUS] != cells.GROW:
                return bool(status[cells.STATUS] == cells.DONE)
            self.tree = grown(self.tree)

    def classes(self, of_point: Ints) -> Classes:
        """Return the classes that some site reaches, and the weight of the others."""
        count, tree = self.tree.counts, self.tree
        reach = Reach(
            tree.starts[1 : count[cells.CLASSES] + 1].copy(),
            tree.members[: count[cells.MEMBERS]].copy(),
            len(tree.stamp),
        )
        return Classes(reach, tree.sums[1 : count[cells.CLASSES]].copy(), of_point, tree.sums[0].copy())


def grown(tree: Tree) -> Tree:
    """Return the same with room for one more cut, pair and class; LocateError `too_large` if memory ends first."""
    used, m = sum(part.nbytes for part in tree) / MIB, len(tree.stamp)
    if used > available_mib() or len(tree.pool) >= 1 << 30 or len(tree.keys) >= 1 << 30:
        raise LocateError("too_large", TOO_MANY.format(used=used, free=available_mib()))
    count = tree.counts
    nodes = _room(len(tree.node), count[cells.NODES] + cells.KIDS)
    keys = _room(len(tree.keys), count[cells.CLASSES] + 2)
    slots = _room(len(tree.slots), 2 * count[cells.CLASSES] + 4)
    pairs = _room(len(tree.table), 2 * (count[cells.PAIRS] + m // 64 + 2))
    table, places = tree.table, tree.slots
    if slots > len(tree.slots) or pairs > len(tree.table):
        table, places = np.zeros((pairs, 2), np.uint64), np.zeros(slots, np.int32)
        kernels.rehash(tree.table, table, places, tree.keys, count[cells.CLASSES])
    return tree._replace(
        node=_longer(tree.node, nodes),
        place=_longer(tree.place, nodes),
        base=_longer(tree.base, nodes),
        size=_longer(tree.size, nodes),
        pool=_longer(tree.pool, _room(len(tree.pool), count[cells.POOL] + cells.KIDS * m)),
        table=table,
        slots=places,
        keys=_longer(tree.keys, keys),
        starts=_longer(tree.starts, keys + 1),
        members=_longer(tree.members, _room(len(tree.members), count[cells.MEMBERS] + 2 * m)),
        sums=_longer(tree.sums, keys),
    )


def _room(now: int, needed: int) -> int:
    while now < needed:
        now *= 2
    return now


def _longer(array: Array, length: int) -> Array:
    if len(array) >= length:
        return array
    longer = np.zeros((length, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer
