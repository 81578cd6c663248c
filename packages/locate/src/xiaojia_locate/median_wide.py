"""How is the p-median answered for tens of thousands of clients and sites? Few sites for the search, all for the bound.

The search works on a pool of sites with short rows. The bound is raised on all sites by
distances computed where they matter (`median_plane`), and the sites that it likes form the next pool (heuristic
concentration; Rosing and ReVelle, EJOR 97, 1997). Values and bounds are always those of all sites.
"""

import numpy as np

from xiaojia_locate.answer import Limits, Reason
from xiaojia_locate.median_bound import Bound, climb, even_start
from xiaojia_locate.median_search import Choice, Task, shaken
from xiaojia_locate.median_solve import Found
from xiaojia_locate.median_ways import Spread
from xiaojia_locate.reach import Floats, Ints

POOL, ROW, LEAST_POOL = 20, 120, 1_000
STEPS, SHAKES = 80, 20


def solve_wide(
    given: Spread, free: Ints, caps: Floats, price: Floats, room: float, weights: Floats, limits: Limits
) -> Found:
    """Return a choice among `free` (renumbered) and a bound for all of them; goes on until the gap or a limit is reached."""
    plane = given.plane(free, caps)
    size = min(len(free), max(LEAST_POOL, int(POOL * room / float(price.mean()))))
    pool = np.sort(np.random.default_rng(limits.seed).choice(len(free), size=size, replace=False))
    sites, value = np.zeros(0, np.int64), float(plane.values(np.zeros(0, np.int64)).sum())
    bound: Bound | None = None
    turn = 0
    while True:
        task = Task.of(plane.near(pool, ROW), price[pool], room)
        choice = Choice(task, np.searchsorted(pool, np.intersect1d(sites, pool)))
        choice.fill()
        choice.climb(limits, np.random.default_rng([limits.seed, turn]))
        shaken(choice, SHAKES * turn, limits, seed=turn)
        found = pool[choice.sites()]
        paid = float(plane.values(found).sum())
        if paid < value:
            sites, value = found, paid
        if bound is None:
            bound = even_start(plane.values(sites), weights, plane, price, room)
        bound = climb(plane, price, room, bound, value, STEPS, limits, step=0.02, stop=value)
        limits.tell(f"all {len(free)} sites", value, bound.value)
        over = limits.over()
        if bound.value >= value * (1 - 1e-12):
            return Found(sites, value, value, Reason.PROVEN, bound.multipliers)
        if value - bound.value <= limits.gap * value or over:
            reason = Reason.GAP if value - bound.value <= limits.gap * value else over or Reason.TIME
            return Found(sites, value, bound.value, reason, bound.multipliers)
        turn += 1
        pool = _next_pool(bound, sites, size)


def _next_pool(bound: Bound, sites: Ints, size: int) -> Ints:
    """Return the sites that the relaxation uses most, then those it likes best, and the best known choice."""
    likely = np.argsort(-(bound.parts * 1e12 + bound.worth), kind="stable")[:size]
    return np.union1d(sites, likely)
