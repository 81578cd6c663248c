"""Is nobody sent across a river but by its bridges? Against a visibility graph by exact sums, and on streets."""

import json
import sys
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from xiaojia_locate import LocateError, barriers_lines, within
from xiaojia_locate import barriers as barriers_module
from xiaojia_locate.barriers import around, barriers, crosses, read_barriers
from xiaojia_locate.network import streets, walks, without_crossing

networkx = pytest.importorskip("networkx", reason="the extra network is not installed")
pytest.importorskip("shapely", reason="the extra network is not installed")
TOLERANCE = 2.3456


def side(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def between(a, b, c):
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def meeting(p, q, a, b):
    """The places, by fractions, at which p-q meets a-b: none, one, or the two ends of what they share."""
    if p == q:
        return []
    turn = (q[0] - p[0]) * (b[1] - a[1]) - (q[1] - p[1]) * (b[0] - a[0])
    if turn:
        part = Fraction((a[0] - p[0]) * (b[1] - a[1]) - (a[1] - p[1]) * (b[0] - a[0]), turn)
        other = Fraction((a[0] - p[0]) * (q[1] - p[1]) - (a[1] - p[1]) * (q[0] - p[0]), turn)
        return (
            [(p[0] + part * (q[0] - p[0]), p[1] + part * (q[1] - p[1]))] if 0 <= part <= 1 and 0 <= other <= 1 else []
        )
    if side(p, q, a):
        return []
    return [c for c in (p, q) if between(a, b, c)] + [c for c in (a, b) if between(p, q, c)]


def closed(p, q, walls, crossings):
    return any(
        not any((x - c[0]) ** 2 + (y - c[1]) ** 2 <= TOLERANCE**2 for c in crossings)
        for wall in walls
        for a, b in zip(wall, wall[1:], strict=False)
        for x, y in meeting(p, q, a, b)
    )


def walked(demand, sites, walls, crossings):
    graph = networkx.Graph()
    places = [("d", k, p) for k, p in enumerate(demand)] + [("s", k, p) for k, p in enumerate(sites)]
    bridges = [("c", k, p) for k, p in enumerate(crossings)]
    graph.add_nodes_from(places + bridges)
    for one, other in [*product(places, bridges), *product(bridges, bridges), *product(places, places)]:
        if {one[0], other[0]} not in ({"d"}, {"s"}) and not closed(one[2], other[2], walls, crossings):
            graph.add_edge(one, other, weight=float(np.hypot(one[2][0] - other[2][0], one[2][1] - other[2][1])))
    table = np.full((len(demand), len(sites)), np.inf)
    for k, place in enumerate(demand):
        # Demand and sites are no places to pass through.
        rest = graph.subgraph([("d", k, place), *bridges, *(node for node in places if node[0] == "s")]).copy()
        for j, site in enumerate(sites):
            own = rest.subgraph([("d", k, place), *bridges, ("s", j, site)])
            if networkx.has_path(own, ("d", k, place), ("s", j, site)):
                table[k, j] = networkx.dijkstra_path_length(own, ("d", k, place), ("s", j, site))
    return table


spot = st.tuples(st.integers(0, 20), st.integers(0, 20))
line = st.lists(spot, min_size=2, max_size=4)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(spot, min_size=1, max_size=5),
    st.lists(spot, min_size=1, max_size=4),
    st.lists(line, min_size=1, max_size=3),
    st.lists(spot, max_size=4),
    st.sampled_from([7.123, 15.789, 40.321]),
    st.sampled_from([1.0, 1.3]),
)
def test_walks_are_the_shortest_chains_of_open_legs(demand, sites, walls, crossings, limit_m, detour):
    walls = [[p for p, q in zip(wall, [*wall[1:], None], strict=True) if p != q] for wall in walls]
    assume(all(len(wall) > 1 for wall in walls))
    expected = detour * walked(demand, sites, walls, crossings)
    rivers = barriers(walls, crossings or None, tolerance_m=TOLERANCE, geographic=False)
    with pytest.MonkeyPatch.context() as small:
        small.setattr(barriers_module, "ROWS", 2)
        small.setattr(barriers_module, "BATCH", 1)
        small.setattr(barriers_lines, "CHUNK", 3)
        found = around(demand, sites, limit_m, rivers, detour=detour, distances=True)
    near = expected <= limit_m
    assert np.array_equal(found.reach.matrix().toarray() > 0, near)
    assert np.allclose(found.distance_m.toarray()[near], expected[near], atol=1e-9)
    assert found.distance_m.nnz == near.sum()


