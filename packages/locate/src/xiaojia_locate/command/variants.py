"""How are the relatives of maximal covering asked? By share of the demand, by degrees of distance, by sites that may fail."""

from typing import Any

import numpy as np
from scipy import sparse

from xiaojia_locate.answer import Answer, Limits
from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.grid import flat_m, middle
from xiaojia_locate.command.posing import Posed
from xiaojia_locate.reach import Ints


def by_share(posed: Posed, limits: Limits, roles: dict[str, Any]) -> Answer:
    """Return the fewest sites, or the cheapest where candidates have costs, that cover the share asked for."""
    from xiaojia_locate.set_cover import set_cover

    share = posed.options.cover_share or 1.0
    return set_cover(posed.reach, posed.weights, share, costs=posed.costs, **roles, limits=limits)


def by_degrees(posed: Posed, limits: Limits, goal: dict[str, Any], roles: dict[str, Any]) -> Answer:
    """Return the sites that serve most demand where near counts more than far."""
    from xiaojia_locate.gradual import gradual_cover

    return gradual_cover(
        walks_m(posed), posed.weights, full_m=full_m(posed), zero_m=posed.options.walk_m, **goal, **roles, limits=limits
    )


def in_expectation(posed: Posed, limits: Limits, goal: dict[str, Any], roles: dict[str, Any]) -> Answer:
    """Return the sites that serve most demand on average where a site is open with its probability only."""
    from xiaojia_locate.failing import expected_cover

    return expected_cover(posed.reach, posed.weights, open_probability=chances(posed), **goal, **roles, limits=limits)


def full_m(posed: Posed) -> float:
    """Return the walk up to which a site counts in full, metres: half of the reach if nothing else is said."""
    asked = posed.options.full_m
    return posed.options.walk_m / 2 if asked is None else asked


def chances(posed: Posed) -> Floats:
    """Return how likely each site is open (n_site,)."""
    usual = posed.options.open_probability
    parts = [layer for layer in (posed.existing, posed.candidates) if layer is not None]
    return np.concatenate([np.full(len(one), usual) if one.probability is None else one.probability for one in parts])


def walks_m(posed: Posed) -> sparse.csr_matrix:
    """Return the walks of all pairs within reach, metres (n_demand, n_site); a walk of nothing is stored."""
    options, work = posed.options, "metres" if posed.demand.crs == "metres" else "wgs84"
    if options.network or options.barriers:
        from xiaojia_locate.command.streets import walks_on_streets

        walks = walks_on_streets(posed.demand.places, posed.site_places, options, work, distances=True)
        return walks.distance_m
    about = middle(posed.demand.places)
    demand, sites = flat_m(posed.demand.places, work, about), flat_m(posed.site_places, work, about)
    row = np.repeat(np.arange(posed.reach.n_demand), posed.reach.degrees())
    metres = options.detour_used * np.hypot(*(demand[row] - sites[posed.reach.sites]).T)
    return sparse.csr_matrix(
        (metres, posed.reach.sites, posed.reach.starts), shape=(posed.reach.n_demand, posed.n_site)
    )


def worth(posed: Posed, sites: Ints) -> float:
    """Return what some open sites are worth in the problem asked: by degrees, or in expectation."""
    if posed.options.problem == "gradual":
        from xiaojia_locate.gradual import degrees_of, served

        if posed.degrees is None:
            posed.degrees = degrees_of(walks_m(posed), full_m(posed), posed.options.walk_m, None)
        return float(posed.weights @ served(*posed.degrees, sites))
    from xiaojia_locate.failing import closed

    return float(posed.weights @ (1.0 - closed(posed.reach, chances(posed), sites)))


def stepped(posed: Posed, answer: Answer) -> tuple[list[int], list[float]]:
    """Return the new sites, those that would be missed most first, and what each adds to the ones before it."""
    loss = dict(zip(answer.sites.tolist(), answer.marginal.tolist(), strict=False))
    order = sorted(answer.new.tolist(), key=lambda site: -loss.get(site, 0.0))
    held, gains, before = np.setdiff1d(answer.sites, answer.new), [], answer.before
    for count in range(1, len(order) + 1):
        now = worth(posed, np.concatenate([held, np.array(order[:count])]).astype(np.int64))
        gains.append(now - before)
        before = now
    return order, gains
