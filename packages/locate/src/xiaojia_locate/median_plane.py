"""How are millions of distances used without keeping them? Positions on a grid; distances are computed where they matter."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial import cKDTree

from xiaojia_locate.kernels import COMPILED, njit  # type: ignore[attr-defined]
from xiaojia_locate.median_links import Links, from_rows
from xiaojia_locate.reach import Floats, Ints, positions

BLOCK = 2_000
PER_CELL = 4.0


@dataclass(frozen=True)
class Positions:
    """Clients (n, 2) and sites (m, 2) in metres; the way is `detour` times the straight line."""

    demand_m: Floats
    sites_m: Floats
    detour: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "demand_m", positions(self.demand_m, "demand"))
        object.__setattr__(self, "sites_m", positions(self.sites_m, "sites"))


@dataclass(frozen=True)
class Plane:
    """Clients and sites by position, cost = rates_i × straight distance, at most caps_i. Sites are sorted into cells.

    `cells` (rows × columns + 1,): where the sites of each cell start in `order` (m,).
    """

    clients: Floats
    sites: Floats
    rates: Floats
    caps: Floats
    nearest: Floats
    order: Ints
    cells: Ints
    shape: tuple[int, int]
    corner: Floats
    side: float
    tree: cKDTree = field(repr=False)

    @staticmethod
    def of(clients: Floats, sites: Floats, rates: Floats, caps: Floats) -> "Plane":
        """Return a plane with its grid."""
        corner = sites.min(axis=0)
        width = np.maximum(sites.max(axis=0) - corner, 1e-9)
        side = float(max(np.sqrt(width.prod() * PER_CELL / len(sites)), width.max() / 2_000))
        place = ((sites - corner) / side).astype(np.int64)
        rows, columns = (int(k) + 1 for k in place.max(axis=0))
        cell = place[:, 0] * columns + place[:, 1]
        order = np.argsort(cell, kind="stable")
        cells = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=rows * columns))])
        tree = cKDTree(sites)
        nearest = rates * tree.query(clients)[0]
        return Plane(clients, sites[order], rates, caps, nearest, order, cells, (rows, columns), corner, side, tree)

    @property
    def n_client(self) -> int:
        return len(self.clients)

    @property
    def n_site(self) -> int:
        return len(self.order)

    def first(self) -> Floats:
        """Return what each client pays at least, (n,)."""
        return np.minimum(self.nearest, self.caps)

    def values(self, opened: Ints) -> Floats:
        """Return what each client pays when these sites are open, (n,)."""
        if not len(opened):
            return self.caps.copy()
        far: Floats = cKDTree(self.tree.data[opened]).query(self.clients)[0]
        return np.minimum(self.caps, self.rates * far)

    def near(self, sites: Ints, count: int) -> Links:
        """Return links to the `count` nearest of some sites, renumbered in the order asked; short rows end at the next one's cost."""
        tree = cKDTree(self.tree.data[sites])
        count = min(count, len(sites))
        whole = count == len(sites)
        ends = np.empty(self.n_client)

        def blocks() -> Iterator[tuple[np.ndarray, Floats, Ints]]:
            for start in range(0, self.n_client, BLOCK):
                part = slice(start, min(start + BLOCK, self.n_client))
                far, who = tree.query(self.clients[part], np.arange(1, count + 1))
                paid = far * self.rates[part, None]
                ends[part] = self.caps[part] if whole else np.minimum(self.caps[part], paid[:, -1])
                inside = paid < ends[part, None]
                yield who[inside].astype(np.int32), paid[inside], inside.sum(axis=1)

        return from_rows(blocks(), ends, len(sites))


def plane_worth_numpy(plane: Plane, multipliers: Floats) -> Floats:
    """Return Σ_i max(0, multipliers_i − cost_ij) of every site j, (m,)."""
    out = np.zeros(plane.n_site)
    for part, sites, owner, straight in _balls(plane, multipliers):
        rest = multipliers[part][owner] - plane.rates[part][owner] * straight
        out += np.bincount(sites, np.maximum(0.0, rest), minlength=plane.n_site)
    return out


