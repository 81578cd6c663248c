"""How far is a point of demand from a site? A dense matrix, a sparse one, or positions: asked row by row, never all at once."""

from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import cKDTree

from xiaojia_locate.center_kernels import nearest_two
from xiaojia_locate.errors import LocateError
from xiaojia_locate.reach import Floats, Ints, positions

SLACK = 1 + 1e-9  # trees only propose; the distance itself decides


class Distances(Protocol):
    """Distances of points of demand (n) to sites (m); what is not connected is infinitely far."""

    n_demand: int
    n_site: int

    def near(self, point: int, limit: float) -> tuple[Ints, Floats]:
        """Return the sites within `limit` of a point, with their distances."""

    def two(self, sites: Ints) -> tuple[Floats, Ints, Floats]:
        """Return for each point the distance to the nearest of some sites, its place among them, and the second distance."""

    def to_site(self, site: int) -> Floats:
        """Return the distances of all points to one site, (n,)."""

    def least(self, sites: Ints) -> Floats:
        """Return for each point the distance to the nearest of many sites, (n,)."""


class Matrix:
    """Distances in a dense matrix (n, m)."""

    def __init__(self, table: Floats) -> None:
        self.table = table
        self.n_demand, self.n_site = table.shape

    def near(self, point: int, limit: float) -> tuple[Ints, Floats]:
        """As in `Distances`."""
        sites = np.flatnonzero(self.table[point] <= min(limit, np.finfo(float).max))
        return sites, self.table[point, sites]

    def two(self, sites: Ints) -> tuple[Floats, Ints, Floats]:
        """As in `Distances`."""
        few = self.table[:, sites]
        place = few.argmin(axis=1)
        first = few[np.arange(len(few)), place]
        second = np.partition(few, 1, axis=1)[:, 1] if len(sites) > 1 else np.full(len(few), np.inf)
        return first, place, second

    def to_site(self, site: int) -> Floats:
        """As in `Distances`."""
        return self.table[:, site]

    def least(self, sites: Ints) -> Floats:
        """As in `Distances`."""
        return self.table[:, sites].min(axis=1, initial=np.inf)


class Stored:
    """Distances in a sparse matrix (n, m); an entry that is not stored means that there is no way."""

    def __init__(self, table: sparse.csr_array) -> None:
        self.rows, self.columns = table, table.tocsc()
        self.n_demand, self.n_site = table.shape

    def near(self, point: int, limit: float) -> tuple[Ints, Floats]:
        """As in `Distances`."""
        part = slice(self.rows.indptr[point], self.rows.indptr[point + 1])
        sites, far = self.rows.indices[part].astype(np.int64), self.rows.data[part]
        return sites[far <= limit], far[far <= limit]

    def to_site(self, site: int) -> Floats:
        """As in `Distances`."""
        far = np.full(self.n_demand, np.inf)
        part = slice(self.columns.indptr[site], self.columns.indptr[site + 1])
        far[self.columns.indices[part]] = self.columns.data[part]
        return far

    def two(self, sites: Ints) -> tuple[Floats, Ints, Floats]:
        """As in `Distances`."""
        first, second = np.full((2, self.n_demand), np.inf)
        place = np.zeros(self.n_demand, np.int64)
        for number, site in enumerate(sites):
            far = self.to_site(int(site))
            closer = far < first
            second = np.where(closer, first, np.minimum(second, far))
            place[closer] = number
            first = np.minimum(first, far)
        return first, place, second

    def least(self, sites: Ints) -> Floats:
        """As in `Distances`."""
        wanted = np.zeros(self.n_site, dtype=bool)
        wanted[sites] = True
        far = np.full(self.n_demand, np.inf)
        row = np.repeat(np.arange(self.n_demand), np.diff(self.rows.indptr))
        kept = wanted[self.rows.indices]
        np.minimum.at(far, row[kept], self.rows.data[kept])
        return far


class Plane:
    """Straight distances of positions in metres (n, 2) and (m, 2), times a detour factor; no matrix is built."""

    def __init__(self, demand_m: Floats, sites_m: Floats, detour: float) -> None:
        self.demand, self.sites, self.detour = demand_m, sites_m, detour
        self.n_demand, self.n_site = len(demand_m), len(sites_m)
        self.tree = cKDTree(sites_m)

    def near(self, point: int, limit: float) -> tuple[Ints, Floats]:
        """As in `Distances`."""
        if limit == np.inf:
            found = np.arange(self.n_site)
        else:
            found = np.asarray(self.tree.query_ball_point(self.demand[point], limit / self.detour * SLACK), np.int64)
        far = self._between(self.demand[point], self.sites[found])
        return found[far <= limit], far[far <= limit]

    def two(self, sites: Ints) -> tuple[Floats, Ints, Floats]:
        """As in `Distances`."""
        first, place, second = nearest_two(self.demand, self.sites[sites])
        return np.sqrt(first) * self.detour, place, np.sqrt(second) * self.detour

    def to_site(self, site: int) -> Floats:
        """As in `Distances`."""
        return self._between(self.sites[site], self.demand)

    def least(self, sites: Ints) -> Floats:
        """As in `Distances`."""
        if not len(sites):
            return np.full(self.n_demand, np.inf)
        tree = self.tree if len(sites) == self.n_site else cKDTree(self.sites[sites])
        place = tree.query(self.demand)[1]
        return self._between(self.demand, self.sites[sites[place]])

    def _between(self, one: Floats, others: Floats) -> Floats:
        apart = others - one
        return np.sqrt(apart[:, 0] * apart[:, 0] + apart[:, 1] * apart[:, 1]) * self.detour


def distances_of(
    distances: npt.ArrayLike | sparse.spmatrix | sparse.sparray | None,
    demand_m: npt.ArrayLike | None,
    sites_m: npt.ArrayLike | None,
    detour: float,
) -> Distances:
    """Return the distances of a question, or say what cannot be used."""
    if (distances is None) == (demand_m is None):
        raise LocateError("shape", "Give either distances, or the positions of demand (and of sites, if they differ).")
    if not 0 < detour < np.inf:
        raise LocateError("range", f"detour must be above zero, got {detour}.")
    if distances is None:
        assert demand_m is not None
        demand = positions(demand_m, "demand")
        found: Distances = Plane(demand, demand if sites_m is None else positions(sites_m, "sites"), detour)
        _not_empty(found.n_demand, found.n_site)
        return found
    if sparse.issparse(distances):
        stored = sparse.csr_array(distances, dtype=np.float64)
        stored.sum_duplicates()
        _fair(stored.data, np.repeat(np.arange(stored.shape[0]), np.diff(stored.indptr)))
        _not_empty(*stored.shape)
        return Stored(stored)
    table = np.asarray(distances, dtype=np.float64)
    if table.ndim != 2:
        raise LocateError("shape", f"The matrix needs two dimensions, got {table.ndim}.")
    _not_empty(*table.shape)
    _fair(table, None)
    return Matrix(table)


def _not_empty(n_demand: int, n_site: int) -> None:
    if not n_site:
        raise LocateError("empty", "There are no candidate sites.")
    if not n_demand:
        raise LocateError("empty", "There are no points of demand.")


def _fair(values: Floats, row: Ints | None) -> None:
    for code, wrong, words in (
        ("not_a_number", np.isnan(values), "no numbers"),
        ("negative", values < 0, "below zero"),
    ):
        if wrong.any():
            rows = np.flatnonzero(wrong.any(axis=1)) if row is None else np.unique(row[wrong])
            raise LocateError(code, f"Distances are {words}.", rows)
