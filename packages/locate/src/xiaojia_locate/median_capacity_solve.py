"""Who is served where when sites have capacities, and how good can it get? Multipliers for the bound, HiGHS for the choice.

For multipliers λ (n,), Σ_i λ_i − max { Σ_j y_j K_j(λ) : the room, given sites open } never exceeds the cost of any choice, where
K_j(λ) fills the capacity of site j with parts of clients by (λ_i − cost_ij) / load_i (Dantzig's bound of the knapsack; Geoffrion
1974). It bounds the problem with whole clients and the one with split clients alike. Sites whose opening lifts the bound to
the best known value are left out, and for whole clients pairs whose cost exceeds λ_i by as much: what remains is a mixed
integer program that HiGHS decides, with its own proven bound.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from xiaojia_locate.answer import Limits, Reason
from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.median_bound import Bound, Demands, bound_of, climb
from xiaojia_locate.median_exact import mip_solver
from xiaojia_locate.programs import run
from xiaojia_locate.reach import Floats, Ints

STEPS, SLACK = 600, 1e-9


@dataclass(frozen=True)
class Stock:
    """The checked question: `paid` (n, m) infinite where forbidden, `load` (n,), `stock` (m,), prices and room of free sites."""

    paid: Floats
    load: Floats
    stock: Floats
    price: Floats
    room: float
    given: Ints
    free: Ints
    split: bool


@dataclass(frozen=True)
class Served:
    """Open sites, who is served where (n, m), value, bound, reason."""

    sites: Ints
    shares: sparse.csr_array
    value: float
    bound: float
    reason: Reason


class Filled:
    """The inner problem of the bound: each site filled with what it earns most by; links as `climb` asks them."""

    def __init__(self, paid: Floats, load: Floats, stock: Floats) -> None:
        self.paid, self.load, self.stock = paid, np.maximum(load, 1e-12), stock
        finite = np.where(np.isfinite(paid), paid, 0.0)
        self.caps = np.full(len(paid), 2.0 * float(finite.max(initial=0.0)) + 1.0)
        self.n_client, self.n_site = paid.shape
        self._known: tuple[Floats, Floats] | None = None

    def first(self) -> Floats:
        return np.zeros(self.n_client)

    def taken(self, multipliers: Floats) -> Floats:
        """Return which part of each client each site takes, (n, m)."""
        if self._known is not None and self._known[0] is multipliers:
            return self._known[1]
        rate = (multipliers[:, None] - self.paid) / self.load[:, None]
        order = np.argsort(-rate, axis=0, kind="stable")
        load = self.load[order]
        before = np.cumsum(load, axis=0) - load
        parts = np.clip((self.stock - before) / load, 0.0, 1.0)
        out = np.empty_like(parts)
        np.put_along_axis(out, order, parts, axis=0)
        out[rate <= 0] = 0.0
        self._known = (multipliers, out)
        return out

    def worth(self, multipliers: Floats) -> Floats:
        taken = self.taken(multipliers)
        return np.where(taken > 0, (multipliers[:, None] - np.where(taken > 0, self.paid, 0.0)) * taken, 0.0).sum(
            axis=0
        )

    def served(self, multipliers: Floats, parts: Floats) -> Floats:
        served: Floats = self.taken(multipliers) @ parts
        return served


def solve_stock(question: Stock, limits: Limits) -> Served:
    """Return the best choice and its bound; Infeasible if no choice can serve everybody."""
    sites = np.union1d(question.given, question.free)
    price = np.where(np.isin(sites, question.given), 1e-9, question.price[sites])
    room = question.room + 1e-9 * len(question.given)
    filled = Filled(question.paid[:, sites], question.load, question.stock[sites])
    groups = tuple(np.searchsorted(sites, question.given)[:, None])
    demands = Demands(np.zeros(len(sites), dtype=bool), groups)
    finite = np.where(np.isfinite(filled.paid), filled.paid, np.inf)
    start = bound_of(filled, finite.min(axis=1), price, room, demands)
    target = float(np.where(np.isfinite(finite), finite, 0.0).max(axis=1).sum())
    bound = climb(filled, price, room, start, max(target * 0.5, start.value * 1.2), STEPS, limits, demands=demands)
    limits.tell("relaxation", np.inf, bound.value)
    first = _program(question, sites, bound, np.inf, limits, quick=True)
    value = first.value if first is not None else np.inf
    if first is not None:
        bound = climb(filled, price, room, bound, value, STEPS, limits, step=0.02, stop=value, demands=demands)
        limits.tell("relaxation", value, bound.value)
    return _decided(question, sites, bound, first, limits)


def _decided(question: Stock, sites: Ints, bound: Bound, first: Served | None, limits: Limits) -> Served:
    over = limits.over()
    value = first.value if first is not None else np.inf
    if first is not None and bound.value >= value * (1 - SLACK):
        return Served(first.sites, first.shares, value, value, Reason.PROVEN)
    if first is not None and (over or value - bound.value <= limits.gap * value):
        reason = Reason.GAP if value - bound.value <= limits.gap * value else over or Reason.TIME
        return Served(first.sites, first.shares, value, bound.value, reason)
    found = _program(question, sites, bound, value, limits, quick=False)
    if found is None:
        raise LocateError("undecided", f"Time is up before a choice was found; none is below {bound.value:g}.")
    best = found if first is None or found.value <= first.value else first
    low = min(max(bound.value, found.bound), best.value)
    if found.reason is Reason.PROVEN or low >= best.value * (1 - SLACK):
        return Served(best.sites, best.shares, best.value, best.value, Reason.PROVEN)
    reason = Reason.GAP if best.value - low <= limits.gap * best.value else limits.over() or Reason.TIME
    return Served(best.sites, best.shares, best.value, low, reason)


def _program(question: Stock, sites: Ints, bound: Bound, value: float, limits: Limits, *, quick: bool) -> Served | None:
    """Solve what the bound leaves as a mixed integer program; `quick`: over the likeliest sites only, for a first choice."""
    opening = np.maximum(0.0, bound.price * question.price[sites] - bound.worth)
    opening[np.isin(sites, question.given)] = 0.0
    few = np.flatnonzero(bound.value + opening < value * (1 + SLACK))
    if quick:
        likely = np.argsort(-(bound.parts * 1e12 + bound.worth), kind="stable")
        number = int(2.5 * question.room / float(question.price[question.free].min(initial=np.inf))) + 5
        few = np.union1d(likely[: len(question.given) + number], np.searchsorted(sites, question.given))
    chosen = sites[few]
    paid = question.paid[:, chosen]
    useful = np.isfinite(paid)
    if not question.split and np.isfinite(value):
        useful &= bound.value + np.maximum(0.0, paid - bound.multipliers[:, None]) + opening[few] < value * (1 + SLACK)
    clients, columns = np.nonzero(useful)
    solver = mip_solver(1e-9 * max(1.0, abs(bound.value)), limits, share=0.3 if quick else 1.0)
    if quick:
        solver.setOptionValue("mip_rel_gap", 0.01)
    elif limits.gap:
        solver.setOptionValue("mip_rel_gap", limits.gap)
    solver.passModel(_stock_program(question, chosen, clients, columns))
    run(solver)
    status, solution, info = solver.getModelStatus(), solver.getSolution(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        if quick or np.isfinite(value):
            return None
        raise Infeasible(
            "no_packing", "The capacity suffices in all, but whole clients do not fit; split them.", _unserved()
        )
    if not solution.value_valid:
        return None
    parts = np.asarray(solution.col_value)
    return _read(question, chosen, clients, columns, parts, float(info.mip_dual_bound), status)


def _unserved() -> float:
    return 1.0


def _read(
    question: Stock, chosen: Ints, clients: Ints, columns: Ints, parts: Floats, low: float, status: object
) -> Served:
    """Return what the program says, with its value added up anew."""
    opened = parts[: len(chosen)] > 0.5
    shares = parts[len(chosen) :].copy()
    if not question.split:
        shares = np.round(shares)
    keep = shares > 1e-9
    table = sparse.csr_array((shares[keep], (clients[keep], chosen[columns[keep]])), shape=question.paid.shape)
    value = float((question.paid[clients[keep], chosen[columns[keep]]] * shares[keep]).sum())
    done = status == highspy.HighsModelStatus.kOptimal
    return Served(chosen[opened], table, value, low, Reason.PROVEN if done else Reason.TIME)


def _stock_program(question: Stock, chosen: Ints, clients: Ints, columns: Ints) -> highspy.HighsLp:
    """Return min Σ paid x with Σ_j x_ij = 1, Σ_i load x ≤ stock y, x ≤ y, prices within the room; columns: sites, pairs."""
    n, m, pairs = len(question.load), len(chosen), len(clients)
    pair, price = np.arange(pairs), np.where(np.isin(chosen, question.given), 0.0, question.price[chosen])
    rows = [clients, n + columns, n + np.arange(m), n + m + pair, n + m + pair, np.full(m, n + m + pairs)]
    places = [m + pair, m + pair, np.arange(m), m + pair, columns, np.arange(m)]
    values = [np.ones(pairs), question.load[clients], -question.stock[chosen], np.ones(pairs), -np.ones(pairs), price]
    matrix = sparse.csc_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(places))), shape=(n + m + pairs + 1, m + pairs)
    )
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = m + pairs, n + m + pairs + 1
    program.col_cost_ = np.concatenate([np.zeros(m), question.paid[clients, chosen[columns]]])
    program.col_lower_ = np.concatenate([np.isin(chosen, question.given).astype(float), np.zeros(pairs)])
    program.col_upper_ = np.ones(m + pairs)
    program.row_lower_ = np.concatenate([np.ones(n), np.full(m + pairs + 1, -np.inf)])
    program.row_upper_ = np.concatenate([np.ones(n), np.zeros(m + pairs), [question.room * (1 + 1e-12)]])
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
    program.a_matrix_.value_ = matrix.data
    kind = highspy.HighsVarType.kContinuous if question.split else highspy.HighsVarType.kInteger
    program.integrality_ = [highspy.HighsVarType.kInteger] * m + [kind] * pairs
    return program
