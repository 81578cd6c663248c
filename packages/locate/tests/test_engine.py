"""Does each theorem that the covering engine rests on hold, and do compiled and plain loops agree?"""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import Limits, from_matrix, within
from xiaojia_locate import search as searching
from xiaojia_locate.classes import after, merge
from xiaojia_locate.exact import granularity, solve
from xiaojia_locate.parts import groups
from xiaojia_locate.relax import bound_of, descend, relax
from xiaojia_locate.search import Choice, Task, shaken


@st.composite
def tasks(draw):
    """A small task with one or two levels of whole weights, and costs."""
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = dice.random((n, m)) < draw(st.sampled_from([0.2, 0.5]))
    first = dice.integers(1, 9, n).astype(float)
    levels = np.column_stack([first, np.floor(first * dice.random(n))]) if draw(st.booleans()) else first[:, None]
    costs = dice.integers(1, 5, m).astype(float) if draw(st.booleans()) else np.ones(m)
    classes = merge(from_matrix(table), levels)
    return Task.of(classes.reach, classes.weights, costs, float(draw(st.integers(1, 8)))), table, levels


def choices(task):
    every = (np.array(c, dtype=int) for k in range(task.n_site + 1) for c in combinations(range(task.n_site), k))
    return [sites for sites in every if task.costs[sites].sum() <= task.budget]


@settings(max_examples=60, deadline=None)
@given(tasks())
def test_merging_points_keeps_the_value_of_every_choice(drawn):
    task, table, levels = drawn
    for sites in choices(task):
        count = table[:, sites].sum(axis=1)
        plain = levels[count[:, None] > np.arange(levels.shape[1])].sum()
        assert task.value(sites) == pytest.approx(plain)


@settings(max_examples=60, deadline=None)
@given(tasks(), st.integers(0, 2**32 - 1))
def test_any_multipliers_bound_every_choice_and_rule_out_no_better_one(drawn, seed):
    task = drawn[0]
    if not task.reach.n_demand:
        return
    best = max(task.value(sites) for sites in choices(task))
    multipliers = np.random.default_rng(seed).random(task.reach.n_demand) * task.weights[:, 0]
    bound, worth, price = bound_of(task, multipliers)
    assert bound >= best - 1e-9
    reduced = worth - price * task.costs
    for sites in choices(task):
        opened = np.isin(np.arange(task.n_site), sites)
        forced = bound + np.where(opened, np.minimum(0.0, reduced), -np.maximum(0.0, reduced))
        assert task.value(sites) <= forced.min() + 1e-9


@settings(max_examples=40, deadline=None)
@given(tasks())
def test_the_steps_never_fall_below_the_relaxation_nor_that_below_the_best_choice(drawn):
    task = drawn[0]
    if not task.reach.n_demand:
        return
    limits = Limits()
    lowered = descend(task, -np.inf, limits)
    relaxed = relax(task, np.zeros(0, np.int64), limits)
    best = max(task.value(sites) for sites in choices(task))
    assert lowered.value >= relaxed.value - 1e-6 >= best - 2e-6


def test_groups_that_share_no_demand_add_up():
    dice = np.random.default_rng(5)
    table = np.zeros((40, 12), dtype=bool)
    for g in range(4):
        table[10 * g : 10 * g + 10, 3 * g : 3 * g + 3] = dice.random((10, 3)) < 0.6
    classes = merge(from_matrix(table), np.ones((40, 1)))
    task = Task.of(classes.reach, classes.weights, np.ones(12), 5.0)
    parts = groups(task)
    assert len(parts) == 4 and sorted(np.concatenate([part.sites for part in parts])) == list(range(12))
    for sites in combinations(range(12), 5):
        inside = [part.task.value(np.flatnonzero(np.isin(part.sites, sites))) for part in parts]
        assert sum(inside) == task.value(np.array(sites))


def city(n, m, seed, spread=1_500):
    dice = np.random.default_rng(seed)
    middles = dice.uniform(0, 20_000, (12, 2))
    demand, sites = (middles[dice.integers(0, 12, k)] + dice.normal(0, spread, (k, 2)) for k in (n, m))
    return merge(within(demand, sites, 900), np.ones((n, 1)))


@pytest.mark.parametrize("priced", [False, True])
def test_compiled_and_plain_loops_make_the_same_choice(priced, monkeypatch):
    if not searching.COMPILED:
        pytest.skip("numba (the extra `fast`) is not installed: there is only one kind of loop")
    classes = city(3_000, 150, 11)
    costs = np.random.default_rng(3).integers(1, 6, 150).astype(float) if priced else np.ones(150)
    levels = np.column_stack([classes.weights[:, 0], np.floor(classes.weights[:, 0] / 2)])
    found = []
    for compiled in (True, False):
        monkeypatch.setattr(searching, "COMPILED", compiled)
        choice = Choice(Task.of(classes.reach, levels, costs, 9.0))
        choice.climb(Limits())
        shaken(choice, np.arange(0, 150, 3), 60, Limits(seed=4))
        assert choice.value == pytest.approx(choice.task.value(choice.sites()))
        assert choice.cost == pytest.approx(costs[choice.sites()].sum())
        found.append(choice.sites().tolist())
    assert found[0] == found[1]


def test_a_city_that_falls_apart_is_decided_as_well_as_one_program_decides_it():
    classes = city(2_500, 90, 21)
    task = Task.of(classes.reach, classes.weights, np.ones(90), 8.0)
    found = solve(task, Limits())
    assert found.bound == found.value == task.value(found.sites)
    assert found.value == _plain_optimum(task)


def _plain_optimum(task):
    """The optimum of the plain model by another solver interface (SciPy's)."""
    from scipy import optimize, sparse

    n, m = task.reach.n_demand, task.n_site
    earn = sparse.hstack([-task.reach.matrix(), sparse.identity(n)])
    number = sparse.csr_matrix(np.concatenate([np.ones(m), np.zeros(n)]))
    told = optimize.milp(
        -np.concatenate([np.zeros(m), task.weights[:, 0]]),
        integrality=np.concatenate([np.ones(m), np.zeros(n)]),
        bounds=optimize.Bounds(0, 1),
        constraints=[optimize.LinearConstraint(earn, ub=0), optimize.LinearConstraint(number, ub=task.budget)],
    )
    return round(-told.fun)


def test_what_is_left_to_earn_starts_where_open_sites_end():
    reach = from_matrix([[1, 1, 0], [0, 1, 1]])
    left, earned = after(reach, np.array([[5.0, 2.0], [3.0, 1.0]]), np.array([1]))
    assert earned == 8.0 and left.tolist() == [[2.0, 0.0], [1.0, 0.0]]


def test_whole_weights_differ_by_their_common_divisor():
    assert granularity(np.array([[6.0], [9.0]])) == 3.0
    assert granularity(np.array([[0.5], [1.0]])) == pytest.approx(1.5e-7)
