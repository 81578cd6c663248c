"""How are search, bound and proof put together for the p-median? Until they meet, or limits end the search."""

from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from xiaojia_locate.answer import Limits, Reason
from xiaojia_locate.median_bound import Bound, bound_of, climb, even_start, support
from xiaojia_locate.median_branch import Tree
from xiaojia_locate.median_exact import Rest, reduce
from xiaojia_locate.median_links import Links
from xiaojia_locate.median_search import Choice, Task, shaken
from xiaojia_locate.reach import Floats, Ints

ROUNDS, SHAKES = 400, 60
FEW_PAIRS, SLOW = 60_000, 0.003


@dataclass(frozen=True)
class Found:
    """The best choice with its value, the proven bound, why the search ended, and the multipliers that proved it."""

    sites: Ints
    value: float
    bound: float
    reason: Reason
    multipliers: Floats


def granularity(links: Links) -> float:
    """Return the least amount by which two different values differ: their divisor if whole, else a relative 10⁻⁹."""
    paid = np.concatenate([links.costs, links.caps])
    if len(paid) and np.array_equal(paid, np.round(paid)) and paid.max() < 2**40:
        return float(max(1, np.gcd.reduce(paid.astype(np.int64))))
    return float(1e-9 * max(1e-300, links.first().sum()))


def solve(task: Task, weights: Floats, limits: Limits, start: Ints | None = None) -> Found:
    """Return the choice that costs least within the room, proven unless a limit ended the search."""
    links, price, room = task.links, task.price, task.room
    choice = Choice(task, np.zeros(0, np.int64) if start is None else start)
    choice.fill()
    choice.climb(limits, np.random.default_rng(limits.seed))
    step = granularity(links)
    bound = even_start(choice.state.cost[:, 0].copy(), weights, links, price, room)
    for turn in count():
        limits.tell("relaxation", choice.value, bound.value)
        end = _closed(choice, bound, step, limits)
        if end is not None:
            return end
        gap = choice.value - bound.value
        bound = climb(links, price, room, bound, choice.value, ROUNDS, limits, step=0.02, stop=choice.value - step)
        _improve(choice, bound, step, limits, turn)
        few = reduce(links, price, room, bound, choice.value - step * (1 - 1e-6)).links.n_pairs <= FEW_PAIRS
        closed = 1.0 - (choice.value - bound.value) / gap
        if turn and closed < (0.1 if few else SLOW):
            break
    return _finish(task, choice, bound, step, limits)


def _closed(choice: Choice, bound: Bound, step: float, limits: Limits) -> Found | None:
    """Return the end of the search, if there is one."""
    sites, value = choice.sites(), choice.value
    if bound.value > value - step * (1 - 1e-6):
        return Found(sites, value, value, Reason.PROVEN, bound.multipliers)
    if value - bound.value <= limits.gap * value:
        return Found(sites, value, bound.value, Reason.GAP, bound.multipliers)
    over = limits.over()
    return Found(sites, value, bound.value, over, bound.multipliers) if over else None


def _improve(choice: Choice, bound: Bound, step: float, limits: Limits, turn: int) -> None:
    """Shake among the sites that the relaxation uses, then exchange among all."""
    task = choice.task
    few = support(bound, choice.sites())
    small = Choice(Task.of(task.links.only(few), task.price[few], task.room), np.searchsorted(few, choice.sites()))
    shaken(small, SHAKES, limits, goal=bound.value + step * (1 - 1e-6), seed=turn)
    choice.become(few[small.sites()])
    choice.climb(limits, np.random.default_rng([limits.seed, turn]))


def _finish(task: Task, choice: Choice, bound: Bound, step: float, limits: Limits) -> Found:
    """Decide what is left by branch and bound."""
    end = _closed(choice, bound, step, limits)
    if end is not None:
        return end
    wanted = choice.value - step * (1 - 1e-6)
    rest = reduce(task.links, task.price, task.room, bound, wanted)
    limits.tell(f"branch over {len(rest.free)} of {task.links.n_site} sites", choice.value, bound.value)
    low = _decided(rest, bound, choice, step, limits) if rest.room > -step else wanted
    low = max(bound.value, min(low, wanted))
    if low >= wanted or low > choice.value - step * (1 - 1e-6):
        return Found(choice.sites(), choice.value, choice.value, Reason.PROVEN, bound.multipliers)
    reason = Reason.GAP if choice.value - low <= limits.gap * choice.value else limits.over() or Reason.TIME
    return Found(choice.sites(), choice.value, low, reason, bound.multipliers)


def _decided(rest: Rest, bound: Bound, choice: Choice, step: float, limits: Limits) -> float:
    """Improve the choice by branch and bound; return a bound for all choices of the rest."""
    here = bound_of(rest.links, np.minimum(bound.multipliers, rest.links.caps), rest.price, rest.room)
    here = replace(here, parts=bound.parts[rest.free])

    def pay(sites: Ints) -> float:
        opened = np.zeros(choice.task.links.n_site, dtype=bool)
        opened[rest.must] = opened[rest.free[sites]] = True
        return float(choice.task.links.values(opened).sum())

    tree = Tree(rest, here, choice.value, pay, limits)
    low = tree.grow(step * (1 - 1e-6), limits.gap)
    if tree.sites is not None:
        choice.become(np.union1d(rest.must, rest.free[tree.sites]))
    return low
