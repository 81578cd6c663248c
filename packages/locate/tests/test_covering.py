"""Is every covering answer right? Against all choices of small instances, and what is said of limits and bad input."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import Infeasible, Limits, LocateError, Reason, from_matrix
from xiaojia_locate.covering import maximal_cover


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 14)), draw(st.integers(1, 9))
    seed = draw(st.integers(0, 2**32 - 1))
    dice = np.random.default_rng(seed)
    table = dice.random((n, m)) < draw(st.sampled_from([0.15, 0.4, 0.8]))
    whole = draw(st.booleans())
    weights = dice.integers(0, 9, n).astype(float) if whole else dice.random(n) * 10
    again = weights * dice.random(n) if draw(st.booleans()) else None
    roles = dice.permutation(m)
    fixed, banned = (
        roles[: draw(st.integers(0, m // 3))],
        roles[m - draw(st.integers(0, m // 4)) :] if m > 3 else roles[:0],
    )
    costs = dice.integers(1, 6, m).astype(float) if draw(st.booleans()) else None
    return table, weights, again, fixed, banned, costs, draw(st.integers(0, m - len(fixed) - len(banned)))


def earned(table, weights, again, sites):
    count = table[:, list(sites)].sum(axis=1)
    return weights[count > 0].sum() + (0 if again is None else again[count > 1].sum())


def best_of_all(table, weights, again, fixed, banned, costs, k):
    free = [j for j in range(table.shape[1]) if j not in set(fixed) | set(banned)]
    room = float(k) if costs is None else 2.5 * k
    price = np.ones(table.shape[1]) if costs is None else costs
    choices = (c for size in range(len(free) + 1) for c in combinations(free, size) if price[list(c)].sum() <= room)
    return max(earned(table, weights, again, [*fixed, *choice]) for choice in choices), room


@settings(max_examples=150, deadline=None)
@given(instances())
def test_no_choice_of_a_small_instance_is_better(instance):
    table, weights, again, fixed, banned, costs, k = instance
    best, room = best_of_all(*instance)
    how = {"open_sites": k} if costs is None else {"costs": costs, "budget": room}
    answer = maximal_cover(from_matrix(table), weights, again=again, fixed=fixed, forbidden=banned, **how)
    assert answer.value == pytest.approx(best)
    assert answer.value == pytest.approx(earned(table, weights, again, answer.sites))
    assert answer.bound >= answer.value - 1e-9 and answer.reason is Reason.PROVEN
    assert set(fixed) <= set(answer.sites.tolist()) and not set(banned) & set(answer.sites.tolist())
    price = np.ones(table.shape[1]) if costs is None else costs
    assert price[answer.new].sum() <= room + 1e-9


def clustered(n, m, seed):
    dice = np.random.default_rng(seed)
    middles = dice.uniform(0, 20_000, (12, 2))
    return [middles[dice.integers(0, 12, k)] + dice.normal(0, 1_500, (k, 2)) for k in (n, m)]


def test_an_answer_that_time_ended_is_never_called_proven():
    from xiaojia_locate import within

    demand, sites = clustered(20_000, 400, 3)
    answer = maximal_cover(within(demand, sites, 900), open_sites=15, limits=Limits(time_s=0.0))
    assert answer.reason is Reason.TIME and answer.bound >= answer.value and len(answer.new) <= 15


def test_a_cancelled_search_keeps_what_it_knows():
    from xiaojia_locate import within

    demand, sites = clustered(5_000, 300, 4)
    asked = []

    def cancel():
        asked.append(1)
        return len(asked) > 3

    answer = maximal_cover(within(demand, sites, 900), open_sites=10, limits=Limits(cancel=cancel))
    assert answer.reason is Reason.CANCELLED and answer.value > 0 and answer.bound >= answer.value


def test_the_same_seed_gives_the_same_answer():
    from xiaojia_locate import within

    demand, sites = clustered(5_000, 300, 5)
    one, two = (maximal_cover(within(demand, sites, 900), open_sites=12, limits=Limits(seed=7)) for _ in range(2))
    assert one.sites.tolist() == two.sites.tolist() and one.value == two.value


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"open_sites": 4}, "too_many"),
        ({"open_sites": 1, "fixed": [0], "forbidden": [0]}, "contradiction"),
        ({"open_sites": 1, "mandatory": [0, 1]}, "mandatory_above_budget"),
        ({"open_sites": 1, "weights": [1, -1]}, "negative"),
        ({"open_sites": 1, "weights": [1, float("nan")]}, "not_a_number"),
        ({"open_sites": 1, "weights": [1]}, "shape"),
        ({"open_sites": 1, "fixed": [7]}, "unknown_site"),
        ({"open_sites": 1, "again": [2, 2]}, "again_above_first"),
        ({"costs": [1, 0, 1], "budget": 2}, "cost"),
        ({}, "budget"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(question, code):
    with pytest.raises(LocateError) as raised:
        maximal_cover(from_matrix(np.eye(2, 3)), **question)
    assert raised.value.code == code


def test_what_cannot_be_met_says_by_how_much():
    with pytest.raises(Infeasible) as raised:
        maximal_cover(from_matrix(np.eye(3)), open_sites=1, mandatory=[0, 1, 2])
    assert raised.value.by == 2 and raised.value.rows == (0, 1, 2)
