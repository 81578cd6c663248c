"""Is every p-median right? Against all choices of small instances, published optima, and what is said of limits and bad input."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from xiaojia_locate import Infeasible, Reason
from xiaojia_locate.median import p_median


@st.composite
def instances(draw):
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    whole = draw(st.booleans())
    table = dice.integers(0, 12, (n, m)).astype(float) if whole else dice.random((n, m)) * 10
    table[dice.random((n, m)) < draw(st.sampled_from([0.0, 0.0, 0.2, 0.6]))] = np.inf
    weights = dice.integers(0, 5, n).astype(float) if whole else dice.random(n)
    order = dice.permutation(m)
    fixed, banned = order[: draw(st.integers(0, m // 3))], order[m - draw(st.integers(0, m // 4)) :]
    spare = [site for site in range(m) if site not in fixed and site not in banned]
    wanted = spare[: draw(st.integers(0, 1))]
    costs = dice.integers(1, 6, m).astype(float) if draw(st.booleans()) else None
    penalty = draw(st.sampled_from([None, 12.0, 20.0]))
    return table, weights, fixed, wanted, banned, costs, penalty, draw(st.integers(0, len(spare)))


def paid(table, weights, sites, penalty):
    near = table[:, list(sites)].min(axis=1) if len(sites) else np.full(len(table), np.inf)
    near = np.where(np.isfinite(near), near, np.inf if penalty is None else penalty)
    return float((near[weights > 0] * weights[weights > 0]).sum())


def best_of_all(table, weights, fixed, wanted, banned, costs, penalty, k):
    free = [j for j in range(table.shape[1]) if j not in set(fixed) | set(banned)]
    room = float(k) if costs is None else 2.5 * k
    price = np.ones(table.shape[1]) if costs is None else costs
    choices = (c for size in range(len(free) + 1) for c in combinations(free, size) if price[list(c)].sum() <= room)
    values = [paid(table, weights, [*fixed, *c], penalty) for c in choices if set(wanted) <= set(c)]
    return min(values, default=np.inf), room


def asked(instance, distances, limits=None):
    table, weights, fixed, wanted, banned, costs, penalty, k = instance
    how = {"open_sites": k} if costs is None else {"costs": costs, "budget": 2.5 * k}
    roles = {"fixed": fixed, "mandatory": wanted, "forbidden": banned}
    return p_median(distances, weights, **roles, **how, penalty=penalty, limits=limits)


@settings(max_examples=150, deadline=None)
@given(instances(), st.booleans())
def test_no_choice_of_a_small_instance_is_better(instance, as_sparse):
    table, weights, fixed, wanted, banned, costs, penalty, _ = instance
    best, room = best_of_all(*instance)
    distances = stored(table) if as_sparse else table
    if not np.isfinite(best):
        with pytest.raises(Infeasible) as raised:
            asked(instance, distances)
        assert raised.value.by > 0
        return
    answer = asked(instance, distances)
    assert answer.value == pytest.approx(best) and answer.reason is Reason.PROVEN
    assert answer.value == pytest.approx(paid(table, weights, answer.sites, penalty))
    assert answer.bound <= answer.value + 1e-9
    assert set(fixed) | set(wanted) <= set(answer.sites.tolist()) and not set(banned) & set(answer.sites.tolist())
    price = np.ones(table.shape[1]) if costs is None else costs
    assert price[answer.new].sum() <= room + 1e-9
    for site, worth in zip(answer.sites, answer.marginal, strict=True):
        without = paid(table, weights, np.setdiff1d(answer.sites, site), penalty) - answer.value
        assert worth == pytest.approx(without)


def stored(table):
    rows, columns = np.nonzero(np.isfinite(table))
    return sparse.coo_array((table[rows, columns], (rows, columns)), shape=table.shape)