def plane_served_numpy(plane: Plane, multipliers: Floats, parts: Floats) -> Floats:
    """Return Σ_j parts_j over the sites that cost each client less than its multiplier, (n,)."""
    out = np.zeros(plane.n_client)
    for part, sites, owner, straight in _balls(plane, multipliers):
        inside = plane.rates[part][owner] * straight < multipliers[part][owner]
        out[part] = np.bincount(owner, parts[sites] * inside, minlength=part.stop - part.start)
    return out


def _balls(plane: Plane, multipliers: Floats) -> Iterator[tuple[slice, Ints, Ints, Floats]]:
    reach = multipliers / np.maximum(plane.rates, 1e-300)
    for start in range(0, plane.n_client, BLOCK):
        part = slice(start, min(start + BLOCK, plane.n_client))
        found = plane.tree.query_ball_point(plane.clients[part], reach[part] * (1 + 1e-12))
        owner = np.repeat(np.arange(len(found)), np.fromiter(map(len, found), np.int64, len(found)))
        sites = np.fromiter((site for row in found for site in row), np.int64, len(owner))
        apart = plane.tree.data[sites] - plane.clients[part][owner]
        yield part, sites, owner, np.hypot(apart[:, 0], apart[:, 1])


@njit(cache=True)
def _plane_worth(clients, sites, rates, order, cells, shape, corner, side, multipliers, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for i in range(len(rates)):
        most, rate, x, y = multipliers[i], rates[i], clients[i, 0], clients[i, 1]
        reach = most / rate
        first, last = (
            max(0, int((y - reach - corner[1]) / side)),
            min(shape[1] - 1, int((y + reach - corner[1]) / side)),
        )
        if first > last or y + reach < corner[1]:
            continue
        top = min(shape[0] - 1, int((x + reach - corner[0]) / side))
        for row in range(max(0, int((x - reach - corner[0]) / side)), top + 1):
            base = row * shape[1]
            for a in range(cells[base + first], cells[base + last + 1]):
                dx, dy = sites[a, 0] - x, sites[a, 1] - y
                rest = most - rate * np.sqrt(dx * dx + dy * dy)
                if rest > 0.0:
                    out[a] += rest


@njit(cache=True)
def _plane_served(clients, sites, rates, cells, shape, corner, side, multipliers, parts, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for i in range(len(rates)):
        most, rate, x, y = multipliers[i], rates[i], clients[i, 0], clients[i, 1]
        reach = most / rate
        first, last = (
            max(0, int((y - reach - corner[1]) / side)),
            min(shape[1] - 1, int((y + reach - corner[1]) / side)),
        )
        got = 0.0
        if first <= last and y + reach >= corner[1]:
            top = min(shape[0] - 1, int((x + reach - corner[0]) / side))
            for row in range(max(0, int((x - reach - corner[0]) / side)), top + 1):
                base = row * shape[1]
                for a in range(cells[base + first], cells[base + last + 1]):
                    if parts[a] > 0.0:
                        dx, dy = sites[a, 0] - x, sites[a, 1] - y
                        if rate * np.sqrt(dx * dx + dy * dy) < most:
                            got += parts[a]
        out[i] = got


def _grid(plane: Plane) -> tuple[Ints, tuple[int, int], Floats, float]:
    return plane.cells, plane.shape, plane.corner, plane.side


def plane_worth_compiled(plane: Plane, multipliers: Floats) -> Floats:
    """As `plane_worth_numpy`, compiled."""
    out, mine = np.zeros(plane.n_site), np.empty(plane.n_site)
    _plane_worth(plane.clients, plane.sites, plane.rates, plane.order, *_grid(plane), multipliers, out)
    mine[plane.order] = out
    return mine


def plane_served_compiled(plane: Plane, multipliers: Floats, parts: Floats) -> Floats:
    """As `plane_served_numpy`, compiled."""
    out = np.empty(plane.n_client)
    _plane_served(plane.clients, plane.sites, plane.rates, *_grid(plane), multipliers, parts[plane.order], out)
    return out


plane_worth = plane_worth_compiled if COMPILED else plane_worth_numpy
plane_served = plane_served_compiled if COMPILED else plane_served_numpy
