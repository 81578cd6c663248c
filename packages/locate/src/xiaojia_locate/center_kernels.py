"""Which sets contain others, and do a few of them cover all? Small loops over bits, compiled where numba is installed.

Sets are rows of 64-bit words: bit b of word w stands for the element 64 w + b.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from xiaojia_locate.kernels import COMPILED, njit

Array = npt.NDArray[Any]
YES, NO, UNSURE = 1, 0, -1


def maximal_numpy(sets: Array, order: Array) -> Array:
    """Return which sets are contained in no earlier one, (k,) bool; `order`: largest first."""
    keep = np.zeros(len(sets), dtype=bool)
    kept = np.zeros((0, sets.shape[1]), dtype=np.uint64)
    for place in order:
        if len(kept) and not (sets[place] & ~kept).any(axis=1).all():
            continue
        keep[place] = True
        kept = np.vstack([kept, sets[place]])
    return keep


@njit(cache=True)
def maximal_compiled(sets, order):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, PLR0912
    """As `maximal_numpy`: a set is compared with the kept sets that share its rarest element only."""
    number, words = sets.shape
    often = np.zeros(words * 64, np.int64)
    size = 0
    for row in range(number):
        for bit in range(words * 64):
            if (sets[row, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1):
                often[bit] += 1
                size += 1
    head, follow, member = np.full(words * 64, -1), np.empty(size, np.int64), np.empty(size, np.int64)
    keep, used = np.zeros(number, np.bool_), 0
    for row in order:
        rarest = -1
        for bit in range(words * 64):
            if (sets[row, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) and (
                rarest < 0 or often[bit] < often[rarest]
            ):
                rarest = bit
        if rarest < 0:
            continue
        inside, entry = False, head[rarest]
        while entry >= 0 and not inside:
            other, inside = member[entry], True
            for word in range(words):
                if sets[row, word] & ~sets[other, word]:
                    inside = False
                    break
            entry = follow[entry]
        if inside:
            continue
        keep[row] = True
        for bit in range(words * 64):
            if (sets[row, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1):
                member[used], follow[used], head[bit] = row, head[bit], used
                used += 1
    return keep


def minimal_numpy(sets: Array, order: Array) -> Array:
    """Return which sets contain no earlier one, (k,) bool; `order`: smallest first."""
    return maximal_numpy(~sets, order)


@njit(cache=True)
def minimal_compiled(sets, order):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """As `minimal_numpy`."""
    keep, kept, used = np.zeros(len(sets), np.bool_), np.empty(len(sets), np.int64), 0
    for row in order:
        contains = False
        for place in range(used):
            contains = True
            for word in range(sets.shape[1]):
                if sets[kept[place], word] & ~sets[row, word]:
                    contains = False
                    break
            if contains:
                break
        if not contains:
            keep[row] = True
            kept[used] = row
            used += 1
    return keep


def nearest_two_numpy(points: Array, sites: Array) -> tuple[Array, Array, Array]:
    """Return squared distances to the nearest site, its number, and squared distances to the second (or inf)."""
    _, place = cKDTree(sites).query(points, k=min(2, len(sites)))
    place = place.reshape(len(points), -1)
    apart = points[:, None, :] - sites[place]
    squared = apart[..., 0] * apart[..., 0] + apart[..., 1] * apart[..., 1]
    second = squared[:, 1] if len(sites) > 1 else np.full(len(points), np.inf)
    return squared[:, 0], place[:, 0], second


@njit(cache=True)
def nearest_two_compiled(points, sites):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """As `nearest_two_numpy`."""
    number = len(points)
    first, second = np.full(number, np.inf), np.full(number, np.inf)
    place = np.zeros(number, np.int64)
    for site in range(len(sites)):
        x, y = sites[site, 0], sites[site, 1]
        for i in range(number):
            dx, dy = points[i, 0] - x, points[i, 1] - y
            far = dx * dx + dy * dy
            if far < first[i]:
                second[i], first[i], place[i] = first[i], far, site
            elif far < second[i]:
                second[i] = far
    return first, place, second


@njit(cache=True)
def search(cover, meets, starts, columns, order, number, nodes, chosen):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, PLR0912
    """Do `number` columns cover all rows? Depth first; YES with the columns in `chosen`, NO, or UNSURE after `nodes` steps.

    `cover` (c, words): rows of each column; `meets` (r, words): rows that share a column with each row; `starts`, `columns`:
    the columns of each row; `order` (r,): rows, those with fewest columns first. Rows no two of which share a column need a
    column each: so many more than are left end a branch.
    """
    words, rows = cover.shape[1], len(meets)
    left = np.zeros((number + 1, words), np.uint64)
    for row in range(rows):
        left[0, row >> 6] |= np.uint64(1) << np.uint64(row & 63)
    banned = np.full(len(cover), number + 2)
    branch, at = np.zeros(number + 1, np.int64), np.zeros(number + 1, np.int64)
    free = np.zeros(words, np.uint64)
    depth, fresh = 0, True
    while depth >= 0:
        if fresh:
            nodes -= 1
            if nodes < 0:
                return UNSURE
            free[:] = left[depth]
            needed, best, fewest = 0, -1, 1 << 60
            for row in order:
                bit = np.uint64(1) << np.uint64(row & 63)
                if not (left[depth, row >> 6] & bit):
                    continue
                some = 0
                for entry in range(starts[row], starts[row + 1]):
                    if banned[columns[entry]] > depth:
                        some += 1
                if some < fewest:
                    best, fewest = row, some
                if free[row >> 6] & bit:
                    needed += 1
                    for word in range(words):
                        free[word] &= ~meets[row, word]
            if best < 0:
                chosen[depth:] = -1
                return YES
            fresh = False
            branch[depth], at[depth] = best, starts[best]
            if needed > number - depth or fewest == 0:
                at[depth] = starts[best + 1]
        row = branch[depth]
        while at[depth] < starts[row + 1] and banned[columns[at[depth]]] <= depth:
            at[depth] += 1
        if at[depth] < starts[row + 1]:
            column = columns[at[depth]]
            at[depth] += 1
            banned[column] = depth  # tried here: not again in this row, nor below its later columns
            chosen[depth] = column
            for word in range(words):
                left[depth + 1, word] = left[depth, word] & ~cover[column, word]
            depth += 1
            fresh = True
        else:
            for column in range(len(banned)):
                if banned[column] == depth:
                    banned[column] = number + 2
            depth -= 1
    return NO


minimal = minimal_compiled if COMPILED else minimal_numpy
maximal = maximal_compiled if COMPILED else maximal_numpy
nearest_two = nearest_two_compiled if COMPILED else nearest_two_numpy
