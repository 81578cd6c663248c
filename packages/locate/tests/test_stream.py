"""Does a stream give the classes of the whole relation? For any batches, metres and degrees, compiled and plain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xiaojia_locate import Limits, LocateError, Reason, geodesic, within
from xiaojia_locate.classes import merge
from xiaojia_locate.covering import maximal_cover
from xiaojia_locate.kernels import COMPILED
from xiaojia_locate.stream import aggregate, estimate, foresee, maximal_cover_streamed, merge_stream
from xiaojia_locate.stream_cells import CLASSES, NODES
from xiaojia_locate.stream_size import available_mib
from xiaojia_locate.stream_source import batches_of
from xiaojia_locate.stream_tree import Gathered, plane_of

WAYS = [False, True] if COMPILED else [False]
only_compiled = pytest.mark.skipif(not COMPILED, reason="needs numba (the extra fast)")


def as_sets(classes):
    """Classes as sets of sites with their weights, in any order."""
    reach = classes.reach
    rows = [tuple(reach.sites[reach.starts[i] : reach.starts[i + 1]].tolist()) for i in range(reach.n_demand)]
    assert len(set(rows)) == len(rows)
    return {row: tuple(np.round(weight, 6)) for row, weight in zip(rows, classes.weights, strict=True)}


def clustered(seed, n, m, size=20_000.0):
    dice = np.random.default_rng(seed)
    middles = dice.uniform(0, size, (8, 2))
    return [middles[dice.integers(0, 8, k)] + dice.normal(0, size / 20, (k, 2)) for k in (n, m)]


def cut(points, sizes):
    places = np.cumsum(sizes)
    return np.split(points, places[places < len(points)])


@st.composite
def questions(draw):
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 300)), draw(st.integers(1, 40))
    sphere = draw(st.booleans())
    if sphere:
        middle = draw(st.sampled_from([(113.6, 34.7), (179.95, -16.5), (10.0, 89.9), (0.0, 0.0), (-180.0, -89.99)]))
        around = np.array(middle) + dice.normal(0, 0.05, (n + m, 2))
        around[:, 0] = (around[:, 0] + 180) % 360 - 180
        around[:, 1] = np.clip(around[:, 1], -90, 90)
        limit = draw(st.sampled_from([0.0, 900.0, 6_000.0, 3e6, 3e7]))
    elif draw(st.booleans()):  # whole numbers: points at the limit itself, sites and points on top of each other
        around = dice.integers(-6, 7, (n + m, 2)).astype(float)
        limit = draw(st.sampled_from([0.0, 1.0, 5.0, 13.0]))
    else:
        around = dice.normal(0, 1000, (n + m, 2)) + draw(st.sampled_from([0.0, 4e6]))
        limit = draw(st.sampled_from([10.0, 400.0, 1e5]))
    points = around[dice.integers(0, n, n)]
    weights = dice.integers(0, 9, (n, draw(st.integers(1, 2)))).astype(float)
    weights = -np.sort(-weights, axis=1)
    sizes = draw(st.lists(st.integers(0, 90), max_size=6))
    return points, around[n:], limit, weights, sphere, sizes, draw(st.sampled_from([1.0, 1.3]))


@pytest.mark.parametrize("compiled", WAYS)
@settings(max_examples=120, deadline=None)
@given(question=questions())
def test_a_stream_gives_the_classes_of_the_whole_relation(compiled, question):
    points, sites, limit, weights, sphere, sizes, detour = question
    if limit == 0.0 and not compiled:
        limit = 1e-9
    whole = merge((geodesic if sphere else within)(points, sites, limit, detour=detour), weights)
    batches = zip(cut(points, sizes), cut(weights, sizes), strict=True)
    streamed = merge_stream(batches, sites, limit, degrees=sphere, detour=detour, compiled=compiled)
    assert as_sets(streamed.classes) == as_sets(whole)
    assert streamed.classes.unreached == pytest.approx(whole.unreached)
    assert streamed.n_points == len(points) and streamed.total == pytest.approx(weights.sum(axis=0))


@only_compiled
@pytest.mark.parametrize("sphere", [False, True])
def test_many_points_cut_the_cells_and_still_every_point_has_its_class(sphere):
    points, sites = clustered(1, 60_000, 300)
    points[::7] = points[3]  # many on one spot
    sites[100:190] = sites[100]  # more than 64 circles with the same rim
    if sphere:
        points, sites = points / 100_000 + [113.0, 34.0], sites / 100_000 + [113.0, 34.0]
    reach = (geodesic if sphere else within)(points, sites, 900)
    mine = aggregate(points, sites, 900, degrees=sphere)
    plain = aggregate(points, sites, 900, degrees=sphere, compiled=False)
    inside = mine.of_point >= 0
    assert np.array_equal(mine.of_point < 0, reach.degrees() == 0)
    for point in np.flatnonzero(inside)[::50]:
        row = mine.of_point[point]
        mine_here = mine.reach.sites[mine.reach.starts[row] : mine.reach.starts[row + 1]]
        assert np.array_equal(mine_here, reach.sites[reach.starts[point] : reach.starts[point + 1]])
    for one, two in ((mine.of_point, plain.of_point), (mine.weights, plain.weights), (mine.unreached, plain.unreached)):
        assert np.array_equal(one, two)
    assert np.array_equal(mine.reach.starts, plain.reach.starts) and np.array_equal(mine.reach.sites, plain.reach.sites)


@only_compiled
def test_sets_with_the_same_key_are_told_apart():
    points, sites = clustered(2, 20_000, 120)
    expected = as_sets(merge(within(points, sites, 900), np.ones((len(points), 1))))
    for labels in (np.zeros(120, np.uint64), np.repeat(np.uint64(7), 120), np.arange(120, dtype=np.uint64) % 3):
        gathered = Gathered.start(plane_of(sites, 900.0, False, labels), 1)
        assert gathered.add(points, None)
        assert as_sets(gathered.classes(np.zeros(0, np.int64))) == expected


@only_compiled
def test_memory_grows_with_the_classes_not_with_the_points():
    sites = clustered(3, 1, 30)[1]
    sizes = []
    for n in (50_000, 400_000):
        gathered = Gathered.start(plane_of(sites, 700.0, False), 1)
        gathered.add(clustered(3, n, 1)[0], None)
        sizes.append(sum(part.nbytes for part in gathered.tree))
        assert gathered.tree.counts[CLASSES] < 2_000 and gathered.tree.counts[NODES] > 16
    assert sizes[1] <= 2 * sizes[0]


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_file_gives_the_same_as_its_points(tmp_path, compiled, order):
    points, sites = clustered(4, 5_000, 50)
    weights = np.arange(5_000.0) % 5
    table = np.array(np.column_stack([points, weights]), order=order)
    np.save(tmp_path / "demand.npy", table)
    expected = aggregate(points, sites, 800, weights)
    for source in (
        tmp_path / "demand.npy",
        str(tmp_path / "demand.npy"),
        np.load(tmp_path / "demand.npy", mmap_mode="r"),
    ):
        found = merge_stream(source, sites, 800, compiled=compiled).classes
        assert np.array_equal(found.weights, expected.weights) and np.array_equal(
            found.reach.sites, expected.reach.sites
        )
    np.save(tmp_path / "single.npy", points.astype(np.float32))
    rounded = merge_stream(tmp_path / "single.npy", sites, 800, compiled=compiled)
    assert as_sets(rounded.classes) == as_sets(aggregate(points.astype(np.float32), sites, 800))


def test_parquet_and_arrow_give_the_same_as_their_points(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="needs pyarrow (the extra tables)")
    from pyarrow import parquet

    points, sites = clustered(5, 3_000, 40)
    weights = np.arange(3_000.0) % 4
    table = arrow.table({"w": weights, "lng": points[:, 0], "lat": points[:, 1]})
    parquet.write_table(table, tmp_path / "demand.parquet", row_group_size=700)
    expected = aggregate(points, sites, 800, weights)
    for source in (tmp_path / "demand.parquet", table, table.to_batches(max_chunksize=99), table.to_batches()[0]):
        found = merge_stream(source, sites, 800, columns=("lng", "lat"), weight="w").classes
        assert np.array_equal(found.weights, expected.weights)
    with pytest.raises(LocateError) as raised:
        merge_stream(table, sites, 800)
    assert raised.value.code == "column" and "x, y" in str(raised.value)


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize(
    ("row", "value", "degrees", "code"),
    [
        (0, np.nan, False, "not_a_number"),
        (0, np.inf, True, "not_a_number"),
        (0, 200.0, True, "range"),
        (1, 100.0, True, "axis_order"),
    ],
)
def test_rows_that_cannot_be_used_are_numbered_through_all_batches(compiled, row, value, degrees, code):
    points = np.random.default_rng(1).uniform(0, 80, (1_000, 2))
    points[[17, 450, 999], row] = value
    with pytest.raises(LocateError) as raised:
        merge_stream(cut(points, [100, 300, 200]), [[1, 1]], 100, degrees=degrees, compiled=compiled)
    assert raised.value.code == code and raised.value.rows == (17, 450, 999) and "3 " in str(raised.value)


@pytest.mark.parametrize(
    ("weights", "code", "rows"),
    [
        ([1, 2, -1, 3], "negative", (2,)),
        ([1, np.nan, 1, np.inf], "not_a_number", (1, 3)),
        ([[2, 1], [1, 2], [0, 0], [0, 1]], "again_above_first", (1, 3)),
    ],
)
def test_weights_that_cannot_be_used_are_named(weights, code, rows):
    weights = np.array(weights, dtype=float)
    with pytest.raises(LocateError) as raised:
        merge_stream([(np.zeros((2, 2)), weights[:2]), (np.zeros((2, 2)), weights[2:])], [[0, 0]], 1)
    assert raised.value.code == code and raised.value.rows == rows


@pytest.mark.parametrize(
    ("batches", "sites", "limit", "code"),
    [
        ([], [[0, 0]], 1, "empty"),
        ([np.zeros((0, 2))], [[0, 0]], 1, "empty"),
        (np.zeros((0, 2)), [[0, 0]], 1, "empty"),
        (np.zeros((3, 2)), np.zeros((0, 2)), 1, "empty"),
        (np.zeros((3, 5)), [[0, 0]], 1, "shape"),
        ([np.zeros((3, 2)), np.zeros((3, 4))], [[0, 0]], 1, "shape"),
        ([(np.zeros((3, 2)), np.zeros(2))], [[0, 0]], 1, "shape"),
        (np.zeros((3, 2)), [[0, np.nan]], 1, "not_a_number"),
        (np.zeros((3, 2)), [[0, 0]], -1, "range"),
        (np.zeros((3, 2)), [[0, 0]], np.nan, "range"),
        ([[["a", "b"]]], [[0, 0]], 1, "not_a_number"),
        ("demand.csv", [[0, 0]], 1, "format"),
    ],
)
def test_input_that_cannot_be_used_says_why(batches, sites, limit, code):
    with pytest.raises(LocateError) as raised:
        merge_stream(batches, sites, limit)
    assert raised.value.code == code


def test_a_streamed_answer_is_the_answer_in_memory():
    points, sites = clustered(6, 20_000, 150)
    weights = np.arange(20_000.0) % 7
    levels = np.column_stack([weights, weights // 2])
    whole = maximal_cover(within(points, sites, 800), weights, again=weights // 2, open_sites=8, fixed=[3, 4])
    batches = list(zip(cut(points, [9_000]), cut(levels, [9_000]), strict=True))
    streamed = maximal_cover_streamed(batches, sites, 800, open_sites=8, fixed=[3, 4])
    assert streamed.value == whole.value == streamed.bound and streamed.reason is Reason.PROVEN
    assert streamed.total == whole.total and streamed.before == whole.before


def test_a_reading_that_was_ended_gives_no_answer():
    points, sites = clustered(7, 1_000, 20)
    with pytest.raises(LocateError) as raised:
        maximal_cover_streamed(cut(points, [500]), sites, 800, open_sites=2, limits=Limits(cancel=lambda: True))
    assert raised.value.code == "stopped" and "500" in str(raised.value)


def test_a_question_that_cannot_be_met_is_refused_before_reading():
    def unread():
        raise AssertionError("read")
        yield

    with pytest.raises(LocateError) as raised:
        maximal_cover_streamed(unread(), np.zeros((3, 2)), 800, open_sites=4)
    assert raised.value.code == "too_many"


def test_what_does_not_fit_is_refused_with_advice():
    large = estimate(10**8, 1_000, reached=20, free_mib=4_000)
    assert not large.fits_whole and large.fits_streamed
    with pytest.raises(LocateError) as raised:
        large.require()
    assert raised.value.code == "too_large" and "Stream" in str(raised.value)
    large.require(streamed=True)
    with pytest.raises(LocateError) as raised:
        estimate(10**8, 10**5, reached=3_000, free_mib=4_000).require(streamed=True)
    assert "coarser" in str(raised.value)
    assert estimate(1_000, 10).fits_whole and available_mib() > 0


def test_the_estimate_of_classes_is_never_below_their_number():
    points, sites = clustered(8, 40_000, 100)
    for degrees in (False, True):
        scale, shift = (100_000, [113.0, 34.0]) if degrees else (1, [0.0, 0.0])
        places, where = points / scale + shift, sites / scale + shift
        found = foresee(len(points), where, 700, sample=places, degrees_given=degrees)
        real = aggregate(places, where, 700, degrees=degrees)
        assert real.reach.n_demand <= found.n_classes
        pairs = int((real.reach.degrees() * real.weights[:, 0]).sum())
        assert found.n_pairs == pytest.approx(pairs, rel=0.1)


def test_large_arrays_are_cut_into_batches():
    parts = list(batches_of(np.zeros((600_000, 2))))
    assert [len(part.points) for part in parts] == [262_144, 262_144, 75_712] and parts[2].first == 524_288
