"""Which class of demand is a point in? A compiled pass over points that never builds the relation of points and sites.

A point is tested against the crossing circles of its smallest cell only (see `stream_cells`); what it answers, one bit each,
together with the cell *is* its set of sites. That pair is looked up in a table; only a pair that was never seen is turned into
a set, and that set is compared element by element with the stored sets of the same key, so that two sets are never mistaken
for each other, whatever their keys are.
"""

import numpy as np

from xiaojia_locate.kernels import njit
from xiaojia_locate.stream_cells import (
    BAD,
    CHILD,
    CLASS,
    CLASSES,
    CROSSING,
    DEEPEST,
    DONE,
    FEW,
    FIRST_STATE,
    GROW,
    INSIDE,
    KIDS,
    LEVEL,
    MEMBERS,
    NODES,
    PAIRS,
    PARENT,
    POOL,
    SEEN,
    SHORT,
    SIDE,
    START,
    STATES,
    STATUS,
    TICK,
    WORTH,
    cut,
    mask_of,
    space,
)


@njit(cache=True, nogil=True)
def _mixed(state, mask):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    value = (state + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) ^ mask * np.uint64(0xC2B2AE3D27D4EB4F)
    value ^= value >> np.uint64(29)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    return value ^ (value >> np.uint64(32))


@njit(cache=True, nogil=True)
def _slot(table, state, mask):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return where a pair stands in the table, or the empty place where it belongs."""
    last = np.uint64(len(table) - 1)
    slot = _mixed(state, mask) & last
    while table[slot, 0] != 0 and ((table[slot, 0] >> np.uint64(32)) != state or table[slot, 1] != mask):
        slot = (slot + np.uint64(1)) & last
    return slot


@njit(cache=True, nogil=True)
def _class_of(plane, tree, cell, px, py, pz):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the class of the set of a point, a new one if no stored set is the same element by element."""
    node, pool, count, members, starts = tree.node, tree.pool, tree.counts, tree.members, tree.starts
    count[TICK] += 1
    tick, free = count[TICK], count[MEMBERS]
    end, key, reach2 = free, tree.base[cell], plane.shape[4]
    first = node[cell, START] + node[cell, INSIDE]
    for place in range(first, first + node[cell, CROSSING]):
        site = pool[place]
        dx, dy, dz = px - plane.xyz[site, 0], py - plane.xyz[site, 1], pz - plane.xyz[site, 2]
        if dx * dx + dy * dy + dz * dz <= reach2:
            members[end] = site
            end += 1
            key += plane.labels[site]
    above = cell
    while above >= 0:
        for place in range(node[above, START], node[above, START] + node[above, INSIDE]):
            members[end] = pool[place]
            end += 1
        above = node[above, PARENT]
    for place in range(free, end):
        tree.stamp[members[place]] = tick
    last = np.uint64(len(tree.slots) - 1)
    slot = _mixed(key, np.uint64(0)) & last
    while tree.slots[slot] != 0:
        number = tree.slots[slot] - 1
        if tree.keys[number] == key and starts[number + 1] - starts[number] == end - free:
            place = starts[number]
            while place < starts[number + 1] and tree.stamp[members[place]] == tick:
                place += 1
            if place == starts[number + 1]:
                return number
        slot = (slot + np.uint64(1)) & last
    number = count[CLASSES]
    count[CLASSES] += 1
    members[free:end].sort()
    tree.slots[slot], tree.keys[number], starts[number + 1] = number + 1, key, end
    tree.sums[number] = 0.0
    count[MEMBERS] = end
    return number


@njit(cache=True, nogil=True)
def _full(tree, crossing, size):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Is there too little room for one more cut, pair and class?"""
    count = tree.counts
    return (
        count[NODES] + KIDS > len(tree.node)
        or count[POOL] + KIDS * crossing > len(tree.pool)
        or (count[PAIRS] + crossing // 64 + 2) * 2 > len(tree.table)
        or (count[CLASSES] + 2) * 2 > len(tree.slots)
        or count[CLASSES] + 2 > len(tree.keys)
        or count[MEMBERS] + size + crossing > len(tree.members)
    )


@njit(cache=True, nogil=True)
def _look(plane, tree, cell, px, py, pz):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the class of a point in a cell with crossing circles; −1 if there is too little room to enter a new one."""
    node, table, count = tree.node, tree.table, tree.counts
    first = node[cell, START] + node[cell, INSIDE]
    crossing = node[cell, CROSSING]
    state, done = np.uint64(cell), 0
    while True:
        more = min(64, crossing - done)
        mask = mask_of(plane.xyz, plane.shape[4], tree.pool, first + done, first + done + more, px, py, pz)
        done += more
        slot = _slot(table, state, mask)
        if table[slot, 0] == 0:
            if _full(tree, crossing, tree.size[cell]):
                return -1
            if done == crossing:
                value = np.uint64(_class_of(plane, tree, cell, px, py, pz))
            else:
                value = np.uint64(FIRST_STATE + count[STATES])
                count[STATES] += 1
            table[slot, 0], table[slot, 1] = (state << np.uint64(32)) | value, mask
            count[PAIRS] += 1
        value = table[slot, 0] & np.uint64(0xFFFFFFFF)
        if done == crossing:
            return np.int64(value)
        state = value


