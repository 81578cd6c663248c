"""Is there anything better under side constraints? What the bound rules out falls away; the rest is branched over."""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from xiaojia_locate.answer import Limits, Reason
from xiaojia_locate.programs import quiet, run
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.side import Prices, Program, among, linear
from xiaojia_locate.side_relax import relax_side
from xiaojia_locate.side_search import searched

ROUNDS = 60


@dataclass(frozen=True)
class Settled:
    """The best choice (none: `value` −∞), the bound, why the search ended; `reason` None: no choice is possible."""

    sites: Ints
    value: float
    bound: float
    reason: Reason | None


Improve = Callable[[Prices, Ints, float], tuple[Ints, float]]


def settle(
    program: Program,
    limits: Limits,
    *,
    step: float = 0.0,
    start: Ints | None = None,
    improve: Improve | None = None,
) -> Settled:
    """Return the best choice under side constraints with its bound, proven unless a limit ended the search.

    `step`: values of different choices differ by at least this much (0: unknown, a relative ten-millionth is used).
    `improve(prices, sites, value)`: a search of the caller's own, in place of `searched`.
    """
    none = np.zeros(0, np.int64)
    step = step or 1e-7 * max(1e-300, program.earn.sum() + program.cost.sum() + program.pay)
    if not program.n_site or not program.reach.n_demand:  # nothing to choose
        value = program.value(none)
        return Settled(none, value, value, Reason.PROVEN if value > -np.inf else None)
    sites, value = (none, -np.inf) if start is None else (start, program.value(start))
    sites, value = searched(program, None, sites, 8, limits) if value == -np.inf else (sites, value)
    limits.tell("climb", value, np.inf)
    prices = relax_side(program, sites, limits, floor=value + step)
    if prices is None:
        return Settled(none, -np.inf, -np.inf, None)
    for turn in range(2):
        ended = _ended(sites, value, prices.value, step, limits)
        if ended is not None:
            return ended
        if improve is not None:
            sites, value = improve(prices, sites, value)
        else:
            sites, value = searched(program, prices, sites, ROUNDS, limits, goal=prices.value - step)
        limits.tell("shaken", value, prices.value)
        ended = _ended(sites, value, prices.value, step, limits)
        if ended is not None:
            return ended
        if turn == 0:
            few = np.union1d(prices.support, sites)
            if len(few) == program.n_site:
                break
            sites, value, _ = _branch(program, few, none, sites, value, step, limits, share=0.2)
            limits.tell("polish", value, prices.value)
    return _decide(program, prices, sites, value, step, limits)


def _ended(sites: Ints, value: float, bound: float, step: float, limits: Limits) -> Settled | None:
    if bound < value + step * (1 - 1e-6):
        return Settled(sites, value, value, Reason.PROVEN)
    if value > -np.inf and bound - value <= limits.gap * max(abs(bound), abs(value)):
        return Settled(sites, value, bound, Reason.GAP)
    over = limits.over()
    return Settled(sites, value, bound, over) if over else None


def _decide(program: Program, prices: Prices, sites: Ints, value: float, step: float, limits: Limits) -> Settled:
    """Rule out sites by their reduced costs, settle those that must be open, and branch over the rest."""
    needed = value + step * (1 - 1e-6)
    few = np.flatnonzero(prices.value + np.minimum(0.0, prices.reduced) >= needed)
    must = few[prices.value - np.maximum(0.0, prices.reduced)[few] < needed]
    limits.tell(f"branch over {len(few)} of {program.n_site} sites", value, prices.value)
    sites, value, top = _branch(program, few, must, sites, value, step, limits)
    bound = min(prices.value, max(top, needed if len(few) < program.n_site or len(must) else -np.inf, value))
    if bound == -np.inf or (value == -np.inf and top == -np.inf):
        return Settled(sites, -np.inf, -np.inf, None)
    if bound <= value + step * (1 - 1e-6):
        return Settled(sites, value, value, Reason.PROVEN)
    if bound - value <= limits.gap * max(abs(bound), abs(value)) * (1 + 1e-9):
        return Settled(sites, value, bound, Reason.GAP)
    return Settled(sites, value, bound, limits.over() or Reason.TIME)


def _branch(
    program: Program,
    few: Ints,
    must: Ints,
    sites: Ints,
    value: float,
    step: float,
    limits: Limits,
    *,
    share: float = 1.0,
) -> tuple[Ints, float, float]:
    """Branch and bound over some sites; return the better of what is known and found, and the bound among these sites."""
    part, _ = among(program, few)
    lp = linear(part)
    below = np.asarray(lp.col_lower_).copy()
    below[np.searchsorted(few, must)] = 1.0
    lp.col_lower_ = below
    kinds = [highspy.HighsVarType.kInteger] * len(few)
    lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (lp.num_col_ - len(few))
    solver = mip_solver(limits, share, step)
    solver.passModel(lp)
    if value > -np.inf and np.isin(sites, few).all():
        _start(solver, part, np.searchsorted(few, sites))
    run(solver)
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return sites, value, -np.inf
    solution, top = solver.getSolution(), float(solver.getInfo().mip_dual_bound)
    if solution.value_valid:
        chosen = few[np.asarray(solution.col_value)[: len(few)] > 0.5]
        reached = program.value(chosen)
        if reached > value:
            sites, value = chosen, reached
    return sites, value, top


def mip_solver(limits: Limits, share: float, step: float) -> highspy.Highs:
    """Return a solver for branch and bound that ends within a share of the time left, or when cancelled."""
    solver = quiet(limits)
    for name, setting in {
        "time_limit": max(0.1, limits.left_s * share),
        "mip_rel_gap": max(0.0, limits.gap),
        "mip_abs_gap": step * 0.999,
        "mip_feasibility_tolerance": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
    }.items():
        solver.setOptionValue(name, setting)
    if limits.cancel is not None:
        cancel = limits.cancel

        def ask(event: highspy.highs.HighsCallbackEvent) -> None:
            if cancel():
                event.interrupt()

        solver.cbMipInterrupt += ask
    return solver


def _start(solver: highspy.Highs, part: Program, opened: Ints) -> None:
    """Hand the best known choice to the solver."""
    count = part.count(opened)
    levels = np.arange(part.earn.shape[1])
    chosen = np.zeros(part.n_site)
    chosen[opened] = 1.0
    met: Floats = part.needs @ (count > 0).astype(float)
    sloped = part.slope > 0
    tau = np.clip(((met - part.least)[sloped] / part.slope[sloped]).min(initial=1.0), 0.0, 1.0) if part.pay else 0.0
    solution = highspy.HighsSolution()
    solution.col_value = list(np.concatenate([chosen, (count[:, None] > levels).T.astype(float).ravel(), [tau]]))
    solver.setSolution(solution)