def test_no_barrier_in_the_way_changes_nothing_and_takes_the_whole_straight_reach():
    dice = np.random.default_rng(3)
    demand, sites = dice.random((300, 2)) * 1000, dice.random((40, 2)) * 1000
    far = barriers([[[5000, 0], [5000, 9000]]], geographic=False)
    found, plain = around(demand, sites, 200, far, detour=1.3).reach, within(demand, sites, 200, detour=1.3)
    assert np.array_equal(found.starts, plain.starts)
    assert np.array_equal(found.sites, plain.sites)


def test_two_rivers_are_crossed_by_two_bridges_and_the_lake_has_one_door():
    rivers = barriers([[[0, -900], [0, 900]], [[100, -900], [100, 900]]], [[0, 0], [100, 0]], geographic=False)
    found = around([[-100, 0], [-100, 100]], [[200, 0]], 400, rivers, distances=True)
    assert found.distance_m.toarray().round(2).tolist() == [[300.0], [round(np.hypot(100, 100) + 200, 2)]]
    lake = {"type": "Polygon", "coordinates": [[[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]]]}
    shut = around([[50, 50]], [[50, -50], [50, 60]], 300, barriers(lake, geographic=False))
    assert shut.reach.sites.tolist() == [1]
    door = barriers(lake, [[0, 50]], tolerance_m=1, geographic=False)
    through = around([[50, 50]], [[-50, 0]], 300, door, distances=True).distance_m
    assert through.toarray()[0, 0] == pytest.approx(50 + np.hypot(50, 50))


def test_degrees_and_metres_agree_about_a_river():
    m = 1 / 111_195.08
    east = m / np.cos(np.radians(34.7))
    river = [[0, -800], [30, 0], [0, 800]]
    dice = np.random.default_rng(7)
    demand, sites = dice.uniform(-400, 400, (60, 2)), dice.uniform(-400, 400, (20, 2))

    def placed(points):
        return np.array([113.6, 34.7]) + np.asarray(points) * [east, m]

    plane = barriers([river], [[15, -400], [15, 400]], geographic=False)
    globe = barriers([placed(river)], placed([[15, -400], [15, 400]]))
    one = around(demand, sites, 700, plane, detour=1.2, distances=True).distance_m
    other = around(placed(demand), placed(sites), 700, globe, detour=1.2, distances=True).distance_m
    assert np.array_equal(one.indices, other.indices)
    assert np.allclose(one.data, other.data, atol=0.2)
    assert one.nnz < within(demand, sites, 700, detour=1.2).n_pairs


GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "LineString", "coordinates": [[0, 0, 3], [0, 9, 3]]},
        },
        {
            "type": "Feature",
            "geometry": {"type": "MultiLineString", "coordinates": [[[1, 0], [1, 9]], [[2, 0], [2, 9]]]},
        },
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 5]}},
        {"type": "Feature", "geometry": None},
        {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "MultiPoint", "coordinates": [[1, 5], [2, 5]]},
                {"type": "MultiPolygon", "coordinates": [[[[5, 5], [6, 5], [6, 6], [5, 5]]]]},
            ],
        },
    ],
}


