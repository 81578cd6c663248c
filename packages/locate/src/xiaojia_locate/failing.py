"""What if a station may be closed? Expected coverage by sites that are open with a known probability.

A point is served if at least one open-able site that reaches it is open: with probability 1 − Π q_j over the chosen sites
that reach it, q_j = 1 − p_j, taken to be independent. Two theorems:
1. Equal probabilities (Daskin 1983, MEXCLP): the l-th chosen site that reaches a point adds p·q^(l−1), so the question is
   covering with levels w·p·q^(l−1), which never rise with the level; it is exact.
2. Different probabilities: 1 − Π q_j^(y_j) = 1 − exp(−u) with u = Σ a_j y_j, a_j = −log q_j, is concave in u, so it never
   exceeds any of its tangents 1 − exp(−v) + exp(−v)(u − v), and equals the tangent at v = u. A program with some tangents
   therefore bounds every choice from above; a tangent at the choice it returns is added until its value meets the true one
   (outer approximation; Duran and Grossmann 1986; for siting Ljubić and Moreno 2018). There are finitely many choices and
   none returns twice before it is best, so this ends; stopped earlier, the last program's bound holds.
Sites that are open already multiply a point's weight by Π q_j of them, after which points with equal sets are one point.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from xiaojia_locate.answer import Answer, Limits, Reason, memory_mib
from xiaojia_locate.classes import columns, merge, rows
from xiaojia_locate.covering import cover
from xiaojia_locate.errors import LocateError
from xiaojia_locate.failing_bound import Chances
from xiaojia_locate.failing_solve import best_choice
from xiaojia_locate.question import TINY, Roles, roles, row, spending
from xiaojia_locate.reach import Floats, Ints, Reach

LEVELS = 24
SURE = 1e-18  # a site that never fails is given this chance of being closed; it changes no sum of doubles


def expected_cover(
    reach: Reach,
    weights: npt.ArrayLike | None = None,
    *,
    open_probability: npt.ArrayLike,
    open_sites: int | None = None,
    costs: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    limits: Limits | None = None,
) -> Answer:
    """Return the sites that serve most demand in expectation, with a proven bound.

    `open_probability` (n_site,) or one number for all, above 0 and at most 1: the share of time at which a site, once
    opened, really is open. Other arguments as in `maximal_cover`. Raises: LocateError, Infeasible.

    >>> from xiaojia_locate import from_matrix
    >>> reach = from_matrix([[1, 1, 0], [0, 0, 1]])
    >>> round(expected_cover(reach, [10, 3], open_probability=0.8, open_sites=2).value, 9)
    10.4
    """
    limits = (limits or Limits()).restart()
    weight = row(np.ones(reach.n_demand) if weights is None else weights, reach.n_demand, "weights")
    chance = _chances(open_probability, reach.n_site)
    who = roles(reach.n_site, fixed, mandatory, forbidden)
    price, room = spending(who, open_sites, costs, budget)
    if len(chance) and np.ptp(chance) == 0.0 and _levels(_most(reach, who, price, room), chance[0]) <= LEVELS:
        return _equal(reach, weight, float(chance[0]), who, price, room, limits)
    return _different(reach, weight, chance, who, price, room, limits)


def _chances(values: npt.ArrayLike, n_site: int) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    chance = row(np.full(n_site, float(array)) if array.ndim == 0 else array, n_site, "open_probability")
    wrong = np.flatnonzero((chance <= 0) | (chance > 1))
    if len(wrong):
        raise LocateError("range", "Probabilities must be above 0 and at most 1.", wrong)
    return chance


def closed(reach: Reach, chance: Floats, sites: Ints) -> Floats:
    """Return for each point the probability that none of some sites that reach it is open, (n_demand,)."""
    logs = np.zeros(reach.n_site)
    logs[sites] = np.log(np.maximum(SURE, 1.0 - chance[sites]))
    return np.exp(reach.matrix() @ logs)


def _equal(
    reach: Reach, weight: Floats, chance: float, who: Roles, price: Floats, room: float, limits: Limits
) -> Answer:
    """Levels, until what further ones could add is below a billionth of the weight; that much is added to the bound."""
    most = _most(reach, who, price, room)
    kept = _levels(most, chance)
    levels = weight[:, None] * chance * (1.0 - chance) ** np.arange(kept)
    answer = cover(reach, levels, who, price, room, limits)
    value = float(weight @ (1.0 - closed(reach, np.full(reach.n_site, chance), answer.sites)))
    beyond = float((weight * (reach.degrees() > kept)).sum() * ((1.0 - chance) ** kept - (1.0 - chance) ** most))
    bound = max(value, answer.bound + beyond)
    proven = answer.proven and beyond <= 1e-7 * max(1.0, value)
    return replace(
        answer,
        value=value,
        bound=value if proven else bound,
        total=float(weight.sum()),
        before=float(weight @ (1.0 - closed(reach, np.full(reach.n_site, chance), who.held))),
        covered={"expected": value},
        reason=answer.reason if proven or not answer.proven else Reason.GAP,
    )


def _most(reach: Reach, who: Roles, price: Floats, room: float) -> int:
    """Return how many open sites can reach one point at most."""
    affordable = int(np.searchsorted(np.cumsum(np.sort(price[who.free])), room + TINY, side="right"))
    return max(1, min(int(reach.degrees().max(initial=1)), len(who.given) + affordable))


def _levels(most: int, chance: float) -> int:
    return most if chance < 1e-9 else min(most, int(np.ceil(np.log(1e-9) / np.log(max(SURE, 1.0 - chance)))))


def _different(
    reach: Reach, weight: Floats, chance: Floats, who: Roles, price: Floats, room: float, limits: Limits
) -> Answer:
    left = weight * closed(reach, chance, who.given)
    base = float((weight - left).sum())
    free = who.free[price[who.free] <= room + TINY]
    classes = merge(columns(rows(reach, np.flatnonzero(left > 0)), free), left[left > 0][:, None])
    logs = -np.log(np.maximum(SURE, 1.0 - chance[free]))
    question = Chances(classes.reach, classes.weights[:, 0], logs, price[free], room)
    chosen, value, bound, reason = best_choice(question, limits)
    sites = np.union1d(who.given, free[chosen])
    new = np.setdiff1d(sites, who.held)
    marginal, replacement, change = _explained(reach, weight, chance, sites, new, who, price, room)
    return Answer(
        sites=sites,
        new=new,
        value=base + value,
        bound=base + bound,
        total=float(weight.sum()),
        before=float(weight @ (1.0 - closed(reach, chance, who.held))),
        reason=reason,
        elapsed_s=limits.elapsed_s,
        memory_mib=memory_mib(),
        covered={"expected": base + value},
        marginal=marginal,
        replacement=replacement,
        replacement_change=change,
    )


def _explained(
    reach: Reach, weight: Floats, chance: Floats, sites: Ints, new: Ints, who: Roles, price: Floats, room: float
) -> tuple[Floats, Ints, Floats]:
    """Return what each site adds, and the best replacement of each new one with its change."""
    matrix = reach.matrix().T.tocsr()
    now = closed(reach, chance, sites)
    total = float(weight @ (1.0 - now))
    spare = room - float(price[np.setdiff1d(sites, who.given)].sum())
    shut = np.setdiff1d(who.free, sites)
    marginal = np.empty(len(sites))
    replacement, change = np.full(len(new), -1, np.int64), np.full(len(new), -np.inf)
    for place, out in enumerate(sites):
        without = closed(reach, chance, np.setdiff1d(sites, [out]))
        marginal[place] = total - float(weight @ (1.0 - without))
        fits = shut[price[shut] <= spare + price[out] + TINY]
        if out in new and len(fits):
            rise = (chance * (matrix @ (weight * without)))[fits] - marginal[place]
            at = int(np.searchsorted(new, out))
            replacement[at], change[at] = fits[int(np.argmax(rise))], rise.max()
    return marginal, replacement, change
