"""Is each point of the curve the best for its number, and do the parametric bounds hold for all numbers?"""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import Infeasible, Limits, LocateError, Reason, from_matrix
from xiaojia_locate.curve import cost_curve, curve
from xiaojia_locate.relax import bound_of
from xiaojia_locate.search import Task
from xiaojia_locate.set_cover import set_cover


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 12)), draw(st.integers(3, 7))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = dice.random((n, m)) < draw(st.sampled_from([0.2, 0.5]))
    weights = dice.integers(0, 9, n).astype(float) if draw(st.booleans()) else dice.random(n) * 9
    again = weights * dice.random(n) if draw(st.booleans()) else None
    order = dice.permutation(m)
    return table, weights, again, order[: draw(st.integers(0, 1))], order[m - draw(st.integers(0, 1)) :]


def earned(table, weights, again, sites):
    count = table[:, list(sites)].sum(axis=1)
    return weights[count > 0].sum() + (0 if again is None else again[count > 1].sum())


@settings(max_examples=60, deadline=None)
@given(instances())
def test_every_number_has_its_best_choice(instance):
    table, weights, again, fixed, banned = instance
    free = [j for j in range(table.shape[1]) if j not in {*fixed, *banned}]
    points = curve(from_matrix(table), weights, up_to=len(free), again=again, fixed=fixed, forbidden=banned)
    assert [point.room for point in points] == list(range(1, len(free) + 1))
    for k, point in enumerate(points, 1):
        best = max(earned(table, weights, again, [*fixed, *new]) for new in combinations(free, k))
        assert point.value == pytest.approx(best) == earned(table, weights, again, point.sites)
        assert point.proven and point.bound >= point.value - 1e-9
        assert len(point.sites) <= k + len(fixed) and set(fixed) <= set(point.sites)


@settings(max_examples=40, deadline=None)
@given(instances(), st.integers(0, 99))
def test_budgets_make_a_curve_too(instance, seed):
    table, weights, again, fixed, banned = instance
    costs = np.random.default_rng(seed).integers(1, 6, table.shape[1]).astype(float)
    free = [j for j in range(table.shape[1]) if j not in {*fixed, *banned}]
    points = curve(
        from_matrix(table), weights, costs=costs, budgets=[7, 0, 3.5], again=again, fixed=fixed, forbidden=banned
    )
    for room, point in zip([0, 3.5, 7], points, strict=True):
        choices = [c for k in range(len(free) + 1) for c in combinations(free, k) if costs[list(c)].sum() <= room]
        best = max(earned(table, weights, again, [*fixed, *c]) for c in choices)
        assert point.value == pytest.approx(best) and point.proven and point.room == room


@settings(max_examples=80, deadline=None)
@given(instances(), st.integers(0, 2**32 - 1))
def test_one_set_of_multipliers_bounds_every_number(instance, seed):
    table, weights, again, *_ = instance
    levels = weights[:, None] if again is None else np.column_stack([weights, again])
    lam = np.random.default_rng(seed).random(len(weights)) * weights
    m = table.shape[1]
    for k in range(m + 1):
        task = Task.of(from_matrix(table), levels, np.ones(m), float(k))
        best = max(earned(table, weights, again, new) for new in combinations(range(m), k))
        assert bound_of(task, lam)[0] >= best - 1e-9


@settings(max_examples=30, deadline=None)
@given(instances())
def test_costs_of_shares_rise_and_are_least(instance):
    table, weights, *_ = instance
    table[:, 0] = True
    answers = cost_curve(from_matrix(table), weights, shares=[1.0, 0.4, 0.7])
    alone = [set_cover(from_matrix(table), weights, share).value for share in (0.4, 0.7, 1.0)]
    assert [answer.value for answer in answers] == alone and all(answer.proven for answer in answers)


@pytest.mark.parametrize(
    ("limits", "reason"), [(Limits(time_s=0.0), Reason.TIME), (Limits(cancel=lambda: True), Reason.CANCELLED)]
)
def test_a_curve_that_was_cut_short_keeps_true_bounds(limits, reason):
    table = np.random.default_rng(2).random((900, 90)) < 0.05
    points = curve(from_matrix(table), up_to=12, limits=limits)
    assert points[-1].reason is reason and all(point.bound >= point.value for point in points)
    assert all(a.value <= b.value for a, b in zip(points, points[1:], strict=False))


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({}, "budget"),
        ({"up_to": 0}, "range"),
        ({"up_to": 3}, "too_many"),
        ({"budgets": [1.0]}, "budget"),
        ({"up_to": 1, "again": [2, 2]}, "again_above_first"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(question, code):
    with pytest.raises(LocateError) as raised:
        curve(from_matrix(np.eye(2)), **question)
    assert raised.value.code == code


def test_a_budget_below_the_mandatory_sites_says_by_how_much():
    with pytest.raises(Infeasible) as raised:
        curve(from_matrix(np.eye(2)), costs=[3, 4], budgets=[2, 9], mandatory=[0])
    assert raised.value.by == 1
