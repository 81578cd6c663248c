"""How good can any choice under side constraints be? The relaxation over few sites at a time, its prices tried on all."""

import highspy
import numpy as np

from xiaojia_locate.answer import Limits
from xiaojia_locate.programs import quiet, run
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.side import Prices, Program, among, linear, price, scale_of_needs

FIRST_SITES, MORE_SITES, ROUNDS = 300, 250, 40
SIMPLEX_ROWS = 4000


def relax_side(program: Program, start: Ints, limits: Limits, *, floor: float = -np.inf) -> Prices | None:
    """Return the bound of the linear relaxation, or an earlier one once it is below `floor` or time is up.

    None: the relaxation has no solution, so no choice satisfies the constraints.
    """
    few = np.union1d(start, _likely(program))
    best: Prices | None = None
    for _ in range(ROUNDS):
        found = _solve_few(program, few, limits)
        if found is None:  # the few cannot satisfy the constraints; perhaps all can
            if len(few) == program.n_site:
                return None if limits.over() is None else trivial(program)
            few = np.arange(program.n_site)
            continue
        if best is None or found.value < best.value:
            best = found
            limits.tell("relaxation", floor, best.value)
        missing = np.setdiff1d(np.flatnonzero(found.reduced > 1e-7 * max(1.0, np.abs(found.multipliers).max())), few)
        if not len(missing) or best.value < floor or limits.over() is not None:
            break
        few = np.union1d(few, missing[np.argsort(-found.reduced[missing], kind="stable")][:MORE_SITES])
    return best or trivial(program)


def trivial(program: Program) -> Prices:
    """Return the bound that all demand is covered for nothing."""
    zero = np.zeros(program.reach.n_demand)
    return price(program, zero, np.zeros(len(program.room)), np.zeros(len(program.least)), np.arange(program.n_site))


def _likely(program: Program) -> Ints:
    """The sites that reach most, over all and for each need."""
    matrix = program.reach.matrix().T
    use = np.asarray(program.rows.sum(axis=0)).ravel() + program.cost + 1e-9 * (1 + program.cost.max(initial=0.0))
    scores = [matrix @ (program.earn[:, 0] + program.must)]
    scores += [matrix @ need.toarray().ravel() for need in program.needs]
    each = max(8, FIRST_SITES // len(scores))
    return np.unique(np.concatenate([np.argsort(-score / use, kind="stable")[:each] for score in scores]))


def _solve_few(program: Program, few: Ints, limits: Limits) -> Prices | None:
    """Solve the relaxation over a few sites and try its multipliers on all sites."""
    part, of_class = among(program, few)
    solver = quiet(limits)
    if part.reach.n_demand > SIMPLEX_ROWS:  # multipliers need not be a vertex, so the crossover is saved
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
    solver.passModel(linear(part))
    run(solver)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    solution = solver.getSolution()
    if not solution.dual_valid:
        return trivial(program) if limits.over() else _by_simplex(program, part, of_class, few, limits)
    return _priced(program, part, of_class, few, solution)


def _by_simplex(program: Program, part: Program, of_class: Ints, few: Ints, limits: Limits) -> Prices | None:
    """The second way, where the interior point method ended without an answer."""
    solver = quiet(limits)
    solver.passModel(linear(part))
    run(solver)
    solution = solver.getSolution()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    return _priced(program, part, of_class, few, solution) if solution.dual_valid else trivial(program)


def _priced(program: Program, part: Program, of_class: Ints, few: Ints, solution: highspy.HighsSolution) -> Prices:
    n, r, q = part.reach.n_demand, len(part.room), len(part.least)
    dual = np.asarray(solution.row_dual)
    of_rows = np.maximum(0.0, dual[n : n + r])
    of_needs = np.maximum(0.0, -dual[n + r : n + r + q] * scale_of_needs(part))[: len(program.least)]
    multipliers = _spread(program, part, of_class, np.maximum(0.0, -dual[:n]), of_needs)
    parts = np.asarray(solution.col_value)[: len(few)]
    return price(program, multipliers, of_rows, of_needs, few[parts > 1e-4])


def _spread(program: Program, part: Program, of_class: Ints, dual: Floats, of_needs: Floats) -> Floats:
    """Split the multiplier of each merged class among the classes in it, by what they earn."""
    own = program.earn[:, 0] + program.needs.T @ of_needs + 1e-12
    inside = of_class >= 0
    total = np.bincount(of_class[inside], own[inside], minlength=part.reach.n_demand)
    multipliers = own.copy()  # a class that none of the few reaches: its whole worth attracts new sites
    multipliers[inside] = dual[of_class[inside]] * own[inside] / total[of_class[inside]]
    return multipliers
