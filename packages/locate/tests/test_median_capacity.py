"""Is every capacitated p-median right? Against all choices of small instances, served whole and split."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from xiaojia_locate import Infeasible, Limits, LocateError, Reason
from xiaojia_locate.median import p_median
from xiaojia_locate.median_capacity import capacitated_p_median


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = dice.integers(0, 12, (n, m)).astype(float)
    table[dice.random((n, m)) < draw(st.sampled_from([0.0, 0.2]))] = np.inf
    load = dice.integers(1, 6, n).astype(float)
    stock = dice.integers(2, 14, m).astype(float)
    fixed = dice.permutation(m)[: draw(st.integers(0, 1))]
    return table, load, stock, fixed, draw(st.integers(0, m - len(fixed)))


def whole(table, load, stock, sites):
    best = np.inf
    for served in product(sites, repeat=len(load)):
        used = np.bincount(served, load, minlength=len(stock))
        if (used <= stock).all():
            best = min(best, float((table[np.arange(len(load)), served] * load).sum()))
    return best


def parts(table, load, stock, sites):
    if not len(sites):
        return np.inf
    n, k = len(load), len(sites)
    costs = np.where(np.isfinite(table), table * load[:, None], 0.0)[:, sites].ravel()
    limits = [(0, 1 if np.isfinite(cell) else 0) for cell in table[:, sites].ravel()]
    all_served = np.kron(np.eye(n), np.ones(k))
    used = np.kron(load, np.eye(k))
    found = linprog(costs, used, stock[sites], all_served, np.ones(n), limits)
    return float(found.fun) if found.status == 0 else np.inf


@settings(max_examples=60, deadline=None)
@given(instances(), st.booleans())
def test_no_choice_of_a_small_instance_is_better(instance, split):
    table, load, stock, fixed, k = instance
    free = [site for site in range(table.shape[1]) if site not in fixed]
    each = parts if split else whole
    choices = [[*fixed, *more] for size in range(k + 1) for more in combinations(free, size)]
    best = min(each(table, load, stock, [int(site) for site in choice]) for choice in choices)
    question = {"capacities": stock, "split": split, "open_sites": k, "fixed": fixed}
    if not np.isfinite(best):
        with pytest.raises(Infeasible) as raised:
            capacitated_p_median(table, load, **question)
        assert raised.value.by > 0
        return
    answer = capacitated_p_median(table, load, **question)
    assert answer.value == pytest.approx(best, abs=1e-6) and answer.reason is Reason.PROVEN
    shares = answer.shares.toarray()
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(load)))
    assert (shares.T @ load <= stock + 1e-6).all() and set(np.flatnonzero(shares.sum(axis=0))) <= set(answer.sites)
    assert len(answer.new) <= k and answer.bound <= answer.value
    assert split or set(np.unique(shares)) <= {0.0, 1.0}


def test_wide_capacities_change_nothing():
    dice = np.random.default_rng(8)
    table, weights = dice.random((25, 12)) * 100, dice.random(25)
    free = p_median(table, weights, open_sites=3)
    held = capacitated_p_median(table, weights, capacities=np.full(12, 30.0), open_sites=3)
    assert held.value == pytest.approx(free.value) and held.sites.tolist() == free.sites.tolist()


def test_too_little_capacity_says_how_much_is_missing():
    with pytest.raises(Infeasible) as raised:
        capacitated_p_median(np.ones((3, 2)), [4, 4, 4], capacities=[5, 4], open_sites=2)
    assert raised.value.code == "capacity_short" and raised.value.by == pytest.approx(3)


def test_a_client_larger_than_any_site_can_only_be_split():
    with pytest.raises(Infeasible) as raised:
        capacitated_p_median(np.ones((2, 2)), [7, 1], capacities=[5, 4], open_sites=2)
    assert raised.value.code == "client_too_large" and raised.value.by == 2 and raised.value.rows == (0,)
    assert capacitated_p_median(np.ones((2, 2)), [7, 1], capacities=[5, 4], open_sites=2, split=True).value == 8


def test_whole_clients_that_cannot_be_packed_are_refused():
    with pytest.raises(Infeasible) as raised:
        capacitated_p_median(np.ones((3, 2)), [3, 3, 3], capacities=[5, 5], open_sites=2)
    assert raised.value.by > 0


def test_an_answer_that_time_ended_is_never_called_proven():
    dice = np.random.default_rng(3)
    spots = dice.random((60, 2)) * 100
    table = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    load = dice.integers(1, 20, 60).astype(float)
    try:
        answer = capacitated_p_median(
            table, load, capacities=np.full(60, 120.0), open_sites=6, limits=Limits(time_s=0.5)
        )
    except LocateError as error:
        assert error.code == "undecided"
    else:
        assert answer.bound <= answer.value
        assert answer.reason is not Reason.PROVEN or answer.bound == pytest.approx(answer.value)


def test_positions_and_tables_agree():
    from xiaojia_locate.median import Positions

    dice = np.random.default_rng(4)
    clients, sites = dice.random((12, 2)), dice.random((5, 2))
    table = 1.3 * np.hypot(*(clients[:, None] - sites[None]).transpose(2, 0, 1))
    question = {"capacities": np.full(5, 5.0), "open_sites": 3}
    one = capacitated_p_median(Positions(clients, sites, detour=1.3), **question)
    two = capacitated_p_median(table, **question)
    assert one.value == pytest.approx(two.value)
