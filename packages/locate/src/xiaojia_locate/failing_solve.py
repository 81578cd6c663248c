"""Which sites that may fail are best? Local search for a start, tangents for the bound, branch and bound in between."""

from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy import sparse

from xiaojia_locate.answer import Limits, Reason
from xiaojia_locate.failing_bound import Chances, descended, highest, knapsack, stepped
from xiaojia_locate.programs import quiet, run
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.side_solve import mip_solver

ROUNDS, CUTS = 60, 40


@dataclass
class Tangents:
    """The tangents so far: `of` (c,) the class, `at` (c,) where each touches; and lines of the steps: `line_of` (s,) the
    class, `level` (s,) the l, `top` (s,) the class's P."""

    of: Ints
    at: Floats
    line_of: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    level: Floats = field(default_factory=lambda: np.zeros(0))
    top: Floats = field(default_factory=lambda: np.zeros(0))

    def add(self, classes: Ints, at: Floats) -> None:
        self.of, self.at = np.concatenate([self.of, classes]), np.concatenate([self.at, at])


def best_choice(question: Chances, limits: Limits) -> tuple[Ints, float, float, Reason]:
    """Return sites, value, bound and reason."""
    n = question.reach.n_demand
    if not n or not len(question.logs):
        return np.zeros(0, np.int64), 0.0, 0.0, Reason.PROVEN
    sites = climbed(question, np.zeros(0, np.int64), limits)
    value, step = question.value(sites), 1e-7 * float(question.weights.sum())
    bound = float(question.weights.sum())
    cuts = Tangents(np.zeros(0, np.int64), np.zeros(0))
    _touch(question, cuts, sites)
    level, top = stepped(question, value, limits)
    bound = min(bound, top)
    depth, top = descended(question, sites, value, limits)
    bound = min(bound, top)
    _add(cuts, np.arange(n), depth)
    _lines(question, cuts, level)
    for _ in range(ROUNDS):  # the relaxation first: its tangents cost little
        limits.tell("relaxation", value, bound)
        reason = _end(value, bound, step, limits)
        if reason is not None:
            return sites, value, max(value, bound), reason
        parts, top = _relaxed(question, cuts, limits)
        bound = min(bound, top)
        if parts is None or not _violated(question, cuts, parts, top, 1e-5 * float(question.weights.sum())):
            break
    while True:
        limits.tell("branch", value, bound)
        reason = _end(value, bound, step, limits)
        if reason is not None:
            return sites, value, max(value, bound), reason
        found, top = _branched(question, cuts, sites, step, limits)
        bound = min(bound, top)
        if found is not None:
            _touch(question, cuts, found)
            better = climbed(question, found, limits)
            _touch(question, cuts, better)
            if question.value(better) > value:
                sites, value = better, question.value(better)


def _end(value: float, bound: float, step: float, limits: Limits) -> Reason | None:
    if bound <= value + step:
        return Reason.PROVEN
    if bound - value <= limits.gap * bound:
        return Reason.GAP
    return limits.over()


def climbed(question: Chances, sites: Ints, limits: Limits) -> Ints:
    """Open what gains most for its cost, then exchange while an exchange gains."""
    matrix, weights, costs = question.reach.matrix().T.tocsr(), question.weights, question.costs
    opened = np.isin(np.arange(len(costs)), sites)
    chance = -np.expm1(-question.logs)
    while True:
        shut = weights * np.exp(-question.depth(opened.astype(float)))
        gain = chance * (matrix @ shut)
        fits = ~opened & (costs <= question.budget - costs[opened].sum() + 1e-9)
        ratio = np.where(fits, gain / costs, -1.0)
        if ratio.max(initial=-1.0) > 1e-12:
            opened[int(np.argmax(ratio))] = True
        elif limits.over() is not None or not _exchange(question, matrix, opened, chance):
            return np.flatnonzero(opened)


def _exchange(question: Chances, matrix: sparse.csr_matrix, opened: np.ndarray, chance: Floats) -> bool:
    weights, costs = question.weights, question.costs
    value, best, pair = float(weights @ -np.expm1(-question.depth(opened.astype(float)))), 0.0, None
    for out in np.flatnonzero(opened):
        opened[out] = False
        shut = weights * np.exp(-question.depth(opened.astype(float)))
        gain = chance * (matrix @ shut) + (float(weights.sum()) - float(shut.sum())) - value
        gain[opened | (costs > question.budget - costs[opened].sum() + 1e-9)] = -np.inf
        gain[out] = -np.inf
        opened[out] = True
        if gain.max() > best + 1e-9 * max(1.0, value):
            best, pair = float(gain.max()), (out, int(np.argmax(gain)))
    if pair is None:
        return False
    opened[pair[0]], opened[pair[1]] = False, True
    return True


def _touch(question: Chances, cuts: Tangents, sites: Ints) -> None:
    """Add the tangents at a choice, where they are not there already."""
    parts = np.isin(np.arange(len(question.logs)), sites).astype(float)
    _add(cuts, np.arange(question.reach.n_demand), question.depth(parts))


def _add(cuts: Tangents, classes: Ints, at: Floats) -> None:
    known = set(zip(cuts.of.tolist(), np.round(cuts.at, 9).tolist(), strict=True))
    fresh = np.array(
        [(c, a) not in known for c, a in zip(classes.tolist(), np.round(at, 9).tolist(), strict=True)], bool
    )
    cuts.add(classes[fresh], at[fresh])


