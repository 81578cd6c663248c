"""Which points of demand are the same question? Points reached by the same sites become one class; nothing is lost.

Theorem (exact aggregation; Lv, Yu, Liang, Chen, Dai, EJOR 327(2), 2025, "isomorphic aggregation"): the value of a choice
of sites depends on a point only through the set of sites that reach it. Points with equal sets may therefore be replaced by
one point with the sum of their weights, and every choice keeps its value. Proof: the covered weight is a sum over points of
weight × (some open site is in the set); terms with equal sets have equal second factors.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiaojia_locate.reach import Floats, Ints, Reach


@dataclass(frozen=True)
class Classes:
    """The classes of demand: their reach, their weight (n_class, n_level), and the class of each point (−1 = unreached).

    `unreached` (n_level,): the weight that no site reaches.
    """

    reach: Reach
    weights: Floats
    of_point: Ints
    unreached: Floats


def merge(reach: Reach, weights: Floats) -> Classes:
    """Return the classes of a relation; `weights` (n_demand, n_level) are summed within each.

    Sets are compared by 64-bit sums of random site labels, then verified element by element; should two different sets
    ever share a sum, other labels are drawn.
    """
    length = reach.degrees()
    reached = np.flatnonzero(length)
    of_point = np.full(reach.n_demand, -1, dtype=np.int64)
    if not len(reached):
        none = Reach(np.zeros(1, np.int64), np.zeros(0, np.int32), reach.n_site)
        return Classes(none, np.zeros((0, weights.shape[1])), of_point, weights.sum(axis=0))
    salt = 0
    while True:
        _, first, found = np.unique(_keys(reach, reached, salt), return_index=True, return_inverse=True)
        if _same_sets(reach, reached, reached[first][found]):
            break
        salt += 1
    of_point[reached] = found
    levels = weights.shape[1]
    summed = np.column_stack([np.bincount(found, weights[reached, k], minlength=len(first)) for k in range(levels)])
    unreached = weights.sum(axis=0) - summed.sum(axis=0) if len(reached) < reach.n_demand else np.zeros(levels)
    return Classes(rows(reach, reached[first]), summed, of_point, unreached)


def rows(reach: Reach, wanted: Ints) -> Reach:
    """Return some rows of a relation, in the order asked."""
    places, starts = places_of(reach.starts, wanted)
    return Reach(starts, reach.sites[places], reach.n_site)


def columns(reach: Reach, wanted: Ints) -> Reach:
    """Return the relation to some sites only, renumbered in the order asked; `wanted` ascending."""
    number = np.full(reach.n_site, -1, dtype=np.int32)
    number[wanted] = np.arange(len(wanted), dtype=np.int32)
    kept = number[reach.sites]
    inside = kept >= 0
    counts = np.concatenate([[0], np.cumsum(inside)])
    return Reach(counts[reach.starts], kept[inside], len(wanted))


def transpose(reach: Reach) -> Reach:
    """Return the relation the other way round: for each site the points that it reaches."""
    turned = reach.matrix().T.tocsr()
    turned.sort_indices()
    return Reach(turned.indptr.astype(np.int64), turned.indices.astype(np.int32), reach.n_demand)


def after(reach: Reach, levels: Floats, given: Ints) -> tuple[Floats, float]:
    """Return the weights that are still to be earned once some sites are open, and what these earn."""
    count = np.zeros(reach.n_demand, dtype=np.int64)
    if len(given):
        count += np.bincount(
            np.repeat(np.arange(reach.n_demand), reach.degrees())[np.isin(reach.sites, given)], minlength=reach.n_demand
        )
    earned = np.arange(levels.shape[1]) < count[:, None]
    left = np.zeros_like(levels)
    for taken in range(levels.shape[1]):
        rows_here = count == taken
        left[rows_here, : levels.shape[1] - taken] = levels[rows_here, taken:]
    return left, float(levels[earned].sum())


def places_of(starts: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Return where the entries of some rows stand, and the starts of these rows when put one after the other."""
    begin = starts[wanted]
    length = starts[wanted + 1] - begin
    new = np.concatenate([[0], np.cumsum(length)])
    return np.arange(new[-1]) + np.repeat(begin - new[:-1], length), new


def _keys(reach: Reach, reached: Ints, salt: int) -> npt.NDArray[np.uint64]:
    """A sum of random labels for each row that is not empty: equal sets have equal keys."""
    labels = np.random.default_rng([2026, salt]).integers(0, 2**64, size=reach.n_site, dtype=np.uint64)
    # Empty rows take no entries, so the starts of the others still bound their sums.
    with np.errstate(over="ignore"):
        return np.add.reduceat(labels[reach.sites], reach.starts[reached])


def _same_sets(reach: Reach, ones: Ints, others: Ints) -> bool:
    length = reach.degrees()
    if not np.array_equal(length[ones], length[others]):
        return False
    theirs, _ = places_of(reach.starts, others)
    ours = slice(None) if len(ones) == reach.n_demand else places_of(reach.starts, ones)[0]
    return np.array_equal(reach.sites[ours], reach.sites[theirs])
