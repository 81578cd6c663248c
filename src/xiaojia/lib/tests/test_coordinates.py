"""Do the datums agree with the published tables, and do they come back exactly?"""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaojia.lib.coordinates import (
    Bd09,
    Bd09Mercator,
    CoordinateError,
    Datum,
    Gcj02,
    Wgs84,
    convert,
    distances_m,
    haversine_m,
    looks_swapped,
    point,
)

CHINA = st.tuples(st.floats(73.5, 135.1), st.floats(3.9, 53.6))


def metres(a: Wgs84 | Gcj02 | Bd09, b: Wgs84 | Gcj02 | Bd09) -> float:
    """Distance of two pairs of the same datum."""
    assert a.datum == b.datum
    return haversine_m(Wgs84(a.lng, a.lat), Wgs84(b.lng, b.lat))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_332_cities_agree_within_a_metre_in_every_datum(testtables: Path) -> None:
    cities = rows(testtables / "datum_cities_part1.csv")
    assert len(cities) == 332
    for city in cities:
        wgs = Wgs84(float(city["lng_wgs84"]), float(city["lat_wgs84"]))
        gcj = Gcj02(float(city["lng_gcj02"]), float(city["lat_gcj02"]))
        bd = Bd09(float(city["lng_bd09"]), float(city["lat_bd09"]))
        assert metres(wgs.to_gcj02(), gcj) < 1
        assert metres(wgs.to_bd09(), bd) < 1
        assert metres(gcj.to_wgs84(), wgs) < 1
        assert metres(gcj.to_bd09(), bd) < 0.02
        assert metres(bd.to_gcj02(), gcj) < 0.02
        assert metres(bd.to_wgs84(), wgs) < 1


def test_332_cities_agree_in_baidu_metres(testtables: Path) -> None:
    for city in rows(testtables / "datum_cities_part1.csv"):
        bd = Bd09(float(city["lng_bd09"]), float(city["lat_bd09"]))
        there = Bd09Mercator(float(city["x_bd09mc"]), float(city["y_bd09mc"]))
        assert abs(bd.to_mercator().x_m - there.x_m) < 0.02
        assert abs(bd.to_mercator().y_m - there.y_m) < 0.02
        assert metres(there.to_bd09(), bd) < 0.02


def test_eviltransform_vectors_within_a_millionth_of_a_degree(testtables: Path) -> None:
    vectors = [row for row in rows(testtables / "datum_eviltransform_vectors.csv") if row["op"] == "wgs2gcj"]
    assert len(vectors) == 3
    for vector in vectors:
        gcj = Wgs84(float(vector["lng_in"]), float(vector["lat_in"])).to_gcj02()
        assert abs(gcj.lng - float(vector["lng_out"])) < 1e-6
        assert abs(gcj.lat - float(vector["lat_out"])) < 1e-6


def test_bd09_inverse_is_the_exact_one_not_the_one_step_approximation() -> None:
    # eviltransform 0.1.1 (one step) answers 120.00872854467232, 29.19620802913637 here: 2 m beside the exact one.
    # The two bd2wgs rows of the table fit neither: shifted forward again they miss their own input by 11 m and 42 m.
    bd = Bd09(120.019809, 29.199786)
    assert metres(bd.to_wgs84(), Wgs84(120.00872854467232, 29.19620802913637)) < 2
    assert metres(bd.to_wgs84().to_bd09(), bd) < 1e-6
    assert metres(Wgs84(120.00877901149691, 29.196131605295484).to_bd09(), bd) > 10


def test_published_value_of_a_second_source() -> None:
    gcj = Wgs84(120, 40).to_gcj02()
    assert (gcj.lng, gcj.lat) == pytest.approx((120.00567568355486, 40.0013047896019), abs=1e-9)


@given(CHINA)
@settings(max_examples=300)
def test_every_round_trip_is_below_a_centimetre(pair: tuple[float, float]) -> None:
    wgs = Wgs84(*pair)
    assert metres(wgs.to_gcj02().to_wgs84(), wgs) < 0.01
    assert metres(wgs.to_bd09().to_wgs84(), wgs) < 0.01
    assert metres(Bd09(*pair).to_mercator().to_bd09(), Bd09(*pair)) < 0.01


