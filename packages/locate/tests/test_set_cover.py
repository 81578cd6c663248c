"""Is no cheaper choice possible? Set covering against all choices, and the theorems that it uses."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import Infeasible, Limits, LocateError, Reason, from_matrix, within
from xiaojia_locate.dominance import dominated, implied
from xiaojia_locate.set_cover import set_cover
from xiaojia_locate.side import make, price


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = dice.random((n, m)) < draw(st.sampled_from([0.2, 0.4, 0.7]))
    weights = dice.integers(0, 9, n).astype(float) if draw(st.booleans()) else dice.random(n) * 9
    costs = draw(st.sampled_from([None, dice.integers(1, 6, m).astype(float), dice.random(m) + 0.1]))
    order = dice.permutation(m)
    fixed, wanted = order[: draw(st.integers(0, 1))], order[1 : 1 + draw(st.integers(0, 1))]
    banned = order[m - draw(st.integers(0, m // 4)) :] if m > 3 else order[:0]
    return table, weights, costs, fixed, wanted, banned, draw(st.sampled_from([0.3, 0.5, 0.77, 0.9, 1.0]))


def covered(table, weights, sites):
    return weights[table[:, list(sites)].any(axis=1)].sum()


def cheapest(table, weights, costs, fixed, wanted, banned, share):
    paid = np.ones(table.shape[1]) if costs is None else costs
    free = [j for j in range(table.shape[1]) if j not in {*fixed, *wanted, *banned}]
    found = [
        paid[[*wanted, *choice]].sum()
        for size in range(len(free) + 1)
        for choice in combinations(free, size)
        if covered(table, weights, [*fixed, *wanted, *choice]) >= share * weights.sum() - 1e-9
    ]
    return min(found, default=None)


@settings(max_examples=200, deadline=None)
@given(instances())
def test_no_choice_of_a_small_instance_is_cheaper(instance):
    table, weights, costs, fixed, wanted, banned, share = instance
    best = cheapest(*instance)
    roles = {"fixed": fixed, "mandatory": wanted, "forbidden": banned}
    if best is None:
        with pytest.raises(Infeasible) as raised:
            set_cover(from_matrix(table), weights, share, costs=costs, **roles)
        usable = np.setdiff1d(np.arange(table.shape[1]), banned)
        assert raised.value.code == "share" and raised.value.rows
        assert raised.value.by >= share * weights.sum() - covered(table, weights, usable) - 1e-9
        return
    answer = set_cover(from_matrix(table), weights, share, costs=costs, **roles)
    paid = np.ones(table.shape[1]) if costs is None else costs
    assert answer.value == pytest.approx(best) and answer.value == pytest.approx(paid[answer.new].sum())
    assert answer.reason is Reason.PROVEN and answer.bound <= answer.value + 1e-9
    assert answer.covered["once"] == pytest.approx(covered(table, weights, answer.sites))
    assert answer.covered["once"] >= share * weights.sum() - 1e-6
    assert {*fixed, *wanted} <= set(answer.sites) and not set(banned) & set(answer.sites)


@settings(max_examples=100, deadline=None)
@given(instances(), st.integers(0, 2**32 - 1))
def test_any_multipliers_bound_the_cost(instance, seed):
    table, weights, costs, *_, share = instance
    costs = np.ones(table.shape[1]) if costs is None else costs
    none = np.zeros(0, int)
    best = cheapest(table, weights, costs, none, none, none, share)
    if best is None:
        return
    dice, n = np.random.default_rng(seed), len(weights)
    needed, lam, mu = share * weights.sum(), dice.random(n) * weights, dice.random() * 5 + 0.01
    rest, worth = (weights - lam).sum(), table.T @ lam
    assert (needed - rest - np.maximum(0, worth - mu * costs).sum()) / mu <= best + 1e-9
    program = make(from_matrix(table), np.zeros((n, 1)), cost=costs, needs=weights[None, :], least=np.array([needed]))
    k = program.reach.n_demand
    if k:
        bound = price(program, dice.random(k) * 9, np.zeros(0), dice.random(1) * 2, none)
        assert -bound.value <= best + 1e-9


@settings(max_examples=100, deadline=None)
@given(instances())
def test_what_dominance_leaves_out_is_not_needed(instance):
    table, weights, costs, *_, share = instance
    costs = np.ones(table.shape[1]) if costs is None else costs
    none = np.zeros(0, int)
    gone = dominated(from_matrix(table), costs)
    assert cheapest(table, weights, costs, none, none, gone, share) == pytest.approx(
        cheapest(table, weights, costs, none, none, none, share)
    )
    table = table[table.any(axis=1)]
    if len(table):
        kept = np.setdiff1d(np.arange(len(table)), implied(from_matrix(table)))
        ones = np.ones(len(table))
        assert cheapest(table, ones, costs, none, none, none, 1.0) == pytest.approx(
            cheapest(table[kept], ones[kept], costs, none, none, none, 1.0)
        )


def clustered(n, m, seed):
    dice = np.random.default_rng(seed)
    middles = dice.uniform(0, 20_000, (12, 2))
    return [middles[dice.integers(0, 12, k)] + dice.normal(0, 1_500, (k, 2)) for k in (n, m)]


@pytest.mark.parametrize("limits", [Limits(time_s=0.0), Limits(cancel=lambda: True)])
def test_an_answer_that_was_cut_short_still_covers_and_is_not_called_proven(limits):
    demand, sites = clustered(5_000, 200, 3)
    answer = set_cover(within(demand, sites, 900), share=0.7, limits=limits)
    assert answer.reason in (Reason.TIME, Reason.CANCELLED) and answer.bound <= answer.value
    assert answer.covered["once"] >= 0.7 * answer.total


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"share": 0.0}, "range"),
        ({"share": 1.5}, "range"),
        ({"weights": [1, -1]}, "negative"),
        ({"costs": [1, 0, 1]}, "cost"),
        ({"fixed": [0], "forbidden": [0]}, "contradiction"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(question, code):
    with pytest.raises(LocateError) as raised:
        set_cover(from_matrix(np.eye(2, 3)), **question)
    assert raised.value.code == code


def test_points_that_nobody_reaches_are_named():
    with pytest.raises(Infeasible) as raised:
        set_cover(from_matrix([[1, 0], [0, 0], [0, 1]]), [4, 3, 2], share=0.9)
    assert raised.value.rows == (1,) and raised.value.by == 3
