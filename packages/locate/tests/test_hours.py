"""Are sites and hours chosen rightly? Against all choices of small instances, with and without further hours."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import Infeasible, Limits, LocateError, Reason, from_matrix
from xiaojia_locate.hours import Extensions, cover_by_hour


def covered(table, demand, hours):
    """`hours` (m, n_slot): when each site is open (all False: closed)."""
    return demand[(table.astype(int) @ hours.astype(int)) > 0].sum()


@st.composite
def instances(draw):
    n, m, slots = draw(st.integers(1, 8)), draw(st.integers(1, 5)), draw(st.integers(1, 4))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = dice.random((n, m)) < draw(st.sampled_from([0.3, 0.7]))
    demand = dice.integers(0, 9, (n, slots)).astype(float) if draw(st.booleans()) else dice.random((n, slots)) * 9
    hours = dice.random((m, slots)) < 0.5
    options = draw(st.integers(0, 5))
    sites, further = dice.integers(0, m, options), dice.random((options, slots)) < 0.5
    order = dice.permutation(m)
    fixed, banned = order[: draw(st.integers(0, m // 2))], order[m - draw(st.integers(0, m // 4)) :]
    wanted = order[len(fixed) : len(fixed) + draw(st.integers(0, 1))] if m - len(fixed) - len(banned) > 0 else order[:0]
    return table, demand, hours, sites, further, fixed, wanted, banned, dice


def best_of_all(table, demand, hours, sites, further, fixed, wanted, banned, allowed):
    m, best = table.shape[1], -np.inf
    free = [j for j in range(m) if j not in set(fixed) | set(banned)]
    uses = [[None, *np.flatnonzero(sites == j)] for j in range(m)]
    for size in range(len(free) + 1):
        for new in combinations(free, size):
            if set(wanted) - set(new):
                continue
            opened = [*fixed, *new]
            for chosen in product(*[uses[j] for j in opened]):
                used = [e for e in chosen if e is not None]
                if not allowed(new, used):
                    continue
                now = np.zeros_like(hours)
                now[opened] = hours[opened]
                for e in used:
                    now[sites[e]] |= further[e]
                best = max(best, covered(table, demand, now))
    return best


@settings(max_examples=80, deadline=None)
@given(instances(), st.integers(0, 3), st.integers(0, 3))
def test_no_choice_of_sites_and_hours_is_better(instance, k, extend):
    table, demand, hours, sites, further, fixed, wanted, banned, _ = instance
    k = min(max(k, len(wanted)), table.shape[1] - len(fixed) - len(banned))
    best = best_of_all(*instance[:-1], lambda new, used: len(new) <= k and len(used) <= extend)
    answer = cover_by_hour(
        from_matrix(table),
        demand,
        hours,
        open_sites=k,
        fixed=fixed,
        mandatory=wanted,
        forbidden=banned,
        extensions=Extensions(sites, further),
        extend=extend,
    )
    check(answer, table, demand, hours, sites, further, best)
    assert len(answer.new) <= k and len(answer.extended) <= extend
    assert set(fixed) | set(wanted) <= set(answer.sites) and not set(banned) & set(answer.sites)


def check(answer, table, demand, hours, sites, further, best):
    now = np.zeros_like(hours)
    now[answer.sites] = hours[answer.sites]
    for e in answer.extended:
        assert sites[e] in answer.sites
        now[sites[e]] |= further[e]
    assert answer.value == pytest.approx(best) and answer.value == pytest.approx(covered(table, demand, now))
    assert answer.covered_by_slot.sum() == pytest.approx(answer.value)
    assert answer.reason is Reason.PROVEN and answer.bound >= answer.value - 1e-9
    assert answer.total == pytest.approx(demand.sum()) and answer.total_by_slot.tolist() == demand.sum(axis=0).tolist()
    for site, lost in zip(answer.sites, answer.marginal, strict=True):
        without = now.copy()
        without[site] = False
        assert lost == pytest.approx(answer.value - covered(table, demand, without), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(instances())
def test_one_budget_pays_for_sites_and_hours(instance):
    table, demand, hours, sites, further, fixed, wanted, banned, dice = instance
    costs, more = dice.integers(1, 6, table.shape[1]).astype(float), dice.integers(1, 4, len(sites)).astype(float)
    budget = float(dice.integers(0, 12)) + costs[wanted].sum()
    best = best_of_all(*instance[:-1], lambda new, used: costs[list(new)].sum() + more[used].sum() <= budget)
    answer = cover_by_hour(
        from_matrix(table),
        demand,
        hours,
        costs=costs,
        budget=budget,
        fixed=fixed,
        mandatory=wanted,
        forbidden=banned,
        extensions=Extensions(sites, further, more),
    )
    check(answer, table, demand, hours, sites, further, best)
    assert costs[answer.new].sum() + more[answer.extended].sum() <= budget + 1e-9


@settings(max_examples=60, deadline=None)
@given(instances())
def test_slots_with_the_same_open_sites_are_one_slot(instance):
    table, demand, hours, *_ = instance
    twice = cover_by_hour(from_matrix(table), np.hstack([demand, 2 * demand]), np.hstack([hours, hours]), open_sites=1)
    once = cover_by_hour(from_matrix(table), 3 * demand, hours, open_sites=1)
    assert twice.value == pytest.approx(once.value) and twice.reason is Reason.PROVEN


def test_an_answer_that_time_ended_is_never_called_proven():
    dice = np.random.default_rng(3)
    table, demand = dice.random((300, 60)) < 0.1, dice.random((300, 12))
    hours, further = dice.random((60, 12)) < 0.5, dice.random((60, 12)) < 0.5
    answer = cover_by_hour(
        from_matrix(table),
        demand,
        hours,
        open_sites=9,
        fixed=[1, 2],
        extensions=Extensions(np.arange(60), further),
        extend=5,
        limits=Limits(time_s=0.0),
    )
    assert answer.reason is Reason.TIME and answer.bound >= answer.value


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"open_hours": [[1, 1]]}, "shape"),
        ({"demand_by_slot": [[1, 1]]}, "shape"),
        ({"demand_by_slot": [[1, -1], [0, 0]]}, "negative"),
        ({"demand_by_slot": [[1, float("nan")], [0, 0]]}, "not_a_number"),
        ({"extensions": Extensions([5], [[1, 1]]), "extend": 1}, "unknown_site"),
        ({"extensions": Extensions([0], [[1]]), "extend": 1}, "shape"),
        ({"extensions": Extensions([0], [[1, 1]])}, "extend"),
        ({"extensions": Extensions([0], [[1, 1]]), "extend": -1}, "range"),
        ({"extensions": Extensions([0], [[1, 1]]), "open_sites": None, "costs": [1, 1], "budget": 2}, "extend"),
        ({"open_sites": 3}, "too_many"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(changed, code):
    question = {"demand_by_slot": [[1, 1], [0, 0]], "open_hours": [[1, 0], [0, 1]], "open_sites": 1} | changed
    with pytest.raises(LocateError) as raised:
        cover_by_hour(from_matrix(np.eye(2)), question.pop("demand_by_slot"), question.pop("open_hours"), **question)
    assert raised.value.code == code


def test_mandatory_sites_beyond_the_number_say_by_how_much():
    with pytest.raises(Infeasible) as raised:
        cover_by_hour(from_matrix(np.eye(2)), np.ones((2, 1)), np.ones((2, 1)), open_sites=1, mandatory=[0, 1])
    assert raised.value.by == 1
