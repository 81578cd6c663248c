"""Is any choice of medians better? What the bound rules out falls away; the rest is a small integer program.

Reduced-cost fixing: if the bound, changed by what opening (closing) a site adds to it, is not below the best known value, no
better choice has that site open (closed); and no better choice lets client i pay λ_i + (value − bound) or more, so rows may
end there. The program is the radius formulation (Cornuéjols, Nemhauser, Wolsey, SIAM J. Alg. Disc. Meth. 1, 1980; Elloumi,
J. Combinatorial Optimization 19, 2010): z_S = 1 if no site of the set S of nearest sites is open; clients with the same S
share it; z_S ≥ z_S' − y(S \\ S') with S' the next smaller set of one of them.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from xiaojia_locate.answer import Limits
from xiaojia_locate.classes import places_of
from xiaojia_locate.median_bound import Bound
from xiaojia_locate.median_links import Links
from xiaojia_locate.reach import Floats, Ints

TINY = 1e-9


@dataclass(frozen=True)
class Rest:
    """What is left to decide: sites `few` of the task (ascending), of which `must` are open; links to the other few.

    `free`: the sites of `links`, as numbers of the task; `room` left for them.
    """

    links: Links
    free: Ints
    must: Ints
    price: Floats
    room: float


def reduce(links: Links, price: Floats, room: float, bound: Bound, value: float) -> Rest:
    """Return what is left when no choice is wanted that costs `value` or more."""
    opening, closing = bound.needed(price)
    slack = value - bound.value
    few = np.flatnonzero(opening < slack)
    must = few[closing[few] >= slack]
    short = links.given(must).below(bound.multipliers + slack) if len(must) else links.below(bound.multipliers + slack)
    free = np.setdiff1d(few, must)
    return Rest(short.only(free), free, must, price[free], room - float(price[must].sum()))


def decide(rest: Rest, start: Ints, step: float, limits: Limits) -> tuple[Ints | None, float, bool]:
    """Return sites of the task, a bound for the rest, and whether it was decided; no sites if none fits the rest.

    `start`: the best known choice; `step`: the least difference between two values.
    """
    if rest.room < -TINY:
        return None, np.inf, True
    program = radius_program(rest.links, rest.price, rest.room)
    solver = _solver(step, limits)
    solver.passModel(program)
    if np.isin(rest.must, start).all():
        _begin(solver, np.isin(rest.free, start))
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None, np.inf, True
    info, solution = solver.getInfo(), solver.getSolution()
    done = status == highspy.HighsModelStatus.kOptimal
    if not solution.value_valid:
        return None, float(info.mip_dual_bound), False
    chosen = rest.free[np.asarray(solution.col_value)[: len(rest.free)] > 0.5]
    return np.union1d(rest.must, chosen), float(info.mip_dual_bound), done


def radius_program(links: Links, price: Floats, room: float, *, whole: bool = True) -> highspy.HighsLp:
    """Return the radius formulation; columns: sites, then sets of nearest sites."""
    ends, sets, parents, costs = nearest_sets(links)
    m, count = links.n_site, len(ends)
    place, starts = _steps(links, ends)
    row = np.repeat(np.arange(count), np.diff(starts))
    child = np.flatnonzero(parents >= 0)
    values = np.concatenate([np.ones(len(place)), np.ones(count), -np.ones(len(child)), price])
    rows = np.concatenate([row, np.arange(count), child, np.full(m, count)])
    columns = np.concatenate([links.sites[place], m + np.arange(count), m + parents[child], np.arange(m)])
    matrix = sparse.csc_matrix((values, (rows, columns)), shape=(count + 1, m + count))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = m + count, count + 1
    program.col_cost_ = np.concatenate([np.zeros(m), costs])
    program.col_lower_, program.col_upper_ = np.zeros(m + count), np.ones(m + count)
    program.row_lower_ = np.concatenate([(parents < 0).astype(float), [-np.inf]])
    program.row_upper_ = np.concatenate([np.full(count, np.inf), [room * (1 + 1e-12)]])
    program.offset_ = float(links.first().sum())
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
    program.a_matrix_.value_ = matrix.data
    if whole:
        kinds = [highspy.HighsVarType.kInteger] * m + [highspy.HighsVarType.kContinuous] * count
        program.integrality_ = kinds
    return program


def nearest_sets(links: Links) -> tuple[Ints, Ints, Ints, Floats]:
    """Return the different sets of nearest sites of all clients.

    `ends`: for each set a place in the links where a row has just passed it; `sets` (n_ends of all rows,): the set of each
    such place; `parents`: the next smaller set, −1 for none; `costs`: what is paid more when no site of the set is open.
    """
    pairs, owner = links.n_pairs, links.owners()
    after = np.append(links.costs[1:], 0.0)
    some = np.flatnonzero(np.diff(links.starts))
    after[links.starts[some + 1] - 1] = links.caps[some]
    places = np.flatnonzero(after > links.costs)  # equal costs are one step
    salt = 0
    while True:
        labels = np.random.default_rng([2026, salt]).integers(0, 2**64, (links.n_site, 2), dtype=np.uint64)
        with np.errstate(over="ignore"):
            sums = np.vstack([np.zeros((1, 2), np.uint64), np.cumsum(labels[links.sites], axis=0, dtype=np.uint64)])
            keys = sums[places + 1] - sums[links.starts[owner[places]]]
        _, first, sets = np.unique(keys[:, 0], return_index=True, return_inverse=True)
        if np.array_equal(keys[first][sets, 1], keys[:, 1]):
            break
        salt += 1
    costs = np.bincount(sets, (after - links.costs)[places], minlength=len(first))
    ends = places[first]
    before = first - 1
    same_row = (before >= 0) & (owner[places[before]] == owner[ends]) if pairs else np.zeros(0, dtype=bool)
    parents = np.where(same_row, sets[before], -1)
    return ends, sets, parents, costs


def _steps(links: Links, ends: Ints) -> tuple[Ints, Ints]:
    """Return for each set the places of the sites that it has more than its parent."""
    owner = np.searchsorted(links.starts, ends, side="right") - 1
    new = np.concatenate([[True], links.costs[1:] > links.costs[:-1]]) if links.n_pairs else np.zeros(0, dtype=bool)
    new[links.starts[owner]] = True
    begin = np.maximum.accumulate(np.where(new, np.arange(links.n_pairs), 0))[ends]
    return places_of(np.append(begin, 0), np.arange(0)) if not len(ends) else _spans(begin, ends + 1)


def _spans(begin: Ints, stop: Ints) -> tuple[Ints, Ints]:
    length = stop - begin
    starts = np.concatenate([[0], np.cumsum(length)])
    return np.arange(starts[-1]) + np.repeat(begin - starts[:-1], length), starts


def _solver(step: float, limits: Limits) -> highspy.Highs:
    solver = highspy.Highs()
    options = {
        "output_flag": False,
        "random_seed": limits.seed,
        "threads": 1,
        "time_limit": max(0.1, limits.left_s),
        "mip_rel_gap": 0.0,
        "mip_abs_gap": step * 0.999,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    cancel = limits.cancel
    if cancel is not None:

        def ask(event: highspy.highs.HighsCallbackEvent) -> None:
            if cancel():
                event.interrupt()

        solver.cbMipInterrupt += ask
    return solver


def _begin(solver: highspy.Highs, opened: np.ndarray) -> None:
    """Hand the sites of the best known choice to the solver, which completes the rest."""
    solver.setSolution(len(opened), np.arange(len(opened), dtype=np.int32), opened.astype(float))
