"""How good can any choice be? The linear relaxation over few sites at a time, and a bound that holds for all of them.

For multipliers λ (n,) with λ_i ≥ 0 and a price μ ≥ 0 of the budget,

    L(λ, μ) = Σ_i Σ_l max(0, w_il − λ_i) + μ·budget + Σ_j max(0, Σ_{i reached by j} λ_i − μ·cost_j)

is never below the value of any choice (Lagrangian duality; Geoffrion 1974). The best L equals the linear relaxation of the
model of Church and ReVelle (1974), because that model's subproblem has the integrality property. So any λ proves a bound:
the relaxation is solved over a small set of sites, its multipliers are tried on all sites, and the sites that they price too
low join the set (column generation). Classes that look alike to the few sites are merged for the small problem.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from xiaojia_locate.answer import Limits
from xiaojia_locate.classes import columns, merge
from xiaojia_locate.programs import quiet, run
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.search import Task

FIRST_SITES, MORE_SITES, ROUNDS, STEPS = 100, 100, 60, 400
SIMPLEX_ROWS = 4000


@dataclass(frozen=True)
class Bound:
    """A proven bound with what proved it: multipliers (n,), each site's sum of multipliers (m,), the price of the budget.

    `support`: the sites that the last relaxation opened in part, ascending; `fractions` the parts.
    """

    value: float
    multipliers: Floats
    worth: Floats
    price: float
    support: Ints
    fractions: Floats

    def reduced(self, task: Task) -> Floats:
        """Return what forcing each site open (negative) or closed (positive) costs the bound, (m,)."""
        return self.worth - self.price * task.costs


def bound_of(task: Task, multipliers: Floats) -> tuple[float, Floats, float]:
    """Return L with the best price for these multipliers, each site's worth, and the price."""
    worth = task.reach.matrix().T @ multipliers
    rest = np.maximum(0.0, task.weights - multipliers[:, None]).sum()
    price = _price(worth, task)
    return float(rest + price * task.budget + np.maximum(0.0, worth - price * task.costs).sum()), worth, price


def _price(worth: Floats, task: Task) -> float:
    """The worth per cost at which the budget is used up, filling by worth per cost (Dantzig's bound of the knapsack)."""
    order = np.argsort(-worth / task.costs, kind="stable")
    spent = np.cumsum(task.costs[order])
    place = int(np.searchsorted(spent, task.budget, side="left"))
    return 0.0 if place >= len(order) else max(0.0, float(worth[order[place]] / task.costs[order[place]]))


def relax(task: Task, start: Ints, limits: Limits, *, floor: float = -np.inf, best: Bound | None = None) -> Bound:
    """Return the bound of the linear relaxation, or an earlier one once it is below `floor` or time is up.

    `start`: sites to begin with; `best`: a bound known before, as `descend` gives it.
    """
    best = best or descend(task, floor, limits)
    likely = np.argsort(-best.worth / task.costs, kind="stable")[: FIRST_SITES + 2 * len(start)]
    few = np.union1d(start, likely)
    for _ in range(ROUNDS):
        if best.value < floor or limits.over() is not None:
            break
        fractions, multipliers = _solve_few(task, few, limits)
        value, worth, price = bound_of(task, multipliers)
        opened = fractions > 1e-4
        if value < best.value or not len(best.fractions):
            best = Bound(min(value, best.value), multipliers, worth, price, few[opened], fractions[opened])
            limits.tell("relaxation", floor, best.value)
        missing = np.setdiff1d(np.flatnonzero(worth - price * task.costs > 1e-7 * max(1.0, price)), few)
        if not len(missing):
            break
        missing = missing[np.argsort(-(worth / task.costs)[missing], kind="stable")][:MORE_SITES]
        few = np.union1d(few, missing)
    return best


