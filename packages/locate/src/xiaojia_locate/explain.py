"""What is each site worth, and what would take its place? Asked once the sites are chosen."""

from typing import TypedDict

import numpy as np

from xiaojia_locate.kernels import regained
from xiaojia_locate.question import TINY, Roles
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.search import Choice, Task


class Explained(TypedDict):
    """What `Answer` says about its sites; see there."""

    covered: dict[str, float]
    marginal: Floats
    replacement: Ints
    replacement_change: Floats


def explain(reach: Reach, levels: Floats, sites: Ints, who: Roles, price: Floats, room: float) -> Explained:
    """Return the weight covered at each level, what each open site adds, and the best replacement of each new site.

    `room`: what may be spent on sites that are neither held nor mandatory.
    """
    choice = Choice(Task.of(reach, levels, price, np.inf))
    choice.become(sites)
    new = np.setdiff1d(sites, who.held)
    spare = room - float(price[np.setdiff1d(sites, who.given)].sum())
    closed = np.setdiff1d(who.free, sites)
    replacement, change = np.full(len(new), -1, dtype=np.int64), np.full(len(new), -np.inf)
    for place, out in enumerate(new):
        fits = closed[price[closed] <= spare + price[out] + TINY]
        if not len(fits):
            continue
        regain = regained(int(out), choice.task.reach, choice.task.back, choice.steps, choice.state[0], reach.n_site)
        rise = choice.gain[fits] + regain[fits] - choice.loss[out]
        replacement[place], change[place] = fits[np.argmax(rise)], rise.max()
    count = choice.state[0]
    names = ["once", "twice", "three times"]
    covered = {
        names[level] if level < len(names) else f"{level + 1} times": float(levels[count > level, level].sum())
        for level in range(levels.shape[1])
    }
    return {
        "covered": covered,
        "marginal": choice.loss[sites],
        "replacement": replacement,
        "replacement_change": change,
    }
