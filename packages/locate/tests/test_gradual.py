"""Is the degree of the best open site maximised? Against all choices, with lines, tables, functions and rounding."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from xiaojia_locate import Infeasible, Limits, LocateError, Reason
from xiaojia_locate.gradual import degrees_of, gradual_cover, nested, served

TABLE = [[200, 1.0], [500, 0.9], [700, 0.2], [1000, 0.0]]


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    far = dice.random((n, m)) * 1200
    if draw(st.booleans()):
        far = np.round(far, -2)
    order = dice.permutation(m)
    fixed, wanted = order[: draw(st.integers(0, 1))], order[1 : 1 + draw(st.integers(0, 1))]
    banned = order[m - 1 :] if m > 3 else order[:0]
    decay = draw(st.sampled_from([None, TABLE, lambda d: np.cos(d / 1000) * (d < 900)]))
    costs = dice.integers(1, 5, m).astype(float) if draw(st.booleans()) else None
    return far, dice.random(n) * 9, decay, costs, fixed, wanted, banned, draw(st.integers(0, 3))


def degree(far, decay):
    if decay is None:
        between = (1000 - far) / 800
    else:
        between = decay(far) if callable(decay) else np.interp(far, *np.transpose(decay))
    return np.where(far <= 200, 1.0, np.where(far >= 1000, 0.0, between))


def best_of_all(instance):
    far, weights, decay, costs, fixed, wanted, banned, k = instance
    m, by = far.shape[1], degree(far, decay)
    paid = np.ones(m) if costs is None else costs
    room = k + paid[wanted].sum()
    free = [j for j in range(m) if j not in {*fixed, *wanted, *banned}]
    best = 0.0
    for size in range(len(free) + 1):
        for new in combinations(free, size):
            if paid[list(new)].sum() <= k + 1e-9 and len(fixed) + len(wanted) + size:
                best = max(best, weights @ by[:, [*fixed, *wanted, *new]].max(axis=1))
    return best, room


def asked(instance, room, **more):
    far, weights, decay, costs, fixed, wanted, banned, _ = instance
    free = far.shape[1] - len(fixed) - len(banned)
    how = {"open_sites": min(int(room), free)} if costs is None else {"costs": costs, "budget": room}
    roles = {"fixed": fixed, "mandatory": wanted, "forbidden": banned}
    return gradual_cover(far, weights, full_m=200, zero_m=1000, decay=decay, **how, **roles, **more)


@settings(max_examples=120, deadline=None)
@given(instances())
def test_no_choice_of_a_small_instance_is_better(instance):
    best, room = best_of_all(instance)
    answer = asked(instance, room)
    assert answer.value == pytest.approx(best, abs=1e-6) and answer.reason is Reason.PROVEN
    assert answer.bound >= answer.value - 1e-9
    assert {*instance[4], *instance[5]} <= set(answer.sites) and not set(instance[6]) & set(answer.sites)


@settings(max_examples=80, deadline=None)
@given(instances(), st.integers(1, 5))
def test_rounding_is_part_of_the_bound(instance, steps):
    best, room = best_of_all(instance)
    answer = asked(instance, room, steps=steps)
    by = degree(instance[0], instance[2])
    own = instance[1] @ by[:, answer.sites].max(axis=1) if len(answer.sites) else 0.0
    assert answer.value == pytest.approx(own) and answer.bound >= best - 1e-6
    assert best - answer.value <= instance[1].sum() / steps + 1e-6
    if answer.proven:
        assert answer.value == pytest.approx(best, abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(instances(), st.integers(0, 2**32 - 1))
def test_thresholds_add_up_to_the_degree_of_the_best_site(instance, seed):
    far, weights, decay, *_ = instance
    reach, by = degrees_of(far, 200, 1000, decay)
    rows, amounts = nested(reach, by, weights)
    chosen = np.flatnonzero(np.random.default_rng(seed).random(far.shape[1]) < 0.4)
    opened = np.isin(np.arange(far.shape[1]), chosen).astype(float)
    by_rows = amounts @ ((rows.matrix() @ opened) > 0)
    assert by_rows == pytest.approx(weights @ served(reach, by, chosen))


def test_a_pair_that_is_not_stored_is_out_of_reach_and_a_stored_zero_is_near():
    far = sparse.coo_array(([0.0, 600.0], ([0, 1], [0, 0])), shape=(3, 1))
    answer = gradual_cover(far, full_m=200, zero_m=1000, open_sites=1)
    assert answer.value == 1.5 and answer.total == 3.0 and answer.covered["within full_m"] == 1.0


def test_an_answer_that_time_ended_is_never_called_proven():
    far = np.random.default_rng(1).random((400, 60)) * 4000
    answer = gradual_cover(far, full_m=200, zero_m=1500, open_sites=8, limits=Limits(time_s=0.0))
    assert answer.reason is Reason.TIME and answer.bound >= answer.value


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"full_m": 9}, "range"),
        ({"steps": 0}, "range"),
        ({"distances_m": [[-1, 2]]}, "distance"),
        ({"distances_m": [[float("nan"), 2]]}, "distance"),
        ({"distances_m": [1, 2]}, "shape"),
        ({"decay": [[0, 1], [0, 0]]}, "decay"),
        ({"decay": lambda d: d}, "decay"),
        ({"weights": [-1]}, "negative"),
        ({"open_sites": None}, "budget"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(question, code):
    whole = {"distances_m": [[1, 3]], "full_m": 1, "zero_m": 5, "open_sites": 1} | question
    with pytest.raises(LocateError) as raised:
        gradual_cover(whole.pop("distances_m"), **whole)
    assert raised.value.code == code


def test_more_sites_than_there_are_say_by_how_much():
    with pytest.raises(Infeasible) as raised:
        gradual_cover([[1, 2]], full_m=1, zero_m=3, open_sites=5)
    assert raised.value.by == 3