@njit(cache=True, nogil=True)
def _leaf(short, node, u, v):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the smallest cell of a place, 0 ≤ u, v < 1. Sides are powers of two, so that no step rounds."""
    u, v = u * SHORT, v * SHORT
    column, row = np.int64(u), np.int64(v)
    cell = np.int64(short[row, column])
    u, v = u - column, v - row
    while node[cell, CHILD] >= 0:
        u, v = u * SIDE, v * SIDE
        column, row = np.int64(u), np.int64(v)
        cell = node[cell, CHILD] + row * SIDE + column
        u, v = u - column, v - row
    return cell


@njit(cache=True, nogil=True)
def run(plane, tree, points, weights, start, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0912
    """Add the points from `start` on to the sums of their classes; return where it stopped, with the reason in `counts`.

    `points` (n, 2) float64; `weights` (n, levels), or (0, levels) for ones; `out` (n,) int32 takes the classes, or (0,).
    Class 0 is the empty set.
    """
    node, count, sums, short, table, pool = tree.node, tree.counts, tree.sums, tree.short, tree.table, tree.pool
    xyz, limit2 = plane.xyz, plane.shape[4]
    x0, y0, width, height, _, _, _, sphere = plane.shape
    across, along = 1.0 / width, 1.0 / height
    high = 180.0 if sphere != 0.0 else 1e300
    wide = 90.0 if sphere != 0.0 else 1e300
    levels, whole, keep = sums.shape[1], len(weights) == 0, len(out) > 0
    count[STATUS] = DONE
    for i in range(start, len(points)):
        x, y = points[i, 0], points[i, 1]
        if not (abs(x) <= high and abs(y) <= wide):
            count[STATUS] = BAD
            return i
        u, v = (x - x0) * across, (y - y0) * along
        number = np.int64(0)
        if 0.0 <= u < 1.0 and 0.0 <= v < 1.0:
            cell = _leaf(short, node, u, v)
            if node[cell, SEEN] > WORTH and node[cell, LEVEL] < DEEPEST:
                if _full(tree, node[cell, CROSSING], 0):
                    count[STATUS] = GROW
                    return i
                cut(plane, tree, cell)
                cell = _leaf(short, node, u, v)
            crossing = node[cell, CROSSING]
            if crossing > FEW:
                node[cell, SEEN] += crossing
            number = np.int64(node[cell, CLASS])
            if crossing > 0:
                px, py, pz = space(x, y, sphere)
                number = np.int64(-1)
                if crossing <= 64:  # the usual case, without a call
                    first = node[cell, START] + node[cell, INSIDE]
                    mask = mask_of(xyz, limit2, pool, first, first + crossing, px, py, pz)
                    slot = _slot(table, np.uint64(cell), mask)
                    if table[slot, 0] != 0:
                        number = np.int64(table[slot, 0] & np.uint64(0xFFFFFFFF))
                if number < 0:
                    number = _look(plane, tree, cell, px, py, pz)
            elif number < 0 and not _full(tree, crossing, tree.size[cell]):
                px, py, pz = space(x, y, sphere)
                number = _class_of(plane, tree, cell, px, py, pz)
                node[cell, CLASS] = number
            if number < 0:
                count[STATUS] = GROW
                return i
        if keep:
            out[i] = number
        for level in range(levels):
            sums[number, level] += 1.0 if whole else weights[i, level]
    return len(points)


@njit(cache=True, nogil=True)
def rehash(old, new, slots, keys, classes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Enter the pairs of a table into a larger one, and the classes into larger empty slots."""
    for place in range(len(old)):
        if old[place, 0] != 0:
            slot = _slot(new, old[place, 0] >> np.uint64(32), old[place, 1])
            new[slot, 0], new[slot, 1] = old[place, 0], old[place, 1]
    last = np.uint64(len(slots) - 1)
    for number in range(classes):
        slot = _mixed(keys[number], np.uint64(0)) & last
        while slots[slot] != 0:
            slot = (slot + np.uint64(1)) & last
        slots[slot] = number + 1
