"""How many sites for how much coverage? The whole curve in one call, each point with its own proof.

One set of multipliers λ bounds every number of sites at once: L(λ, k) = rest(λ) + the k largest worths (see `relax`; with
costs, Dantzig's bound of the knapsack), for each k the least over all λ that are known. Values never fall with k, since a
choice of k sites may be taken for k + 1; bounds never need to rise when k falls. So the choices of all k are found first,
each from its neighbours; then the point with the widest gap gets multipliers of its own, then a proof of its own, until all
are proven or time is up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from xiaojia_locate.answer import Answer, Limits, Reason
from xiaojia_locate.classes import after, columns, merge, rows
from xiaojia_locate.errors import LocateError
from xiaojia_locate.exact import granularity, solve
from xiaojia_locate.question import levels_of, roles, spending
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.relax import bound_of, relax
from xiaojia_locate.search import Choice, Task
from xiaojia_locate.set_cover import set_cover


@dataclass(frozen=True)
class Point:
    """One point of the curve: the number of new sites or the budget, the sites, what they cover, and the proof."""

    room: float
    sites: Ints
    value: float
    bound: float
    reason: Reason

    @property
    def proven(self) -> bool:
        return self.reason is Reason.PROVEN

    @property
    def gap(self) -> float:
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def curve(
    reach: Reach,
    weights: npt.ArrayLike | None = None,
    *,
    up_to: int | None = None,
    costs: npt.ArrayLike | None = None,
    budgets: Sequence[float] | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    again: npt.ArrayLike | None = None,
    limits: Limits | None = None,
) -> list[Point]:
    """Return the best choice for 1, 2, …, `up_to` new sites (or for each of `budgets`), with proven bounds.

    Numbers start at the number of mandatory sites if that is above one. `limits` hold for the whole curve. Other arguments
    as in `maximal_cover`. Raises: LocateError, Infeasible.

    >>> from xiaojia_locate import from_matrix
    >>> [point.value for point in curve(from_matrix([[1, 0], [0, 1]]), [3, 5], up_to=2)]
    [5.0, 8.0]
    """
    limits = (limits or Limits()).restart()
    who = roles(reach.n_site, fixed, mandatory, forbidden)
    if (up_to is None) == (budgets is None):
        raise LocateError("budget", "Say either up to how many sites, or costs and budgets.")
    wanted = len(np.setdiff1d(who.wanted, who.held))
    asked = list(range(max(1, wanted), up_to + 1)) if up_to is not None else sorted(map(float, budgets or []))
    if not asked:
        raise LocateError("range", "The curve has no points: ask for at least one number or budget.")
    given = [spending(who, int(a), None, None) if up_to is not None else spending(who, None, costs, a) for a in asked]
    levels = levels_of(reach.n_demand, weights, again)
    left, base = after(reach, levels, who.given)
    alive = np.flatnonzero(left[:, 0] > 0)
    classes = merge(columns(rows(reach, alive), who.free), left[alive])
    if not classes.reach.n_demand or not len(who.free):
        return [Point(float(a), who.given, base, base, Reason.PROVEN) for a in asked]
    whole = Task.of(classes.reach, classes.weights, given[0][0][who.free], 0.0)
    line = Line(whole, [room for _, room in given], limits)
    line.run()
    return [
        Point(
            float(a),
            np.union1d(who.given, who.free[line.sites[k]]),
            float(base + line.value[k]),
            float(base + line.bound[k]),
            why,
        )
        for k, (a, why) in enumerate(zip(asked, line.reasons(), strict=True))
    ]


class Line:
    """The points so far: `sites`, `value`, `bound` of each room, and which were decided by themselves."""

    def __init__(self, task: Task, rooms: list[float], limits: Limits) -> None:
        self.task, self.rooms, self.limits = task, rooms, limits
        self.step = granularity(task.weights)
        self.sites: list[Ints] = [np.zeros(0, np.int64) for _ in rooms]
        self.value = np.zeros(len(rooms))
        self.bound = np.full(len(rooms), float(task.weights.sum()))
        self.tried = np.zeros((2, len(rooms)), dtype=bool)

    def at(self, place: int) -> Task:
        """Return the task of one point."""
        task = self.task
        return Task(task.reach, task.back, task.weights, task.costs, self.rooms[place])

    def open_gap(self) -> Floats:
        """Return the gap of each point, zero where it is proven or small enough."""
        gap = self.bound - self.value
        small = (gap < self.step * (1 - 1e-6)) | (gap <= self.limits.gap * self.bound)
        return np.where(small, 0.0, gap / np.maximum(self.bound, 1e-300))

    def run(self) -> None:
        """Choices first, then the widest gaps: multipliers, then proofs."""
        self._climb()
        self._bounded(len(self.rooms) - 1)
        while self.limits.over() is None:
            gap = self.open_gap()
            if not gap.any():
                break
            fresh = np.where(self.tried[0], 0.0, gap)
            if fresh.any():
                self._bounded(int(np.argmax(fresh)))
            elif (rest := np.where(self.tried[1], 0.0, gap)).any():
                self._decided(int(np.argmin(np.where(rest > 0, rest, np.inf))))
            else:
                break
            self.limits.tell("curve", float(self.value.sum()), float(self.bound.sum()))

    def _climb(self) -> None:
        """Each point from the one before, one more site at a time, then exchanges."""
        held = np.zeros(0, np.int64)
        for place in range(len(self.rooms)):
            choice = Choice(self.at(place))
            choice.become(held)
            choice.climb(self.limits)
            held = choice.sites()
            self.take(place, held, choice.value)

    def take(self, place: int, sites: Ints, value: float) -> None:
        """Keep a choice where it is better, at this point and at all larger ones."""
        for k in range(place, len(self.rooms)):
            if value > self.value[k]:
                self.sites[k], self.value[k] = sites, value

    def lower(self, place: int, bound: float) -> None:
        """Keep a bound where it is lower, at this point and at all smaller ones."""
        self.bound[: place + 1] = np.maximum(np.minimum(self.bound[: place + 1], bound), self.value[: place + 1])

    def _bounded(self, place: int) -> None:
        """Find multipliers for one point, and use them for all."""
        self.tried[0, place] = True
        task = self.at(place)
        found = relax(task, self.sites[place], self.limits, floor=float(self.value[place]) + self.step)
        for k in range(len(self.rooms)):
            self.lower(k, bound_of(self.at(k), found.multipliers)[0])
        choice = Choice(task)  # what the relaxation opens most, as a second start
        order = np.argsort(-found.fractions, kind="stable")
        for site in found.support[order]:
            if choice.cost + task.costs[site] <= task.budget + 1e-9:
                choice.put(int(site))
        choice.climb(self.limits)
        self.take(place, choice.sites(), choice.value)

    def _decided(self, place: int) -> None:
        """Prove one point by itself, in a fair share of the time that is left."""
        self.tried[1, place] = True
        left = max(1, int((self.open_gap() > 0).sum()))
        part = Limits(
            max(self.limits.left_s / left, min(2.0, self.limits.left_s)),
            self.limits.gap,
            self.limits.seed,
            cancel=self.limits.cancel,
        )
        found = solve(self.at(place), part)
        self.take(place, found.sites, found.value)
        self.lower(place, found.bound)

    def reasons(self) -> list[Reason]:
        """Return why each point stands where it stands."""
        over = self.limits.over() or Reason.TIME
        found = []
        for value, bound in zip(self.value, self.bound, strict=True):
            if bound - value < self.step * (1 - 1e-6):
                found.append(Reason.PROVEN)
            else:
                found.append(Reason.GAP if bound - value <= self.limits.gap * bound else over)
        self.bound = np.where([why is Reason.PROVEN for why in found], self.value, self.bound)
        return found


def cost_curve(
    reach: Reach,
    weights: npt.ArrayLike | None = None,
    *,
    shares: Sequence[float],
    costs: npt.ArrayLike | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    limits: Limits | None = None,
) -> list[Answer]:
    """Return the cheapest choice for each share of the demand, smallest share first, as `set_cover` answers.

    A bound for one share holds for every larger one, and a choice for one share serves every smaller one.
    `limits` hold for the whole curve; each share gets an equal part of the time that is left.
    """
    limits = (limits or Limits()).restart()
    ordered = sorted(map(float, shares))
    found: list[Answer] = []
    for place, share in enumerate(ordered):
        part = Limits(limits.left_s / (len(ordered) - place), limits.gap, limits.seed, limits.progress, limits.cancel)
        found.append(
            set_cover(
                reach,
                weights,
                share,
                costs=costs,
                fixed=tuple(fixed),
                mandatory=tuple(mandatory),
                forbidden=tuple(forbidden),
                limits=part,
            )
        )
    return _ordered(found)


def _ordered(found: list[Answer]) -> list[Answer]:
    """Let each answer profit from its neighbours."""
    for k in range(1, len(found)):
        if found[k - 1].bound > found[k].bound:
            found[k] = replace(found[k], bound=min(found[k - 1].bound, found[k].value))
    for k in range(len(found) - 2, -1, -1):
        if found[k + 1].value < found[k].value:
            found[k] = replace(found[k + 1], bound=found[k].bound, reason=found[k].reason)
    return [
        replace(one, reason=Reason.PROVEN) if one.bound >= one.value - 1e-9 * max(1.0, one.value) else one
        for one in found
    ]
