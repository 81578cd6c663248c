"""Where does a point enter the streets? At the nearest place along an edge, within a limit, and not across a barrier.

Exact search. Every line is cut into pieces of at most `PIECE_M`, and the middles of the pieces stand in a k-d tree. Let
d be the distance to the nearest middle and h half the longest piece. The nearest place is at most d away, for that middle
is a place itself; and a piece that holds a place at most d away has its middle within d + h. So the pieces whose middle
lies within d + h are all that need to be measured.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from xiaojia_locate.network_streets import Streets, along
from xiaojia_locate.reach import Floats, Ints

PIECE_M = 40.0
CHUNK = 20_000
SLACK_M = 1e-6
Blocked = Callable[[Ints, Floats], npt.NDArray[np.bool_]]


@dataclass(frozen=True)
class Snapped:
    """Where points enter the streets, (n,) each.

    `edge`: −1 if too far from all. `along_m`: from the edge's first end, of the edge's length. `off_m`: from the point to
    the street, straight. `place` (n, 2): the position on the street.
    """

    edge: Ints
    along_m: Floats
    off_m: Floats
    place: Floats

    def some(self, wanted: Ints) -> "Snapped":
        """Return some of the points, in the order asked."""
        return Snapped(self.edge[wanted], self.along_m[wanted], self.off_m[wanted], self.place[wanted])


@dataclass(frozen=True)
class Pieces:
    """The lines of a network in pieces: `space` and `where` (2, n_piece, …) their two ends in metres and as positions,
    `share` (2, n_piece) the share of the edge's line up to them."""

    space: Floats
    where: Floats
    share: Floats
    edge: Ints
    length_m: Floats
    tree: cKDTree
    half_m: float


def pieces_of(streets: Streets) -> Pieces:
    """Return the pieces of all lines, ready to be searched."""
    space, starts = streets.in_space, streets.starts
    passed, whole = along(space, starts)
    whole_m = np.repeat(whole, np.diff(starts))
    share = np.divide(passed, whole_m, out=np.zeros(len(passed)), where=whole_m > 0)
    vertex = np.setdiff1d(np.arange(len(space)), starts[1:] - 1, assume_unique=True)
    edge = np.repeat(np.arange(streets.n_edge), np.diff(starts) - 1)
    times = np.maximum(1, np.ceil((passed[vertex + 1] - passed[vertex]) / PIECE_M)).astype(np.int64)
    of = np.repeat(np.arange(len(vertex)), times)
    part = np.arange(len(of)) - np.repeat(np.cumsum(times) - times, times)
    parts = np.stack([part / times[of], (part + 1) / times[of]])

    def cut(values: Floats) -> Floats:
        here, step = values[vertex][of], (values[vertex + 1] - values[vertex])[of]
        return np.asarray(here + (parts if values.ndim == 1 else parts[:, :, None]) * step)

    ends = cut(space)
    half_m = float(np.linalg.norm(ends[1] - ends[0], axis=1).max()) / 2
    return Pieces(
        ends, cut(streets.vertices), cut(share), edge[of], streets.length_m, cKDTree(ends.sum(axis=0) / 2), half_m
    )


def snap(pieces: Pieces, space: Floats, snap_limit_m: float, blocked: Blocked | None = None) -> Snapped:
    """Return where points in space (n, 2 or 3) enter the streets.

    `blocked(rows, places)` tells for rows of points and positions (n, 2) on streets whether the straight way between them
    is closed; such points take the nearest open place within the limit (for each piece of a street, its nearest place).
    """
    steps = range(0, max(len(space), 1), CHUNK)
    found = [_nearest(pieces, space[at : at + CHUNK], snap_limit_m) for at in steps]
    free = Snapped(*(np.concatenate([getattr(some, name) for some in found]) for name in Snapped.__annotations__))
    if blocked is None:
        return free
    on = np.flatnonzero(free.edge >= 0)
    shut = on[blocked(on, free.place[on])]
    for at in range(0, len(shut), CHUNK):
        rows = shut[at : at + CHUNK]
        other = _nearest_open(pieces, space[rows], snap_limit_m, _of_rows(blocked, rows))
        free.edge[rows], free.along_m[rows] = other.edge, other.along_m
        free.off_m[rows], free.place[rows] = other.off_m, other.place
    return free


