"""Is every p-median right? Against all choices of small instances, published optima, and what is said of limits and bad input."""

import io
import os
import tarfile
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from xiaojia_locate import Infeasible, Limits, LocateError, Reason
from xiaojia_locate.median import Positions, p_median


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


@settings(max_examples=40, deadline=None)
@given(instances())
def test_a_replacement_is_the_best_exchange_of_one_site(instance):
    table, weights, fixed, wanted, banned, costs, penalty, _ = instance
    best, room = best_of_all(*instance)
    if not np.isfinite(best):
        return
    answer = asked(instance, table)
    price = np.ones(table.shape[1]) if costs is None else costs
    for out, site, change in zip(answer.new, answer.replacement, answer.replacement_change, strict=True):
        rest = np.setdiff1d(answer.sites, out)
        spent = price[np.setdiff1d(rest, fixed)].sum()
        fits = [
            j for j in range(len(price)) if j not in set(answer.sites) | set(banned) and spent + price[j] <= room + 1e-9
        ]
        values = [paid(table, weights, [*rest, j], penalty) for j in fits]
        if not np.isfinite(min(values, default=np.inf)):
            assert site == -1 and np.isinf(change)
        else:
            assert change == pytest.approx(min(values) - answer.value)
            assert paid(table, weights, [*rest, site], penalty) == pytest.approx(min(values))


def spots(n, m, seed):
    dice = np.random.default_rng(seed)
    return dice.random((n, 2)) * 1_000, dice.random((m, 2)) * 1_000


def test_positions_and_tables_give_the_same_answer():
    clients, sites = spots(300, 120, 1)
    table = 1.3 * np.hypot(*(clients[:, None] - sites[None]).transpose(2, 0, 1))
    weights = np.random.default_rng(2).integers(0, 9, 300)
    options = {"open_sites": 7, "fixed": [3], "forbidden": [5, 6]}
    one = p_median(table, weights, **options)
    two = p_median(Positions(clients, sites, detour=1.3), weights, **options)
    assert one.proven and two.proven and one.value == pytest.approx(two.value)
    assert one.sites.tolist() == two.sites.tolist() and one.marginal == pytest.approx(two.marginal)
    assert one.replacement_change == pytest.approx(two.replacement_change)


def test_rows_cut_short_lose_nothing(monkeypatch):
    clients, sites = spots(200, 150, 3)
    whole = p_median(Positions(clients, sites), open_sites=5)
    monkeypatch.setattr("xiaojia_locate.median.LEAST_ROW", 4)
    monkeypatch.setattr("xiaojia_locate.median.ROW", 0)
    short = p_median(Positions(clients, sites), open_sites=5)
    assert short.proven and short.value == pytest.approx(whole.value) and short.bound <= short.value


def test_a_plane_without_a_table_has_a_bound_that_holds(monkeypatch):
    clients, sites = spots(400, 300, 4)
    exact = p_median(Positions(clients, sites), open_sites=6, fixed=[1], forbidden=[2])
    monkeypatch.setattr("xiaojia_locate.median.MOST_PAIRS", 1)
    options = {"open_sites": 6, "fixed": [1], "forbidden": [2], "limits": Limits(time_s=20, gap=0.01)}
    wide = p_median(Positions(clients, sites), **options)
    assert wide.bound <= exact.value * (1 + 1e-9) and exact.value <= wide.value * (1 + 1e-9)
    assert wide.reason is Reason.GAP and wide.gap <= 0.01 and 1 in wide.sites and 2 not in wide.sites


@pytest.mark.parametrize(
    ("limit", "reason"), [({"time_s": 0.0}, Reason.TIME), ({"cancel": lambda: True}, Reason.CANCELLED)]
)
@pytest.mark.parametrize("wide", [False, True])
def test_an_answer_that_was_cut_off_is_never_called_proven(limit, reason, wide, monkeypatch):
    if wide:
        monkeypatch.setattr("xiaojia_locate.median.MOST_PAIRS", 1)
    clients, sites = spots(500, 400, 5)
    answer = p_median(Positions(clients, sites), open_sites=9, limits=Limits(**limit))
    assert answer.reason is reason and answer.bound < answer.value and len(answer.new) <= 9


