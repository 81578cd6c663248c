"""Which sites keep the way shortest when each can serve only so much? The capacitated p-median, served whole or split."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Answer, Limits, Reason, memory_mib
from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.median_capacity_solve import Stock, solve_stock
from xiaojia_locate.median_plane import Positions
from xiaojia_locate.median_ways import Distances, shape_of, source
from xiaojia_locate.question import TINY, Roles, roles, row, spending
from xiaojia_locate.reach import Floats

MOST_PAIRS = 20_000_000


@dataclass(frozen=True)
class CapacitatedAnswer(Answer):
    """As `Answer`; `shares` (n_demand, n_site): which part of each client each site serves; `loads` (n_open,): load of `sites`."""

    shares: sparse.csr_array = field(default_factory=lambda: sparse.csr_array((0, 0)))
    loads: Floats = field(default_factory=lambda: np.zeros(0))


def capacitated_p_median(
    distances: Distances,
    weights: npt.ArrayLike | None = None,
    *,
    capacities: npt.ArrayLike,
    loads: npt.ArrayLike | None = None,
    split: bool = False,
    open_sites: int | None = None,
    costs: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    limits: Limits | None = None,
) -> CapacitatedAnswer:
    """Return the sites, and who is served where, with the least Σ weight × distance when sites have capacities.

    `capacities` (n_site,) ≥ 0 bound the sum of the `loads` (n_demand,) ≥ 0 of the clients of a site; `loads` are the `weights`
    if left out. Each client is served by one site, unless `split`. The other options, distances and units are those of
    `p_median`; everybody must be served. Made for some hundred clients and sites; at most 20 million pairs.
    Source: Mulvey and Beck (EJOR 18, 1984); bound: see `median_capacity_solve`. Raises: LocateError, Infeasible.

    >>> answer = capacitated_p_median([[0, 3], [1, 9]], capacities=[1, 1], open_sites=2)
    >>> answer.value, answer.shares.toarray().tolist()
    (4.0, [[0.0, 1.0], [1.0, 0.0]])
    """
    limits = (limits or Limits()).restart()
    n, m = shape_of(distances)
    if not n or not m:
        raise LocateError("empty", "There are no points of demand." if m else "There are no candidate sites.")
    if n * m > MOST_PAIRS:
        raise LocateError("too_large", f"{n} × {m} pairs; the capacitated problem takes at most {MOST_PAIRS:,}.")
    who = roles(m, fixed, mandatory, forbidden)
    weight = row(np.ones(n) if weights is None else weights, n, "weights")
    load = weight if loads is None else row(loads, n, "loads")
    stock = row(capacities, m, "capacities")
    price, room = spending(who, open_sites, costs, budget)
    paid = _paid(distances, weight)
    paid[:, who.banned] = np.inf
    _possible(paid, load, stock, who, price, room, split)
    question = Stock(paid, load, stock, price, room, who.given, who.free, split)
    found = solve_stock(question, limits)
    sites = np.union1d(who.given, found.sites)
    return CapacitatedAnswer(
        sites=sites,
        new=np.setdiff1d(sites, who.held),
        value=found.value,
        bound=found.value if found.reason is Reason.PROVEN else min(found.bound, found.value),
        total=float(weight.sum()),
        before=np.inf,
        reason=found.reason,
        elapsed_s=limits.elapsed_s,
        memory_mib=memory_mib(),
        shares=found.shares,
        loads=np.asarray(found.shares.T @ load)[sites],
    )


def _paid(distances: Distances, weight: Floats) -> Floats:
    """Return weight × distance as an array (n, m), infinite where there is no way."""
    n, m = shape_of(distances)
    source(distances, np.ones(n), np.arange(n))  # says what is wrong with them
    if isinstance(distances, Positions):
        apart = distances.demand_m[:, None, :] - distances.sites_m[None, :, :]
        table = np.hypot(apart[..., 0], apart[..., 1]) * distances.detour
    elif sparse.issparse(distances):
        entries = sparse.coo_array(distances)
        entries.sum_duplicates()
        table = np.full((n, m), np.inf)
        table[entries.row, entries.col] = entries.data
    else:
        table = np.array(distances, dtype=np.float64)
    return np.where(np.isfinite(table), table * np.where(np.isfinite(table), weight[:, None], 1.0), np.inf)


def _possible(paid: Floats, load: Floats, stock: Floats, who: Roles, price: Floats, room: float, split: bool) -> None:
    """Say what can be seen at once: too little capacity in all, clients too large for any site, clients without a way."""
    cut = np.flatnonzero(~np.isfinite(paid).any(axis=1))
    if len(cut):
        raise Infeasible("unreachable", f"{len(cut)} clients have no way to any candidate.", float(len(cut)), cut)
    missing = float(load.sum()) - _most(stock, who, price, room)
    if missing > TINY * max(1.0, float(load.sum())):
        message = f"The capacity of any sites that may open falls short of the load by at least {missing:g}."
        raise Infeasible("capacity_short", message, missing)
    largest = np.where(np.isfinite(paid), stock, 0.0).max(axis=1)
    above = np.flatnonzero(load > largest + TINY)
    if len(above) and not split:
        by = float((load - largest)[above].max())
        message = f"{len(above)} clients are too large for any site that they reach, by up to {by:g}; split them."
        raise Infeasible("client_too_large", message, by, above)


def _most(stock: Floats, who: Roles, price: Floats, room: float) -> float:
    """Return no less capacity than any choice can have (the knapsack, filled by capacity for price)."""
    free = who.free[np.argsort(-(stock / price)[who.free], kind="stable")]
    parts = np.clip((room - (np.cumsum(price[free]) - price[free])) / price[free], 0.0, 1.0)
    return float(stock[who.given].sum() + (stock[free] * parts).sum())
