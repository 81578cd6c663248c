"""What is each median worth, and what would take its place? Asked once the sites are chosen, exactly, with all sites."""

from typing import TypedDict

import numpy as np

from xiaojia_locate.median_ways import Source
from xiaojia_locate.question import TINY, Roles
from xiaojia_locate.reach import Floats, Ints


class Explained(TypedDict):
    """What `Answer` says about its sites; see there."""

    marginal: Floats
    replacement: Ints
    replacement_change: Floats


def explain(given: Source, sites: Ints, who: Roles, price: Floats, room: float, unserved: Floats) -> Explained:
    """Return what closing each open site adds to the cost, and the best replacement of each new site.

    `unserved` (n,): what a client costs that no open site serves, infinite if that is not allowed.
    """
    near, cost = given.nearest(sites, unserved)
    near = np.where(near >= 0, np.searchsorted(sites, np.maximum(near, 0)), -1)
    extra = np.where(near[:, 0] >= 0, cost[:, 1] - cost[:, 0], 0.0) if len(near) else np.zeros(0)
    marginal = np.zeros(len(sites))
    np.add.at(marginal, near[near[:, 0] >= 0, 0], extra[near[:, 0] >= 0])
    new = np.setdiff1d(sites, who.held)
    replacement, change = np.full(len(new), -1, dtype=np.int64), np.full(len(new), np.inf)
    spare = room - float(price[np.setdiff1d(sites, who.given)].sum())
    closed = np.setdiff1d(who.free, sites)
    everybody = np.arange(len(near))
    now = np.where(np.isfinite(cost[:, 0]), cost[:, 0], 0.0)
    gain = given.worth(everybody, now) if len(closed) and len(new) else np.zeros(given.n_site)
    for place, out in enumerate(new):
        fits = closed[price[closed] <= spare + price[out] + TINY]
        own = np.flatnonzero(near[:, 0] == np.searchsorted(sites, out)) if len(near) else np.zeros(0, np.int64)
        if not len(fits):
            continue
        big = np.isposinf(cost[own, 1])
        after = np.where(big, 1.0 + given.farthest(own), cost[own, 1])
        saved = gain[fits] - given.worth(own, now[own])[fits] + given.worth(own, after)[fits]
        added = float((after - now[own]).sum()) - saved
        if big.any():
            added = np.where(given.reached(own[big])[fits] == int(big.sum()), added, np.inf)
        best = int(np.argmin(added))
        if np.isfinite(added[best]):
            replacement[place], change[place] = fits[best], added[best]
    return {"marginal": marginal, "replacement": replacement, "replacement_change": change}
