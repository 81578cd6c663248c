"""How well is demand served when nearness counts in degrees? Gradual coverage: full within one walk, nothing beyond another.

Each open site serves a point by a degree between 0 and 1 that falls with the distance; the best open site counts
(Berman and Krass 2002; Berman, Krass, Drezner 2003). Theorem (thresholds): let v_1 > v_2 > … > v_s > 0 be the distinct
degrees of the sites that reach a point, and S_k the sites with at least v_k, so S_1 ⊂ S_2 ⊂ …. Then the degree of the best
open site equals Σ_k (v_k − v_{k+1}) × (some open site lies in S_k), with v_{s+1} = 0. Proof: if the best open site has
degree v_b, the sets S_k with k ≥ b hold an open site and the others none, and the sum telescopes to v_b. So the pairs
(point, k) with weight w·(v_k − v_{k+1}) are points of maximal covering, and nothing is lost.
With `steps` = s the degrees are rounded down to multiples of 1/s, which makes far fewer different sets. A choice then
loses less than 1/s of the weight that it reaches, so bound + Σ_i w_i·(largest rounding of point i) bounds the exact value.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Answer, Limits, Reason
from xiaojia_locate.covering import cover
from xiaojia_locate.errors import LocateError
from xiaojia_locate.question import TINY, Roles, roles, row, spending
from xiaojia_locate.reach import Floats, Ints, Reach

Decay = Callable[[Floats], npt.ArrayLike] | npt.ArrayLike


def gradual_cover(
    distances_m: sparse.spmatrix | sparse.sparray | npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    full_m: float,
    zero_m: float,
    decay: Decay | None = None,
    steps: int | None = None,
    open_sites: int | None = None,
    costs: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    limits: Limits | None = None,
) -> Answer:
    """Return the sites that serve most demand by degrees, with a proven bound.

    `distances_m` (n_demand, n_site): metres (or minutes, if `full_m` and `zero_m` are minutes too); in a sparse matrix a
    pair that is not stored is out of reach (a stored zero is a distance of nothing), in a dense one every pair counts.
    The degree is 1 up to `full_m` and 0 from `zero_m` on; between, it falls in a line, or as `decay` says: a function of
    the distances, or a table of (distance, degree) rows, joined by lines. `steps`: round degrees down to multiples of 1/steps
    while choosing; the value stays exact, the bound takes the rounding in. Other arguments as in `maximal_cover`.
    Raises: LocateError, Infeasible.

    >>> gradual_cover([[0, 800], [1000, 500]], [2, 2], full_m=500, zero_m=1500, open_sites=1).value
    3.4
    """
    limits = (limits or Limits()).restart()
    if not 0 <= full_m <= zero_m:
        raise LocateError("range", f"full_m must be at least 0 and at most zero_m, got {full_m} and {zero_m}.")
    if steps is not None and steps < 1:
        raise LocateError("range", f"The number of steps must be above zero, got {steps}.")
    reach, exact = degrees_of(distances_m, full_m, zero_m, decay)
    weight = row(np.ones(reach.n_demand) if weights is None else weights, reach.n_demand, "weights")
    who = roles(reach.n_site, fixed, mandatory, forbidden)
    price, room = spending(who, open_sites, costs, budget)
    degree = exact if steps is None else np.floor(exact * steps + 1e-9) / steps
    thresholds, amounts = nested(reach, degree, weight)
    if not thresholds.n_demand:
        thresholds, amounts = Reach(np.zeros(2, np.int64), np.zeros(0, np.int32), reach.n_site), np.zeros(1)
    answer = cover(thresholds, amounts[:, None], who, price, room, limits)
    return _exact(answer, reach, exact, np.maximum(0.0, exact - degree), weight, who)


def degrees_of(
    distances_m: sparse.spmatrix | sparse.sparray | npt.ArrayLike, full_m: float, zero_m: float, decay: Decay | None
) -> tuple[Reach, Floats]:
    """Return which pairs count at all, and the degree of each pair (n_pairs,)."""
    if sparse.issparse(distances_m):
        pairs = sparse.coo_array(distances_m)
        rows, columns, far, shape = pairs.row, pairs.col, pairs.data.astype(float), pairs.shape
    else:
        table = np.asarray(distances_m, dtype=np.float64)
        if table.ndim != 2:
            raise LocateError("shape", f"The distances need two dimensions, got {table.ndim}.")
        (rows, columns), far, shape = np.indices(table.shape).reshape(2, -1), table.ravel(), table.shape
    wrong = np.isnan(far) | (far < 0)
    if wrong.any():
        raise LocateError("distance", "Distances must be numbers not below zero.", np.unique(rows[wrong]))
    degree = _decayed(far, full_m, zero_m, decay)
    kept = degree > 0
    rows, columns, degree = rows[kept], columns[kept], degree[kept]
    order = np.lexsort((columns, rows))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=shape[0]))]).astype(np.int64)
    return Reach(starts, columns[order].astype(np.int32), shape[1]), degree[order]


def _decayed(far: Floats, full_m: float, zero_m: float, decay: Decay | None) -> Floats:
    inside = (far > full_m) & (far < zero_m)
    degree = np.where(far <= full_m, 1.0, 0.0)
    if decay is None:
        between = (zero_m - far[inside]) / max(zero_m - full_m, TINY)
    elif callable(decay):
        between = np.asarray(decay(far[inside]), dtype=np.float64)
    else:
        table = np.asarray(decay, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != 2 or (np.diff(table[:, 0]) <= 0).any():
            raise LocateError("decay", "The table needs rows of (distance, degree) with rising distances.")
        between = np.interp(far[inside], table[:, 0], table[:, 1])
    if between.shape != (int(inside.sum()),) or not ((between >= 0) & (between <= 1)).all():
        raise LocateError("decay", "Degrees must lie between 0 and 1, one for each distance.")
    degree[inside] = between
    return degree


def nested(reach: Reach, degree: Floats, weight: Floats) -> tuple[Reach, Floats]:
    """Return the rows of the threshold theorem: their sites, and the weight of each."""
    point = np.repeat(np.arange(reach.n_demand), reach.degrees())
    used = (degree > 0) & (weight[point] > 0)
    point, sites, degree = point[used], reach.sites[used], degree[used]
    order = np.lexsort((-degree, point))
    point, sites, degree = point[order], sites[order], degree[order]
    if not len(point):
        return Reach(np.zeros(1, np.int64), np.zeros(0, np.int32), reach.n_site), np.zeros(0)
    same = np.append(point[1:] == point[:-1], False)
    last = np.flatnonzero(~same | (np.append(degree[1:], 0.0) < degree))  # the last pair of each distinct degree
    below = np.where(same[last], np.append(degree, 0.0)[last + 1], 0.0)
    first = np.searchsorted(point, point[last])  # where the pairs of the point begin
    length = last + 1 - first
    starts = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    places = np.arange(starts[-1]) + np.repeat(first - starts[:-1], length)
    chosen = sparse.csr_matrix((np.ones(len(places)), sites[places], starts), shape=(len(last), reach.n_site))
    chosen.sort_indices()
    amounts = (degree[last] - below) * weight[point[last]]
    return Reach(starts, chosen.indices.astype(np.int32), reach.n_site), amounts


def served(reach: Reach, degree: Floats, sites: Ints) -> Floats:
    """Return the degree of the best of some sites for each point, (n_demand,)."""
    best = np.zeros(reach.n_demand)
    point = np.repeat(np.arange(reach.n_demand), reach.degrees())
    used = np.isin(reach.sites, sites)
    np.maximum.at(best, point[used], degree[used])
    return best


def _exact(answer: Answer, reach: Reach, exact: Floats, lost: Floats, weight: Floats, who: Roles) -> Answer:
    """Return the answer with the exact value, and a bound that takes the rounding in."""
    value = float(weight @ served(reach, exact, answer.sites))
    most = np.zeros(reach.n_demand)
    np.maximum.at(most, np.repeat(np.arange(reach.n_demand), reach.degrees()), lost)
    rounding = float(weight @ most)
    bound = max(value, min(answer.bound + rounding, float(weight.sum())))
    proven = answer.proven and bound <= value + 1e-7 * max(1.0, value)
    return replace(
        answer,
        value=value,
        bound=value if proven else bound,
        total=float(weight.sum()),
        before=float(weight @ served(reach, exact, who.held)),
        covered={"by degrees": value, "within full_m": float(weight @ (served(reach, exact, answer.sites) >= 1.0))},
        reason=answer.reason if proven or not answer.proven else Reason.GAP,
    )