def test_geojson_of_every_kind_is_read_lines_as_barriers_and_points_as_crossings(tmp_path):
    file = tmp_path / "rivers.geojson"
    file.write_text("\ufeff" + json.dumps(GEOJSON), encoding="utf-8")
    found = read_barriers(file, tolerance_m=0.5, geographic=False)
    assert len(found.segments) == 6
    assert found.crossings.tolist() == [[0, 5], [1, 5], [2, 5]]
    assert crosses(found, [[-1, 5], [-1, 4], [5.4, 5.2]], [[3, 5], [3, 4], [9, 5.2]]).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("lines", "options", "code"),
    [
        ([], {}, "no_barriers"),
        ({"type": "Point", "coordinates": [0, 0]}, {}, "no_barriers"),
        ({"type": "Topology"}, {}, "geojson"),
        ({"type": "LineString", "coordinates": [[0, 0], "a"]}, {}, "geojson"),
        ({"type": "LineString"}, {}, "geojson"),
        ([[[0, 0]]], {}, "shape"),
        ([[[0, 0], [0, np.nan]]], {}, "not_a_number"),
        ([[[34.7, 113.6], [34.8, 113.6]]], {}, "axis_order"),
        ([[[0, 0], [0, 1]]], {"tolerance_m": -1}, "tolerance"),
        ([[[0, 0], [0, 1]]], {"crossings": [[0, 95]]}, "axis_order"),
    ],
)
def test_barriers_that_cannot_be_right_are_refused(lines, options, code):
    with pytest.raises(LocateError) as caught:
        barriers(lines, **options)
    assert caught.value.code == code


def test_a_file_that_is_no_geojson_is_refused(tmp_path):
    for text in ("{", "[1]", '"x"'):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(LocateError, match="not GeoJSON") as caught:
            read_barriers(tmp_path / "x.json")
        assert caught.value.code == "unreadable"


TWO_BANKS = {
    "nodes": [[-100, 0], [100, 0], [100, 300], [-100, 300]],
    "ends": [[0, 1], [1, 2], [2, 3], [3, 0]],
    "geographic": False,
}
RIVER = [[[0, -900], [0, 900]]]


def test_streets_do_not_cross_a_river_but_over_bridges_and_at_crossings():
    site, demand = [[100, 0]], [[-100, 0]]
    network = streets(**TWO_BANKS)

    def metres(net, walls):
        return walks(net, demand, site, 2000, distances=True, barriers=walls).distance_m.toarray().tolist()

    assert metres(network, None) == [[200.0]]
    assert metres(network, barriers(RIVER, [[0, 310]], geographic=False)) == [[800.0]]
    bridge = streets(**TWO_BANKS, over=[True, False, False, False])
    assert metres(bridge, barriers(RIVER, geographic=False)) == [[200.0]]
    closed_river = barriers(RIVER, geographic=False)
    assert metres(network, closed_river) == [[0.0]]
    apart = walks(network, demand, site, 2000, barriers=closed_river)
    assert apart.reach.n_pairs == 0
    assert apart.demand_apart.tolist() == [0]
    assert without_crossing(network, closed_river).left_out == {"barrier": 2}


def test_nobody_enters_the_streets_of_the_other_bank():
    network = streets([[50, 0], [50, 500], [-90, 0], [-90, 500]], [[0, 1], [2, 3]], geographic=False)
    river = barriers(RIVER, geographic=False)
    found = walks(network, [[-10, 100], [10, 100]], [[50, 200], [-90, 250]], 1000, distances=True, barriers=river)
    assert found.distance_m.toarray().tolist() == [[0.0, 230.0], [140.0, 0.0]]
    free = walks(network, [[-10, 100]], [[50, 200]], 1000, distances=True)
    assert free.distance_m.toarray().tolist() == [[160.0]]
    lonely = walks(network, [[-10, 100], [10, 100]], [[50, 200]], 1000, snap_limit_m=70, barriers=river)
    assert lonely.demand_off.tolist() == [0]


def test_a_street_that_a_barrier_cuts_ends_on_both_banks():
    network = streets([[-100, 0], [100, 0]], [[0, 1]], [220], geographic=False)
    cut = without_crossing(network, barriers(RIVER, geographic=False))
    assert cut.length_m.round(6).tolist() == [109.45, 109.45]
    assert cut.vertices.tolist() == [[-100, 0], [-0.5, 0], [0.5, 0], [100, 0]]
    found = walks(
        network,
        [[-60, 0], [60, 0]],
        [[-10, 0], [40, 0]],
        900,
        distances=True,
        barriers=barriers(RIVER, geographic=False),
    )
    assert found.distance_m.toarray().round(6).tolist() == [[55.0, 0.0], [0.0, 22.0]]


