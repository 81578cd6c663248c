"""How cheap can any choice of medians be? Multipliers of the clients, a bound that holds for all sites.

For multipliers λ (n,) with λ_i ≤ caps_i,

    L(λ) = Σ_i λ_i − max { Σ_j y_j · Σ_i max(0, λ_i − costs_ij) : Σ_j price_j y_j ≤ room, 0 ≤ y ≤ 1 }

never exceeds the cost of any choice (Lagrangian duality; Cornuéjols, Fisher, Nemhauser, Management Science 23, 1977), and the
best L equals the linear relaxation. Only links below λ_i enter, so rows that end at a cap above λ_i prove the same bound as
whole rows. The multipliers climb by the volume algorithm (Barahona and Anbil, Math. Programming 87, 2000), which also
yields fractions of sites that tend to a solution of the relaxation.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from xiaojia_locate.answer import Limits
from xiaojia_locate.median_kernels import served as listed_served
from xiaojia_locate.median_kernels import worth as listed_worth
from xiaojia_locate.median_links import Links
from xiaojia_locate.median_plane import Plane, plane_served, plane_worth
from xiaojia_locate.reach import Floats, Ints

PATIENCE, LEAST_STEP, SUPPORT = 20, 1e-4, 1e-3


@dataclass(frozen=True)
class Bound:
    """A proven bound, its multipliers (n,), each site's worth (m,), the price of room, and fractions of sites (m,)."""

    value: float
    multipliers: Floats
    worth: Floats
    price: float
    parts: Floats

    def needed(self, price: Floats) -> tuple[Floats, Floats]:
        """Return what opening each site, and what closing it, adds to the bound at least, (m,) each."""
        margin = self.worth - self.price * price
        return np.maximum(0.0, -margin), np.maximum(0.0, margin)


@dataclass(frozen=True)
class Demands:
    """What a part of the choices asks for: sites `banned` (m,), and disjoint groups of sites that open one at least."""

    banned: npt.NDArray[np.bool_]
    groups: tuple[Ints, ...] = ()

    @staticmethod
    def none(n_site: int) -> "Demands":
        """Return no demands."""
        return Demands(np.zeros(n_site, dtype=bool))

    def halves(self, group: Ints) -> tuple["Demands", "Demands"]:
        """Return what is asked when no site of `group` opens, and when one does; `group` lies in one group or in none."""
        banned = self.banned.copy()
        banned[group] = True
        inside = [np.isin(group[:1], other)[0] for other in self.groups]
        others = tuple(other for other, hit in zip(self.groups, inside, strict=True) if not hit)
        left = tuple(np.setdiff1d(other, group) for other, hit in zip(self.groups, inside, strict=True) if hit)
        return Demands(banned, others + left), Demands(self.banned, (*others, group))

    def only(self, sites: Ints) -> "Demands":
        """Return the demands among some sites, renumbered; `sites` ascending, at least one of each group among them."""
        groups = (np.searchsorted(sites, np.intersect1d(group, sites)) for group in self.groups)
        return Demands(self.banned[sites], tuple(groups))

    def single(self) -> npt.NDArray[np.bool_]:
        """Return which sites are settled, (m,): banned, or the only one of their group."""
        settled = self.banned.copy()
        for group in self.groups:
            if len(group) == 1:
                settled[group] = True
        return settled

    def mates(self, site: int) -> npt.NDArray[np.bool_]:
        """Return which sites may form a group with `site`, (m,): those of its group, or all that are in none."""
        free = ~self.banned
        for group in self.groups:
            if site in group:
                mates = np.zeros_like(free)
                mates[group] = True
                return mates & free
            free[group] = False
        return free


class Inner(Protocol):
    """What the bound asks of a problem; links and planes are answered by kernels, others answer for themselves."""

    caps: Floats

    def first(self) -> Floats:
        """Return what each client pays at least, (n,)."""

    def worth(self, multipliers: Floats) -> Floats:
        """Return what each site earns at most, (m,)."""

    def served(self, multipliers: Floats, parts: Floats) -> Floats:
        """Return how much of each client is served when `parts` of the sites earn that, (n,)."""


Ways = Links | Plane | Inner


def worth(links: Ways, multipliers: Floats) -> Floats:
    """Return Σ_i max(0, multipliers_i − cost_ij) of every site j, (m,)."""
    if isinstance(links, Links):
        return listed_worth(links, multipliers)
    return plane_worth(links, multipliers) if isinstance(links, Plane) else links.worth(multipliers)


def served(links: Ways, multipliers: Floats, parts: Floats) -> Floats:
    """Return Σ_j parts_j over the sites that cost each client less than its multiplier, (n,)."""
    if isinstance(links, Links):
        return listed_served(links, multipliers, parts)
    if isinstance(links, Plane):
        return plane_served(links, multipliers, parts)
    return links.served(multipliers, parts)