def _of_rows(blocked: Blocked, rows: Ints) -> Blocked:
    return lambda some, places: blocked(rows[some], places)


def _nearest(pieces: Pieces, space: Floats, snap_limit_m: float) -> Snapped:
    if not len(space):
        return _pick(pieces, 0, *(np.zeros(0, np.int64),) * 2, *(np.zeros(0),) * 2)
    middle_m = pieces.tree.query(space)[0]
    near = np.flatnonzero(middle_m - pieces.half_m <= snap_limit_m)
    point, piece = _around(pieces, space[near], middle_m[near] + pieces.half_m + SLACK_M)
    point = near[point]
    off_m, part = _measure(pieces, space, point, piece)
    within = off_m <= snap_limit_m
    return _pick(pieces, len(space), point[within], piece[within], off_m[within], part[within])


def _nearest_open(pieces: Pieces, space: Floats, snap_limit_m: float, blocked: Blocked) -> Snapped:
    point, piece = _around(pieces, space, np.full(len(space), snap_limit_m + pieces.half_m + SLACK_M))
    off_m, part = _measure(pieces, space, point, piece)
    ours = np.flatnonzero(off_m <= snap_limit_m)
    ours = ours[~blocked(point[ours], _where(pieces, piece[ours], part[ours]))]
    return _pick(pieces, len(space), point[ours], piece[ours], off_m[ours], part[ours])


def _around(pieces: Pieces, space: Floats, radius_m: Floats) -> tuple[Ints, Ints]:
    """Pairs of point and piece whose middle lies within the radius of the point."""
    found = pieces.tree.query_ball_point(space, radius_m, return_sorted=True) if len(space) else []
    count = np.fromiter(map(len, found), np.int64, len(found))
    piece = np.fromiter((k for some in found for k in some), np.int64, int(count.sum()))
    return np.repeat(np.arange(len(space)), count), piece


def _measure(pieces: Pieces, space: Floats, point: Ints, piece: Ints) -> tuple[Floats, Floats]:
    """For pairs of point and piece: how far the piece is, and which part of it lies before its nearest place."""
    start, step = pieces.space[0, piece], pieces.space[1, piece] - pieces.space[0, piece]
    square = np.einsum("ij,ij->i", step, step)
    ahead = np.einsum("ij,ij->i", space[point] - start, step)
    part = np.clip(np.divide(ahead, square, out=np.zeros(len(square)), where=square > 0), 0.0, 1.0)
    return np.linalg.norm(space[point] - start - part[:, None] * step, axis=1), part


def _pick(pieces: Pieces, n: int, point: Ints, piece: Ints, off_m: Floats, part: Floats) -> Snapped:
    """The nearest piece of each point; of equally near ones the first."""
    order = np.lexsort((piece, off_m, point))
    best = order[np.unique(point[order], return_index=True)[1]]
    at, on = point[best], piece[best]
    result = Snapped(np.full(n, -1, np.int64), np.zeros(n), np.full(n, np.inf), np.full((n, 2), np.nan))
    share = pieces.share[0, on] + part[best] * (pieces.share[1, on] - pieces.share[0, on])
    result.edge[at], result.off_m[at] = pieces.edge[on], off_m[best]
    result.along_m[at] = share * pieces.length_m[pieces.edge[on]]
    result.place[at] = _where(pieces, on, part[best])
    return result


def _where(pieces: Pieces, piece: Ints, part: Floats) -> Floats:
    start, end = pieces.where[0, piece], pieces.where[1, piece]
    return np.asarray(start + part[:, None] * (end - start))
