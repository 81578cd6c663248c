"""Are the walks on the streets the shortest ones? Against networks in which every point is made a node."""

import math
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from xiaojia_locate import Limits, LocateError, from_matrix, network_paths
from xiaojia_locate.covering import maximal_cover
from xiaojia_locate.median import p_median
from xiaojia_locate.network import places, streets, walks
from xiaojia_locate.reach import EARTH_RADIUS_M

networkx = pytest.importorskip("networkx", reason="the extra network is not installed")


def nearest_place(network, space, point):
    """The nearest place on any street by trying all: edge, metres along its length, metres off."""
    best = (math.inf, -1, 0.0)
    for edge in range(network.n_edge):
        line = space[network.starts[edge] : network.starts[edge + 1]]
        steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
        for k, step in enumerate(steps):
            way = line[k + 1] - line[k]
            part = min(max(float((point - line[k]) @ way) / step**2, 0.0), 1.0) if step else 0.0
            off = float(np.linalg.norm(point - line[k] - part * way))
            if off < best[0]:
                share = (steps[:k].sum() + part * step) / steps.sum() if steps.sum() else 0.0
                best = (off, edge, float(share * network.length_m[edge]))
    return best


def shortest_walks(network, space, demand, sites, snap_limit_m):
    """All walks by Dijkstra on the network with the points put into their edges, inf where there is none."""
    graph = networkx.Graph()
    stops = {edge: [(0.0, a), (float(network.length_m[edge]), b)] for edge, (a, b) in enumerate(network.ends.tolist())}
    for group, points in (("d", demand), ("s", sites)):
        for k, point in enumerate(points):
            off, edge, along = nearest_place(network, space, point)
            if off <= snap_limit_m:
                stops[edge].append((along, (group, k, "street")))
                graph.add_edge((group, k), (group, k, "street"), weight=off)
    for along_edge in stops.values():
        along_edge.sort(key=lambda place: place[0])
        for (low, one), (high, other) in zip(along_edge, along_edge[1:], strict=False):
            known = graph.get_edge_data(one, other, {"weight": math.inf})["weight"]
            graph.add_edge(one, other, weight=min(known, high - low))
    table = np.full((len(demand), len(sites)), np.inf)
    for j in range(len(sites)):
        if ("s", j) in graph:
            metres = networkx.single_source_dijkstra_path_length(graph, ("s", j))
            for i in range(len(demand)):
                table[i, j] = metres.get(("d", i), math.inf)
    return table


