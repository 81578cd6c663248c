"""Do claims of districts, spacing and points to cover hold, and is nothing better? Against all choices."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import Infeasible, Limits, LocateError, Reason, from_matrix
from xiaojia_locate.districts import balanced_cover
from xiaojia_locate.spacing import Spacing, cliques


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 10)), draw(st.integers(3, 7))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = dice.random((n, m)) < draw(st.sampled_from([0.3, 0.6]))
    weights = dice.integers(0, 9, n).astype(float) if draw(st.booleans()) else dice.random(n) * 9
    order = dice.permutation(m)
    return {
        "table": table,
        "weights": weights,
        "again": weights * dice.random(n) if draw(st.booleans()) else None,
        "districts": dice.integers(0, 3, n),
        "least": dice.random(3) * draw(st.sampled_from([0.0, 0.6, 1.0])),
        "places": dice.random((m, 2)) * 3000,
        "apart": draw(st.sampled_from([None, 800.0, dice.random(m) * 2000])),
        "linked": draw(st.sampled_from([None, None, 1000.0])),
        "must": dice.permutation(n)[: draw(st.integers(0, 1))],
        "fixed": order[: draw(st.integers(0, 1))],
        "banned": order[m - draw(st.integers(0, 1)) :],
        "k": draw(st.integers(0, 3)),
        "least_weight": draw(st.sampled_from([0.0, 20.0])),
    }


def shares(case, sites):
    hit = case["table"][:, list(sites)].any(axis=1)
    total = np.bincount(case["districts"], case["weights"], minlength=3)
    part = np.bincount(case["districts"], case["weights"] * hit, minlength=3)
    return np.where(total > 0, part / np.maximum(total, 1e-300), 1.0)


def allowed(case, new):
    sites, m = [*case["fixed"], *new], case["table"].shape[1]
    far = np.hypot(*(case["places"][:, None] - case["places"][None]).transpose(2, 0, 1))
    if case["apart"] is not None:
        apart = np.broadcast_to(case["apart"], m)
        if any(far[i, j] < min(apart[i], apart[j]) for i in new for j in sites if i != j):
            return False
    if case["linked"] is not None and any(all(far[i, j] > case["linked"] for j in sites if j != i) for i in new):
        return False
    hit = case["table"][:, sites].any(axis=1)
    return bool(hit[case["must"]].all() and (shares(case, sites) >= case["least"] - 1e-9).all())


def total(case, sites):
    count = case["table"][:, list(sites)].sum(axis=1)
    second = 0 if case["again"] is None else case["again"][count > 1].sum()
    return case["weights"][count > 0].sum() + second


def choices(case):
    free = [j for j in range(case["table"].shape[1]) if j not in {*case["fixed"], *case["banned"]}]
    room = min(case["k"], len(free))
    found = [c for size in range(room + 1) for c in combinations(free, size) if allowed(case, c)]
    return [[*case["fixed"], *c] for c in found], room


def ask(case, room, **more):
    spacing = Spacing(case["places"], case["apart"], case["linked"])
    return balanced_cover(
        from_matrix(case["table"]),
        case["weights"],
        districts=case["districts"],
        least_share=case["least"],
        spacing=spacing,
        must_cover=case["must"],
        again=case["again"],
        fixed=case["fixed"],
        forbidden=case["banned"],
        open_sites=room,
        **more,
    )


@settings(max_examples=70, deadline=None)
@given(instances())
def test_no_choice_of_a_small_instance_is_better(case):
    found, room = choices(case)
    if not found:
        with pytest.raises(Infeasible) as raised:
            ask(case, room)
        assert raised.value.by > 0
        return
    weight = case["least_weight"]
    best = max(total(case, c) + weight * shares(case, c).min() for c in found)
    answer = ask(case, room, least_weight=weight)
    assert answer.value == pytest.approx(best, rel=1e-5, abs=1e-6) and answer.reason is Reason.PROVEN
    assert answer.bound >= answer.value - 1e-9 and sorted(answer.sites.tolist()) in [sorted(map(int, c)) for c in found]
    assert answer.share == pytest.approx(shares(case, answer.sites))


@settings(max_examples=40, deadline=None)
@given(instances())
def test_the_least_district_first(case):
    found, room = choices(case)
    if not found:
        return
    best = max(shares(case, c).min() for c in found)
    first = ask(case, room, aim="least")
    assert first.value == pytest.approx(best, abs=1e-6) == first.share.min() and first.proven
    both = ask(case, room, aim="least_then_total")
    then = max(total(case, c) for c in found if shares(case, c).min() >= best - 1e-7)
    assert both.value == pytest.approx(then, rel=1e-5, abs=1e-6) and both.proven
    assert both.share.min() >= best - 1e-6 and both.least_bound >= best - 1e-9


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_cliques_say_what_the_pairs_say(m, seed):
    dice = np.random.default_rng(seed)
    edges = np.array([pair for pair in combinations(range(m), 2) if dice.random() < 0.5], dtype=int).reshape(-1, 2)
    groups = cliques(edges)
    inside = {pair for group in groups for pair in combinations(sorted(group), 2)}
    assert inside == {tuple(pair) for pair in edges.tolist()}


def test_a_district_that_cannot_reach_its_share_is_named():
    reach = from_matrix([[1, 0], [0, 1], [0, 0]])
    with pytest.raises(Infeasible) as raised:
        balanced_cover(reach, [1, 1, 3], districts=[0, 1, 1], least_share=[0.0, 0.5], open_sites=2)
    assert raised.value.code == "district" and raised.value.rows == (1,) and raised.value.by == pytest.approx(0.25)
    with pytest.raises(Infeasible) as raised:
        balanced_cover(from_matrix(np.eye(2)), districts=[0, 1], least_share=1.0, open_sites=1)
    assert raised.value.code == "districts_together" and raised.value.rows == (0, 1)


def test_an_answer_that_time_ended_is_never_called_proven():
    table = np.random.default_rng(5).random((500, 80)) < 0.05
    part = np.arange(500) % 4
    answer = balanced_cover(from_matrix(table), districts=part, open_sites=8, limits=Limits(time_s=0))
    assert answer.reason is Reason.TIME and answer.bound >= answer.value
    with pytest.raises(
        LocateError
    ) as raised:  # no time to meet a claim: neither an answer nor a proof that there is none
        balanced_cover(from_matrix(table), districts=part, least_share=0.09, open_sites=8, limits=Limits(time_s=0))
    assert raised.value.code == "undecided"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"districts": [0]}, "districts"),
        ({"districts": [0, -1]}, "districts"),
        ({"least_share": 1.5}, "range"),
        ({"aim": "most"}, "aim"),
        ({"must_cover": [7]}, "unknown_point"),
        ({"again": [2, 2]}, "again_above_first"),
        ({"spacing": Spacing([[0, 0]], 5)}, "shape"),
        ({"spacing": Spacing([[0, 0], [1, 0]], 5), "mandatory": [0, 1], "open_sites": 2}, "spacing"),
        ({"must_cover": [0], "forbidden": [0]}, "must_cover"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(question, code):
    with pytest.raises(LocateError) as raised:
        balanced_cover(from_matrix(np.eye(2)), **{"open_sites": 1} | question)
    assert raised.value.code == code
