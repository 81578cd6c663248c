"""Which sites can be walked to along the streets? Networks from OSMnx's GraphML or OpenStreetMap's PBF, many to many.

A point enters the streets at the nearest place along a street (not only at junctions), at most `snap_limit_m` away; a walk is
the way to the street, the shortest way along streets, and the way from the street to the site. One-way signs do not
bind people on foot. A point farther than that from every street reaches nothing, and its row is told.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Limits
from xiaojia_locate.barriers_lines import Barriers, crosses
from xiaojia_locate.errors import LocateError
from xiaojia_locate.network_graphml import read_graphml
from xiaojia_locate.network_paths import shortest
from xiaojia_locate.network_pbf import read_pbf
from xiaojia_locate.network_snap import Blocked, Snapped, pieces_of, snap
from xiaojia_locate.network_streets import Streets, streets
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.walking import Walks, in_space

__all__ = ["SNAP_LIMIT_M", "Streets", "read_graphml", "read_pbf", "streets", "walks", "without_crossing"]

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
    `barriers`: streets that cross one away from its crossings are left out, and no point enters the streets across one.
    Raises LocateError: `off_network` if no demand or no site is near any street; `time`, `cancelled` by `limits`; `empty`.

    >>> line = streets([[0, 0], [1000, 0]], [[0, 1]], geographic=False)
    >>> found = walks(line, [[100, 30], [500, 400]], [[600, 0]], limit_m=600, distances=True)
    >>> found.distance_m.toarray().tolist(), found.demand_off.tolist()
    ([[530.0], [0.0]], [1])
    """
    if not limit_m > 0:
        raise LocateError("range", f"limit_m must be above zero, got {limit_m}.")
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


def without_crossing(network: Streets, barriers: Barriers) -> Streets:
    """Return the network without the streets that cross a barrier away from its crossings; bridges and tunnels stay."""
    vertex = np.setdiff1d(np.arange(len(network.vertices)), network.starts[1:] - 1, assume_unique=True)
    edge = np.repeat(np.arange(network.n_edge), np.diff(network.starts) - 1)
    asked = ~network.over[edge]
    vertex, edge = vertex[asked], edge[asked]
    cut = np.zeros(network.n_edge, bool)
    cut[edge[crosses(barriers, network.vertices[vertex], network.vertices[vertex + 1])]] = True
    left = network.keep(~cut)
    if not left.n_edge:
        raise LocateError(
            "no_streets", "Every street crosses a barrier; are the barriers in the network's coordinates?"
        )
    return replace(left, left_out={**network.left_out, "barrier": int(cut.sum())})


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
    turned = len(on_d) < len(on_s)
    one, other = (demand.some(on_d), sites.some(on_s))[:: 1 if turned else -1]
    found = list(shortest(network, one, other, limit_m, limits))
    rows, columns, metres = (np.concatenate(part) for part in zip(*found, strict=True)) if found else _nothing()
    del found
    to_demand, to_site = (rows, columns) if turned else (columns, rows)
    shape = (len(demand.edge), len(sites.edge))
    table = sparse.csr_matrix((metres, (on_d[to_demand], on_s[to_site])), shape=shape)
    table.sort_indices()
    part_d = network.parts[network.ends[demand.edge[on_d], 0]]
    part_s = network.parts[network.ends[sites.edge[on_s], 0]]
    return Walks(
        Reach(table.indptr.astype(np.int64), table.indices.astype(np.int32), shape[1]),
        table if distances else None,
        np.flatnonzero(demand.edge < 0),
        np.flatnonzero(sites.edge < 0),
        on_d[~np.isin(part_d, part_s)],
    )


def _nothing() -> tuple[Ints, Ints, Floats]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
