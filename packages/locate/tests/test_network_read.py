"""Are street files read as they are meant? OSMnx's GraphML, OpenStreetMap's PBF, the rules for people on foot, real extracts."""

import csv
import gzip
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from xiaojia_locate import LocateError
from xiaojia_locate.covering import maximal_cover
from xiaojia_locate.network import read_graphml, read_pbf, walks
from xiaojia_locate.network_rules import closed_gate, refusal
from xiaojia_locate.walking import detour_found, walk_m

networkx = pytest.importorskip("networkx", reason="the extra network is not installed")
osmium = pytest.importorskip("osmium", reason="the extra network is not installed")
M = 1 / 111_195.08  # degrees of latitude to a metre


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "footway"}, None),
        ({"highway": "steps"}, None),
        ({"highway": "residential", "oneway": "yes"}, None),
        ({"highway": "motorway"}, "highway=motorway"),
        ({"highway": "trunk"}, "highway=trunk"),
        ({"highway": "trunk", "sidewalk": "both"}, None),
        ({"highway": "trunk", "foot": "yes"}, None),
        ({"highway": "cycleway"}, "highway=cycleway"),
        ({"highway": "cycleway", "foot": "designated"}, None),
        ({"highway": "path", "foot": "no"}, "foot=no"),
        ({"highway": "secondary", "foot": "use_sidepath"}, "foot=use_sidepath"),
        ({"highway": "service", "access": "private"}, "access=private"),
        ({"highway": "service", "access": "no", "foot": "yes"}, None),
        ({"highway": "service", "access": "delivery"}, None),
        ({"highway": "primary", "motorroad": "yes"}, "motorroad=yes"),
        ({"highway": "construction", "foot": "yes"}, "highway=construction"),
        ({"highway": "['residential', 'service']"}, None),
        ({"highway": "['residential', 'trunk']"}, "highway=trunk"),
        ({"highway": ["steps", "footway"], "access": "['yes', 'private']"}, "access=private"),
        ({"highway": "footway;steps"}, None),
        ({"highway": "['broken"}, "highway=['broken"),
        ({}, None),
    ],
)
def test_who_may_walk(tags, reason):
    assert refusal(tags) == reason


def test_gates_close_only_when_nobody_may_pass():
    assert closed_gate({"barrier": "gate", "access": "private"})
    assert closed_gate({"barrier": "gate", "foot": "no"})
    assert not closed_gate({"barrier": "gate", "access": "private", "foot": "yes"})
    assert not closed_gate({"barrier": "bollard"})
    assert not closed_gate({"highway": "crossing", "access": "private"})


def written(folder, edges, nodes=None, **about):
    """A GraphML file as OSMnx writes it: directed, every value as text."""
    graph = networkx.MultiDiGraph(**{"crs": "epsg:4326", **about})
    for name, tags in (nodes or NODES).items():
        graph.add_node(name, **{key: str(value) for key, value in tags.items()})
    for one, other, tags in edges:
        graph.add_edge(one, other, **{key: str(value) for key, value in tags.items()})
    networkx.write_graphml(graph, folder / "streets.graphml")
    return folder / "streets.graphml"


NODES = {
    "1": {"x": 113.6, "y": 0.0},
    "2": {"x": 113.6, "y": 100 * M},
    "3": {"x": 113.6, "y": 300 * M},
    "4": {"x": 113.6 + 100 * M, "y": 100 * M},
}
BENT = f"LINESTRING (113.6 {100 * M}, {113.6 + 50 * M} {100 * M}, {113.6 + 50 * M} 0, {113.6 + 100 * M} {100 * M})"
EDGES = [
    ("1", "2", {"length": 100.0, "highway": "residential", "oneway": "True"}),
    ("2", "3", {"length": 200.0, "highway": "['service', 'residential']", "oneway": "False", "bridge": "yes"}),
    ("3", "2", {"length": 200.0, "highway": "['residential', 'service']", "oneway": "False", "bridge": "yes"}),
    ("2", "4", {"length": 261.8, "highway": "steps", "geometry": BENT}),
    ("1", "4", {"length": 141.4, "highway": "trunk"}),
    ("1", "3", {"length": 300.0, "highway": "footway", "foot": "private"}),
]


def test_a_graphml_of_osmnx_is_walked_both_ways_along_its_lines(tmp_path):
    network = read_graphml(written(tmp_path, EDGES))
    assert (network.n_node, network.n_edge, network.geographic) == (4, 3, True)
    assert network.left_out == {"highway=trunk": 1, "foot=private": 1}
    assert network.length_m.tolist() == [100, 200, 261.8]
    assert network.over.tolist() == [False, True, False]
    corner, site = [113.6 + 50 * M, 0], [113.6, 0]
    found = walks(network, [corner, [113.6, 250 * M]], [site], 1000, distances=True)
    assert found.distance_m.toarray().round(1).tolist() == [[250.0], [250.0]]


