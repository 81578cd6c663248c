"""Is every p-center answer right? Against all choices of small instances, published optima, and each reduction by itself."""

import os
import tarfile
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import floyd_warshall
from xiaojia_locate import Infeasible, Limits, LocateError, Reason
from xiaojia_locate.center import p_center
from xiaojia_locate.center_cover import NO, YES, decide, flipped, packed, unpacked
from xiaojia_locate.center_kernels import (
    maximal_compiled,
    maximal_numpy,
    minimal_compiled,
    minimal_numpy,
    nearest_two_compiled,
    nearest_two_numpy,
)

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("XIAOJIA_DATA") or ROOT.parent / "shared" / "data")
PMED = DATA / "dev" / "siting_instances" / "orlib_pmed_1_20.tar.gz"
# p-center optima of OR-Library pmed1–20, as proven here and in the literature (Daskin 2000; Elloumi and others 2004).
OPTIMA = [127, 98, 93, 74, 48, 84, 64, 55, 37, 20, 59, 51, 36, 26, 18, 47, 39, 28, 18, 13]


@st.composite
def questions(draw):
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 25)), draw(st.integers(1, 9))
    points, sites = (dice.integers(0, draw(st.sampled_from([4, 1000])), (k, 2)).astype(float) for k in (n, m))
    lost = dice.random((n, m)) < draw(st.sampled_from([0.0, 0.5]))
    order = dice.permutation(m)
    held, banned = order[: draw(st.integers(0, m // 3))], order[m - draw(st.integers(0, m // 4)) :] if m > 3 else []
    wanted = order[len(held) : len(held) + draw(st.integers(0, 1))]
    wanted = np.setdiff1d(wanted, banned)
    number = draw(st.integers(len(wanted), m - len(held) - len(banned)))
    return points, sites, lost, held, wanted, banned, number


def farthest(table, sites):
    return table[:, list(sites)].min(axis=1, initial=np.inf).max()


def best_of_all(table, held, wanted, banned, number):
    free = [j for j in range(table.shape[1]) if j not in {*held, *wanted, *banned}]
    sizes = range(min(number - len(wanted), len(free)) + 1)
    return min(farthest(table, [*held, *wanted, *more]) for size in sizes for more in combinations(free, size))


@settings(max_examples=200, deadline=None)
@given(questions())
def test_no_choice_of_a_small_instance_is_better(question):
    points, sites, lost, held, wanted, banned, number = question
    roles = {"fixed": held, "mandatory": wanted, "forbidden": banned, "open_sites": number}
    straight = np.hypot(*(points[:, None] - sites[None]).T).T
    broken = np.where(lost, np.inf, straight)
    stored = sparse.coo_array((straight[~lost], np.nonzero(~lost)), shape=straight.shape)
    for given_as, table in (
        ({"positions_m": points, "sites_m": sites}, straight),
        ({"distances": straight}, straight),
        ({"distances": broken}, broken),
        ({"distances": stored}, broken),
    ):
        best = best_of_all(table, held, wanted, banned, number)
        if np.isinf(best):
            with pytest.raises(Infeasible) as raised:
                p_center(**given_as, **roles)
            assert raised.value.code in {"unreachable", "too_few"} and raised.value.by >= 1
            continue
        answer = p_center(**given_as, **roles)
        assert answer.value == pytest.approx(best) == pytest.approx(farthest(table, answer.sites))
        assert answer.bound == answer.value and answer.reason is Reason.PROVEN and len(answer.new) <= number
        assert {*held, *wanted} <= set(answer.sites.tolist()) and not {*banned} & set(answer.sites.tolist())
        without = [farthest(table, np.setdiff1d(answer.sites, [site])) for site in answer.sites]
        assert answer.value + answer.marginal == pytest.approx(np.array(without))


@pytest.mark.skipif(not PMED.exists(), reason="needs the instances of OR-Library (XIAOJIA_DATA)")
@pytest.mark.parametrize("number", range(1, 21))
def test_published_optima_are_proven(number):
    with tarfile.open(PMED) as archive:
        name = next(one for one in archive.getnames() if one.endswith(f"pmed{number}.txt"))
        words = [int(word) for word in archive.extractfile(name).read().split()]
    n, edges, open_sites = words[:3]
    table = np.full((n, n), np.inf)
    for i, j, length in np.array(words[3 : 3 + 3 * edges]).reshape(-1, 3):  # the last of parallel edges counts
        table[i - 1, j - 1] = table[j - 1, i - 1] = length
    answer = p_center(floyd_warshall(table), open_sites=open_sites)
    assert (answer.value, answer.bound, answer.reason) == (OPTIMA[number - 1], OPTIMA[number - 1], Reason.PROVEN)


def test_many_points_without_a_matrix():
    dice = np.random.default_rng(3)
    middles = dice.uniform(0, 50_000, (6, 2))
    points = middles[dice.integers(0, 6, 50_000)] + dice.normal(0, 300, (50_000, 2))
    answer = p_center(positions_m=points, open_sites=6)
    first, _, _ = nearest_two_numpy(points, points[answer.sites])
    assert answer.reason is Reason.PROVEN and answer.value == np.sqrt(first.max())
    assert p_center(positions_m=points, open_sites=6, detour=1.3).value == pytest.approx(1.3 * answer.value)


def test_an_answer_that_was_ended_keeps_its_bound():
    points = np.random.default_rng(4).uniform(0, 1000, (3_000, 2))
    best = p_center(positions_m=points, open_sites=3)
    ended = p_center(positions_m=points, open_sites=3, limits=Limits(time_s=0.0))
    assert ended.reason is Reason.TIME and ended.bound <= best.value <= ended.value
    asked = []
    ended = p_center(positions_m=points, open_sites=3, limits=Limits(cancel=lambda: asked.append(1) or len(asked) > 3))
    assert ended.reason is Reason.CANCELLED and ended.bound <= best.value <= ended.value
    rough = p_center(positions_m=points, open_sites=3, limits=Limits(gap=0.2))
    assert rough.bound <= best.value <= rough.value and rough.gap <= 0.2
    told = []
    again = p_center(positions_m=points, open_sites=3, limits=Limits(progress=told.append))
    assert again.sites.tolist() == best.sites.tolist() and all(one.bound <= best.value <= one.value for one in told)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 90), st.integers(1, 40))
def test_compiled_and_plain_sets_agree(seed, elements, number):
    dice = np.random.default_rng(seed)
    bits = dice.random((number, elements)) < dice.random()
    bits[:, 0] = True
    sets = packed(bits)
    assert np.array_equal(unpacked(sets, elements), bits)
    assert np.array_equal(unpacked(flipped(sets)[:elements], number), bits.T)
    down = np.argsort(-bits.sum(axis=1), kind="stable")
    keep = maximal_numpy(sets, down)
    assert np.array_equal(keep, maximal_compiled(sets, down))
    assert all(any((bits[one] <= bits[two]).all() for two in np.flatnonzero(keep)) for one in range(number))
    assert np.array_equal(minimal_numpy(sets, down[::-1]), minimal_compiled(sets, down[::-1]))
    points, sites = dice.normal(size=(number, 2)), dice.normal(size=(1 + elements % 7, 2))
    for plain, compiled in zip(nearest_two_numpy(points, sites), nearest_two_compiled(points, sites), strict=True):
        assert np.array_equal(plain, compiled)


@pytest.mark.parametrize("steps", [0, 20_000])  # the solver alone, and the search first
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 12), m=st.integers(1, 8))
def test_a_cover_is_found_exactly_when_there_is_one(steps, seed, n, m):
    dice = np.random.default_rng(seed)
    bits = dice.random((n, m)) < dice.choice([0.2, 0.4, 0.7])
    near = [(np.flatnonzero(row), dice.random(int(row.sum()))) for row in bits]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xiaojia_locate.center_cover.STEPS", steps)
        for number in range(m + 1):
            there = any(bits[:, list(some)].any(axis=1).all() for some in combinations(range(m), number))
            verdict = decide(near, m, number, Limits())
            assert verdict.status == (YES if there else NO) and len(verdict.sites) <= number
            assert not there or bits[:, verdict.sites].any(axis=1).all()


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"distances": [[1.0, np.nan], [1, 1]], "open_sites": 1}, "not_a_number"),
        ({"distances": [[1.0, -2.0]], "open_sites": 1}, "negative"),
        ({"distances": sparse.csr_array([[1.0, -2.0]]), "open_sites": 1}, "negative"),
        ({"distances": np.zeros((0, 3)), "open_sites": 1}, "empty"),
        ({"distances": np.zeros((3, 0)), "open_sites": 1}, "empty"),
        ({"distances": [1.0], "open_sites": 1}, "shape"),
        ({"open_sites": 1}, "shape"),
        ({"distances": [[1.0]], "positions_m": [[0, 0]], "open_sites": 1}, "shape"),
        ({"positions_m": [[0, np.inf]], "open_sites": 1}, "not_a_number"),
        ({"positions_m": [[0, 0]], "open_sites": 1, "detour": 0}, "range"),
        ({"positions_m": [[0, 0]], "open_sites": 2}, "too_many"),
        ({"positions_m": [[0, 0]], "open_sites": 0}, "too_few"),
        ({"distances": [[1.0, np.inf], [np.inf, np.inf]], "open_sites": 1}, "unreachable"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(question, code):
    with pytest.raises(LocateError) as raised:
        p_center(**question)
    assert raised.value.code == code