@given(st.lists(CHINA, min_size=1, max_size=20), st.sampled_from(Datum), st.sampled_from(Datum))
def test_columns_agree_with_single_points(pairs: list[tuple[float, float]], source: Datum, target: Datum) -> None:
    lngs, lats = convert([p[0] for p in pairs], [p[1] for p in pairs], source, target)
    for pair, lng, lat in zip(pairs, lngs, lats, strict=True):
        one = getattr(point(*pair, source), f"to_{target}")()
        assert (one.lng, one.lat) == pytest.approx((lng, lat), abs=1e-10)


def test_nothing_shifts_outside_the_box_and_taiwan_lies_inside_it() -> None:
    assert Wgs84(2.3522, 48.8566).to_gcj02() == Gcj02(2.3522, 48.8566)
    assert Gcj02(151.2, -33.86).to_wgs84() == Wgs84(151.2, -33.86)
    assert Wgs84(121.5654, 25.033).to_gcj02() != Gcj02(121.5654, 25.033)
    lngs, lats = convert([2.3522, 113.6], [48.8566, 34.8], "wgs84", "gcj02")
    assert (lngs[0], lats[0]) == (2.3522, 48.8566)
    assert lngs[1] != 113.6


@pytest.mark.parametrize(
    ("lng", "lat", "moves"),
    [
        (114.1694, 22.3193, True),  # Hong Kong
        (113.5439, 22.1987, True),  # Macao
        (121.5654, 25.0330, True),  # Taipei
        (105.8342, 21.0278, True),  # Hanoi: a neighbour inside the box
        (103.8198, 1.3521, True),  # Singapore, inside by half a degree
        (139.6917, 35.6895, False),  # Tokyo
        (37.6173, 55.7558, False),  # Moscow
        (0.0, 89.0, False),
    ],
)
def test_the_box_alone_decides_and_columns_agree(lng: float, lat: float, moves: bool) -> None:
    gcj, bd = Wgs84(lng, lat).to_gcj02(), Wgs84(lng, lat).to_bd09()
    assert ((gcj.lng, gcj.lat) != (lng, lat)) is moves
    assert (bd.lng, bd.lat) != (gcj.lng, gcj.lat)
    for datum, one in (("gcj02", gcj), ("bd09", bd)):
        lngs, lats = convert([lng], [lat], "wgs84", datum)
        assert (lngs[0], lats[0]) == pytest.approx((one.lng, one.lat), abs=1e-10)
        back = convert(lngs, lats, datum, "wgs84")
        assert (back[0][0], back[1][0]) == pytest.approx((lng, lat), abs=1e-9)


def test_an_empty_column_stays_empty() -> None:
    lngs, lats = convert([], [], "bd09", "wgs84")
    assert lngs.shape == lats.shape == (0,)


def test_distances() -> None:
    sanya, haikou = Wgs84(109.5119, 18.2528), Wgs84(110.3312, 20.0310)
    assert haversine_m(sanya, haikou) == pytest.approx(215_700, abs=300)
    assert haversine_m(Wgs84(0, 0), Wgs84(0, 1)) == pytest.approx(111_195.08, abs=0.01)
    many = distances_m(109.5119, 18.2528, [109.5119, 110.3312], [18.2528, 20.0310])
    assert isinstance(many, np.ndarray)
    assert many.tolist() == pytest.approx([0.0, haversine_m(sanya, haikou)])


@pytest.mark.parametrize("pair", [(181, 30), (113, 91), (float("nan"), 30), (34.8, 113.6)])
def test_impossible_degrees_are_refused_when_made(pair: tuple[float, float]) -> None:
    with pytest.raises(CoordinateError) as error:
        Wgs84(*pair)
    assert error.value.code == "out_of_range"
    assert str(pair[0]) in str(error.value)


def test_swapped_axes_are_seen() -> None:
    assert looks_swapped(34.81, 113.56)
    assert not looks_swapped(113.56, 34.81)
    assert not looks_swapped(2.35, 48.85)
