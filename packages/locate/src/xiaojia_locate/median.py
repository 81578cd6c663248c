"""Which sites keep the total way of all clients shortest? The p-median, with fixed and forbidden sites, or a budget."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiaojia_locate.answer import Answer, Limits, Reason, memory_mib
from xiaojia_locate.errors import LocateError
from xiaojia_locate.median_explain import explain
from xiaojia_locate.median_feasible import feasible_start
from xiaojia_locate.median_links import Links
from xiaojia_locate.median_plane import Positions
from xiaojia_locate.median_search import Task
from xiaojia_locate.median_solve import Found, solve
from xiaojia_locate.median_ways import Distances, Listed, Source, Spread, Table, shape_of, source
from xiaojia_locate.median_wide import solve_wide
from xiaojia_locate.question import TINY, Roles, roles, row, spending
from xiaojia_locate.reach import Floats, Ints

__all__ = ["Positions", "p_median"]

ROW, LEAST_ROW, MOST_PAIRS = 6, 64, 12_000_000


def p_median(
    distances: Distances,
    weights: npt.ArrayLike | None = None,
    *,
    open_sites: int | None = None,
    costs: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    penalty: float | None = None,
    limits: Limits | None = None,
) -> Answer:
    """Return the sites with the least Σ weight × distance to the nearest open site (Hakimi 1964), with a proven bound.

    `distances`: an array (n_demand, n_site), infinite where there is no way; a sparse one, where what is not stored has no way
    (a stored zero is a distance of zero); or `Positions` in metres. `weights` (n_demand,) ≥ 0, one each if left out.
    Either at most `open_sites` new sites, or `costs` (n_site,) > 0 that sum up to at most `budget`; costs are not added to the
    distances. `fixed` are open already and cost nothing; `mandatory` are opened and counted; `forbidden` are never opened.
    `penalty`: the distance counted for who reaches no open site, not below any distance; without it everybody must be reached.
    `value`, `bound`, `before`, `marginal` are weight × distance, less is better: `bound` ≤ `value`; infinite = nobody serves.
    `replacement_change` is what an exchange adds to the value, above zero = worse. Raises: LocateError, Infeasible.

    >>> answer = p_median([[0, 4, 9], [4, 0, 5], [9, 5, 0]], [1, 1, 3], open_sites=2)
    >>> answer.sites.tolist(), answer.value, answer.proven
    ([0, 2], 4.0, True)
    """
    limits = (limits or Limits()).restart()
    n, m = shape_of(distances)
    if not n or not m:
        raise LocateError("empty", "There are no points of demand." if m else "There are no candidate sites.")
    who = roles(m, fixed, mandatory, forbidden)
    weight = row(np.ones(n) if weights is None else weights, n, "weights")
    price, room = spending(who, open_sites, costs, budget)
    clients = np.flatnonzero(weight > 0)
    given = source(distances, weight, clients)
    caps = _caps(given, weight[clients], penalty, limits)
    question = Question(given, weight[clients], caps, clients, who, price, room, penalty is None and not caps.whole)
    found = _decide(question, limits)
    sites = np.union1d(who.given, found.sites)
    paid = given.nearest(sites, caps.costs)[1][:, 0]
    value = float(paid.sum())
    before = float(given.nearest(who.held, caps.unserved)[1][:, 0].sum()) if len(clients) else 0.0
    return Answer(
        sites=sites,
        new=np.setdiff1d(sites, who.held),
        value=value,
        bound=value if found.reason is Reason.PROVEN else min(value, found.bound),
        total=float(weight.sum()),
        before=before,
        reason=found.reason,
        elapsed_s=limits.elapsed_s,
        memory_mib=memory_mib(),
        **explain(given, sites, who, price, room, caps.unserved),
    )


@dataclass(frozen=True)
class Caps:
    """What a client costs whom nobody serves: `costs` for the search, `unserved` in the answer; `whole`: all are reached."""

    costs: Floats
    unserved: Floats
    whole: bool


@dataclass(frozen=True)
class Question:
    """The checked question: clients with weight only (`clients`: their rows in the input)."""

    given: Source
    weights: Floats
    caps: Caps
    clients: Ints
    who: Roles
    price: Floats
    room: float
    strict: bool


def _caps(given: Source, weights: Floats, penalty: float | None, limits: Limits) -> Caps:
    """Return what unserved clients cost: the penalty, or more than any choice that serves everybody."""
    none = np.full(len(weights), np.inf)
    if isinstance(given, Spread):
        whole, farthest, most = True, 0.0, 0.0
    elif isinstance(given, Table):
        finite = np.isfinite(given.table)
        whole, farthest = bool(finite.all()), float(np.max(given.table, where=finite, initial=0.0))
        most = farthest * float(weights.sum())
    else:
        links = given.whole
        whole = links.n_pairs == links.n_client * links.n_site
        each = np.zeros(len(weights))
        some = np.flatnonzero(np.diff(links.starts))
        each[some] = links.costs[links.starts[some + 1] - 1] / weights[some]
        farthest, most = float(each.max(initial=0.0)), float((each * weights).sum())
    if penalty is not None:
        if not penalty >= farthest * (1 - 1e-12) or not np.isfinite(penalty):
            raise LocateError("penalty", f"The penalty is below the greatest distance, {farthest:g}, or not finite.")
        return Caps(penalty * weights, penalty * weights, whole)
    return Caps(none if whole else np.full(len(weights), np.ceil(most) + 1.0), none, whole)


def _decide(question: Question, limits: Limits) -> Found:
    """Return new sites, apart from the given ones, with their proof."""
    given, who = question.given, question.who
    nothing = Found(np.zeros(0, np.int64), 0.0, 0.0, Reason.PROVEN, np.zeros(0))
    free = who.free[question.price[who.free] <= question.room + TINY]
    if not len(question.clients):
        return nothing
    near, paid = given.nearest(who.given, question.caps.costs)
    start = np.zeros(0, np.int64)
    needy = question.strict or not len(who.given)
    if needy and (near[:, 0] < 0).any() and np.isposinf(question.caps.unserved).any():
        start = feasible_start(
            given,
            free,
            near[:, 0] < 0,
            question.price,
            question.room,
            question.clients,
            limits,
            whole=question.caps.whole,
        )
    if not len(free):
        return nothing
    caps = np.minimum(paid[:, 0], question.caps.costs)
    price = question.price[free]
    typical = max(1.0, question.room / float(price.mean())) + len(who.given)
    count = max(LEAST_ROW, int(np.ceil(ROW * len(free) / typical)))
    if isinstance(given, Spread) and min(count, len(free)) * len(caps) > MOST_PAIRS:
        found = solve_wide(given, free, caps, price, question.room, question.weights, limits)
    else:
        found = _lengthening(question, free, caps, count, np.searchsorted(free, start), limits)
    if not len(found.sites) and len(start):  # no site is better than any one, so any one is as good
        return Found(start, found.value, found.bound, found.reason, found.multipliers)
    return Found(free[found.sites], found.value, found.bound, found.reason, found.multipliers)


def _lengthening(question: Question, free: Ints, caps: Floats, count: int, start: Ints, limits: Limits) -> Found:
    """Solve with short rows; lengthen them until no client of the answer pays its cap in place of its true cost."""
    price, given = question.price[free], question.given
    first, best, bound = start, None, -np.inf
    while True:
        count = len(free) if count > len(free) // 2 or isinstance(given, Listed) else count
        links = _ended(given.links(free, count), caps)
        found = solve(Task.of(links, price, question.room), question.weights, limits, first)
        value = float(np.minimum(given.nearest(free[found.sites], caps)[1][:, 0], caps).sum())
        bound = max(bound, found.bound)
        if best is None or value < best.value:
            best = Found(found.sites, value, bound, found.reason, found.multipliers)
        true = value <= found.value * (1 + 1e-12) + 1e-12
        if true or count == len(free) or found.reason is not Reason.PROVEN:
            reason = found.reason
            if reason is Reason.PROVEN and not (true or count == len(free)):
                reason = Reason.TIME
            return Found(best.sites, best.value, min(bound, best.value), reason, best.multipliers)
        first, count = best.sites, 3 * count


def _ended(links: Links, caps: Floats) -> Links:
    """Return links under the caps of clients too; where there is none, a client pays no more than its last link."""
    caps = np.minimum(links.caps, caps)
    endless = np.flatnonzero(np.isposinf(caps))
    caps[endless] = links.costs[links.starts[endless + 1] - 1]
    return links.below(caps)