def test_a_compressed_graphml_in_metres_says_so_itself(tmp_path):
    nodes = {"a": {"x": 2_600_000, "y": 1_200_000}, "b": {"x": 2_600_100, "y": 1_200_000}}
    plain = written(tmp_path, [("a", "b", {"length": 100})], nodes, crs="epsg:2056")
    packed = tmp_path / "streets.graphml.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    network = read_graphml(packed)
    assert not network.geographic
    assert walks(network, [[2_600_040, 1_200_009]], [[2_600_000, 1_200_000]], 50).reach.n_pairs == 1


@pytest.mark.parametrize(
    ("edges", "nodes", "code", "said"),
    [
        ([("1", "2", {"highway": "path"})], None, "no_lengths", "1 walkable edges have no length"),
        ([("1", "2", {"length": "long"})], None, "no_lengths", "measure=True"),
        ([("1", "2", {"length": 0.1})], None, "length_unit", "0.001 times"),
        ([("1", "2", {"length": 100, "highway": "motorway"})], None, "no_streets", "highway=motorway 1"),
        ([], None, "no_streets", "left out: nothing"),
        ([("1", "2", {"length": 100})], {"1": {"lane": 1}, "2": {"lane": 2}}, "no_positions", "x and y"),
        ([("1", "2", {"length": 100})], {"1": {"x": 1, "y": 1}, "2": {"y": 1}}, "not_a_number", "nodes"),
        (
            [("1", "2", {"length": 111})],
            {"1": {"x": 34.7, "y": 113.6}, "2": {"x": 34.701, "y": 113.6}},
            "axis_order",
            "longitude comes first",
        ),
        ([("1", "2", {"length": 100, "geometry": "POINT (1 1)"})], None, "unreadable", "LINESTRING"),
    ],
)
def test_a_graph_that_cannot_be_used_is_refused_with_what_to_do(tmp_path, edges, nodes, code, said):
    with pytest.raises(LocateError, match=said) as caught:
        read_graphml(written(tmp_path, edges, nodes))
    assert caught.value.code == code


def test_lengths_are_measured_where_that_is_asked_for(tmp_path):
    network = read_graphml(written(tmp_path, [("1", "2", {}), ("2", "4", {"geometry": BENT})]), measure=True)
    assert network.length_m.round(1).tolist() == [100.0, 261.8]


@pytest.mark.parametrize("read", [read_graphml, read_pbf])
def test_files_that_are_none_are_told(tmp_path, read):
    with pytest.raises(LocateError, match="no such file"):
        read(tmp_path / "absent.osm.pbf")
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"<html>not found</html>")
    with pytest.raises(LocateError, match="read") as caught:
        read(broken)
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize(("read", "module"), [(read_graphml, "networkx"), (read_pbf, "osmium")])
def test_without_the_extra_its_name_is_told(tmp_path, monkeypatch, read, module):
    (tmp_path / "file").write_bytes(b"x")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(LocateError, match=rf"{module}.*xiaojia-locate\[network\]") as caught:
        read(tmp_path / "file")
    assert caught.value.code == "missing_extra"


def osm(folder, nodes, ways):
    """An OpenStreetMap PBF of nodes {id: (east_m, north_m, tags)} and ways [(tags, ids)]."""
    path = folder / "tiny.osm.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        for number, (east, north, tags) in nodes.items():
            place = osmium.osm.Location(113.6 + east * M, north * M)
            out.add_node(osmium.osm.mutable.Node(id=number, location=place, tags=tags))
        for number, (tags, ids) in enumerate(ways, 1):
            out.add_way(osmium.osm.mutable.Way(id=number, nodes=ids, tags=tags))
    return path


CROSS = {
    1: (0, 0, {}), 2: (100, 0, {}), 3: (200, 0, {}), 4: (100, 100, {}), 5: (100, -100, {}), 6: (150, 20, {}),
    7: (300, 0, {"barrier": "gate", "access": "private"}), 8: (400, 0, {}), 9: (120, 60, {}),
}  # fmt: skip


