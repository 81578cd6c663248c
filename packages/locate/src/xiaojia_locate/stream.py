"""Which classes do 100 million points fall into? Merged batch by batch; memory grows with the classes, not with the points.

Exact aggregation (see `classes`): a point counts only through the set of sites that reach it. The set of a point is found
without listing the sites near it: see `stream_kernels` for the theorem. The answer does not depend on how the points are cut
into batches, because classes are numbered by their first point and weights are added in the order of the points.
Without numba the same classes come from `reach.within` and `classes.merge`, batch by batch, slower.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from xiaojia_locate import reach as reaching
from xiaojia_locate.answer import Answer, Limits
from xiaojia_locate.classes import Classes, merge
from xiaojia_locate.covering import cover
from xiaojia_locate.errors import LocateError
from xiaojia_locate.kernels import COMPILED
from xiaojia_locate.question import roles, spending
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.stream_size import Estimate, estimate, foresee
from xiaojia_locate.stream_source import Batch, batches_of, faults, refuse
from xiaojia_locate.stream_tree import Gathered, plane_of

__all__ = ["Estimate", "Streamed", "aggregate", "estimate", "foresee", "maximal_cover_streamed", "merge_stream"]


class Gatherer(Protocol):
    """What adds batches to classes: compiled (`stream_tree.Gathered`) or plain (`Plain`), with the same answer."""

    def add(self, points: Floats, weights: Floats | None, out: npt.NDArray[np.int32] | None = None) -> bool:
        """Add points (n, 2) with weights (n, levels) or ones; `out` (n,) takes class + 1, or 0; False if one is unusable."""

    def classes(self, of_point: Ints) -> Classes:
        """Return the classes of all points added."""


@dataclass(frozen=True)
class Streamed:
    """The classes of a stream (their `of_point` is empty), the weight in all, and the number of points read."""

    classes: Classes
    n_points: int

    @property
    def total(self) -> Floats:
        """The weight of all points, reached or not, (levels,)."""
        return self.classes.weights.sum(axis=0) + self.classes.unreached


def merge_stream(
    batches: Any,
    sites: npt.ArrayLike,
    limit_m: float,
    *,
    degrees: bool = False,
    detour: float = 1.0,
    columns: tuple[str, ...] = ("x", "y"),
    weight: str | tuple[str, ...] | None = None,
    limits: Limits | None = None,
    compiled: bool | None = None,
) -> Streamed:
    """Return the classes of a stream of points: those of `merge(within(points, sites, limit_m, detour=detour), weights)`.

    `batches`: see `stream_source.batches_of`: arrays (n, 2), pairs (points, weights), .npy or Parquet paths, Arrow, or an
    iterable of such arrays. `sites` (m, 2). Metres, or with `degrees` WGS-84 longitude and latitude as in `geodesic`.
    Classes stand in the order of their first point. Raises: LocateError with rows numbered through all batches;
    `too_large` before memory ends; `stopped` if `limits` end the reading, since no bound holds for a part of the points.

    >>> merge_stream([[[0, 0], [1, 0]], [[9, 0]]], [[0, 0], [9, 0]], 2).classes.weights.ravel().tolist()
    [2.0, 1.0]
    """
    source = batches_of(batches, columns, weight)
    gather, n_points = None, 0
    for batch in source:
        if gather is None:
            gather = _gatherer(sites, limit_m, degrees, detour, _levels(batch), compiled)
            levels = _levels(batch)
        if _levels(batch) != levels:
            raise LocateError("shape", f"weights: {levels} columns needed from row {batch.first} on.")
        if _unusable(batch) or not gather.add(batch.points, batch.weights):
            raise refuse(batch, source, degrees)
        n_points += len(batch.points)
        _go_on(limits, n_points)
    if gather is None or not n_points:
        raise LocateError("empty", "There are no points of demand.")
    return Streamed(gather.classes(np.zeros(0, np.int64)), n_points)


def aggregate(
    demand: npt.ArrayLike,
    sites: npt.ArrayLike,
    limit_m: float,
    weights: npt.ArrayLike | None = None,
    *,
    degrees: bool = False,
    detour: float = 1.0,
    compiled: bool | None = None,
) -> Classes:
    """Return the classes of points in memory, with the class of each point, without building their whole relation.

    `demand` (n, 2), `weights` (n,) or (n, levels). As `merge(within(…), weights)`, classes in the order of their first point.

    >>> aggregate([[0, 0], [5, 5], [9, 0]], [[0, 0], [9, 0]], 2).of_point.tolist()
    [0, -1, 1]
    """
    points = np.asarray(demand)
    source = points if weights is None else (points, np.asarray(weights))
    numbers = np.zeros(len(points), dtype=np.int32)
    gather = None
    stream = batches_of(source)
    for batch in stream:
        if gather is None:
            gather = _gatherer(sites, limit_m, degrees, detour, _levels(batch), compiled)
        here = numbers[batch.first : batch.first + len(batch.points)]
        if _unusable(batch) or not gather.add(batch.points, batch.weights, here):
            raise refuse(batch, stream, degrees)
    if gather is None or not len(points):
        raise LocateError("empty", "There are no points of demand.")
    return gather.classes(numbers.astype(np.int64) - 1)


def maximal_cover_streamed(
    batches: Any,
    sites: npt.ArrayLike,
    limit_m: float,
    *,
    open_sites: int | None = None,
    costs: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    degrees: bool = False,
    detour: float = 1.0,
    columns: tuple[str, ...] = ("x", "y"),
    weight: str | tuple[str, ...] | None = None,
    limits: Limits | None = None,
) -> Answer:
    """Return the answer of `covering.maximal_cover` for points that come in batches; memory grows with the classes.

    `batches`, `sites`, `degrees`, `columns`, `weight`: see `merge_stream`; two weights to a point mean that the second is
    for being covered a second time (backup coverage, 交叉覆盖). The other options as in `maximal_cover`.
    Raises: LocateError, Infeasible.

    >>> maximal_cover_streamed([[[0, 0], [1, 0]], [[9, 0]]], [[0, 0], [9, 0]], 2, open_sites=1).sites.tolist()
    [0]
    """
    limits = (limits or Limits()).restart()
    who = roles(len(np.asarray(sites)), fixed, mandatory, forbidden)
    price, room = spending(who, open_sites, costs, budget)  # what is wrong with the question is said before reading
    merged = merge_stream(
        batches, sites, limit_m, degrees=degrees, detour=detour, columns=columns, weight=weight, limits=limits
    )
    answer = cover(merged.classes.reach, merged.classes.weights, who, price, room, limits)
    return replace(answer, total=float(merged.total.sum()))


@dataclass
class Plain:
    """The same classes without compiled code: each batch merged by itself, then entered into a dictionary of sets."""

    sites: npt.ArrayLike
    limit_m: float
    degrees: bool
    detour: float
    sums: Floats  # (classes + 1, levels); row 0 is the empty set
    numbers: dict[bytes, int]

    def add(self, points: Floats, weights: Floats | None, out: npt.NDArray[np.int32] | None = None) -> bool:
        """As in `Gatherer`."""
        if not len(points):
            return True
        if faults(Batch(points, None, 0), self.degrees):
            return False
        relate = reaching.geodesic if self.degrees else reaching.within
        levels = np.ones((len(points), self.sums.shape[1])) if weights is None else weights
        part = merge(relate(points, self.sites, self.limit_m, detour=self.detour), levels)
        found, first = np.unique(part.of_point, return_index=True)
        number = np.zeros(part.reach.n_demand + 1, dtype=np.int64)
        for place in np.argsort(first):
            row = int(found[place])
            if row >= 0:
                key = part.reach.sites[part.reach.starts[row] : part.reach.starts[row + 1]].tobytes()
                number[row + 1] = self.numbers.setdefault(key, len(self.numbers))
        more = len(self.numbers) - len(self.sums)
        self.sums = np.vstack([self.sums, np.zeros((more, self.sums.shape[1]))])
        mine = number[part.of_point + 1]
        np.add.at(self.sums, mine, levels)
        if out is not None:
            out[:] = mine
        return True

    def classes(self, of_point: Ints) -> Classes:
        """As in `Gatherer`."""
        keys = [key for key in self.numbers if key]
        starts = np.concatenate([[0], np.cumsum([len(key) // 4 for key in keys])]).astype(np.int64)
        members = np.frombuffer(b"".join(keys), dtype=np.int32).copy()
        return Classes(Reach(starts, members, len(np.asarray(self.sites))), self.sums[1:], of_point, self.sums[0])


def _gatherer(
    sites: npt.ArrayLike, limit_m: float, degrees: bool, detour: float, levels: int, compiled: bool | None
) -> Gatherer:
    places = (reaching.degrees if degrees else reaching.positions)(sites, "sites")
    if not len(places):
        raise LocateError("empty", "There are no candidate sites.")
    if not 0 <= limit_m < np.inf:
        raise LocateError("range", f"limit_m must be a length of at least zero, got {limit_m}.")
    if not detour > 0:
        raise LocateError("range", f"detour must be above zero, got {detour}.")
    if COMPILED if compiled is None else compiled:
        return Gathered.start(plane_of(places, limit_m / detour, degrees), levels)
    return Plain(places, limit_m, degrees, detour, np.zeros((1, levels)), {b"": 0})


def _levels(batch: Batch) -> int:
    return 1 if batch.weights is None else batch.weights.shape[1]


def _unusable(batch: Batch) -> bool:
    """Is a weight no number, below zero, or above that of an earlier coverage?"""
    weights = batch.weights
    if weights is None or not len(weights):
        return False
    fine = weights.min() >= 0 and weights.max() < np.inf and bool((np.diff(weights, axis=1) <= 0).all())
    return not fine


def _go_on(limits: Limits | None, n_points: int) -> None:
    if limits is None:
        return
    limits.tell(f"merged {n_points} points", 0.0, np.inf)
    over = limits.over()
    if over is not None:
        raise LocateError(
            "stopped", f"Ended ({over.value}) after {n_points} points; nothing can be said before all are read."
        )