def descend(task: Task, floor: float, limits: Limits, start: Floats | None = None) -> Bound:
    """Return a bound by subgradient steps (Held, Wolfe, Crowder 1974): cheap, close to the relaxation's, not equal to it."""
    first = task.weights[:, 0]
    there, back = task.reach.matrix(), task.back.matrix()
    multipliers = first / np.clip(task.reach.degrees(), 1, 4) if start is None else start
    best, step, idle, held, way = np.inf, 1.0, 0, multipliers, 0.0
    for _ in range(STEPS):
        worth = back @ multipliers
        price = _price(worth, task)
        rest = np.maximum(0.0, task.weights - multipliers[:, None]).sum()
        taken = worth > price * task.costs
        value = float(rest + price * task.budget + (worth - price * task.costs)[taken].sum())
        idle = 0 if value < best * (1 - 1e-5) else idle + 1
        if value < best:
            best, held = value, multipliers
        if best < floor or step < 1e-3 or limits.over() is not None:
            break
        if idle >= 15:
            multipliers, step, idle = held, step / 1.6, 0
        opened = np.where(taken, 1.0, 0.0)
        on_price = np.flatnonzero(~taken & (worth >= price * task.costs * (1 - 1e-9)) & (worth > 0))
        spent = float(task.costs[taken].sum())
        if len(on_price) and price > 0:  # the site at the price is opened in part, so that the budget is used up
            opened[on_price] = np.clip((task.budget - spent) / task.costs[on_price].sum(), 0.0, 1.0)
        slope = there @ opened - (task.weights > multipliers[:, None]).sum(axis=1)
        slope[((multipliers <= 0) & (slope > 0)) | ((multipliers >= first) & (slope < 0))] = 0.0
        way = slope = slope + 0.9 * way  # deflected (Camerini, Fratta, Maffioli 1975)
        size = float(slope @ slope)
        if size == 0.0:
            break
        aim = floor if np.isfinite(floor) else 0.99 * best
        multipliers = np.clip(multipliers - step * max(value - aim, 1e-4 * value) / size * slope, 0.0, first)
    value, worth, price = bound_of(task, held)
    return Bound(value, held, worth, price, np.zeros(0, np.int64), np.zeros(0))


def _solve_few(task: Task, few: Ints, limits: Limits) -> tuple[Floats, Floats]:
    """Solve the relaxation over a few sites; return the parts of these sites and multipliers for all classes."""
    part = merge(columns(task.reach, few), task.weights)
    program = covering_program(part.reach, part.weights, task.costs[few], task.budget)
    solver = quiet(limits)
    if part.reach.n_demand > SIMPLEX_ROWS:  # multipliers need not be a vertex, so the crossover is saved
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
    solver.passModel(program)
    run(solver)
    solution = solver.getSolution()
    dual = np.clip(-np.asarray(solution.row_dual)[: part.reach.n_demand], 0.0, part.weights[:, 0])
    multipliers = task.weights[:, 0].copy()  # a class that none of the few reaches: its whole weight attracts new sites
    inside = part.of_point >= 0
    share = task.weights[inside, 0] / np.maximum(part.weights[part.of_point[inside], 0], 1e-300)
    multipliers[inside] = dual[part.of_point[inside]] * share
    return np.asarray(solution.col_value)[: len(few)], multipliers


def covering_program(reach: Reach, weights: Floats, costs: Floats, budget: float) -> highspy.HighsLp:
    """Return max Σ w_il z_il with Σ_l z_il ≤ Σ_j y_j and Σ cost_j y_j ≤ budget; columns: sites, then levels of classes."""
    n, levels = weights.shape
    m = reach.n_site
    earn = sparse.hstack([reach.matrix(), *([-sparse.identity(n)] * levels)])
    spend = sparse.csr_matrix(np.concatenate([costs, np.zeros(n * levels)]))
    rows = sparse.vstack([earn, spend]).tocsc()
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = m + n * levels, n + 1
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = np.concatenate([np.zeros(m), weights.T.ravel()])
    program.col_lower_, program.col_upper_ = np.zeros(m + n * levels), np.ones(m + n * levels)
    program.row_lower_ = np.concatenate([np.zeros(n), [-np.inf]])
    program.row_upper_ = np.concatenate([np.full(n, np.inf), [budget]])
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = rows.indptr, rows.indices
    program.a_matrix_.value_ = rows.data
    return program
