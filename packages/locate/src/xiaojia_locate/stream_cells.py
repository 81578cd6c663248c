"""Which circles concern a small cell of the plane? Cells are cut where many points fall, so that few circles cross each.

The plane is cut into cells, each cell into 4 × 4 smaller ones where many points fall. A cell knows the circles that hold all of
it (`inside`, each listed at the largest such cell) and the circles whose rim may pass through it (`crossing`). A point is tested
against the crossing circles of its smallest cell only; what it answers, one bit each, together with the cell *is* its set of
sites. That pair is looked up in a table; only a pair that was never seen is turned into a set, and that set is compared element by
element with the stored sets of the same key, so that two sets are never mistaken for each other, whatever their keys are.

Cells against circles: with c the middle of a cell, ρ its radius and d = |c − site|, every point p of the cell has
d − ρ ≤ |p − site| ≤ d + ρ (triangle inequality; on the sphere for chords, which are distances in space). So d + ρ ≤ r puts the
whole cell inside, d − ρ > r outside; a margin far above rounding leaves the doubtful to the exact test of the points.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from xiaojia_locate.kernels import njit

Array = npt.NDArray[Any]

SIDE, KIDS, DEEPEST = 4, 16, 12
SHORT_LEVEL = 4  # the shortcut leads to the cells of this level at once
SHORT = SIDE**SHORT_LEVEL
CHILD, START, INSIDE, CROSSING, PARENT, CLASS, SEEN, LEVEL = range(8)  # columns of `node`
NODES, POOL, PAIRS, CLASSES, MEMBERS, STATES, TICK, STATUS = range(8)  # places of `counts`
DONE, GROW, BAD = 0, 1, 2
WORTH = 6000  # tests spent in a cell before it is cut: about what cutting costs
FEW = 3  # as many crossing circles are not worth cutting
FIRST_STATE = 1 << 31


class Plane(NamedTuple):
    """The frame: sites in space (m, 3) with random labels (m,), and `shape` = x0, y0, width, height, limit², limit, margin, sphere.

    `sphere` is 1.0 if points are degrees on the unit sphere, else 0.0 and z is zero.
    """

    xyz: Array
    labels: Array
    shape: Array


class Tree(NamedTuple):
    """All that grows: cells, pool of site numbers, table of pairs, classes. One row of `node` is one cell."""

    node: Array  # (cells, 8) int32
    place: Array  # (cells, 2) int32: column and row of the cell at its level
    base: Array  # (cells,) uint64: sum of the labels of all circles that hold the cell
    size: Array  # (cells,) int32: their number
    pool: Array  # int32 site numbers: inside, then crossing, of each cell
    short: Array  # (SHORT, SHORT) int32: the smallest cell of at most SHORT_LEVEL
    table: Array  # (slots, 2) uint64: state and class, mask
    slots: Array  # int32: class + 1, found by key
    keys: Array  # (classes,) uint64
    starts: Array  # (classes + 1,) int64 in members
    members: Array  # int32 site numbers, ascending in each class
    sums: Array  # (classes, levels) float64
    stamp: Array  # (m,) int64
    counts: Array  # (8,) int64


@njit(cache=True, nogil=True)
def space(x, y, sphere):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    if sphere == 0.0:
        return x, y, 0.0
    lng, lat = x * (np.pi / 180.0), y * (np.pi / 180.0)
    return np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)


@njit(cache=True, nogil=True)
def mask_of(xyz, limit2, pool, first, stop, px, py, pz):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return one bit for each of at most 64 circles: does it hold the point?"""
    mask = np.uint64(0)
    for place in range(first, stop):
        site = pool[place]
        dx, dy, dz = px - xyz[site, 0], py - xyz[site, 1], pz - xyz[site, 2]
        mask |= np.uint64(dx * dx + dy * dy + dz * dz <= limit2) << np.uint64(place - first)
    return mask


@njit(cache=True, nogil=True)
def cut(plane, tree, cell):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Cut a cell into its children: each takes over the crossing circles of the parent that still concern it."""
    node, pool, count = tree.node, tree.pool, tree.counts
    x0, y0, width, height, _, reach, margin, sphere = plane.shape
    level = node[cell, LEVEL] + 1
    parts = float(SIDE**level)
    first = node[cell, START] + node[cell, INSIDE]
    stop = first + node[cell, CROSSING]
    node[cell, CHILD] = count[NODES]
    for kid in range(KIDS):
        new = count[NODES]
        count[NODES] += 1
        column, row = tree.place[cell, 0] * SIDE + kid % SIDE, tree.place[cell, 1] * SIDE + kid // SIDE
        tree.place[new, 0], tree.place[new, 1] = column, row
        x, y = x0 + (column + 0.5) * (width / parts), y0 + (row + 0.5) * (height / parts)
        cx, cy, cz = space(x, y, sphere)
        a, b = 0.5 * width / parts, 0.5 * height / parts
        if sphere != 0.0:
            a, b = a * (np.pi / 180.0), b * (np.pi / 180.0)
            lat = abs(y) * (np.pi / 180.0)
            # chord² = 4 sin²(v/2) + 4 cos(lat) cos(lat + v) sin²(u/2) ≤ v² + cos(lat) cos(lat + v) u²
            a *= np.sqrt(max(0.0, np.cos(lat)) * np.cos(max(0.0, lat - b)))
        radius = np.sqrt(a * a + b * b) + margin
        start = count[POOL]
        inside = start
        total = tree.base[cell]
        for place in range(first, stop):
            site = pool[place]
            dx, dy, dz = cx - plane.xyz[site, 0], cy - plane.xyz[site, 1], cz - plane.xyz[site, 2]
            far = np.sqrt(dx * dx + dy * dy + dz * dz) + radius
            if far <= reach:
                pool[inside] = site
                inside += 1
                total += plane.labels[site]
        end = inside
        for place in range(first, stop):
            site = pool[place]
            dx, dy, dz = cx - plane.xyz[site, 0], cy - plane.xyz[site, 1], cz - plane.xyz[site, 2]
            away = np.sqrt(dx * dx + dy * dy + dz * dz)
            if away + radius > reach and away - radius <= reach:
                pool[end] = site
                end += 1
        count[POOL] = end
        node[new, CHILD], node[new, START] = -1, start
        node[new, INSIDE], node[new, CROSSING] = inside - start, end - inside
        node[new, PARENT], node[new, CLASS], node[new, SEEN], node[new, LEVEL] = cell, -1, 0, level
        tree.base[new], tree.size[new] = total, tree.size[cell] + inside - start
        if level <= SHORT_LEVEL:
            span = SIDE ** (SHORT_LEVEL - level)
            tree.short[row * span : (row + 1) * span, column * span : (column + 1) * span] = new
