"""Is there anything better? What the bound rules out falls away; what is left is decided by branch and bound.

Reduced-cost fixing: if the bound, changed by what forcing one site open (or closed) costs it, falls below the best known
value, no better choice has that site open (or closed). It holds for any multipliers (see `relax`), so it is a proof.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from xiaojia_locate.answer import Limits, Reason
from xiaojia_locate.classes import after, columns, merge, rows
from xiaojia_locate.parts import Exact, assemble, groups
from xiaojia_locate.programs import quiet, run
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.relax import Bound, covering_program, descend, relax
from xiaojia_locate.search import Choice, Task, shaken

Told = tuple[Ints | None, float, float]  # sites if a better choice was found, its value, a bound of all others

LOOKS, SHAKES, PATIENCE = 2000, 2000, 500
NEARLY = 0.999  # of a step: what is better than the best choice by less is not better
# The classes are merged and the choice is good already: presolve and the solver's own heuristics cost more than they give.
PLAIN = {
    "presolve": "off",
    "mip_allow_restart": False,
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_heuristic_run_feasibility_jump": False,
}


@dataclass(frozen=True)
class Found:
    """The best choice with its value, the proven bound, and why the search ended."""

    sites: Ints
    value: float
    bound: float
    reason: Reason


def solve(task: Task, limits: Limits, goal: float = -np.inf, *, deep: bool = True) -> Found:
    """Return the best choice of sites within the budget with its bound, proven unless a limit ended the search.

    `goal`: a value below which nobody is interested; the search ends once its bound is lower. Unless `deep`, it ends
    after the relaxation.
    """
    choice = Choice(task)
    choice.climb(limits)
    step = granularity(task.weights)
    limits.tell("climb", choice.value, np.inf)
    bound = descend(task, max(choice.value + step, goal), limits)
    for stage in (_look, _descend, _relax):
        bound = stage(task, choice, bound, max(choice.value + step, goal), limits)
        found = _closed(choice, bound, step, goal, limits)
        if found is None and deep and stage is not _look:
            found = _decide_groups(task, choice, bound, step, goal, limits)
        if found is not None:
            return found
    if not deep:
        return Found(choice.sites(), choice.value, bound.value, Reason.GAP)
    return _decide(task, choice, bound, step, goal, limits)


def _look(task: Task, choice: Choice, bound: Bound, needed: float, limits: Limits) -> Bound:
    """Look for a better choice among the sites that the multipliers like."""
    limits.tell("multipliers", choice.value, bound.value)
    liked = np.argsort(-bound.worth / task.costs, kind="stable")[: 4 * len(choice.sites()) + 20]
    shaken(choice, liked, LOOKS, limits, PATIENCE, goal=bound.value - (needed - choice.value))
    limits.tell("shaken", choice.value, bound.value)
    return bound


def _descend(task: Task, choice: Choice, bound: Bound, needed: float, limits: Limits) -> Bound:
    """Lower the bound further, now that more is known of what has to be beaten."""
    bound = descend(task, needed, limits, bound.multipliers)
    limits.tell("multipliers", choice.value, bound.value)
    return bound


def _relax(task: Task, choice: Choice, bound: Bound, needed: float, limits: Limits) -> Bound:
    """Solve the linear relaxation; its support is a good place to look once more."""
    bound = relax(task, choice.sites(), limits, floor=needed, best=bound)
    if len(bound.support):
        shaken(choice, bound.support, SHAKES, limits, PATIENCE, goal=bound.value - (needed - choice.value))
        limits.tell("shaken", choice.value, bound.value)
    return bound


def granularity(weights: Floats) -> float:
    """Return the least amount by which two different values differ: 1 for whole weights, else a relative ten-millionth."""
    if len(weights) and np.array_equal(weights, np.round(weights)) and weights.max(initial=0.0) < 2**40:
        return float(max(1, np.gcd.reduce(weights.astype(np.int64).ravel())))
    return float(1e-7 * max(1e-300, weights.sum()))


def _closed(choice: Choice, bound: Bound, step: float, goal: float, limits: Limits) -> Found | None:
    """Return the end of the search, if there is one: nothing better is possible, the gap is small enough, time is up."""
    top = max(bound.value, choice.value)
    if bound.value < choice.value + step * NEARLY:
        return Found(choice.sites(), choice.value, choice.value, Reason.PROVEN)
    if top - choice.value <= limits.gap * top or top < goal:
        return Found(choice.sites(), choice.value, top, Reason.GAP)
    over = limits.over()
    return Found(choice.sites(), choice.value, top, over) if over else None


def _decide_groups(task: Task, choice: Choice, bound: Bound, step: float, goal: float, limits: Limits) -> Found | None:
    """Decide what the bound leaves open group by group; None if it does not fall apart."""
    few, must, needed = _open_questions(task, choice, bound, step, goal)
    told = _by_groups(task, few, must, bound, choice, needed, limits)
    return None if told is None else _conclude(choice, told, bound, step, goal, limits)


def _decide(task: Task, choice: Choice, bound: Bound, step: float, goal: float, limits: Limits) -> Found:
    """Decide what the bound leaves open by branch and bound."""
    few, must, needed = _open_questions(task, choice, bound, step, goal)
    limits.tell(f"branch over {len(few)} of {task.n_site} sites", choice.value, bound.value)
    return _conclude(choice, _branch(task, few, must, choice, needed, limits), bound, step, goal, limits)


def _open_questions(task: Task, choice: Choice, bound: Bound, step: float, goal: float) -> tuple[Ints, Ints, float]:
    """Return the sites that a better choice may have, those among them that it must have, and what it earns at least."""
    reduced = bound.reduced(task)
    needed = max(choice.value + step * NEARLY, goal)
    few = np.flatnonzero(bound.value + np.minimum(0.0, reduced) >= needed)
    return few, few[bound.value - np.maximum(0.0, reduced)[few] < needed], needed


def _conclude(choice: Choice, told: Told, bound: Bound, step: float, goal: float, limits: Limits) -> Found:
    """Take a better choice over, and say what is proven."""
    sites, value, top = told
    if sites is not None and value > choice.value:
        choice.become(sites)
        choice.climb(limits)
    top = min(bound.value, max(top, choice.value))
    if top <= choice.value + step * NEARLY:
        return Found(choice.sites(), choice.value, choice.value, Reason.PROVEN)
    if top - choice.value <= limits.gap * top or top <= goal:
        return Found(choice.sites(), choice.value, top, Reason.GAP)
    return Found(choice.sites(), choice.value, top, limits.over() or Reason.TIME)


def _by_groups(
    task: Task, few: Ints, must: Ints, bound: Bound, choice: Choice, needed: float, limits: Limits
) -> Told | None:
    """Open what must be open, decide each group of the rest by itself; None if the rest is one group or costs differ."""
    if not np.all(task.costs == 1.0):
        return None
    left, base = after(task.reach, task.weights, must)
    free = np.setdiff1d(few, must)
    number = int(task.budget + 1e-9) - len(must)
    if number < 0:
        return None, -np.inf, needed
    alive = np.flatnonzero(left[:, 0] > 0)
    part = merge(columns(rows(task.reach, alive), free), left[alive])
    if not part.reach.n_demand:
        return must, base, base
    own = Task.of(part.reach, part.weights, np.ones(len(free)), float(number))
    parts = groups(own)
    if len(parts) < 2 or len(parts[0].sites) > len(free) / 2:
        return None
    ours, inside = np.zeros(part.reach.n_demand), part.of_point >= 0
    np.add.at(ours, part.of_point[inside], np.minimum(bound.multipliers[alive[inside]], left[alive[inside], 0]))
    step = granularity(task.weights) * NEARLY
    found = assemble(parts, ours, number, lambda *asked: _one(*asked, limits), limits, needed - base, step)
    sites = np.union1d(must, free[found.sites]) if found.value > -np.inf else None
    return sites, base + found.value, max(base + found.bound, needed)


def _one(task: Task, number: int, goal: float, deep: bool, limits: Limits) -> Exact:
    """Answer for one number of sites of a group, without branching unless `deep`."""
    found = solve(Task(task.reach, task.back, task.weights, task.costs, float(number)), limits, goal, deep=deep)
    return Exact(found.sites, found.value, found.bound)


def _branch(task: Task, few: Ints, must: Ints, choice: Choice, needed: float, limits: Limits) -> Told:
    """Branch and bound over some sites, looking only for what earns at least `needed`."""
    part = merge(columns(task.reach, few), task.weights)
    program = covering_program(part.reach, part.weights, task.costs[few], task.budget)
    lower = np.asarray(program.col_lower_).copy()
    lower[np.searchsorted(few, must)] = 1.0
    program.col_lower_ = lower
    kinds = [highspy.HighsVarType.kInteger] * len(few) + [highspy.HighsVarType.kContinuous] * part.weights.size
    program.integrality_ = kinds
    solver = quiet(limits)
    for name, value in PLAIN.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("mip_rel_gap", max(0.0, limits.gap))
    solver.setOptionValue("mip_abs_gap", granularity(part.weights) * 0.999)
    solver.setOptionValue(
        "objective_bound", -needed * (1 - 1e-12)
    )  # of the minimised negative: what is worse is cut off
    _watch(solver, limits)
    solver.passModel(program)
    _start(solver, part.reach.matrix(), part.weights, np.isin(few, choice.sites()))
    run(solver)
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None, -np.inf, needed  # every choice that would be good enough was ruled out
    info, solution = solver.getInfo(), solver.getSolution()
    top = max(float(info.mip_dual_bound), needed)  # what was ruled out is below `needed`
    if not solution.value_valid:
        return None, -np.inf, top
    chosen = few[np.asarray(solution.col_value)[: len(few)] > 0.5]
    return chosen, task.value(chosen), top


def _start(solver: highspy.Highs, matrix: object, weights: Floats, opened: np.ndarray) -> None:
    """Hand the best known choice to the solver."""
    count = matrix @ opened.astype(float)  # type: ignore[operator]
    levels = np.arange(weights.shape[1])
    solution = highspy.HighsSolution()
    solution.col_value = list(
        np.concatenate([opened.astype(float), (count[:, None] > levels + 0.5).T.astype(float).ravel()])
    )
    solver.setSolution(solution)


def _watch(solver: highspy.Highs, limits: Limits) -> None:
    """Let a cancelled search end inside the solver too."""
    if limits.cancel is None:
        return
    cancel = limits.cancel

    def ask(event: highspy.highs.HighsCallbackEvent) -> None:
        if cancel():
            event.interrupt()

    solver.cbMipInterrupt += ask
