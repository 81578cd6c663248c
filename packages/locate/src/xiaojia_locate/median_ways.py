"""Where do the distances of the p-median come from? A table, a sparse table, or positions: three sources, one set of questions.

All costs are weight × distance; clients without weight are left out before. Rows of links may end early: they hold the
nearest sites, and their cap is the cost of the next one; whole rows have no cap. Theorem (truncation): the cost of a choice
under such caps never exceeds its true cost, so bounds of the shortened problem hold for the whole one; and a choice whose
clients all pay less than their caps costs the same in both. Proof: min(cost, cap) ≤ cost, with equality where cost ≤ cap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import cKDTree

from xiaojia_locate.errors import LocateError
from xiaojia_locate.median_bound import worth
from xiaojia_locate.median_kernels import State, settle
from xiaojia_locate.median_links import Links, from_rows
from xiaojia_locate.median_plane import Plane, Positions
from xiaojia_locate.reach import Floats, Ints

BLOCK = 500


@dataclass(frozen=True)
class Table:
    """Distances as an array (n, m), infinite where there is no way."""

    table: Floats
    weights: Floats

    @property
    def n_site(self) -> int:
        return int(self.table.shape[1])

    def links(self, sites: Ints, count: int) -> Links:
        """Return links to the `count` nearest of some sites, renumbered in the order asked."""
        count = min(count, len(sites))
        ends = np.empty(len(self.weights))

        def blocks() -> Iterator[tuple[npt.NDArray[np.int32], Floats, Ints]]:
            for part in _parts(len(self.weights)):
                paid = self.table[part][:, sites] * self.weights[part, None]
                near = _nearest(paid, count)
                paid = np.take_along_axis(paid, near, axis=1)
                ends[part] = paid[:, -1] if count < len(sites) else np.inf
                inside = paid < ends[part, None]
                yield near[inside].astype(np.int32), paid[inside], inside.sum(axis=1)

        return from_rows(blocks(), ends, len(sites))

    def nearest(self, sites: Ints, default: Floats) -> tuple[Ints, Floats]:
        """Return the two cheapest of some sites for each client (n, 2), −1 for none, and what they cost, at most `default`."""
        near, cost = np.full((len(self.weights), 2), -1), np.repeat(default[:, None], 2, axis=1)
        for part in _parts(len(self.weights)):
            paid = self.table[part][:, sites] * self.weights[part, None]
            order = _nearest(paid, min(2, len(sites)))
            _fill(near, cost, part, sites[order], np.take_along_axis(paid, order, axis=1))
        return near, cost

    def worth(self, clients: Ints, multipliers: Floats) -> Floats:
        """Return Σ_i max(0, multipliers_i − cost_ij) over some clients for every site, (m,)."""
        out = np.zeros(self.n_site)
        for part in _parts(len(clients)):
            paid = self.table[clients[part]] * self.weights[clients[part], None]
            out += np.maximum(0.0, multipliers[part, None] - paid).sum(axis=0)
        return out

    def farthest(self, clients: Ints) -> float:
        """Return the most that any site costs any of these clients."""
        part = self.table[clients] * self.weights[clients, None]
        return float(np.max(part, where=np.isfinite(part), initial=0.0))

    def reached(self, clients: Ints) -> Ints:
        """Return how many of these clients have a way to each site, (m,)."""
        reached: Ints = np.isfinite(self.table[clients]).sum(axis=0)
        return reached


@dataclass(frozen=True)
class Listed:
    """Distances as a sparse table (n, m): what is not stored cannot be reached. `whole`: its links, costs ascending."""

    whole: Links

    @property
    def n_site(self) -> int:
        return self.whole.n_site

    def links(self, sites: Ints, count: int) -> Links:
        """Return links to some sites, renumbered in the order asked; rows are never cut."""
        return self.whole.only(sites)

    def nearest(self, sites: Ints, default: Floats) -> tuple[Ints, Floats]:
        """As of a table."""
        n = self.whole.n_client
        opened = np.zeros(self.n_site, dtype=bool)
        opened[sites] = True
        state = State(opened, np.full((n, 2), -1, np.int32), np.zeros((n, 2)), np.zeros(self.n_site))
        settle(replace(self.whole, caps=default), state, np.arange(n))
        return state.near.astype(np.int64), np.minimum(state.cost, default[:, None])

    def worth(self, clients: Ints, multipliers: Floats) -> Floats:
        """As of a table."""
        return worth(self.whole.rows(clients), multipliers)

    def farthest(self, clients: Ints) -> float:
        """As of a table."""
        return float(self.whole.rows(clients).costs.max(initial=0.0))

    def reached(self, clients: Ints) -> Ints:
        """As of a table."""
        return np.bincount(self.whole.rows(clients).sites, minlength=self.n_site)


@dataclass(frozen=True)
class Spread:
    """Distances between positions: cost = rates × straight line."""

    clients: Floats
    sites: Floats
    rates: Floats

    @property
    def n_site(self) -> int:
        return len(self.sites)

    def plane(self, sites: Ints, caps: Floats) -> Plane:
        """Return clients and some sites on a grid."""
        return Plane.of(self.clients, self.sites[sites], self.rates, caps)

    def links(self, sites: Ints, count: int) -> Links:
        """As of a table."""
        return self.plane(sites, np.full(len(self.rates), np.inf)).near(np.arange(len(sites)), count)

    def nearest(self, sites: Ints, default: Floats) -> tuple[Ints, Floats]:
        """As of a table."""
        near, cost = np.full((len(self.rates), 2), -1), np.repeat(default[:, None], 2, axis=1)
        if len(sites):
            ranks = np.arange(1, min(2, len(sites)) + 1)
            far, who = cKDTree(self.sites[sites]).query(self.clients, ranks)
            _fill(near, cost, slice(0, len(near)), sites[who], far * self.rates[:, None])
        return near, cost

    def worth(self, clients: Ints, multipliers: Floats) -> Floats:
        """As of a table."""
        plane = self.plane(np.arange(self.n_site), np.full(len(self.rates), np.inf))
        return worth(replace(plane, clients=self.clients[clients], rates=self.rates[clients]), multipliers)

    def farthest(self, clients: Ints) -> float:
        """As of a table, or more."""
        both = np.vstack([self.clients[clients], self.sites])
        return float(np.hypot(*(both.max(axis=0) - both.min(axis=0))) * self.rates[clients].max(initial=0.0))

    def reached(self, clients: Ints) -> Ints:
        """As of a table."""
        return np.full(self.n_site, len(clients))


Source = Table | Listed | Spread


def source(distances: "Distances", weights: Floats, clients: Ints) -> Source:
    """Return the source of the distances of some clients, or say what is wrong with them."""
    if isinstance(distances, Positions):
        return Spread(distances.demand_m[clients], distances.sites_m, weights[clients] * distances.detour)
    if sparse.issparse(distances):
        table = sparse.csr_array(distances)
        table.sum_duplicates()
        _sound(table.data, np.repeat(np.arange(table.shape[0]), np.diff(table.indptr)), missing="leave it out")
        return Listed(_sorted(table[clients], weights[clients]))
    array = np.asarray(distances, dtype=np.float64)
    for part in _parts(len(array)):
        _sound(array[part], np.arange(part.start, part.stop)[:, None], missing="write inf")
    return Table(array if len(clients) == len(array) else array[clients], weights[clients])


Distances: TypeAlias = npt.ArrayLike | sparse.spmatrix | sparse.sparray | Positions


def shape_of(distances: Distances) -> tuple[int, int]:
    """Return how many clients and sites there are."""
    if isinstance(distances, Positions):
        return len(distances.demand_m), len(distances.sites_m)
    shape = distances.shape if isinstance(distances, (sparse.spmatrix, sparse.sparray)) else np.asarray(distances).shape
    if len(shape) != 2:
        raise LocateError("shape", f"The distances need two dimensions, clients and sites; got {len(shape)}.")
    return int(shape[0]), int(shape[1])


def _sound(values: npt.NDArray[np.float64], rows: npt.NDArray[np.int64], missing: str) -> None:
    for wrong, code, words in (
        (np.isnan(values), "not_a_number", f"hold entries that are no numbers; where there is no way, {missing}"),
        (values < 0, "negative", "hold entries below zero"),
    ):
        if wrong.any():
            raise LocateError(code, f"The distances {words}.", np.unique(np.broadcast_to(rows, values.shape)[wrong]))


def _sorted(table: sparse.csr_array, weights: Floats) -> Links:
    lengths = np.diff(table.indptr)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    costs = table.data * weights[owner]
    order = np.lexsort((table.indices, costs, owner))
    order = order[np.isfinite(costs[order])]
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner[order], minlength=len(lengths)))]).astype(np.int64)
    caps = np.full(len(lengths), np.inf)
    return Links(starts, table.indices[order].astype(np.int32), costs[order], caps, table.shape[1])


def _nearest(paid: Floats, count: int) -> Ints:
    """Return the places of the `count` least entries of each row, ascending."""
    if count < paid.shape[1] // 2:
        likely = np.argpartition(paid, count - 1, axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(paid, likely, axis=1), axis=1, kind="stable")
        return np.take_along_axis(likely, order, axis=1)
    return np.argsort(paid, axis=1, kind="stable")[:, :count]


def _fill(near: Ints, cost: Floats, part: slice, sites: Ints, paid: Floats) -> None:
    """Put sites in where they cost no more than what stands there."""
    for rank in range(sites.shape[1]):
        better = paid[:, rank] <= cost[part, rank]
        near[part, rank] = np.where(better & np.isfinite(paid[:, rank]), sites[:, rank], -1)
        cost[part, rank] = np.where(better, paid[:, rank], cost[part, rank])


def _parts(count: int) -> Iterator[slice]:
    for start in range(0, count, BLOCK):
        yield slice(start, min(start + BLOCK, count))