def test_the_same_seed_gives_the_same_answer_and_progress_is_told():
    clients, sites = spots(400, 400, 6)
    told = []
    first = p_median(Positions(clients, sites), open_sites=8, limits=Limits(seed=5, progress=told.append))
    second = p_median(Positions(clients, sites), open_sites=8, limits=Limits(seed=5))
    assert first.sites.tolist() == second.sites.tolist() and first.bound == second.bound
    assert told and all(step.bound <= step.value * (1 + 1e-9) for step in told)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"open_sites": 4}, "too_many"),
        ({"open_sites": 1, "fixed": [0], "forbidden": [0]}, "contradiction"),
        ({"open_sites": 1, "mandatory": [0, 1]}, "mandatory_above_budget"),
        ({"open_sites": 1, "weights": [1, -1]}, "negative"),
        ({"open_sites": 1, "weights": [1, float("nan")]}, "not_a_number"),
        ({"open_sites": 1, "fixed": [7]}, "unknown_site"),
        ({"open_sites": 1, "penalty": 3.0}, "penalty"),
        ({"open_sites": 1, "distances": [[0, 1, -2], [1, 2, 3]]}, "negative"),
        ({"open_sites": 1, "distances": [[0, 1, np.nan], [1, 2, 3]]}, "not_a_number"),
        ({"open_sites": 1, "distances": [1, 2, 3]}, "shape"),
        ({"open_sites": 1, "distances": np.zeros((0, 3)), "weights": []}, "empty"),
        ({"open_sites": 0}, "unserved"),
        ({"costs": [1, 0, 1], "budget": 2}, "cost"),
        ({}, "budget"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(question, code):
    question = {"distances": [[0, 4, 9], [4, 0, 5]], **question}
    with pytest.raises(LocateError) as raised:
        p_median(question.pop("distances"), question.pop("weights", None), **question)
    assert raised.value.code == code


def test_what_cannot_be_reached_says_by_how_much():
    lonely = np.array([[0, np.inf], [np.inf, 0], [np.inf, np.inf]])
    with pytest.raises(Infeasible) as raised:
        p_median(lonely, open_sites=2)
    assert raised.value.code == "unreachable" and raised.value.by == 1 and raised.value.rows == (2,)
    with pytest.raises(Infeasible) as raised:
        p_median(np.where(np.eye(5) > 0, 0.0, np.inf), open_sites=3)
    assert raised.value.code == "too_little" and raised.value.by == 2
    assert p_median(np.where(np.eye(5) > 0, 0.0, np.inf), open_sites=3, penalty=7).value == 14


def archive():
    root = Path(__file__).resolve().parents[3]
    data = Path(os.environ.get("XIAOJIA_DATA", root.parent / "shared" / "data"))
    path = data / "dev" / "siting_instances" / "orlib_pmed_1_20.tar.gz"
    if not path.exists():
        pytest.skip("OR-Library's p-median instances are absent (XIAOJIA_DATA)")
    return tarfile.open(path)


@pytest.mark.parametrize("number", [1, 5, 6, 12, 16, 19, 20])
def test_published_optima_are_found_and_proven(number):
    with archive() as box:
        names = {Path(entry.name).name: entry.name for entry in box.getmembers()}
        text = {
            name: io.TextIOWrapper(box.extractfile(names[name])).read() for name in (f"pmed{number}.txt", "pmedopt.txt")
        }
    best = dict(line.split() for line in text["pmedopt.txt"].splitlines() if line.startswith("pmed"))
    size, _, count, *edges = map(int, text[f"pmed{number}.txt"].split())
    lengths = {}
    for a, b, length in zip(edges[0::3], edges[1::3], edges[2::3], strict=True):
        lengths[a - 1, b - 1] = lengths[b - 1, a - 1] = length  # a later line replaces an earlier one
    graph = sparse.coo_array((list(lengths.values()), tuple(np.array(list(lengths)).T)), shape=(size, size))
    answer = p_median(dijkstra(graph.tocsr()), open_sites=count)
    assert answer.value == float(best[f"pmed{number}"]) and answer.reason is Reason.PROVEN
