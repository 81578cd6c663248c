"""Which site reaches which point of demand? A sparse relation, built from positions in metres or degrees, or given."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import cKDTree

from xiaojia_locate.errors import LocateError

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
CHUNK = 200_000

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Reach:
    """For each point of demand the sites that reach it: rows of a CSR relation, site numbers ascending in each row.

    `starts` (n_demand + 1,), `sites` (n_pairs,) int32, `n_site`.
    """

    starts: Ints
    sites: npt.NDArray[np.int32]
    n_site: int

    @property
    def n_demand(self) -> int:
        return len(self.starts) - 1

    @property
    def n_pairs(self) -> int:
        return int(self.starts[-1])

    def matrix(self) -> sparse.csr_matrix:
        """Return the relation as a matrix of ones, (n_demand, n_site)."""
        return sparse.csr_matrix((np.ones(self.n_pairs), self.sites, self.starts), shape=(self.n_demand, self.n_site))

    def degrees(self) -> Ints:
        """Return how many sites reach each point, (n_demand,)."""
        return np.diff(self.starts)


def from_matrix(matrix: sparse.spmatrix | sparse.sparray | npt.ArrayLike, limit: float | None = None) -> Reach:
    """Return the reach of a given matrix (n_demand, n_site).

    Without `limit` every entry that is not zero means "reaches"; with it, every entry ≤ `limit` (distances or minutes;
    in a sparse matrix an entry that is not stored does not reach, in a dense one every entry counts).

    >>> from_matrix([[1, 0, 1], [0, 0, 0]]).sites.tolist()
    [0, 2]
    """
    if not sparse.issparse(matrix):
        table = np.asarray(matrix, dtype=np.float64)
        if table.ndim != 2:
            raise LocateError("shape", f"The matrix needs two dimensions, got {table.ndim}.")
        rows, columns = np.nonzero(table != 0 if limit is None else table <= limit)
        return _from_pairs(rows, columns, *_checked(table, table.shape))
    pairs = sparse.coo_array(matrix)
    wanted = pairs.data != 0 if limit is None else pairs.data <= limit
    return _from_pairs(pairs.row[wanted], pairs.col[wanted], *_checked(pairs.data, pairs.shape))


def _checked(values: Floats, shape: tuple[int, ...]) -> tuple[int, int]:
    if np.isnan(values).any():
        raise LocateError(
            "not_a_number", "The matrix holds entries that are no numbers; leave out what is unreachable."
        )
    return shape[0], shape[1]


def within(demand_m: npt.ArrayLike, sites_m: npt.ArrayLike, limit_m: float, *, detour: float = 1.0) -> Reach:
    """Return which sites lie within `limit_m` of walking, for positions in metres (n, 2).

    A walk is taken to be `detour` times the straight line.

    >>> within([[0, 0], [900, 0]], [[800, 0]], limit_m=800, detour=1.0).degrees().tolist()
    [1, 1]
    """
    demand, sites = positions(demand_m, "demand"), positions(sites_m, "sites")
    return _ball(demand, sites, limit_m / _positive(detour, "detour"))


def geodesic(demand_deg: npt.ArrayLike, sites_deg: npt.ArrayLike, limit_m: float, *, detour: float = 1.0) -> Reach:
    """Return the same for positions in WGS-84 degrees, longitude before latitude (n, 2), by great circles.

    On a sphere of the mean radius; within a city that is right to 0.3 % of the distance.
    """
    demand, sites = degrees(demand_deg, "demand"), degrees(sites_deg, "sites")
    straight_m = limit_m / _positive(detour, "detour")
    chord = 2 * np.sin(min(straight_m / (2 * EARTH_RADIUS_M), np.pi / 2))
    return _ball(_on_sphere(demand), _on_sphere(sites), chord)


def positions(values: npt.ArrayLike, name: str) -> Floats:
    """Return positions as (n, 2) floats, or say which rows cannot be used."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise LocateError("shape", f"{name}: positions need two columns, got an array of shape {array.shape}.")
    wrong = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if len(wrong):
        raise LocateError("not_a_number", f"{name}: {len(wrong)} positions are empty or no numbers.", wrong)
    return array


def degrees(values: npt.ArrayLike, name: str) -> Floats:
    """Return positions in degrees, longitude first, or say which rows are swapped or out of range."""
    array = positions(values, name)
    swapped = np.flatnonzero((np.abs(array[:, 1]) > 90) & (np.abs(array[:, 0]) <= 90))
    if len(swapped):
        raise LocateError("axis_order", f"{name}: latitude stands before longitude; longitude comes first.", swapped)
    outside = np.flatnonzero((np.abs(array[:, 0]) > 180) | (np.abs(array[:, 1]) > 90))
    if len(outside):
        raise LocateError("range", f"{name}: positions outside ±180, ±90 degrees; are they metres?", outside)
    return array


def _positive(value: float, name: str) -> float:
    if not value > 0:
        raise LocateError("range", f"{name} must be above zero, got {value}.")
    return value


def _on_sphere(lnglat: Floats) -> Floats:
    lng, lat = np.radians(lnglat).T
    return np.column_stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)])


def _ball(demand: Floats, sites: Floats, radius: float) -> Reach:
    """Pairs within `radius`; the tree of the sites is asked in chunks, so that memory stays with the pairs."""
    if not len(sites):
        raise LocateError("empty", "There are no candidate sites.")
    if not len(demand):
        raise LocateError("empty", "There are no points of demand.")
    tree = cKDTree(sites)
    counts, columns = [], []
    for part in _chunks(len(demand)):
        found = tree.query_ball_point(demand[part], radius * (1 + 1e-12), return_sorted=True, workers=-1)
        counts.append(np.fromiter(map(len, found), np.int64, len(found)))
        columns.append(np.fromiter((site for row in found for site in row), np.int32, int(counts[-1].sum())))
    starts = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    return Reach(starts, np.concatenate(columns), len(sites))


def _chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, CHUNK):
        yield slice(start, min(start + CHUNK, count))


def _from_pairs(rows: npt.NDArray[np.integer], columns: npt.NDArray[np.integer], n_demand: int, n_site: int) -> Reach:
    order = np.lexsort((columns, rows))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n_demand))])
    return Reach(starts.astype(np.int64), columns[order].astype(np.int32), n_site)
