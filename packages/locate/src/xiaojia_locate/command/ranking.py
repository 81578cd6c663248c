"""In which order, and what does each next site add? Chosen sites by their gain, and the curve of greedy opening."""

import heapq
from collections.abc import Iterable

import numpy as np

from xiaojia_locate.classes import after, columns, merge, rows, transpose
from xiaojia_locate.command.columns import Floats
from xiaojia_locate.reach import Ints, Reach


def ordered(reach: Reach, levels: Floats, held: Ints, sites: Iterable[int]) -> tuple[list[int], list[float]]:
    """Return sites in the order in which they add most, each with what it then adds to those before it."""
    return opened(reach, levels, held, np.fromiter(sites, np.int64), None)


def opened(reach: Reach, levels: Floats, held: Ints, sites: Ints, count: int | None) -> tuple[list[int], list[float]]:
    """Return `count` of the sites (all if None) opened greedily after the held ones, and what each adds.

    Lazy greedy (Minoux 1978): gains only fall, so a gain that is still the largest after a renewal is the largest of all.
    """
    left, _ = after(reach, levels, held)
    alive = np.flatnonzero(left[:, 0] > 0)
    sites = np.unique(sites)
    classes = merge(columns(rows(reach, alive), sites), left[alive])
    back, worth = transpose(classes.reach), classes.weights
    taken = np.zeros(len(worth), np.int64)

    def gain(site: int) -> float:
        points = back.sites[back.starts[site] : back.starts[site + 1]]
        here = taken[points]
        fresh = here < worth.shape[1]
        return float(worth[points[fresh], here[fresh]].sum())

    heap = [(-gain(site), site) for site in range(len(sites))]
    heapq.heapify(heap)
    order: list[int] = []
    gains: list[float] = []
    while heap and (count is None or len(order) < count):
        _, site = heapq.heappop(heap)
        now = gain(site)
        if heap and now < -heap[0][0]:
            heapq.heappush(heap, (-now, site))
            continue
        order.append(int(sites[site]))
        gains.append(now)
        taken[back.sites[back.starts[site] : back.starts[site + 1]]] += 1
    return order, gains


def times_covered(reach: Reach, sites: Ints) -> Ints:
    """Return how many of the sites reach each point (n_demand,)."""
    is_open = np.zeros(reach.n_site, np.int64)
    is_open[sites] = 1
    summed = np.concatenate([[0], np.cumsum(is_open[reach.sites])])
    counts: Ints = summed[reach.starts[1:]] - summed[reach.starts[:-1]]
    return counts