@st.composite
def towns(draw):
    """Few streets with bends, doubles, loops and islands, and points about them; no two streets share more than junctions."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(2, 7)), draw(st.integers(1, 10))
    nodes = dice.random((n, 2)) * 300
    ends = dice.integers(0, n, (m, 2))
    lines = []
    for a, b in ends:
        bends = dice.random((dice.integers(2 if a == b else 0, 4), 2)) * 300
        line = np.concatenate([nodes[[a]], bends, nodes[[b]]])
        lines.append(line[::-1] if dice.random() < 0.3 else line)
    demand, sites = dice.random((draw(st.integers(1, 9)), 2)) * 320, dice.random((draw(st.integers(1, 9)), 2)) * 320
    if draw(st.booleans()):
        demand[0], sites[0] = nodes[0], nodes[-1]
    longer = 1 + dice.random(m) * 0.01 if draw(st.booleans()) else np.ones(m)
    return nodes, ends, lines, longer, demand, sites, draw(st.sampled_from([30.0, 80.0, 500.0]))


@settings(max_examples=150, deadline=None)
@given(towns(), st.floats(20, 900), st.booleans())
def test_walks_are_those_of_the_network_with_points_as_nodes(town, limit_m, cramped):
    nodes, ends, lines, longer, demand, sites, snap_limit_m = town
    measured = streets(nodes, ends, lines=lines, geographic=False)
    whole = np.array([np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in lines])
    network = streets(nodes, ends, whole * longer, lines=lines, geographic=False)
    assert network.n_edge == measured.n_edge <= len(ends)
    expected = shortest_walks(network, network.vertices, demand, sites, snap_limit_m)
    assume(np.isfinite(expected).any() and np.isfinite(expected.min(axis=0)).any())
    assume(not np.any(np.abs(expected - limit_m) < 1e-6))
    with pytest.MonkeyPatch.context() as small:
        if cramped:
            small.setattr(network_paths, "BATCH", 2)
            small.setattr(network_paths, "CELLS", 7)
        found = walks(network, demand, sites, limit_m, snap_limit_m=snap_limit_m, distances=True)
    near = expected <= limit_m
    assert np.array_equal(found.reach.matrix().toarray() > 0, near)
    table = np.full(expected.shape, np.inf)
    pairs = found.distance_m.tocoo()
    table[pairs.row, pairs.col] = pairs.data
    assert np.allclose(table[near], expected[near], rtol=0, atol=1e-9 * 1000)
    assert not np.isfinite(table[~near]).any()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_walks_on_the_globe_snap_to_the_nearest_street(seed):
    dice = np.random.default_rng(seed)
    base = np.array([113.6, 34.7])
    nodes = base + dice.random((5, 2)) * 0.004
    network = streets(nodes, [[0, 1], [1, 2], [2, 3], [3, 4]])
    demand, sites = base + dice.random((6, 2)) * 0.004, base + dice.random((3, 2)) * 0.004

    def on_globe(points):
        lng, lat = np.radians(points).T
        return EARTH_RADIUS_M * np.column_stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)])

    expected = shortest_walks(network, on_globe(network.vertices), on_globe(demand), on_globe(sites), 1e4)
    found = walks(network, demand, sites, 1e5, snap_limit_m=1e4, distances=True)
    assert np.allclose(found.distance_m.toarray(), expected, rtol=1e-9)


SRC = str(Path(walks.__code__.co_filename).parents[1])
LINE = streets([[0, 0], [1000, 0], [1000, 600]], [[0, 1], [2, 1]], geographic=False)


def test_points_on_one_street_meet_on_it_and_a_loop_is_walked_the_short_way_round():
    found = walks(LINE, [[400, 3], [10, 0]], [[450, 4]], 1000, distances=True)
    assert found.distance_m.toarray().tolist() == [[57.0], [444.0]]
    corners = [[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]]
    loop = streets([[0, 0]], [[0, 0]], lines=[corners], geographic=False)
    around = walks(loop, [[50, 0]], [[0, 50], [100, 40]], 1000, distances=True)
    assert around.distance_m.toarray().tolist() == [[100.0, 90.0]]


def test_points_far_from_every_street_are_told_and_reach_nothing_though_a_site_is_next_to_them():
    found = walks(LINE, [[400, 0], [400, 101], [990, 300]], [[400, 101], [405, 0]], 300, snap_limit_m=100)
    assert found.demand_off.tolist() == [1]
    assert found.sites_off.tolist() == [0]
    assert found.reach.matrix().toarray().tolist() == [[0, 1], [0, 0], [0, 0]]
    assert found.distance_m is None


def test_what_no_chain_of_streets_joins_to_a_site_is_told():
    apart = streets([[0, 0], [500, 0], [0, 50], [500, 50]], [[0, 1], [2, 3]], geographic=False)
    found = walks(apart, [[100, 0], [100, 50], [900, 900]], [[200, 1]], 1e6)
    assert found.reach.degrees().tolist() == [1, 0, 0]
    assert found.demand_apart.tolist() == [1]
    assert found.demand_off.tolist() == [2]


def test_islands_fall_away_and_the_longest_part_stays():
    network = streets(
        [[0, 0], [500, 0], [0, 50], [20, 50], [0, 90], [300, 90]], [[0, 1], [2, 3], [4, 5]], geographic=False
    )
    assert sorted(network.part_length_m.tolist()) == [20, 300, 500]
    assert network.without_islands(100).length_m.tolist() == [500, 300]
    assert network.without_islands(9999).length_m.tolist() == [500]


def test_streets_given_both_ways_or_twice_are_one_street():
    nodes, bend = [[0, 0], [0, 100]], [[0, 0], [40, 50], [0, 100]]
    twice = streets(nodes, [[0, 1], [1, 0], [0, 1], [1, 0]], lines=[None, None, bend, bend[::-1]], geographic=False)
    assert twice.n_edge == 2
    found = walks(twice, [[0, 20]], [[0, 90]], 500, distances=True)
    assert found.distance_m.toarray().tolist() == [[70.0]]


def test_the_shortest_of_several_streets_between_two_junctions_counts():
    nodes, bend = [[0, 0], [0, 100], [0, -50], [0, 150]], [[0, 0], [300, 50], [0, 100]]
    network = streets(nodes, [[0, 1], [0, 1], [0, 2], [1, 3]], lines=[bend, None, None, None], geographic=False)
    assert walks(network, [[0, -50]], [[0, 150]], 500, distances=True).distance_m.toarray().tolist() == [[200.0]]


def test_few_points_of_demand_and_many_sites_give_the_same_pairs():
    dice = np.random.default_rng(5)
    many, few = dice.random((40, 2)) * [1000, 80], dice.random((3, 2)) * [1000, 80]
    one = walks(LINE, many, few, 300, distances=True).distance_m
    other = walks(LINE, few, many, 300, distances=True).distance_m
    assert one.nnz == other.nnz > 20
    assert np.allclose(one.toarray(), other.T.toarray(), atol=1e-9)
    assert one.has_sorted_indices
    assert other.has_sorted_indices


def test_distances_serve_other_limits_and_zero_metres_reach():
    table = walks(LINE, [[400, 0], [700, 0]], [[400, 0]], 400, distances=True).distance_m
    assert table.toarray().tolist() == [[0.0], [300.0]]
    assert table.nnz == 2
    assert from_matrix(table, limit=299).degrees().tolist() == [1, 0]
    assert maximal_cover(from_matrix(table, limit=300), open_sites=1).value == 2
    assert p_median(table, [5, 2], open_sites=1).value == 600


def test_a_walk_of_exactly_the_limit_reaches():
    third = streets([[0, 0], [0.1, 0], [0.3, 0]], [[0, 1], [1, 2]], geographic=False)
    assert walks(third, [[0, 0]], [[0.3, 0]], 0.1 + 0.2).reach.n_pairs == 1
    assert walks(third, [[0, 0]], [[0.3, 0]], 0.3).reach.n_pairs == 1


def test_a_cancelled_run_says_how_far_it_came():
    told = []
    limits = Limits(progress=told.append, cancel=lambda: bool(told))
    dice = np.random.default_rng(1)
    points = dice.random((200, 2)) * [1000, 50]
    with pytest.raises(LocateError, match="after 64 of 200") as caught:
        walks(LINE, points, points, 300, limits=limits)
    assert caught.value.code == "cancelled"
    assert told[0].bound == 200


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends": np.zeros((0, 2), int)}, "no_streets"),
        ({"ends": [[0, 3]]}, "unknown_node"),
        ({"ends": [0, 1]}, "shape"),
        ({"length_m": [-1]}, "negative"),
        ({"length_m": [np.nan]}, "not_a_number"),
        ({"length_m": [0.111]}, "length_unit"),
        ({"lines": [[[113.6, 34.7]]]}, "shape"),
        ({"nodes": [[34.7, 113.6], [34.7, 113.601]]}, "axis_order"),
        ({"nodes": [[460_000, 3_840_000], [460_000, 3_840_100]]}, "range"),
        ({"nodes": [[np.nan, 34.7], [113.6, 34.7]]}, "not_a_number"),
    ],
)
def test_a_network_that_cannot_be_right_is_refused(changed, code):
    given_ = {"nodes": [[113.6, 34.7], [113.6, 34.701]], "ends": [[0, 1]], "length_m": [111.2], **changed}
    with pytest.raises(LocateError) as caught:
        streets(**given_)
    assert caught.value.code == code


def test_axes_that_only_the_lengths_betray_are_refused():
    with pytest.raises(LocateError, match="x is longitude") as caught:
        streets([[60.17, 24.94], [60.17, 24.95]], [[0, 1]], [553.1])  # Helsinki, latitude first
    assert caught.value.code == "axis_order"


@pytest.mark.parametrize(
    ("demand", "sites", "limit_m", "code"),
    [
        ([[5000, 5000]], [[0, 0]], 100, "off_network"),
        ([[0, 0]], [[5000, 5000]], 100, "off_network"),
        ([[0, 0]], np.zeros((0, 2)), 100, "empty"),
        (np.zeros((0, 2)), [[0, 0]], 100, "empty"),
        ([[0, np.inf]], [[0, 0]], 100, "not_a_number"),
        ([[0, 0]], [[0, 0]], 0, "range"),
    ],
)
def test_points_that_cannot_be_right_are_refused(demand, sites, limit_m, code):
    with pytest.raises(LocateError) as caught:
        walks(LINE, demand, sites, limit_m)
    assert caught.value.code == code


def test_places_stand_on_streets_one_in_each_cell():
    block = streets([[0, 0], [600, 0], [600, 450]], [[0, 1], [1, 2]], geographic=False)
    assert places(block, 150).round(9).tolist() == [
        [75, 0],
        [225, 0],
        [375, 0],
        [525, 0],
        [600, 75],
        [600, 225],
        [600, 375],
    ]
    there = streets([[113.6, 34.7], [113.61, 34.7]], [[0, 1]])
    assert len(places(there, 100)) == 9  # 914 m
    assert walks(there, places(there, 100), [[113.6, 34.7]], 1e4, distances=True).distance_m.data[0] < 60
    with pytest.raises(LocateError, match="cell_m"):
        places(there, 0)


def test_an_endless_limit_reaches_what_streets_join_and_no_more():
    apart = streets([[0, 0], [500, 0], [0, 50], [500, 50]], [[0, 1], [2, 3]], geographic=False)
    assert walks(apart, [[100, 0], [100, 50]], [[200, 1], [0, 50]], np.inf).reach.matrix().toarray().tolist() == [
        [1, 0],
        [0, 1],
    ]


def test_given_streets_are_walked_without_the_extra():
    code = """
        import sys
        for name in ("networkx", "osmium", "shapely"):
            sys.modules[name] = None
        from xiaojia_locate.network import streets, walks
        line = streets([[0, 0], [100, 0]], [[0, 1]], geographic=False)
        print(walks(line, [[10, 0]], [[90, 0]], 80).reach.n_pairs)
    """
    command = [sys.executable, "-c", dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": SRC}, check=False)
    assert done.stdout == "1\n", done.stderr
