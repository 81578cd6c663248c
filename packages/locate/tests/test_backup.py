"""Is backup coverage what its theory says? Levels, their marginal values, and the bound with two weights."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import from_matrix
from xiaojia_locate.covering import maximal_cover
from xiaojia_locate.relax import bound_of
from xiaojia_locate.search import Task


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 10)), draw(st.integers(2, 7))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table, weights = dice.random((n, m)) < 0.5, dice.random(n) * 9
    return table, weights, weights * dice.random(n), draw(st.integers(1, m)), dice


def earned(table, weights, again, sites):
    count = table[:, list(sites)].sum(axis=1)
    return weights[count > 0].sum() + again[count > 1].sum()


@settings(max_examples=60, deadline=None)
@given(instances())
def test_joint_coverage_is_the_sum_of_both_weights_and_each_part_is_told(instance):
    table, weights, again, k, _ = instance
    answer = maximal_cover(from_matrix(table), weights, again=again, open_sites=k)
    count = table[:, answer.sites].sum(axis=1)
    assert answer.covered["once"] == pytest.approx(weights[count > 0].sum())
    assert answer.covered["twice"] == pytest.approx(again[count > 1].sum())
    assert answer.value == pytest.approx(
        max(earned(table, weights, again, c) for c in combinations(range(len(table[0])), k))
    )
    for site, lost in zip(answer.sites, answer.marginal, strict=True):
        rest = earned(table, weights, again, np.setdiff1d(answer.sites, [site]))
        assert lost == pytest.approx(answer.value - rest, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(instances())
def test_equal_weights_ask_for_two_and_no_second_weight_asks_for_one(instance):
    table, weights, _, k, _ = instance
    single = maximal_cover(from_matrix(table), weights, open_sites=k)
    assert maximal_cover(from_matrix(table), weights, again=0 * weights, open_sites=k).value == pytest.approx(
        single.value
    )
    both = maximal_cover(from_matrix(table), weights, again=weights, open_sites=k)
    best = max(np.minimum(2, table[:, c].sum(axis=1)) @ weights for c in combinations(range(len(table[0])), k))
    assert both.value == pytest.approx(best)


@settings(max_examples=60, deadline=None)
@given(instances())
def test_any_multipliers_bound_both_weights_together(instance):
    table, weights, again, k, dice = instance
    m = table.shape[1]
    task = Task.of(from_matrix(table), np.column_stack([weights, again]), np.ones(m), float(k))
    best = max(earned(table, weights, again, c) for c in combinations(range(m), k))
    assert bound_of(task, dice.random(len(weights)) * weights)[0] >= best - 1e-9
