"""Can everybody be reached at all? If not, how many are out of reach, or how many more sites would it take?"""

import highspy
import numpy as np
from scipy import sparse

from xiaojia_locate.answer import Limits
from xiaojia_locate.classes import merge
from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.median_ways import Source
from xiaojia_locate.programs import quiet, run
from xiaojia_locate.reach import Floats, Ints, Reach

TINY = 1e-9


def feasible_start(
    given: Source,
    free: Ints,
    alone: np.ndarray,
    price: Floats,
    room: float,
    clients: Ints,
    limits: Limits,
    *,
    whole: bool,
) -> Ints:
    """Return free sites within the room that reach all clients who are `alone` (n,), or say by how much that fails.

    `clients`: the rows of the clients in the input; `whole`: every site reaches everybody.
    """
    who = np.flatnonzero(alone)
    if not len(free):
        raise Infeasible(
            "unserved", f"{len(who)} clients reach no open site, and none can open.", len(who), clients[who]
        )
    if whole:
        return _within(free[[int(np.argmin(price[free]))]], price, room)
    links = given.links(free, len(free)).rows(who)
    out = who[np.diff(links.starts) == 0]
    if len(out):
        message = f"{len(out)} clients have no way to any candidate; leave them out, or state a penalty."
        raise Infeasible("unreachable", message, len(out), clients[out])
    order = np.lexsort((links.sites, links.owners()))
    reach = Reach(links.starts, links.sites[order], len(free))
    return _within(free[_cover(reach, price[free], room, limits)], price, room)


def _within(sites: Ints, price: Floats, room: float) -> Ints:
    missing = float(price[sites].sum()) - room
    if missing > TINY:
        message = f"To reach everybody takes {missing:g} more than may be spent; raise it, or state a penalty."
        raise Infeasible("too_little", message, missing)
    return sites


def _cover(reach: Reach, price: Floats, room: float, limits: Limits) -> Ints:
    """Return the cheapest sites that reach all, or any that fit into the room."""
    classes = merge(reach, np.ones((reach.n_demand, 1))).reach
    matrix = classes.matrix()
    quick = _greedy(matrix, price)
    if float(price[quick].sum()) <= room + TINY:
        return quick
    solver = quiet(limits)
    solver.passModel(_cover_program(matrix, price))
    run(solver)
    chosen = np.flatnonzero(np.asarray(solver.getSolution().col_value)[: len(price)] > 0.5)
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        return chosen
    missing = float(solver.getInfo().mip_dual_bound) - room
    if missing > TINY:
        raise Infeasible(
            "too_little", f"To reach everybody takes at least {missing:g} more than may be spent.", missing
        )
    if solver.getSolution().value_valid and float(price[chosen].sum()) <= room + TINY:
        return chosen
    raise LocateError("undecided", "Time is up before a choice that reaches everybody was found; state a penalty.")


def _greedy(matrix: sparse.csr_matrix, price: Floats) -> Ints:
    columns, chosen = matrix.tocsc(), []
    left = np.ones(matrix.shape[0])
    while left.any():
        site = int(np.argmax((columns.T @ left) / price))
        chosen.append(site)
        left[columns.indices[columns.indptr[site] : columns.indptr[site + 1]]] = 0.0
    return np.array(sorted(chosen), dtype=np.int64)


def _cover_program(matrix: sparse.csr_matrix, price: Floats) -> highspy.HighsLp:
    n, m = matrix.shape
    columns = matrix.tocsc()
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = m, n
    program.col_cost_, program.col_lower_, program.col_upper_ = price, np.zeros(m), np.ones(m)
    program.row_lower_, program.row_upper_ = np.ones(n), np.full(n, np.inf)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = columns.indptr, columns.indices
    program.a_matrix_.value_ = columns.data
    program.integrality_ = [highspy.HighsVarType.kInteger] * m
    return program
