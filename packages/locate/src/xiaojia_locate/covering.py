"""Which sites cover most? Maximal covering, with backup weight, fixed and forbidden sites, costs and a budget."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from xiaojia_locate.answer import Answer, Limits, Reason, memory_mib
from xiaojia_locate.classes import after, columns, merge, rows
from xiaojia_locate.exact import Found, solve
from xiaojia_locate.explain import explain
from xiaojia_locate.question import TINY, Roles, levels_of, roles, spending
from xiaojia_locate.reach import Floats, Reach
from xiaojia_locate.search import Task


def maximal_cover(
    reach: Reach,
    weights: npt.ArrayLike | None = None,
    *,
    open_sites: int | None = None,
    costs: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    again: npt.ArrayLike | None = None,
    limits: Limits | None = None,
) -> Answer:
    """Return the sites that cover most demand (Church and ReVelle 1974), with a proven bound.

    `weights` (n_demand,) ≥ 0, one each if left out. Either `open_sites` new sites, or `costs` (n_site,) > 0 within `budget`.
    `fixed` are open already and cost nothing; `mandatory` are opened and counted; `forbidden` are never opened.
    `again` (n_demand,) ≥ 0: weight for being covered a second time (backup coverage, 交叉覆盖), at most `weights`.
    Raises: LocateError, Infeasible.

    >>> from xiaojia_locate import within
    >>> reach = within([[0, 0], [1, 0], [9, 0]], [[0, 0], [9, 0]], limit_m=2)
    >>> maximal_cover(reach, [5, 5, 7], open_sites=1).sites.tolist()
    [0]
    """
    limits = (limits or Limits()).restart()
    who = roles(reach.n_site, fixed, mandatory, forbidden)
    levels = levels_of(reach.n_demand, weights, again)
    price, room = spending(who, open_sites, costs, budget)
    return cover(reach, levels, who, price, room, limits)


def cover(reach: Reach, levels: Floats, who: Roles, price: Floats, room: float, limits: Limits) -> Answer:
    """Return the best answer for weights by level (n_demand, n_level), never rising from level to level.

    The l-th open site that reaches a point earns its weight of level l. `price` (n_site,), `room`: what may be spent.
    """
    free = who.free[price[who.free] <= room + TINY]
    left, base = after(reach, levels, who.given)
    alive = left[:, 0] > 0
    classes = merge(columns(rows(reach, np.flatnonzero(alive)), free), left[alive])
    if len(free) and classes.reach.n_demand:
        found = solve(Task.of(classes.reach, classes.weights, price[free], room), limits)
    else:
        found = Found(np.zeros(0, np.int64), 0.0, 0.0, Reason.PROVEN)
    sites = np.union1d(who.given, free[found.sites])
    return Answer(
        sites=sites,
        new=np.setdiff1d(sites, who.held),
        value=base + found.value,
        bound=base + found.bound,
        total=float(levels.sum()),
        before=after(reach, levels, who.held)[1] if len(who.wanted) else base,
        reason=found.reason,
        elapsed_s=limits.elapsed_s,
        memory_mib=memory_mib(),
        **explain(reach, levels, sites, who, price, room),
    )
