"""How few sites, or how little money, cover a given share of the demand? Set covering and partial set covering.

Partial set covering (Daskin and Owen 1999; Cordeau, Furini, Ljubić, EJOR 275(3), 2019): minimise the cost such that the
covered weight is at least D = share × all weight. Bound: for any multipliers λ of the classes and any price μ > 0 a choice
of cost B covers at most rest(λ) + μ·B + Σ_j max(0, worth_j − μ·cost_j) (see `relax`); so whatever covers D costs at least

    B ≥ (D − rest(λ) − Σ_j max(0, worth_j − μ·cost_j)) / μ.

Its maximum over λ and μ is the bound of `side` with ν = 1/μ; reduced-cost fixing and branch and bound follow there.
Dominance: a site whose classes are all reached by another that is not dearer falls away, since exchanging it keeps D.
At share 1 a class whose sites include all sites of another class is covered whenever that one is; it falls away too.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Answer, Limits, Reason, memory_mib
from xiaojia_locate.classes import transpose
from xiaojia_locate.dominance import dominated, implied
from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.exact import granularity
from xiaojia_locate.question import Roles, roles, row, site_costs
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.search import Choice, Task, shaken
from xiaojia_locate.side import Prices, Program, make, slack_of
from xiaojia_locate.side_pose import Asked, exchanges, pose
from xiaojia_locate.side_solve import Settled, settle

SHAKES, SHAKE_SHARE = 2500, 0.3
SMALL = 200  # with fewer sites branch and bound is quicker than shaking


def set_cover(
    reach: Reach,
    weights: npt.ArrayLike | None = None,
    share: float = 1.0,
    *,
    costs: npt.ArrayLike | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    limits: Limits | None = None,
) -> Answer:
    """Return the fewest new sites, or with `costs` the cheapest, that cover a share of all weight, with a proven bound.

    `weights` (n_demand,) ≥ 0, one each if left out; 0 < `share` ≤ 1; `costs` (n_site,) > 0. The answer's `value` is the cost
    of the new sites (their number without costs) and `bound` what every choice costs at least; `total`, `before` and
    `covered` are weights; `marginal` is the weight that a site covers alone, `replacement_change` the money an exchange saves.
    Raises: LocateError; Infeasible with the points that no site reaches and the weight that is missing.

    >>> from xiaojia_locate import from_matrix
    >>> reach = from_matrix([[1, 0, 1], [0, 1, 1], [0, 1, 0]])
    >>> set_cover(reach).value, set_cover(reach, share=0.6).value, set_cover(reach, share=0.6).covered
    (2.0, 1.0, {'once': 2.0})
    """
    limits = (limits or Limits()).restart()
    who = roles(reach.n_site, fixed, mandatory, forbidden)
    weight = row(np.ones(reach.n_demand) if weights is None else weights, reach.n_demand, "weights")
    if not 0 < share <= 1:
        raise LocateError("range", f"The share must be above 0 and at most 1, got {share}.")
    price = site_costs(costs, reach.n_site)
    needed = _needed(reach, weight, share, who)
    whole = share == 1.0
    asked = Asked(
        sparse.csr_matrix((0, reach.n_site)),
        np.zeros(0),
        needs=None if whole else sparse.csr_matrix(weight),
        least=None if whole else np.array([needed]),
        must=weight > 0 if whole else None,
    )
    free = who.free
    program, _ = pose(reach, np.zeros((reach.n_demand, 1)), who.given, free, asked)
    lean, kept = _lean(_priced(program, price[free]))
    found = _settled(lean, limits)
    sites = np.union1d(who.given, free[kept[found.sites]])
    return _answer(reach, weight, sites, who, price, _priced(program, price[free]), found, free, limits)


def _needed(reach: Reach, weight: Floats, share: float, who: Roles) -> float:
    """Return the weight that has to be covered, or say which points no site reaches."""
    usable = np.ones(reach.n_site)
    usable[who.banned] = 0.0
    lost = np.flatnonzero(((reach.matrix() @ usable) == 0) & (weight > 0))
    needed = share * float(weight.sum())
    if np.array_equal(weight, np.rint(weight)):
        needed = float(np.ceil(needed - 1e-9 * max(1.0, needed)))
    missing = needed - (float(weight.sum()) - float(weight[lost].sum()))
    if len(lost) and (share == 1.0 or missing > slack_of(np.array(needed))):
        raise Infeasible(
            "share", f"No site reaches {len(lost)} points; a weight of {missing:g} is missing.", missing, lost
        )
    return needed


def _priced(program: Program, cost: Floats) -> Program:
    return make(program.reach, program.earn, cost=cost, needs=program.needs, least=program.least, must=program.must)


def _lean(program: Program) -> tuple[Program, Ints]:
    """Leave out dominated sites and implied classes; return the sites that are kept."""
    kept = np.setdiff1d(np.arange(program.n_site), dominated(program.reach, program.cost))
    matrix = program.reach.matrix().tocsc()[:, kept].tocsr()
    needs, must = program.needs, program.must
    alive = np.diff(matrix.indptr) > 0
    matrix, needs, must = matrix[alive], needs[:, alive], must[alive]
    if must.all() and len(must) and not needs.shape[0]:
        matrix = matrix[np.setdiff1d(np.arange(matrix.shape[0]), implied(_relation(matrix)))]
        needs, must = sparse.csr_matrix((0, matrix.shape[0])), np.ones(matrix.shape[0], bool)
    return make(
        _relation(matrix),
        np.zeros((matrix.shape[0], 1)),
        cost=program.cost[kept],
        needs=needs,
        least=program.least,
        must=must,
    ), kept


def _relation(matrix: sparse.csr_matrix) -> Reach:
    matrix.sort_indices()
    return Reach(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.shape[1])


def _settled(program: Program, limits: Limits) -> Settled:
    step = granularity(program.cost[:, None])
    if not program.n_site or not program.reach.n_demand:
        return settle(program, limits)
    task, needed = _as_task(program)
    start = _greedy(task, needed)
    start = _cheaper(task, needed, start, step, np.arange(task.n_site), 4, limits)

    def improve(prices: Prices, sites: Ints, value: float) -> tuple[Ints, float]:
        part = Limits(limits.left_s * SHAKE_SHARE, limits.gap, limits.seed, cancel=limits.cancel)
        better = _cheaper(
            task, needed, sites, step, prices.support, SHAKES if task.n_site > SMALL else 10, part, least=-prices.value
        )
        reached = program.value(better)
        return (better, reached) if reached > value else (sites, value)

    found = settle(program, limits, step=step, start=start, improve=improve)
    if found.reason in (Reason.PROVEN, None):
        return found
    bound = np.floor(found.bound / step + 1e-6) * step if step >= 1.0 else found.bound
    return Settled(found.sites, found.value, max(found.value, min(found.bound, bound)), found.reason)


def _as_task(program: Program) -> tuple[Task, float]:
    """The same as maximal covering: classes with what covering them counts, and how much is needed."""
    if program.needs.shape[0]:
        weights, needed = program.needs.toarray().sum(axis=0), float(program.least[0])
    else:
        weights, needed = np.ones(program.reach.n_demand), float(program.reach.n_demand)
    task = Task(program.reach, program.back, weights[:, None], program.cost, np.inf)
    return task, needed - float(slack_of(np.array(needed)))


def _greedy(task: Task, needed: float) -> Ints:
    """Open the site that covers most of what is missing for its cost; close what is not needed after all."""
    choice = Choice(task)
    while choice.value < needed:
        useful = np.minimum(choice.gain, needed - choice.value)
        useful[choice.open] = 0.0
        choice.put(int(np.argmax(useful / task.costs)))
    _drop(choice, needed)
    return choice.sites()


def _drop(choice: Choice, needed: float) -> None:
    for site in choice.sites()[np.argsort(-choice.task.costs[choice.sites()], kind="stable")]:
        if choice.value - choice.loss[site] >= needed:
            choice.take(int(site))


def _cheaper(
    task: Task, needed: float, sites: Ints, step: float, pool: Ints, rounds: int, limits: Limits, least: float = 0.0
) -> Ints:
    """Ask for less and less money whether a choice within it still covers what is needed; return the cheapest found."""
    costs = task.costs
    while len(sites) and limits.over() is None:
        spent = float(costs[sites].sum())
        budget = spent - max(step * (1 - 1e-9), 1e-4 * spent if step < 1e-3 else 0.0)
        if budget < least - step * 1e-6:
            return sites
        choice = Choice(Task(task.reach, task.back, task.weights, costs, budget))
        choice.become(sites)
        while choice.cost > budget + 1e-9 and choice.open.any():
            opened = choice.sites()
            choice.take(int(opened[np.argmin(choice.loss[opened] / costs[opened])]))
        choice.climb(limits)
        if choice.value < needed:
            shaken(choice, pool, rounds, limits, goal=needed)
        if choice.value < needed:
            return sites
        _drop(choice, needed)
        sites = choice.sites()
    return sites


def _answer(
    reach: Reach,
    weight: Floats,
    sites: Ints,
    who: Roles,
    price: Floats,
    program: Program,
    found: Settled,
    free: Ints,
    limits: Limits,
) -> Answer:
    paid = float(price[np.setdiff1d(who.wanted, who.held)].sum())
    new = np.setdiff1d(sites, who.held)
    choice = Choice(Task(reach, transpose(reach), weight[:, None], price, np.inf))
    choice.become(who.held)
    before = choice.value
    choice.become(sites)
    inside = np.isin(new, free)
    _, instead, change = exchanges(program, np.searchsorted(free, new[inside]), np.arange(len(free)), limits)
    replacement, saved = np.full(len(new), -1, np.int64), np.full(len(new), -np.inf)
    replacement[inside] = np.where(instead >= 0, free[np.maximum(instead, 0)] if len(free) else -1, -1)
    saved[inside] = change
    return Answer(
        sites=sites,
        new=new,
        value=paid - found.value,
        bound=paid - found.bound,
        total=float(weight.sum()),
        before=before,
        reason=found.reason or Reason.TIME,
        elapsed_s=limits.elapsed_s,
        memory_mib=memory_mib(),
        covered={"once": float(choice.value)},
        marginal=choice.loss[sites],
        replacement=replacement,
        replacement_change=saved,
    )