def test_a_pbf_is_cut_where_ways_meet_and_at_private_gates(tmp_path):
    ways = [
        ({"highway": "residential", "oneway": "yes"}, [1, 2, 6, 3, 7, 8]),
        ({"highway": "steps"}, [4, 9, 2, 5]),
        ({"highway": "motorway"}, [1, 4]),
        ({"highway": "footway", "bridge": "yes"}, [4, 8, 99]),
        ({"building": "yes"}, [1, 2, 4, 1]),
    ]
    network = read_pbf(osm(tmp_path, CROSS, ways))
    assert network.left_out == {"highway=motorway": 1}
    assert network.n_edge == 6
    assert network.over.sum() == 1
    bend = 2 * metres_of(50, 20)
    assert sorted(network.length_m.round(0)) == sorted(
        np.round([100, bend + 100, 100, metres_of(20, 40) + metres_of(20, 60), 100, metres_of(300, 100)])
    )
    east = [113.6 + 290 * M, 0], [113.6 + 310 * M, 0]
    found = walks(network, [[113.6, 0]], east, 2000, distances=True).distance_m.toarray()[0]
    assert found[0] == pytest.approx(100 + bend + 90, abs=0.1)
    assert found[1] == pytest.approx(100 + 20**0.5 * 10 + 4000**0.5 + 100000**0.5 + 90, abs=0.1)


def metres_of(east, north):
    return float(np.hypot(east, north))


def test_a_pbf_without_streets_for_people_is_refused(tmp_path):
    with pytest.raises(LocateError, match="highway=motorway 1") as caught:
        read_pbf(osm(tmp_path, CROSS, [({"highway": "motorway"}, [1, 2])]))
    assert caught.value.code == "no_streets"


def data(*path):
    """A file of the shared data, or skip."""
    root = Path(os.environ.get("XIAOJIA_DATA") or Path(__file__).parents[3] / ".." / "shared" / "data")
    file = root.joinpath(*path)
    if not file.is_file():
        pytest.skip(f"the shared data has no {'/'.join(path)} here (XIAOJIA_DATA)")
    return file


def test_futian_on_foot_covers_taxi_trip_ends_with_proof():
    network = read_graphml(data("demo", "network", "shenzhen_futian_roads_osmnx.graphml.gz"))
    assert (network.n_node, network.n_edge) == (1751, 2454)
    assert network.left_out["highway=motorway_link"] == 33
    with gzip.open(data("demo", "demand", "shenzhen_taxi_trips_20200120.csv.gz"), "rt", encoding="utf-8") as file:
        trips = list(csv.DictReader(file))
    ends = np.array([[float(trip[x]), float(trip[y])] for trip in trips for x, y in (("Lng", "Lat"), ("ELng", "ELat"))])
    ends = ends[((ends >= network.nodes.min(axis=0)) & (ends <= network.nodes.max(axis=0))).all(axis=1)]
    candidates = network.vertices[np.unique((network.vertices / 0.0015).astype(int), axis=0, return_index=True)[1]]
    found = walks(network, ends, candidates, walk_m(15), distances=True)
    detours = detour_found(found.distance_m, ends, candidates)
    assert detours.min() > 0.97  # lengths are of an ellipsoid or a sphere and lines are simplified a little
    assert 1.25 < np.median(detours) < 1.45
    answer = maximal_cover(found.reach, open_sites=10)
    assert answer.proven
    assert answer.value == answer.bound
    assert answer.value <= len(ends) - len(found.demand_off)


def test_helsinki_is_read_and_walked():
    network = read_pbf(data("demo", "network", "helsinki_centre.osm.pbf"))
    main = network.without_islands(1000)
    assert network.n_edge > main.n_edge > 4000
    assert main.length_m.sum() > 95_000
    graph = networkx.Graph()
    for (one, other), metres in zip(main.ends.tolist(), main.length_m.tolist(), strict=True):
        known = graph.get_edge_data(one, other, {"weight": metres})["weight"]
        graph.add_edge(one, other, weight=min(known, metres))
    # Four junctions lie on a street that they are not joined to; a point there is on either.
    corners = np.setdiff1d(np.unique(main.ends), [3699, 3744, 3751, 3752])
    sites = main.ends[::900, 0]
    found = walks(main, main.nodes[corners], main.nodes[sites], 600, distances=True)
    assert found.distance_m.max() <= 600
    for j, site in enumerate(sites.tolist()):
        expected = networkx.single_source_dijkstra_path_length(graph, site, cutoff=600)
        pairs = found.distance_m[:, j].tocoo()
        assert sorted(corners[pairs.row]) == sorted(set(expected) & set(corners.tolist()))
        assert np.allclose(pairs.data, [expected[corner] for corner in corners[pairs.row]], atol=1e-6)
