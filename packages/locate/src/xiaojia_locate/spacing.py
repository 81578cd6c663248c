"""How far apart, or how close together, may sites be? Both rules as constraints on sites.

Apart: two sites that are too near each other are an edge of a graph, and at most one of them opens. Theorem (cliques;
Padberg 1973): sites that are all too near each other allow at most one of them, Σ_clique y ≤ 1; such rows over cliques that
hold every edge say the same as one row per edge, and their relaxation is at least as tight.
Linked: "spacing below 1 km" asks for a neighbour: a site may open only if another open site is near, y_j ≤ Σ_{i near j} y_i.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import cKDTree

from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.question import Roles, row
from xiaojia_locate.reach import Floats, Ints, positions


@dataclass(frozen=True)
class Spacing:
    """`sites_m` (n_site, 2): positions in metres. A new site lies at least `apart_m` from every other open site, and has
    another open site within `linked_m`. Each is one distance, or one per site (n_site,); between two sites the smaller of
    their two `apart_m` holds, and each site's own `linked_m`.
    """

    sites_m: npt.ArrayLike
    apart_m: npt.ArrayLike | None = None
    linked_m: npt.ArrayLike | None = None


@dataclass(frozen=True)
class Spaced:
    """What a spacing rules: `banned` sites, and `rows` (r, n_site) with `room` (r,)."""

    banned: Ints
    rows: sparse.csr_matrix
    room: Floats


def spaced(spacing: Spacing, who: Roles) -> Spaced:
    """Return the constraints of a spacing; Infeasible if mandatory sites stand too near one another or to fixed ones."""
    places = positions(spacing.sites_m, "sites_m")
    if len(places) != who.n_site:
        raise LocateError("shape", f"sites_m: {who.n_site} positions needed, got {len(places)}.")
    banned, parts, room = np.zeros(0, np.int64), [], []
    if spacing.apart_m is not None:
        edges = _edges(places, _distance(spacing.apart_m, who.n_site, "apart_m"))
        _checked(edges, places, who)
        one = np.isin(edges, who.given)
        banned = np.setdiff1d(edges[one.any(axis=1)], who.given)
        free = edges[~np.isin(edges, np.union1d(who.given, np.union1d(banned, who.banned))).any(axis=1)]
        groups = cliques(free)
        parts.append(_ones(groups, who.n_site))
        room += [1.0] * len(groups)
    if spacing.linked_m is not None:
        links, lone = _links(places, _distance(spacing.linked_m, who.n_site, "linked_m"), who)
        parts.append(links)
        room += [0.0] * links.shape[0]
        if len(found := np.intersect1d(lone, np.setdiff1d(who.wanted, who.held))):
            raise Infeasible("spacing", "Mandatory sites have no other site near enough.", float(len(found)), found)
        banned = np.union1d(banned, lone)
    return Spaced(banned, sparse.vstack([sparse.csr_matrix((0, who.n_site)), *parts]).tocsr(), np.array(room))


def cliques(edges: Ints) -> list[list[int]]:
    """Return sets of sites that are all too near each other, such that every edge (e, 2) lies in one of them."""
    near: dict[int, set[int]] = {}
    for a, b in edges.tolist():
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    done: set[tuple[int, int]] = set()
    found = []
    for a, b in edges.tolist():
        if (min(a, b), max(a, b)) in done:
            continue
        group, common = [a, b], near[a] & near[b]
        while common:
            nxt = min(common)
            group.append(nxt)
            common &= near[nxt]
        done |= {(min(i, j), max(i, j)) for i in group for j in group if i != j}
        found.append(sorted(group))
    return found


def _distance(values: npt.ArrayLike, n_site: int, name: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    return row(np.full(n_site, float(array)) if array.ndim == 0 else array, n_site, name)


def _edges(places: Floats, apart: Floats) -> Ints:
    """Return pairs of sites nearer than the smaller of their distances, (e, 2)."""
    pairs = cKDTree(places).query_pairs(float(apart.max(initial=0.0)), output_type="ndarray").astype(np.int64)
    far = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    pairs = pairs[far < np.minimum(apart[pairs[:, 0]], apart[pairs[:, 1]])]
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _checked(edges: Ints, places: Floats, who: Roles) -> None:
    """Fixed sites may stand as they stand; a mandatory one too near another settled one is a contradiction."""
    new = np.setdiff1d(who.wanted, who.held)
    bad = edges[np.isin(edges, who.given).all(axis=1) & np.isin(edges, new).any(axis=1)]
    if len(bad):
        far = np.hypot(*(places[bad[:, 0]] - places[bad[:, 1]]).T)
        raise Infeasible(
            "spacing", f"Mandatory sites stand {far.min():g} m from others.", float(len(bad)), np.unique(bad)
        )


def _ones(groups: list[list[int]], n_site: int) -> sparse.csr_matrix:
    members = np.array([site for group in groups for site in group], dtype=np.int64)
    starts = np.cumsum([0, *map(len, groups)])
    return sparse.csr_matrix((np.ones(len(members)), members, starts), shape=(len(groups), n_site))


def _links(places: Floats, linked: Floats, who: Roles) -> tuple[sparse.csr_matrix, Ints]:
    """Return a row for each new site that needs a neighbour still to be opened, and the sites that can have none."""
    tree = cKDTree(places)
    rows, lone = [], []
    usable = np.setdiff1d(np.arange(who.n_site), who.banned)
    for site in np.setdiff1d(usable, who.held):
        near = np.setdiff1d(np.intersect1d(tree.query_ball_point(places[site], linked[site]), usable), [site])
        if np.isin(near, who.given).any():
            continue
        if len(near):
            rows.append((site, near))
        else:
            lone.append(site)
    matrix = sparse.lil_matrix((len(rows), who.n_site))
    for number, (site, near) in enumerate(rows):
        matrix[number, near] = -1.0
        matrix[number, site] = 1.0
    return matrix.tocsr(), np.array(lone, dtype=np.int64)
