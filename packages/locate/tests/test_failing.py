"""Is expected coverage maximised? Against all choices, with equal and with different probabilities."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import Infeasible, Limits, LocateError, Reason, from_matrix
from xiaojia_locate.covering import maximal_cover
from xiaojia_locate.failing import expected_cover
from xiaojia_locate.failing_bound import Chances, highest, steps_bound, tangent_bound
from xiaojia_locate.failing_solve import Tangents, proven_bound


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 10)), draw(st.integers(1, 7))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = dice.random((n, m)) < draw(st.sampled_from([0.3, 0.6, 0.9]))
    equal = draw(st.booleans())
    chance = np.full(m, dice.random() * 0.9 + 0.1) if equal else np.minimum(1.0, dice.random(m) * 1.1 + 0.05)
    order = dice.permutation(m)
    fixed, wanted = order[: draw(st.integers(0, 2))], order[2 : 2 + draw(st.integers(0, 1))]
    banned = order[m - 1 :] if m > 3 else order[:0]
    costs = dice.integers(1, 5, m).astype(float) if draw(st.booleans()) else None
    return table, dice.random(n) * 9, chance, costs, fixed, wanted, banned, draw(st.integers(0, 3))


def expected(table, weights, chance, sites):
    return weights @ (1 - np.prod(np.where(table[:, list(sites)], 1 - chance[list(sites)], 1.0), axis=1))


def best_of_all(table, weights, chance, costs, fixed, wanted, banned, k):
    m = table.shape[1]
    paid = np.ones(m) if costs is None else costs
    free = [j for j in range(m) if j not in {*fixed, *wanted, *banned}]
    choices = (c for size in range(len(free) + 1) for c in combinations(free, size) if paid[list(c)].sum() <= k)
    return max(expected(table, weights, chance, [*fixed, *wanted, *c]) for c in choices), k + paid[wanted].sum()


@settings(max_examples=120, deadline=None)
@given(instances())
def test_no_choice_of_a_small_instance_is_better(instance):
    table, weights, chance, costs, fixed, wanted, banned, _ = instance
    best, room = best_of_all(*instance)
    free = table.shape[1] - len(fixed) - len(banned)
    how = {"open_sites": min(int(room), free)} if costs is None else {"costs": costs, "budget": room}
    roles = {"fixed": fixed, "mandatory": wanted, "forbidden": banned}
    answer = expected_cover(from_matrix(table), weights, open_probability=chance, **how, **roles)
    assert answer.value == pytest.approx(best, rel=1e-5, abs=1e-6)
    assert answer.value == pytest.approx(expected(table, weights, chance, answer.sites))
    assert answer.reason is Reason.PROVEN and answer.bound >= answer.value - 1e-9
    assert {*fixed, *wanted} <= set(answer.sites) and not set(banned) & set(answer.sites)
    for site, lost in zip(answer.sites, answer.marginal, strict=True):
        rest = np.setdiff1d(answer.sites, [site])
        assert lost == pytest.approx(answer.value - expected(table, weights, chance, rest), abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(instances())
def test_sites_that_never_fail_are_maximal_covering(instance):
    table, weights = instance[:2]
    plain = maximal_cover(from_matrix(table), weights, open_sites=1)
    assert expected_cover(from_matrix(table), weights, open_probability=1.0, open_sites=1).value == pytest.approx(
        plain.value
    )


@settings(max_examples=100, deadline=None)
@given(instances(), st.integers(0, 2**32 - 1))
def test_tangents_with_any_multipliers_bound_every_choice(instance, seed):
    table, weights, chance, *_, k = instance
    dice, (n, m) = np.random.default_rng(seed), table.shape
    logs = -np.log(np.maximum(1e-18, 1 - chance))
    question = Chances(from_matrix(table), weights, logs, np.ones(m), float(k))
    cuts = Tangents(dice.integers(0, n, 3 * n), dice.random(3 * n) * 4)
    bound = proven_bound(question, cuts, dice.random(3 * n) * 3)
    met = table.any(axis=1)
    reached = Chances(from_matrix(table[met]), weights[met], logs, np.ones(m), float(k))
    third = steps_bound(reached, 1 - dice.random(met.sum()), highest(reached))[0] if met.any() else np.inf
    other = tangent_bound(question, dice.random(n) * 4)[0]
    for choice in product([0, 1], repeat=m):
        sites = np.flatnonzero(choice)
        if len(sites) <= k:
            assert question.value(sites) == pytest.approx(expected(table, weights, chance, sites))
            assert min(bound, other, third) >= question.value(sites) - 1e-9


def test_more_sites_than_levels_keep_a_true_bound():
    answer = expected_cover(from_matrix(np.ones((1, 30))), [5.0], open_probability=0.05, open_sites=30)
    assert answer.value == pytest.approx(5 * (1 - 0.95**30)) and answer.bound >= answer.value
    assert answer.reason is Reason.PROVEN


@pytest.mark.parametrize("chance", [0.7, np.linspace(0.3, 0.9, 60)])
def test_an_answer_that_time_ended_is_never_called_proven(chance):
    table = np.random.default_rng(1).random((400, 60)) < 0.1
    answer = expected_cover(from_matrix(table), open_probability=chance, open_sites=8, limits=Limits(time_s=0.0))
    assert answer.reason is Reason.TIME and answer.bound >= answer.value


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"open_probability": 0.0}, "range"),
        ({"open_probability": [0.5, 1.2]}, "range"),
        ({"open_probability": [0.5]}, "shape"),
        ({"open_probability": float("nan")}, "not_a_number"),
        ({"weights": [1, -1]}, "negative"),
        ({"open_sites": 3}, "too_many"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(question, code):
    with pytest.raises(LocateError) as raised:
        expected_cover(from_matrix(np.eye(2)), **{"open_probability": 0.5, "open_sites": 1} | question)
    assert raised.value.code == code


def test_mandatory_sites_beyond_the_number_say_by_how_much():
    with pytest.raises(Infeasible) as raised:
        expected_cover(from_matrix(np.eye(3)), open_probability=0.5, open_sites=1, mandatory=[0, 2])
    assert raised.value.by == 1
