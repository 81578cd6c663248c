"""What if a group of neighbouring sites stays closed, or opens at least one? Branch and bound on the multipliers.

Every choice either opens no site of a group R, or at least one. Groups that must open one are kept disjoint (a group is split
when it is decided further), so the inner problem of the bound stays exact: the best site of each group first, then the best
of all others. Splitting by groups moves both sides, where splitting by one site leaves a near twin to take its place.
A node's bound is tried on all sites, though its multipliers climb over few.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from xiaojia_locate.answer import Limits
from xiaojia_locate.median_bound import Bound, Demands, bound_of, climb, support
from xiaojia_locate.median_exact import Rest
from xiaojia_locate.median_kernels import worth
from xiaojia_locate.median_links import turned
from xiaojia_locate.median_search import Choice, Task
from xiaojia_locate.reach import Ints

STEPS, TRIALS, TRIAL_STEPS, MORE = 60, 4, 20, 100


@dataclass(order=True)
class Node:
    """A part of the choices that is still undecided, ordered by its bound."""

    value: float
    number: int
    bound: Bound = field(compare=False)
    demands: Demands = field(compare=False)


class Tree:
    """The undecided parts of a rest, and the best choice found on the way."""

    def __init__(self, rest: Rest, bound: Bound, value: float, pay: Callable[[Ints], float], limits: Limits) -> None:
        """Begin with all of `rest`; `pay` says what a choice of its sites costs without the caps that cut it short."""
        self.rest, self.limits, self.value, self.pay = rest, limits, value, pay
        self.links, self.back = rest.links, turned(rest.links)
        self.sites: Ints | None = None
        self.few = np.zeros(0, np.int64)
        self.part = rest.links
        self._widen(support(bound, np.argsort(-bound.worth, kind="stable")[:MORE]))
        self.count = 0
        root = Node(bound.value, 0, bound, Demands.none(rest.links.n_site))
        self.nodes = [root]

    def grow(self, step: float, stop_gap: float) -> float:
        """Split the weakest part until nothing is left or limits end it; return the bound that holds for the rest."""
        while self.nodes:
            low = self.nodes[0].value
            if self.value - low <= stop_gap * self.value or self.limits.over() is not None:
                return low
            node = heapq.heappop(self.nodes)
            if node.value > self.value - step:
                return self.value
            self._round(node)
            self._split(node, step)
            if self.count % 32 < 2:
                self.limits.tell(f"branch, {len(self.nodes)} parts", self.value, low)
        return self.value

    def _split(self, node: Node, step: float) -> None:
        """Put the two halves of the most promising split on the heap."""
        best: list[Node] = []
        for group in self._groups(node):
            halves = [self._node(node, demands, TRIAL_STEPS, step) for demands in node.demands.halves(group)]
            if not best or min(half.value for half in halves) > min(half.value for half in best):
                best = halves
            if max(half.value for half in halves) > self.value - step:
                best = halves
                break
        for half in best:
            done = self._node(half, half.demands, STEPS, step) if half.value <= self.value - step else half
            if done.value <= self.value - step:
                heapq.heappush(self.nodes, done)

    def _node(self, parent: Node, demands: Demands, steps: int, step: float) -> Node:
        """Return a node with a bound that is tried on all sites."""
        rest, start = self.rest, parent.bound
        self.count += 1
        self._widen(np.array([group[np.argmax(start.worth[group])] for group in demands.groups], dtype=np.int64))
        inner = demands.only(self.few)
        price = rest.price[self.few]
        here = bound_of(self.part, start.multipliers, price, rest.room, inner)
        here = replace(here, parts=start.parts[self.few] if demands is parent.demands else here.parts)
        here = climb(
            self.part, price, rest.room, here, self.value, steps, self.limits,
            step=0.05, stop=self.value, demands=inner,
        )  # fmt: skip
        full = bound_of(self.links, here.multipliers, rest.price, rest.room, demands)
        spread = np.zeros(self.links.n_site)
        spread[self.few] = here.parts
        full = replace(full, parts=spread)
        if here.value - full.value > 0.02 * (self.value - full.value):
            self._widen(np.flatnonzero((full.worth > full.price * rest.price) & ~demands.banned))
        if full.value < parent.value:
            full = replace(full, value=parent.value)
        return Node(full.value, self.count, full, demands)

    def _widen(self, sites: Ints) -> None:
        new = np.union1d(self.few, sites)
        if len(new) > len(self.few):
            self.few, self.part = new, self.links.only(new)

    def _groups(self, node: Node) -> list[Ints]:
        """Return groups of alike sites whose fractions sum up to about one half."""
        parts = node.bound.parts
        unsettled = np.where(node.demands.single(), 0.0, np.minimum(parts, 1.0 - parts))
        seeds = np.argsort(-unsettled, kind="stable")[: 4 * TRIALS]
        groups: list[Ints] = []
        used = np.zeros(len(parts), dtype=bool)
        for seed in seeds:
            if len(groups) == TRIALS or unsettled[seed] <= 0:
                break
            if used[seed]:
                continue
            group = self._around(int(seed), node)
            used[group] = True
            groups.append(group)
        return groups

    def _around(self, seed: int, node: Node) -> Ints:
        """Return `seed` with the sites most like it until the fractions reach one half."""
        within = node.demands.mates(seed)
        if not np.all(self.rest.price == 1.0):
            return np.array([seed])
        part = slice(self.back.starts[seed], self.back.starts[seed + 1])
        clients = self.back.clients[part].astype(np.int64)
        rest = np.maximum(0.0, node.bound.multipliers[clients] - self.back.costs[part])
        clients = clients[rest > 0]
        likeness = worth(self.links.rows(clients), node.bound.multipliers[clients]) / np.maximum(
            node.bound.worth, 1e-300
        )
        likeness[~within] = -1.0
        likeness[seed] = np.inf
        order = np.argsort(-likeness, kind="stable")[: int(within.sum())]
        order = order[likeness[order] > 0]
        filled = np.cumsum(node.bound.parts[order])
        goal = min(0.5, 0.5 * filled[-1]) if len(filled) else 0.5
        stop = int(np.searchsorted(filled, goal)) + 1
        return np.sort(order[: max(1, min(stop, int(within.sum()) - 1))])

    def _round(self, node: Node) -> None:
        """Round the fractions of a node to a choice."""
        parts = node.bound.parts[self.few]
        order = self.few[np.argsort(-parts, kind="stable")]
        price, room, taken = self.rest.price, self.rest.room, []
        for site in order[: int(4 * room) + 1]:
            if price[site] <= room + 1e-9:
                taken.append(int(site))
                room -= price[site]
        task = Task.of(self.part, self.rest.price[self.few], self.rest.room)
        choice = Choice(task, np.searchsorted(self.few, np.sort(taken)))
        choice.climb(self.limits, np.random.default_rng([self.limits.seed, node.number]))
        if choice.value < self.value * (1 - 1e-12):
            sites = self.few[choice.sites()]
            paid = self.pay(sites)
            if paid < self.value * (1 - 1e-12):
                self.value, self.sites = paid, sites
