"""Which sites can be walked to along the streets? Networks from OSMnx's GraphML or OpenStreetMap's PBF, many to many.

A point enters the streets at the nearest place along a street (not only at junctions), at most `snap_limit_m` away; a walk is
the way to the street, the shortest way along streets, and the way from the street to the site. One-way signs do not
bind people on foot. A point farther than that from every street reaches nothing, and its row is told.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Limits
from xiaojia_locate.barriers_lines import Barriers, crosses
from xiaojia_locate.errors import LocateError
from xiaojia_locate.network_barred import without_crossing
from xiaojia_locate.network_graphml import read_graphml
from xiaojia_locate.network_paths import Pairs, shortest
from xiaojia_locate.network_pbf import read_pbf
from xiaojia_locate.network_places import places
from xiaojia_locate.network_snap import Blocked, Snapped, pieces_of, snap
from xiaojia_locate.network_streets import Streets, streets
from xiaojia_locate.reach import Floats, Reach
from xiaojia_locate.walking import Walks, in_space

__all__ = [
    "SNAP_LIMIT_M",
    "Streets",
    "places",
    "read_graphml",
    "read_pbf",
    "read_streets",
    "streets",
    "walks",
    "without_crossing",
]

SNAP_LIMIT_M = 100.0


def walks(
    network: Streets,
    demand: npt.ArrayLike,
    sites: npt.ArrayLike,
    limit_m: float,
    *,
    snap_limit_m: float = SNAP_LIMIT_M,
    distances: bool = False,
    barriers: Barriers | None = None,
    limits: Limits | None = None,
) -> Walks:
    """Return which sites are within `limit_m` of walking along the streets, and with `distances` how far each is.

    `demand` (n_demand, 2), `sites` (n_site, 2): in the network's coordinates (WGS-84 degrees, longitude first, or metres).
    `barriers`: streets are cut where they cross one away from its crossings, and no point enters the streets across one.
    Raises LocateError: `off_network` if no demand or no site is near any street; `time`, `cancelled` by `limits`; `empty`.

    >>> line = streets([[0, 0], [1000, 0]], [[0, 1]], geographic=False)
    >>> found = walks(line, [[100, 30], [500, 400]], [[600, 0]], limit_m=600, distances=True)
    >>> found.distance_m.toarray().tolist(), found.demand_off.tolist()
    ([[530.0], [0.0]], [1])
    """
    if not limit_m > 0:
        raise LocateError("range", f"limit_m must be above zero, got {limit_m}.")
    if not snap_limit_m >= 0:
        raise LocateError("range", f"snap_limit_m must not be below zero, got {snap_limit_m}.")
    limits = (limits or Limits(time_s=np.inf)).restart()
    if barriers is not None:
        network = without_crossing(network, barriers)
    pieces = pieces_of(network)
    snapped = []
    for name, points in (("demand", demand), ("sites", sites)):
        where, space = in_space(points, name, geographic=network.geographic)
        if not len(where):
            raise LocateError("empty", f"{name}: there are no points.")
        snapped.append(snap(pieces, space, snap_limit_m, _across(barriers, where)))
        if (snapped[-1].edge < 0).all():
            raise LocateError("off_network", _far_away(name, pieces.tree.query(space)[0].min(), snap_limit_m))
    return _walks(network, snapped[0], snapped[1], limit_m, distances, limits)


def read_streets(path: str | Path) -> Streets:
    """Return the streets of a file: GraphML by its name (`.graphml`, `.graphml.gz`), else as OpenStreetMap's (`.osm.pbf` …)."""
    return read_graphml(path) if ".graphml" in Path(path).name.lower() else read_pbf(path)


def _across(barriers: Barriers | None, points: Floats) -> Blocked | None:
    if barriers is None:
        return None
    return lambda rows, places: crosses(barriers, points[rows], places)


def _far_away(name: str, nearest_m: float, snap_limit_m: float) -> str:
    return (
        f"{name}: no point is within {snap_limit_m:g} m of a street; the nearest is about {nearest_m:,.0f} m away. "
        "Are points and streets of the same place and in the same coordinates, longitude first?"
    )


def _walks(network: Streets, demand: Snapped, sites: Snapped, limit_m: float, distances: bool, limits: Limits) -> Walks:
    on_d, on_s = np.flatnonzero(demand.edge >= 0), np.flatnonzero(sites.edge >= 0)
    turned = len(on_d) < len(on_s)  # the searches start from the smaller side
    one, other = (demand.some(on_d), sites.some(on_s))[:: 1 if turned else -1]
    rows_d, rows_s = on_d.astype(np.int32), on_s.astype(np.int32)
    found: list[Pairs] = []
    for source, target, metres in shortest(network, one, other, limit_m, limits):
        from_, to = (source, target) if turned else (target, source)
        found.append((rows_d[from_], rows_s[to], metres if distances else metres[:0]))
    table = _table(found, len(demand.edge), len(sites.edge), distances)
    parts = network.parts[network.ends[:, 0]]
    return Walks(
        Reach(table.indptr.astype(np.int64), table.indices.astype(np.int32, copy=False), table.shape[1]),
        table if distances else None,
        np.flatnonzero(demand.edge < 0),
        np.flatnonzero(sites.edge < 0),
        on_d[~np.isin(parts[demand.edge[on_d]], parts[sites.edge[on_s]])],
    )


def _table(found: list[Pairs], n_demand: int, n_site: int, distances: bool) -> sparse.csr_matrix:
    """Put the pairs into rows by demand; what was found is given back on the way, so that nothing stands twice."""
    counts = np.zeros(n_demand, np.int64)
    for row, _, _ in found:
        counts += np.bincount(row, minlength=n_demand)
    starts = np.concatenate([[0], np.cumsum(counts)])
    columns = np.empty(starts[-1], np.int32)
    values = np.empty(starts[-1], np.float64) if distances else np.ones(starts[-1], np.uint8)
    free = starts[:-1].copy()
    while found:
        row, column, metres = found.pop()
        order = np.argsort(row, kind="stable")
        row = row[order]
        new = np.flatnonzero(np.diff(row, prepend=-1))
        place = free[row] + np.arange(len(row)) - np.repeat(new, np.diff(new, append=len(row)))
        columns[place] = column[order]
        if distances:
            values[place] = metres[order]
        free[row[new]] += np.diff(new, append=len(row))
    table = sparse.csr_matrix((values, columns, starts), shape=(n_demand, n_site))
    table.sort_indices()
    return table
