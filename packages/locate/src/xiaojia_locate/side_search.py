"""Which choice under side constraints is good? Opening, exchanging and shaking with what the constraints are worth."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Limits
from xiaojia_locate.kernels import regained
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.search import Choice, Task
from xiaojia_locate.side import Prices, Program, slack_of

TINY = 1e-9


class Walk(Choice):
    """A choice that keeps within `rows·y ≤ room`, led by weights that include what the needs are worth."""

    def __init__(self, program: Program, weights: Floats, of_rows: Floats) -> None:
        super().__init__(Task(program.reach, program.back, weights, np.ones(program.n_site), np.inf))
        self.program = program
        self.columns = sparse.csc_matrix(program.rows)
        self.column_of = np.repeat(np.arange(program.n_site), np.diff(self.columns.indptr))
        self.used = np.zeros(len(program.room))
        self.limit = program.room + slack_of(program.room)
        spend = program.rows.T @ (of_rows + 1e-6 / np.maximum(1e-3, program.room))
        self.use = np.maximum(0.0, spend) + 1e-12

    def _column(self, site: int) -> tuple[Ints, Floats]:
        span = slice(self.columns.indptr[site], self.columns.indptr[site + 1])
        return self.columns.indices[span], self.columns.data[span]

    def put(self, site: int) -> None:
        """Open a site."""
        super().put(site)
        rows, data = self._column(site)
        self.used[rows] += data

    def take(self, site: int) -> None:
        """Close a site."""
        super().take(site)
        rows, data = self._column(site)
        self.used[rows] -= data

    def fits(self, out: int = -1) -> npt.NDArray[np.bool_]:
        """Return which closed sites the constraints allow, once `out` is closed."""
        left = self.limit - self.used
        if out >= 0:
            rows, data = self._column(out)
            left[rows] += data
        over = self.columns.data > left[self.columns.indices]
        return ~self.open & (np.bincount(self.column_of[over], minlength=len(self.open)) == 0)

    def fill(self) -> None:
        """Open the site with the most gain for what it uses until nothing fits or nothing gains."""
        while True:
            gain = np.where(self.fits(), self.gain - self.program.cost, -1.0)
            site = int(np.argmax(gain / self.use))
            if gain[site] <= TINY:
                return
            self.put(site)

    def swap(self) -> bool:
        """Make the one exchange that gains most; return whether there was one."""
        best, pair = TINY * max(1.0, abs(self.value)), None
        cost = self.program.cost
        for out in self.sites():
            rise = self.gain - self.loss[out] - cost + cost[out]
            rise += regained(out, self.task.reach, self.task.back, self.steps, self.state[0], self.task.n_site)
            rise[~self.fits(int(out))] = -np.inf
            site = int(np.argmax(rise))
            if rise[site] > best:
                best, pair = float(rise[site]), (int(out), site)
        if pair is None:
            return False
        self.take(pair[0])
        self.put(pair[1])
        return True


def searched(
    program: Program, prices: Prices | None, start: Ints, rounds: int, limits: Limits, *, goal: float = np.inf
) -> tuple[Ints, float]:
    """Return the best choice found and its value (−∞ if none satisfies the constraints).

    What unmet needs are worth rises from round to round, what met ones are worth falls: a choice that only misses a need
    is led to meet it (multiplicative weights).
    """
    dice = np.random.default_rng(limits.seed)
    best, best_value = start, program.value(start)
    worth, forced = _worth(program, prices)
    of_rows = 1.0 / np.maximum(1e-3, program.room) if prices is None else prices.of_rows
    pool = np.arange(program.n_site) if prices is None else prices.support
    here = start
    for turn in range(rounds):
        if best_value >= goal - TINY or (turn and limits.over() is not None):
            break
        walk = Walk(program, _weights(program, worth, forced), of_rows)
        walk.become(_allowed(program, here))
        if turn:
            _shake(walk, pool, dice)
        walk.climb(limits)
        sites, value = walk.sites(), program.value(walk.sites())
        if value > best_value + TINY * max(1.0, abs(value)):
            best, best_value = sites, value
        here = best if value < best_value and best_value > -np.inf and dice.random() < 0.7 else sites
        worth, forced = _led(program, sites, worth, forced)
    return best, best_value


def _shake(walk: Walk, pool: Ints, dice: np.random.Generator) -> None:
    opened = walk.sites()
    for out in dice.choice(opened, size=min(int(dice.integers(1, 4)), len(opened)), replace=False):
        walk.take(int(out))
    for site in dice.permutation(pool)[:3]:
        if walk.fits()[site]:
            walk.put(int(site))


def _allowed(program: Program, sites: Ints) -> Ints:
    """Leave out sites until the rest keeps within the rows."""
    used = np.zeros(len(program.room))
    kept: list[int] = []
    columns = sparse.csc_matrix(program.rows)
    for site in sites:
        more = columns[:, [int(site)]].toarray().ravel()
        if (used + more <= program.room + slack_of(program.room)).all():
            used, kept = used + more, [*kept, int(site)]
    return np.array(kept, dtype=np.int64)


def _worth(program: Program, prices: Prices | None) -> tuple[Floats, Floats]:
    """What a unit of each need is worth to begin with, and what covering each class that must be is worth."""
    amounts = np.asarray(program.needs.sum(axis=1)).ravel()
    scale = (program.earn[:, 0].sum() + program.pay + 1.0) / np.maximum(1e-9, amounts) / max(1, len(amounts))
    typical = float(program.earn[:, 0].mean() + program.cost.mean()) + 1.0
    if prices is None:
        return scale * (1.0 if program.pay else 0.05), np.where(program.must, typical, 0.0)
    return prices.of_needs + 1e-3 * scale, np.where(program.must, prices.multipliers + 0.1 * typical, 0.0)


def _weights(program: Program, worth: Floats, forced: Floats) -> Floats:
    weights = program.earn.copy()
    weights[:, 0] += program.needs.T @ worth + forced
    return weights


def _led(program: Program, sites: Ints, worth: Floats, forced: Floats) -> tuple[Floats, Floats]:
    """Raise what is missed and lower what is met."""
    count = program.count(sites)
    met = program.needs @ (count > 0).astype(float)
    forced = np.where(program.must & (count == 0), forced * 2.0, forced * 0.97)
    if program.pay:
        sloped = np.maximum(1e-12, program.slope)
        share = np.where(program.slope > 0, (met - program.least) / sloped, 1.0)
        return worth * np.exp(np.clip(2.0 * (share.min(initial=1.0) + 0.02 - share), -1.0, 1.0)), forced
    return worth * np.where(met < program.least - slack_of(program.least), 1.6, 0.93), forced
