"""Which choice is good? Greedy opening, best swaps, and restarts from shaken choices: fast, without a bound.

Greedy covers at least 1 − 1/e of the optimum (Nemhauser, Wolsey, Fisher 1978); swaps and shaking close most of the rest.
The bound comes from `relax`, so nothing here is ever called optimal by itself.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from xiaojia_locate import climb_kernels
from xiaojia_locate.answer import Limits
from xiaojia_locate.classes import transpose
from xiaojia_locate.kernels import COMPILED, regained, shift
from xiaojia_locate.reach import Floats, Ints, Reach

TINY = 1e-9
MOVES, ROUNDS = 20, 25  # of compiled work between two looks at the clock

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Task:
    """What the covering engine solves: classes of demand, candidate sites, and a budget.

    `reach` (n classes × m sites), `back` its transpose; `weights` (n, levels), never rising from level to level;
    `costs` (m,) above zero; `budget`: their sum may not exceed it. A number of sites is a budget with costs of one.
    """

    reach: Reach
    back: Reach
    weights: Floats
    costs: Floats
    budget: float

    @staticmethod
    def of(reach: Reach, weights: Floats, costs: Floats, budget: float) -> "Task":
        """Return a task with its transpose."""
        return Task(reach, transpose(reach), weights, costs, budget)

    @property
    def n_site(self) -> int:
        return self.reach.n_site

    def value(self, sites: Ints) -> float:
        """Return the weight that a choice earns."""
        counts = np.zeros(self.reach.n_demand, dtype=np.int64)
        for site in sites:
            counts[self.back.sites[self.back.starts[site] : self.back.starts[site + 1]]] += 1
        levels = np.arange(self.weights.shape[1])
        return float(self.weights[counts[:, None] > levels].sum())


class Choice:
    """A choice of sites that can be changed site by site, with the gain and loss of every site kept up to date."""

    def __init__(self, task: Task) -> None:
        self.task = task
        n, m = task.reach.n_demand, task.n_site
        # steps[i, c] is what the c-th open site adds to class i; column 0 is never earned, the last one is zero.
        self.steps = np.hstack([np.zeros((n, 1)), task.weights, np.zeros((n, 1))])
        self.open = np.zeros(m, dtype=bool)
        self.sums = np.zeros(2)
        gain = task.reach.matrix().T @ self.steps[:, 1]
        self.state = (np.zeros(n, dtype=np.int64), gain, np.zeros(m))

    @property
    def gain(self) -> Floats:
        return self.state[1]

    @property
    def loss(self) -> Floats:
        return self.state[2]

    @property
    def value(self) -> float:
        return float(self.sums[0])

    @property
    def cost(self) -> float:
        return float(self.sums[1])

    def sites(self) -> Ints:
        return np.flatnonzero(self.open)

    def put(self, site: int) -> None:
        """Open a site."""
        self.sums += self.gain[site], self.task.costs[site]
        self.open[site] = True
        shift(site, 1, self.task.reach, self.task.back, self.steps, self.state)

    def take(self, site: int) -> None:
        """Close a site."""
        self.sums -= self.loss[site], self.task.costs[site]
        self.open[site] = False
        shift(site, -1, self.task.reach, self.task.back, self.steps, self.state)

    def become(self, sites: Ints) -> None:
        """Close and open what it takes to hold exactly these sites."""
        wanted = np.zeros(len(self.open), dtype=bool)
        wanted[sites] = True
        for site in np.flatnonzero(self.open & ~wanted):
            self.take(site)
        for site in np.flatnonzero(wanted & ~self.open):
            self.put(site)

    def fill(self) -> None:
        """Open the site with the most gain for its cost until nothing fits or nothing gains."""
        costs, budget = self.task.costs, self.task.budget
        while True:
            fits = ~self.open & (costs <= budget - self.cost + TINY)
            ratio = np.where(fits, self.gain / costs, -1.0)
            site = int(np.argmax(ratio))
            if ratio[site] <= TINY:
                return
            self.put(site)

    def swap(self) -> bool:
        """Make the one exchange that gains most; return whether there was one."""
        best, pair = TINY * max(1.0, self.value), None
        costs, left = self.task.costs, self.task.budget - self.cost + TINY
        for out in self.sites():
            rise = self.gain - self.loss[out]
            rise += regained(out, self.task.reach, self.task.back, self.steps, self.state[0], self.task.n_site)
            rise[self.open | (costs > left + costs[out])] = -np.inf
            site = int(np.argmax(rise))
            if rise[site] > best:
                best, pair = float(rise[site]), (int(out), site)
        if pair is None:
            return False
        self.take(pair[0])
        self.put(pair[1])
        return True

    def climb(self, limits: Limits) -> None:
        """Exchange until no exchange gains, filling what the budget still allows."""
        if COMPILED:
            out = np.empty(self.task.n_site)
            while not climb_kernels.climb(*self.compiled(), out, MOVES) and limits.over() is None:
                pass
            return
        self.fill()
        while limits.over() is None and self.swap():
            self.fill()

    def compiled(self) -> tuple[Any, ...]:
        """Return task and state as the compiled loops take them."""
        task = self.task
        relation = (task.reach.starts, task.reach.sites, task.back.starts, task.back.sites)
        return ((*relation, self.steps, task.costs, float(task.budget)), self.open, *self.state, self.sums)


def shaken(
    choice: Choice, pool: Ints, rounds: int, limits: Limits, patience: int = 10**9, *, goal: float = np.inf
) -> None:
    """Improve a choice by shaking some sites out, filling from `pool` and climbing again; keep the best.

    `pool`: the sites worth trying (those that the relaxation likes). Ends early when `goal` is reached, or after
    `patience` rounds that found nothing better.
    """
    dice = np.random.default_rng(limits.seed).random((rounds, 10))
    if not len(pool) or not choice.open.any():
        return
    held, best, marks = choice.open.copy(), choice.open.copy(), np.array([choice.value, choice.value])
    out, before, last = np.empty(choice.task.n_site), choice.value, 0
    for start in range(0, rounds, ROUNDS):
        if marks[1] > before + TINY:
            before, last = float(marks[1]), start
        if limits.over() is not None or marks[1] >= goal - TINY or start - last >= patience:
            break
        part = dice[start : start + ROUNDS]
        if COMPILED:
            climb_kernels.shake(part, pool, held, best, marks, goal, *choice.compiled(), out)
        else:
            _shake(choice, part, pool, held, best, marks, goal, limits)
    choice.become(np.flatnonzero(best))


def _shake(
    choice: Choice, dice: Floats, pool: Ints, held: Flags, best: Flags, marks: Floats, goal: float, limits: Limits
) -> None:
    """As `climb_kernels.shake`, in NumPy."""
    for throw in dice:
        if marks[1] >= goal - TINY:
            return
        for k in range(1 + int(throw[0] * 4)):
            opened = choice.sites()
            if len(opened):
                choice.take(int(opened[int(throw[1 + k] * len(opened))]))
        for share in throw[5:9]:
            site = int(pool[int(share * len(pool))])
            if not choice.open[site] and choice.cost + choice.task.costs[site] <= choice.task.budget + TINY:
                choice.put(site)
        choice.climb(limits)
        if choice.value > marks[1] + TINY:
            best[:], marks[1] = choice.open, choice.value
        if choice.value >= marks[0] - TINY or throw[9] < 0.02:
            held[:], marks[0] = choice.open, choice.value
        else:
            choice.become(np.flatnonzero(held))
