"""Does the question fall apart? Groups of sites that share no demand are decided one by one, and put together exactly.

Theorem (separation): if no class of demand is reached by sites of two groups, the value of a choice is the sum of the values
within the groups. So the best choice of p sites is the best split p = Σ k_g of the numbers, each group with its best k_g.
Which splits matter is found lazily: a table over the groups (dynamic programming) is filled with upper bounds; the entries
that the best split uses are lowered, first by the relaxation, then by branching; when the best split uses exact values only,
it is the optimum, because every other split is bounded by less.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from xiaojia_locate.answer import Limits
from xiaojia_locate.classes import columns, rows, transpose
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.search import Task

FULL = 4  # bounded once, branched twice with a cut-off, then decided in full


@dataclass(frozen=True)
class Exact:
    """What deciding one group for one number of sites gave: sites, value, and a bound (equal when it is proven)."""

    sites: Ints
    value: float
    bound: float


@dataclass(frozen=True)
class Group:
    """A group of sites that shares no demand with others: its sites, its classes, its own task (budget left open)."""

    sites: Ints
    classes: Ints
    task: Task


def groups(task: Task) -> list[Group]:
    """Return the groups of sites that share demand, largest first."""
    matrix = task.reach.matrix()
    _, label = connected_components(matrix.T @ matrix, directed=False)
    first = task.reach.sites[task.reach.starts[:-1]]  # every class is reached by at least one site
    of_class = label[first]
    order = np.argsort(-np.bincount(label), kind="stable")
    found = []
    for number in order:
        sites, classes = np.flatnonzero(label == number), np.flatnonzero(of_class == number)
        part = columns(rows(task.reach, classes), sites)
        own = Task(part, transpose(part), task.weights[classes], task.costs[sites], task.budget)
        found.append(Group(sites, classes, own))
    return found


Decide = Callable[[Task, int, float, bool], Exact]
TINY = 1e-12


def assemble(
    parts: list[Group], multipliers: Floats, number: int, decide: Decide, limits: Limits, goal: float, step: float
) -> Exact:
    """Return the best choice of `number` sites over all groups that earns `goal`, if there is one, with a bound of all.

    `decide(task, k, least, deep)` answers for k sites of one group, looking for `least` only: bounded cheaply at first,
    by branching (`deep`) when the best split still uses the number. Two values differ by at least `step`.
    """
    table = [_bounds(group, multipliers[group.classes], number) for group in parts]
    values = [np.where(np.arange(number + 1) == 0, 0.0, -np.inf) for _ in parts]
    known: list[dict[int, Exact]] = [{0: Exact(np.zeros(0, np.int64), 0.0, 0.0)} for _ in parts]
    asked = [np.zeros(number + 1, dtype=int) for _ in parts]
    best = Exact(np.zeros(0, np.int64), -np.inf, np.inf)
    while True:
        split, bound = _best_split(table, number)
        best = Exact(best.sites, best.value, bound)
        open_groups = [
            g for g, k in enumerate(split) if asked[g][k] < FULL and table[g][k] > values[g][k] + TINY * abs(bound)
        ]
        if not open_groups or bound <= goal + TINY * abs(goal) or limits.over() is not None:
            return best
        # The cheap bound comes first, then the number that leaves most open.
        g = min(open_groups, key=lambda g: (min(asked[g][split[g]], 1), values[g][split[g]] - table[g][split[g]]))
        k = split[g]
        # Below this the split misses the goal even if every other group earns its bound.
        least = table[g][k] - (bound - goal) if asked[g][k] < FULL - 1 else -np.inf
        answer = decide(parts[g].task, k, least, asked[g][k] > 0)
        asked[g][k] += 1
        table[g][k] = min(table[g][k], answer.bound)
        if answer.value > values[g][k]:
            values[g][k], known[g][k] = answer.value, answer
            best = _taken(parts, values, known, number, best)
            goal = max(goal, best.value + step)


def _taken(parts: list[Group], values: list[Floats], known: list[dict[int, Exact]], number: int, best: Exact) -> Exact:
    """Return the best choice that the known answers make, if it is better."""
    split, value = _best_split(values, number)
    if value <= best.value:
        return best
    sites = np.concatenate([parts[g].sites[known[g][k].sites] for g, k in enumerate(split)])
    return Exact(np.sort(sites), value, best.bound)


def _bounds(group: Group, multipliers: Floats, number: int) -> Floats:
    """Return an upper bound for each number of sites opened in a group, from the multipliers: concave, never too low."""
    task = group.task
    rest = np.maximum(0.0, task.weights - multipliers[:, None]).sum()
    worth = np.sort(task.reach.matrix().T @ multipliers)[::-1]
    room = min(number, len(worth))
    bound = np.full(number + 1, -np.inf)
    bound[: room + 1] = np.minimum(rest + np.concatenate([[0.0], np.cumsum(worth[:room])]), task.weights.sum())
    bound[0] = 0.0
    return bound


def _best_split(table: list[Floats], number: int) -> tuple[list[int], float]:
    """Return how many sites each group gets for the largest sum of table entries, with at most `number` in all."""
    reached = np.zeros(number + 1)
    taken = []
    for bound in table:
        sums = np.full((number + 1, number + 1), -np.inf)
        for k in range(number + 1):
            sums[k:, k] = reached[: number + 1 - k] + bound[k]
        taken.append(np.argmax(sums, axis=1))
        reached = sums[np.arange(number + 1), taken[-1]]
    left = int(np.argmax(reached))
    best, split = float(reached[left]), []
    for choice in reversed(taken):
        split.append(int(choice[left]))
        left -= split[-1]
    return split[::-1], best
