"""Is the question sound? Weights, site numbers, costs and budgets are checked before anything is solved."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.reach import Floats, Ints

TINY = 1e-9


@dataclass(frozen=True)
class Roles:
    """Which sites are settled: `held` are open already, `wanted` must be opened and are paid for, `banned` never open."""

    n_site: int
    held: Ints
    wanted: Ints
    banned: Ints

    @property
    def given(self) -> Ints:
        """The sites that are open in every answer."""
        return np.union1d(self.held, self.wanted)

    @property
    def free(self) -> Ints:
        """The sites that are still to be decided."""
        return np.setdiff1d(np.arange(self.n_site), np.union1d(self.given, self.banned))


def roles(n_site: int, fixed: Iterable[int], mandatory: Iterable[int], forbidden: Iterable[int]) -> Roles:
    """Return the settled sites, or say which are unknown or contradict each other."""
    found = Roles(
        n_site,
        site_numbers(n_site, fixed, "fixed"),
        site_numbers(n_site, mandatory, "mandatory"),
        site_numbers(n_site, forbidden, "forbidden"),
    )
    for settled, words in ((found.held, "fixed and forbidden"), (found.wanted, "mandatory and forbidden")):
        both = np.intersect1d(settled, found.banned)
        if len(both):
            raise Infeasible("contradiction", f"Sites are both {words}.", float(len(both)), both)
    return found


def spending(
    who: Roles, open_sites: int | None, costs: npt.ArrayLike | None, budget: float | None
) -> tuple[Floats, float]:
    """Return each site's cost (n_site,) and what is left to spend after the mandatory sites; a number costs one a site."""
    if (open_sites is None) == (budget is None) or (budget is not None and costs is None):
        raise LocateError("budget", "Say either how many sites to open, or costs and a budget.")
    if open_sites is not None:
        price, room, word = np.ones(who.n_site), float(open_sites), "sites to open"
        left = who.n_site - len(np.union1d(who.held, who.banned))
        if open_sites < 0:
            raise LocateError("range", f"The number of sites to open cannot be below zero, got {open_sites}.")
        if open_sites > left:
            raise Infeasible("too_many", f"{open_sites} sites to open, {left} candidates.", float(open_sites - left))
    else:
        price, room, word = site_costs(costs, who.n_site), float(budget or 0.0), "budget"
    new = np.setdiff1d(who.wanted, who.held)
    missing = float(price[new].sum()) - room
    if missing > TINY:
        raise Infeasible(
            "mandatory_above_budget", f"The mandatory sites exceed the {word} by {missing:g}.", missing, new
        )
    return price, room - float(price[new].sum())


def site_costs(costs: npt.ArrayLike | None, n_site: int) -> Floats:
    """Return the costs of the sites, all above zero; one each if left out."""
    if costs is None:
        return np.ones(n_site)
    price = row(costs, n_site, "costs")
    nothing = np.flatnonzero(price <= 0)
    if len(nothing):
        raise LocateError("cost", "Costs must be above zero.", nothing)
    return price


def levels_of(n_demand: int, weights: npt.ArrayLike | None, again: npt.ArrayLike | None) -> Floats:
    """Return the weights of being covered once, and again if given, (n_demand, 1 or 2); one each if left out."""
    first = row(np.ones(n_demand) if weights is None else weights, n_demand, "weights")
    if again is None:
        return first[:, None]
    second = row(again, n_demand, "again")
    above = np.flatnonzero(second > first)
    if len(above):
        raise LocateError("again_above_first", "The weight of the second coverage is above that of the first.", above)
    return np.column_stack([first, second])


def row(values: npt.ArrayLike, length: int, name: str) -> Floats:
    """Return values as (length,) floats, none negative, or say which cannot be used."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (length,):
        raise LocateError("shape", f"{name}: {length} values needed, got an array of shape {array.shape}.")
    wrong = np.flatnonzero(~np.isfinite(array))
    if len(wrong):
        raise LocateError("not_a_number", f"{name}: {len(wrong)} values are empty or no numbers.", wrong)
    below = np.flatnonzero(array < 0)
    if len(below):
        raise LocateError("negative", f"{name}: {len(below)} values are below zero.", below)
    return array


def site_numbers(n_site: int, sites: Iterable[int], name: str) -> Ints:
    """Return site numbers ascending and once each, or say which do not exist."""
    numbers = np.unique(np.fromiter((int(site) for site in sites), dtype=np.int64))
    if len(numbers) and (numbers[0] < 0 or numbers[-1] >= n_site):
        wrong = numbers[(numbers < 0) | (numbers >= n_site)]
        raise LocateError("unknown_site", f"{name}: sites are numbered 0 to {n_site - 1}.", wrong)
    return numbers
