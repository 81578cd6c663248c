"""Do the compiled loops of the p-median say what NumPy says? And is every bound below every choice?"""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import Limits, median_kernels, median_plane
from xiaojia_locate.median_bound import Demands, bound_of, climb
from xiaojia_locate.median_exact import reduce
from xiaojia_locate.median_links import Links, turned
from xiaojia_locate.median_search import Choice, Task


@st.composite
def links(draw):
    n, m = draw(st.integers(1, 15)), draw(st.integers(2, 9))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = np.where(dice.random((n, m)) < 0.8, dice.integers(0, 9, (n, m)), np.inf)
    order = np.argsort(table, axis=1, kind="stable")
    costs = np.take_along_axis(table, order, axis=1)
    caps = dice.integers(1, 12, n).astype(float)
    whole = Links(np.arange(n + 1) * m, order.astype(np.int32).ravel(), costs.ravel(), np.full(n, 99.0), m)
    return whole.below(caps), dice


def states(way, sites):
    made = [Choice(Task.of(way, np.ones(way.n_site), float(len(sites))), sites).state for _ in range(2)]
    return made[0], made[1]


@settings(max_examples=80, deadline=None)
@given(links())
def test_both_kernels_agree(drawn):
    way, dice = drawn
    multipliers, parts = dice.random(way.n_client) * 12, dice.random(way.n_site)
    assert median_kernels.worth_compiled(way, multipliers) == pytest.approx(
        median_kernels.worth_numpy(way, multipliers)
    )
    one, two = (of(way, multipliers, parts) for of in (median_kernels.served_compiled, median_kernels.served_numpy))
    assert one == pytest.approx(two)
    sites = dice.permutation(way.n_site)[: way.n_site // 2]
    left, right = states(way, sites)
    everybody = np.arange(way.n_client)
    median_kernels.settle_compiled(way, left, everybody)
    median_kernels.settle_numpy(way, right, everybody)
    same(left, right)
    price, room, order = dice.integers(1, 4, way.n_site).astype(float), 1.5, dice.permutation(way.n_site)
    told = median_kernels.descend_compiled(order, way, turned(way), left, price, room, 1e-9)
    assert told == pytest.approx(median_kernels.descend_numpy(order, way, turned(way), right, price, room, 1e-9))
    same(left, right)
    fresh, _ = states(way, np.flatnonzero(left.open))
    same(left, fresh)


def same(one, two):
    assert np.array_equal(one.open, two.open) and np.array_equal(one.cost, two.cost)
    assert one.loss == pytest.approx(two.loss, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_both_planes_agree(seed):
    dice = np.random.default_rng(seed)
    clients, sites = dice.random((40, 2)) * 100, dice.random((25, 2)) * 80 + 5
    plane = median_plane.Plane.of(clients, sites, dice.random(40) + 0.1, np.full(40, np.inf))
    multipliers, parts = dice.random(40) * 60, dice.random(25)
    table = plane.rates[:, None] * np.hypot(*(clients[:, None] - sites[None]).transpose(2, 0, 1))
    worth = np.maximum(0.0, multipliers[:, None] - table).sum(axis=0)
    served = (table < multipliers[:, None]) @ parts
    for of in (median_plane.plane_worth_compiled, median_plane.plane_worth_numpy):
        assert of(plane, multipliers) == pytest.approx(worth)
    for of in (median_plane.plane_served_compiled, median_plane.plane_served_numpy):
        assert of(plane, multipliers, parts) == pytest.approx(served)


def cost(way, sites):
    opened = np.zeros(way.n_site, dtype=bool)
    opened[list(sites)] = True
    return float(way.values(opened).sum())


@settings(max_examples=60, deadline=None)
@given(links(), st.integers(1, 3))
def test_every_multiplier_bounds_every_choice_and_what_falls_away_is_not_better(drawn, count):
    way, dice = drawn
    price = np.ones(way.n_site)
    start = bound_of(way, np.minimum(dice.random(way.n_client) * 12, way.caps), price, float(count))
    values = {choice: cost(way, choice) for choice in combinations(range(way.n_site), min(count, way.n_site))}
    best = min(values.values())
    raised = climb(way, price, float(count), start, best, 60, Limits())
    assert start.value <= raised.value <= best + 1e-9
    rest = reduce(way, price, float(count), raised, best + 0.5)
    kept = set(rest.free.tolist()) | set(rest.must.tolist())
    assert any(set(rest.must.tolist()) <= set(choice) <= kept for choice in values if values[choice] == best)


@settings(max_examples=60, deadline=None)
@given(links())
def test_the_two_halves_of_a_split_hold_every_choice(drawn):
    way, dice = drawn
    price, group = np.ones(way.n_site), np.sort(dice.permutation(way.n_site)[: max(1, way.n_site // 2)])
    multipliers = np.minimum(dice.random(way.n_client) * 12, way.caps)
    none, some = Demands.none(way.n_site).halves(group)
    for choice in combinations(range(way.n_site), 2):
        demands = some if set(choice) & set(group.tolist()) else none
        assert bound_of(way, multipliers, price, 2.0, demands).value <= cost(way, choice) + 1e-9
