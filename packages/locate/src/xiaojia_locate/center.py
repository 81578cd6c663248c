"""Which sites keep the farthest point nearest? The p-center problem, exact at the size of a city.

A choice of p sites has value ≤ r exactly if p sites cover all points within r (Minieka 1970), so the answer lies between an
r that p sites cannot cover and one that they can. Three theorems keep that small:
relaxation (Chen and Chen 2009): if p sites cannot cover some of the points within r, they cannot cover all; so only points
that matter are taken in, the farthest ones of a choice that fails; distances: between two distances that occur, nothing
changes, so a failure at r lifts the bound to the next distance of the points taken in; dominance (see `center_cover`).
Lazily taken points and rounds over few distances: Alès and others, arXiv 2411.19724; bounds by covering: Gaar and Sinnl 2022.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Answer, Limits, Reason, memory_mib
from xiaojia_locate.center_cover import NO, YES, decide
from xiaojia_locate.center_distance import Distances, distances_of
from xiaojia_locate.errors import Infeasible
from xiaojia_locate.question import Roles, roles, spending
from xiaojia_locate.reach import Floats, Ints

LOWER_PART, WORST = 0.15, 4  # measured on clustered cities of 100,000 points
FEW_STEPS, FEW_POINTS = 1_000, 5_000  # on small instances halving and many points at once are quicker


def p_center(
    distances: npt.ArrayLike | sparse.spmatrix | sparse.sparray | None = None,
    *,
    positions_m: npt.ArrayLike | None = None,
    sites_m: npt.ArrayLike | None = None,
    detour: float = 1.0,
    open_sites: int,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    limits: Limits | None = None,
) -> Answer:
    """Return the sites whose farthest point of demand is nearest, with a proven bound; value and bound are distances.

    Either `distances` (n_demand, n_site) in any unit, dense, or sparse (an entry that is not stored: no way); or
    `positions_m` (n_demand, 2) and `sites_m` (n_site, 2) in metres (left out: the points themselves are the sites), the way
    being `detour` times the straight line. `fixed` are open already; at most `open_sites` more are opened, `mandatory` among them.
    `bound` ≤ `value`; `before`: the value of the fixed sites alone (inf without any); `total`: the number of points;
    `marginal`: by how much the value rises when a site closes (inf if a point then has no way).
    Raises: LocateError, Infeasible (`unreachable`: points without any way; `too_few`: at least so many more sites needed).

    >>> p_center(positions_m=[[0, 0], [2, 0], [9, 0]], open_sites=2).value
    2.0
    """
    limits = (limits or Limits()).restart()
    far = distances_of(distances, positions_m, sites_m, detour)
    who = roles(far.n_site, fixed, mandatory, forbidden)
    _, room = spending(who, open_sites, None, None)
    search = Search(far, who, int(room), limits)
    reason = search.run()
    first, place, second = far.two(search.best)
    value = float(first.max())
    return Answer(
        sites=search.best,
        new=np.setdiff1d(search.best, who.held),
        value=value,
        bound=value if reason is Reason.PROVEN else min(search.low, value),
        total=float(far.n_demand),
        before=float(far.least(who.held).max()),
        reason=reason,
        elapsed_s=limits.elapsed_s,
        memory_mib=memory_mib(),
        marginal=_marginal(place, second, len(search.best), value),
    )


@dataclass
class Search:
    """What is known: the best sites with the farthest distance `high`, the bound `low`, the points taken in."""

    far: Distances
    who: Roles
    room: int
    limits: Limits
    best: Ints = field(init=False)
    high: float = field(init=False, default=np.inf)
    low: float = field(init=False, default=0.0)
    taken: list[int] = field(init=False, default_factory=list)
    near: list[tuple[Ints, Floats]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.base = self.far.least(self.who.given)
        self.allowed = np.zeros(self.far.n_site, dtype=bool)
        self.allowed[self.who.free] = True
        self.best = self.who.given

    def run(self) -> Reason:
        """Search until proven or a limit is reached; return why it ended."""
        self._reachable()
        self._spread()
        while self.low < self.high:
            over = self.limits.over()
            if over is not None or self.high - self.low <= self.limits.gap * self.high < np.inf:
                return over or Reason.GAP
            self.limits.tell(f"{len(self.taken)} points taken in", self.high, self.low)
            if not self._round():
                return self.limits.over() or Reason.TIME
        if self.high == np.inf:
            raise Infeasible("too_few", "So few sites cannot reach all points; more are needed.", 1.0)
        return Reason.PROVEN

    def _reachable(self) -> None:
        """Every point is at least as far as its nearest site; a point without any is named."""
        nearest = np.minimum(self.base, self.far.least(self.who.free))
        lost = np.flatnonzero(np.isinf(nearest))
        if len(lost):
            raise Infeasible("unreachable", f"{len(lost)} points have no way to any site.", float(len(lost)), lost)
        self.low = float(nearest.max())
        if not self.room:
            self._offer(self.who.given, self.base)
            self.low = self.high

    def _spread(self) -> None:
        """Open a site at the farthest point, again and again (Gonzalez 1985); these points are taken in first."""
        away, chosen = self.base.copy(), list(self.who.given)
        for _ in range(self.room):
            point = int(np.argmax(away))
            if away[point] <= self.low:
                break
            self._take(point)
            sites, far = self.near[-1]
            site = int(sites[np.argmin(far)])
            chosen.append(site)
            away = np.minimum(away, self.far.to_site(site))
        self._offer(np.unique(chosen).astype(np.int64), away)
        self._take(int(np.argmax(away)))

    def _take(self, point: int) -> None:
        if point in self.taken:
            return
        sites, far = self.far.near(point, self.high)
        self.taken.append(point)
        self.near.append((sites[self.allowed[sites]], far[self.allowed[sites]]))

    def _offer(self, sites: Ints, away: Floats) -> None:
        if float(away.max()) < self.high or not len(self.best):
            self.best, self.high = sites, float(away.max())

    def _round(self) -> bool:
        """Ask whether the points taken in can be covered at a distance between the bounds; return whether that was decided."""
        steps = self._steps()
        limit = self._between(steps)
        asked = [
            (sites[far <= limit], far[far <= limit])
            for point, (sites, far) in zip(self.taken, self.near, strict=True)
            if self.base[point] > limit
        ]
        verdict = decide(asked, self.far.n_site, self.room, self.limits)
        if verdict.status == NO:
            self.low = float(steps[steps > limit].min(initial=self.high))
        elif verdict.status == YES:
            chosen = np.union1d(self.who.given, verdict.sites)
            first, place, _ = self.far.two(chosen)
            self._offer(chosen, first)
            if first.max() > limit:
                self._take_worst(first, place, limit)
        return verdict.status in (YES, NO)

    def _between(self, steps: Floats) -> float:
        """A distance nearer to the bound than to the value: failures there need few points, and few points are quick."""
        if self.high == np.inf or len(steps) < FEW_STEPS:
            return float(steps[len(steps) // 2])
        goal = self.low + LOWER_PART * (self.high - self.low)
        return float(steps[max(0, int(np.searchsorted(steps, goal, side="right")) - 1)])

    def _steps(self) -> Floats:
        """The distances of the points taken in that lie between the bounds, ascending, and the bound itself."""
        base = self.base[self.taken]
        parts = [far[(far >= self.low) & (far < self.high)] for _, far in self.near]
        return np.unique(np.concatenate([[self.low], base[(base >= self.low) & (base < self.high)], *parts]))

    def _take_worst(self, first: Floats, place: Ints, limit: float) -> None:
        """Take in the farthest point of each site that leaves one beyond the limit, the farthest first."""
        beyond = np.flatnonzero(first > limit)
        order = beyond[np.argsort(-first[beyond], kind="stable")]
        _, leaders = np.unique(place[order], return_index=True)
        for point in order[np.sort(leaders)][
            : max(WORST, 1 + self.room // 3) if self.far.n_demand < FEW_POINTS else WORST
        ]:
            self._take(int(point))


def _marginal(place: Ints, second: Floats, n_open: int, value: float) -> Floats:
    rise = np.full(n_open, value)
    np.maximum.at(rise, place, second)
    return rise - value