def _lines(question: Chances, cuts: Tangents, level: Floats) -> None:
    """Add the lines next to those that the bound uses."""
    n = question.reach.n_demand
    most = int(min(4, question.reach.degrees().max()))
    levels = [np.clip(level - 1, 0, None), *[np.full(n, float(fixed)) for fixed in range(most)]]
    pairs = np.unique(np.column_stack([np.tile(np.arange(n), len(levels)), np.concatenate(levels)]), axis=0)
    cuts.line_of, cuts.level = pairs[:, 0].astype(np.int64), pairs[:, 1]
    cuts.top = highest(question)[cuts.line_of]


def _violated(question: Chances, cuts: Tangents, parts: Floats, top: float, least: float) -> bool:
    """Add tangents where the program overrates the parts it opened; return whether it overrates much."""
    depth = question.depth(parts)
    true = -np.expm1(-depth)
    claimed = np.ones(len(depth))
    np.minimum.at(claimed, cuts.of, 1 - np.exp(-cuts.at) * (1 + cuts.at - depth[cuts.of]))
    if len(cuts.line_of):
        mass = (question.reach.matrix() @ (-np.expm1(-question.logs) * parts))[cuts.line_of]
        shut = (1 - cuts.top) ** cuts.level
        np.minimum.at(claimed, cuts.line_of, 1 - shut + shut * (mass - cuts.level * cuts.top))
    excess = question.weights * (claimed - true)
    wrong = np.flatnonzero(excess > least / len(depth) / 10)
    _add(cuts, wrong, depth[wrong])
    return bool(excess.sum() > least)


def _program(question: Chances, cuts: Tangents) -> highspy.HighsLp:
    """Return max Σ w t with t_i below the tangents and Σ cost y within the budget; columns: sites, classes."""
    n, m, c = question.reach.n_demand, len(question.logs), len(cuts.of) + len(cuts.line_of)
    matrix = question.reach.matrix()
    tangents = sparse.diags(np.exp(-cuts.at)) @ matrix[cuts.of] @ sparse.diags(question.logs)
    shut = (1 - cuts.top) ** cuts.level
    lines = sparse.diags(shut) @ matrix[cuts.line_of] @ sparse.diags(-np.expm1(-question.logs))
    reach = sparse.vstack([tangents, lines])
    below = sparse.csr_matrix((-np.ones(c), (np.arange(c), np.concatenate([cuts.of, cuts.line_of]))), shape=(c, n))
    spend = sparse.hstack([sparse.csr_matrix(question.costs), sparse.csr_matrix((1, n))])
    matrix = sparse.vstack([sparse.hstack([reach, below]), spend]).tocsc()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = m + n, c + 1
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate([np.zeros(m), question.weights])
    lp.col_lower_, lp.col_upper_ = np.zeros(m + n), np.ones(m + n)
    lp.row_lower_ = np.concatenate([-_constant(cuts), [-np.inf]])
    lp.row_upper_ = np.concatenate([np.full(c, np.inf), [question.budget]])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    return lp


def _constant(cuts: Tangents) -> Floats:
    shut = (1 - cuts.top) ** cuts.level
    return np.concatenate([1 - np.exp(-cuts.at) * (1 + cuts.at), 1 - shut * (1 + cuts.level * cuts.top)])


def _relaxed(question: Chances, cuts: Tangents, limits: Limits) -> tuple[Floats | None, float]:
    """Solve the relaxation; return the parts of the sites and a bound that its multipliers prove."""
    solver = quiet(limits)
    if question.reach.n_demand > 4000:
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
    solver.passModel(_program(question, cuts))
    run(solver)
    solution = solver.getSolution()
    if not solution.dual_valid or not solution.value_valid:
        return None, np.inf
    dual = np.maximum(0.0, -np.asarray(solution.row_dual)[: len(cuts.of) + len(cuts.line_of)])
    return np.asarray(solution.col_value)[: len(question.logs)], proven_bound(question, cuts, dual)


def proven_bound(question: Chances, cuts: Tangents, dual: Floats) -> float:
    """Return Σ max(0, w − Σδ) + Σ δ·constant + the best knapsack of the sites' slopes, for multipliers δ ≥ 0 (c,)."""
    n = question.reach.n_demand
    rest = np.maximum(
        0.0, question.weights - np.bincount(np.concatenate([cuts.of, cuts.line_of]), dual, minlength=n)
    ).sum()
    first, second = dual[: len(cuts.of)], dual[len(cuts.of) :]
    slopes = np.bincount(cuts.of, first * np.exp(-cuts.at), minlength=n)
    lines = np.bincount(cuts.line_of, second * (1 - cuts.top) ** cuts.level, minlength=n)
    back = question.reach.matrix().T
    worth = question.logs * (back @ slopes) - np.expm1(-question.logs) * (back @ lines)
    earned = knapsack(question, worth)[0]
    return float(rest + dual @ _constant(cuts) + earned)


def _branched(question: Chances, cuts: Tangents, sites: Ints, step: float, limits: Limits) -> tuple[Ints | None, float]:
    """Branch and bound over the program with the tangents so far; return its choice and its bound."""
    lp = _program(question, cuts)
    kinds = [highspy.HighsVarType.kInteger] * len(question.logs)
    lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * question.reach.n_demand
    solver = mip_solver(limits, 1.0, step * 0.5)
    solver.passModel(lp)
    parts = np.isin(np.arange(len(question.logs)), sites).astype(float)
    start = highspy.HighsSolution()
    start.col_value = list(np.concatenate([parts, -np.expm1(-question.depth(parts))]))
    solver.setSolution(start)
    run(solver)
    solution, top = solver.getSolution(), float(solver.getInfo().mip_dual_bound)
    if not solution.value_valid:
        return None, top if np.isfinite(top) else np.inf
    return np.flatnonzero(np.asarray(solution.col_value)[: len(question.logs)] > 0.5), top
