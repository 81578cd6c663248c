"""Which sites and classes can be left out of a covering question, because others do the same or more?"""

import numpy as np

from xiaojia_locate.reach import Floats, Ints, Reach

PAIRS = 20_000_000


def dominated(reach: Reach, cost: Floats) -> Ints:
    """Return the sites whose points are all reached by another site that costs no more (of equals the first one stays)."""
    matrix = reach.matrix()
    own = np.asarray(matrix.sum(axis=0)).ravel()
    shared = (matrix.T @ matrix).tocoo()
    inner, outer = shared.row, shared.col
    inside = (shared.data == own[inner]) & (inner != outer) & (cost[outer] <= cost[inner])
    same = (own[inner] == own[outer]) & (cost[inner] == cost[outer])
    nothing = np.flatnonzero(own == 0)
    return np.union1d(nothing, inner[inside & (~same | (outer < inner))]).astype(np.int64)


def implied(reach: Reach) -> Ints:
    """Return the classes that are covered whenever some other class is: their sites include all sites of it."""
    if float((np.bincount(reach.sites).astype(float) ** 2).sum()) > PAIRS:
        return np.zeros(0, np.int64)  # the solver's own presolve finds them as well
    matrix = reach.matrix()
    own = reach.degrees()
    shared = (matrix @ matrix.T).tocoo()
    small, large = shared.row, shared.col
    inside = (shared.data == own[small]) & (small != large)
    same = own[small] == own[large]
    return np.unique(large[inside & (~same | (small < large))]).astype(np.int64)