def test_between_two_barriers_a_piece_of_street_stays_and_what_runs_along_a_barrier_goes():
    network = streets([[0, 0], [300, 0], [300, 90]], [[0, 1], [1, 2]], geographic=False)
    walls = barriers([[[100, -9], [100, 9]], [[200, -9], [200, 9]], [[300, 20], [300, 60]]], geographic=False)
    cut = without_crossing(network, walls)
    assert cut.vertices.tolist() == [
        [0, 0], [99.5, 0], [100.5, 0], [199.5, 0], [200.5, 0], [300, 0], [300, 0], [300, 19.5], [300, 60.5], [300, 90],
    ]  # fmt: skip
    assert cut.left_out == {"barrier": 2}
    assert len(set(cut.parts[cut.ends[:, 0]].tolist())) == 4


def test_streets_that_lie_on_a_barrier_altogether_say_so():
    network = streets([[0, -100], [0, 100]], [[0, 1]], geographic=False)
    with pytest.raises(LocateError, match="Every street lies on a barrier"):
        without_crossing(network, barriers(RIVER, geographic=False))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_junctions_reach_each_other_over_streets_that_no_barrier_closes(seed):
    dice = np.random.default_rng(seed)
    nodes, walls = dice.random((7, 2)) * 20, (dice.random((2, 3, 2)) * 20).tolist()
    crossings = (dice.random((3, 2)) * 20).tolist()
    ends = np.array([pair for pair in np.ndindex(7, 7) if pair[0] < pair[1] and dice.random() < 0.5] or [(0, 1)])
    over = dice.random(len(ends)) < 0.2
    graph = networkx.Graph()
    exact = [[Fraction(x) for x in node] for node in nodes.tolist()]
    for (a, b), above in zip(ends.tolist(), over, strict=True):
        if above or not closed(exact[a], exact[b], [[list(map(Fraction, p)) for p in w] for w in walls], crossings):
            graph.add_edge(a, b, weight=float(np.hypot(*(nodes[a] - nodes[b]))))
    used = np.unique(ends)
    rivers = barriers(walls, crossings, tolerance_m=TOLERANCE, geographic=False)
    network = without_crossing(streets(nodes, ends, geographic=False, over=over), rivers)
    there = np.intersect1d(used, network.ends)
    assume(len(there))
    table = walks(network, nodes[there], nodes[there], 1e6, distances=True).distance_m.toarray()
    for i, one in enumerate(there.tolist()):
        known = networkx.single_source_dijkstra_path_length(graph, one) if one in graph else {one: 0.0}
        assert np.allclose(table[i], [known.get(other, 0.0) for other in there.tolist()], atol=1e-9)


def test_without_the_extra_its_name_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "shapely", None)
    with pytest.raises(LocateError, match=r"shapely.*xiaojia-locate\[network\]") as caught:
        crosses(barriers(RIVER, geographic=False), [[0, 0]], [[1, 1]])
    assert caught.value.code == "missing_extra"


def test_streets_in_degrees_end_half_a_metre_before_a_river_in_degrees():
    m = 1 / 111_195.08
    network = streets([[113.6, 0], [113.6 + 200 * m, 0]], [[0, 1]])
    river = barriers([[[113.6 + 50 * m, -m], [113.6 + 50 * m, m]]])
    assert without_crossing(network, river).length_m.round(2).tolist() == [49.5, 149.5]
    bridge = barriers([[[113.6 + 50 * m, -m], [113.6 + 50 * m, m]]], [[113.6 + 70 * m, 0]], tolerance_m=21)
    found = walks(network, [[113.6, 0]], [[113.6 + 200 * m, 0]], 500, distances=True, barriers=bridge)
    assert found.distance_m.toarray().round(2).tolist() == [[200.0]]
