"""How far is each site from each demand, where the walk itself is what is asked? Positions in metres, or walks along streets."""

from typing import Any

import numpy as np

from xiaojia_locate.command.grid import flat_m, middle
from xiaojia_locate.command.posing import Posed


def distances(posed: Posed) -> tuple[Any, float | None]:
    """Return distances as the library's p-median and p-center take them, and what an unreachable walk counts (or None).

    Straight lines are asked without a limit. Along streets and around barriers walks are known within the reach only; who
    is reached by nobody counts the reach itself.
    """
    options = posed.options
    if options.network or options.barriers:
        from xiaojia_locate.command.streets import walks_on_streets

        work = "metres" if posed.demand.crs == "metres" else "wgs84"
        walks = walks_on_streets(posed.demand.places, posed.site_places, options, work, distances=True)
        return walks.distance_m, options.walk_m
    from xiaojia_locate.median_plane import Positions

    work = "metres" if posed.demand.crs == "metres" else "wgs84"
    about = middle(posed.demand.places)
    demand, sites = flat_m(posed.demand.places, work, about), flat_m(posed.site_places, work, about)
    return Positions(demand, sites, options.detour_used), None


def mean_walk_m(value: float, posed: Posed) -> float:
    """Return the mean walk of a p-median's value."""
    total = float(np.sum(posed.weights))
    return value / total if total else 0.0
