"""Which choice of medians is good? Greedy opening, exchanges, and restarts from shaken choices: fast, without a bound.

Exchanges are evaluated as in Whitaker (INFOR 21, 1983) and Resende and Werneck (EJOR 174, 2006): what a site saves when it
opens, and for each open site what its closing then costs, come from one pass over the clients that the new site could serve.
"""

from dataclasses import dataclass

import numpy as np

from xiaojia_locate.answer import Limits
from xiaojia_locate.median_kernels import State, descend, settle, shift, worth
from xiaojia_locate.median_links import Back, Links, turned
from xiaojia_locate.reach import Floats, Ints

TINY = 1e-9


@dataclass(frozen=True)
class Task:
    """What is decided: links, and sites whose prices (m,) > 0 may sum up to `room`. A number of sites is room at price one."""

    links: Links
    back: Back
    price: Floats
    room: float

    @staticmethod
    def of(links: Links, price: Floats, room: float) -> "Task":
        """Return a task with its links by site."""
        return Task(links, turned(links), price, room)


class Choice:
    """A choice of sites that can be changed site by site."""

    def __init__(self, task: Task, sites: Ints) -> None:
        n, m = task.links.n_client, task.links.n_site
        self.task = task
        near, cost = np.full((n, 2), -1, np.int32), np.zeros((n, 2))
        self.state = State(np.zeros(m, dtype=bool), near, cost, np.zeros(m))
        self.become(sites)

    @property
    def value(self) -> float:
        return float(self.state.cost[:, 0].sum())

    @property
    def left(self) -> float:
        return self.task.room - float(self.task.price[self.state.open].sum()) + TINY

    def sites(self) -> Ints:
        return np.flatnonzero(self.state.open)

    def become(self, sites: Ints) -> None:
        """Open exactly these sites."""
        state = self.state
        state.open[:] = False
        state.open[sites] = True
        settle(self.task.links, state, np.arange(len(state.near)))
        state.loss[:] = 0.0
        served = state.near[:, 0] >= 0
        extra = state.cost[served, 1] - state.cost[served, 0]
        state.loss[:] = np.bincount(state.near[served, 0], extra, minlength=len(state.loss))

    def put(self, site: int) -> None:
        """Open a site."""
        shift(site, True, self.task.links, self.task.back, self.state)

    def take(self, site: int) -> None:
        """Close a site."""
        shift(site, False, self.task.links, self.task.back, self.state)

    def fill(self) -> None:
        """Open the site that saves most for its price until nothing fits or nothing saves."""
        price = self.task.price
        while True:
            fits = ~self.state.open & (price <= self.left)
            if not fits.any():
                return
            saves = np.where(fits, worth(self.task.links, self.state.cost[:, 0].copy()) / price, -1.0)
            site = int(np.argmax(saves))
            if saves[site] <= TINY:
                return
            self.put(site)

    def climb(self, limits: Limits, dice: np.random.Generator) -> None:
        """Exchange until no exchange saves."""
        task = self.task
        least = TINY * max(1.0, self.value)
        while limits.over() is None:
            order = dice.permutation(task.links.n_site)
            saved, _ = descend(order, task.links, task.back, self.state, task.price, self.left, least)
            if saved <= least:
                return


def shaken(choice: Choice, rounds: int, limits: Limits, *, goal: float = -np.inf, seed: int = 0) -> None:
    """Improve a choice by moving some sites at random and climbing again; keep the best. Ends early at `goal`."""
    dice = np.random.default_rng([limits.seed, seed])
    best, value = choice.sites(), choice.value
    for _ in range(rounds):
        if value <= goal or limits.over() is not None or not len(best):
            break
        moved = min(len(best), int(dice.integers(1, 4)))
        for out in dice.choice(best, size=moved, replace=False):
            choice.take(int(out))
        closed = np.flatnonzero(~choice.state.open & (choice.task.price <= choice.left))
        for site in dice.permutation(closed)[:moved]:
            if choice.task.price[site] <= choice.left:
                choice.put(int(site))
        choice.fill()
        choice.climb(limits, dice)
        if choice.value < value * (1 - TINY):
            best, value = choice.sites(), choice.value
        else:
            choice.become(best)
    choice.become(best)