def bound_of(links: Ways, multipliers: Floats, price: Floats, room: float, demands: Demands | None = None) -> Bound:
    """Return L for these multipliers; `parts` are the sites that its inner problem takes. Infinite if nothing fits."""
    gain = worth(links, multipliers)
    parts, rate = _filled(gain, price, room, demands)
    value = float(multipliers.sum() - gain @ parts) if len(parts) else np.inf
    return Bound(value, multipliers, gain, rate, parts if len(parts) else np.zeros(len(gain)))


def _filled(gain: Floats, price: Floats, room: float, demands: Demands | None) -> tuple[Floats, float]:
    """Take the best of each group, then fill the room by gain for price (Dantzig's bound of the knapsack).

    Return the parts taken and the rate at the edge; no parts at all if the groups alone exceed the room.
    """
    parts, rate = np.zeros(len(gain)), gain / price
    if demands is not None:
        rate = np.where(demands.banned, 0.0, rate)
        if demands.groups:
            taken = _best_of_groups(gain, demands.groups)
            room -= float(price[taken].sum())
            if room < -1e-9:
                return np.zeros(0), 0.0
            parts[taken], rate[taken] = 1.0, 0.0
    order = _best_first(rate, price, room)
    spent = np.cumsum(price[order])
    whole = int(np.searchsorted(spent, room * (1 + 1e-12), side="right"))
    parts[order[:whole]] = 1.0
    if demands is not None:
        parts[demands.banned] = 0.0
    if whole == len(order):
        return parts, 0.0
    edge = order[whole]
    before = float(spent[whole - 1]) if whole else 0.0
    if rate[edge] > 0:
        parts[edge] = max(0.0, (room - before) / price[edge])
    return parts, max(0.0, float(rate[edge]))


def _best_first(rate: Floats, price: Floats, room: float) -> Ints:
    """Return sites by falling rate, as many as may matter."""
    cheapest = float(price.min()) if len(price) else 1.0
    most = int(room / cheapest) + 2
    if most >= len(rate) // 2:
        return np.argsort(-rate, kind="stable")
    likely = np.argpartition(-rate, most)[: most + 1]
    return likely[np.argsort(-rate[likely], kind="stable")]


def _best_of_groups(gain: Floats, groups: tuple[Ints, ...]) -> Ints:
    return np.array([group[np.argmax(gain[group])] for group in groups], dtype=np.int64)


def climb(
    links: Ways,
    price: Floats,
    room: float,
    start: Bound,
    target: float,
    rounds: int,
    limits: Limits,
    *,
    step: float = 0.1,
    stop: float = np.inf,
    demands: Demands | None = None,
) -> Bound:
    """Return a higher bound than `start` after `rounds` steps of the volume algorithm towards the value `target`.

    Ends early once the bound exceeds `stop`, or the fractions serve every client, or limits say so.
    """
    low, high = links.first(), links.caps
    best, parts = start, start.parts.copy()
    slope = 1.0 - served(links, start.multipliers, parts)
    blend, failed = 0.1, 0
    for _ in range(rounds):
        move = _inside(slope, best.multipliers, low, high)
        length = float(move @ move)
        if length < 1e-12 or best.value >= stop or limits.over() is not None:
            break
        size = step * max(target - best.value, 1e-9 * abs(target)) / length
        tried = bound_of(links, np.clip(best.multipliers + size * move, low, high), price, room, demands)
        fresh = 1.0 - served(links, tried.multipliers, tried.parts)
        change = fresh - slope
        wide = float(change @ change)
        share = float(np.clip(-(slope @ change) / wide, blend / 10, blend)) if wide > 0 else blend
        if tried.value > best.value:
            best, failed = tried, 0
            step = min(step * 1.1, 2.0) if fresh @ slope >= 0 else step
        else:
            failed += 1
            if failed >= PATIENCE:
                step, failed, blend = max(step * 0.66, LEAST_STEP), 0, max(blend * 0.8, 0.002)
        slope += share * change
        parts += share * (tried.parts - parts)
    return replace(best, parts=parts)


def _inside(slope: Floats, at: Floats, low: Floats, high: Floats) -> Floats:
    """Return the slope without the directions that lead out of the box."""
    return np.where(((at >= high) & (slope > 0)) | ((at <= low) & (slope < 0)), 0.0, slope)


def even_start(paid: Floats, weights: Floats, links: Ways, price: Floats, room: float) -> Bound:
    """Return the best bound with one distance for all clients, or that of what a choice makes them pay."""
    found = []
    mean = float(paid.sum() / max(weights.sum(), 1e-300))
    for factor in (0.0, 1.0, 1.2, 1.35, 1.5, 1.7):
        multipliers = np.clip(paid if not factor else factor * mean * weights, links.first(), links.caps)
        found.append(bound_of(links, multipliers, price, room))
    return max(found, key=lambda bound: bound.value)


def support(bound: Bound, also: Ints) -> Ints:
    """Return the sites that the relaxation uses, and `also`, ascending."""
    return np.union1d(np.flatnonzero(bound.parts > SUPPORT), also)
