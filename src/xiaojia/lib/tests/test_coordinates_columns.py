"""Are columns, with their polynomials and their one step of Newton, as exact as the plain formulas of single points?"""

import math
import warnings

import numpy as np
import pytest

from xiaojia.lib.coordinates import Datum, convert, point
from xiaojia.lib.coordinates.columns import PIECE
from xiaojia.lib.coordinates.sines import cosine_beside, fitted, sine

LIMIT_M = 1e-6
METRES = 111_320.0
MOVES = [(source, target) for source in Datum for target in Datum if source != target]


def _points() -> tuple[list[float], list[float]]:
    """All over the box, its corners, and close to 105 degrees, where the root has no slope."""
    rng = np.random.default_rng(7)
    lngs, lats = rng.uniform(72.1, 137.7, 1500), rng.uniform(0.9, 55.7, 1500)
    near = 105.0 + np.repeat([1.0, -1.0], 200) * 10.0 ** np.tile(rng.uniform(-12.0, -2.0, 200), 2)
    corners = [72.1, 72.1, 137.7, 137.7, 105.0], [0.9, 55.7, 0.9, 55.7, 35.0]
    return [*lngs, *near, *corners[0]], [*lats, *rng.uniform(4.0, 54.0, 400), *corners[1]]


@pytest.mark.parametrize(("source", "target"), MOVES)
def test_columns_are_a_thousandth_of_a_millimetre_from_single_points(source: Datum, target: Datum) -> None:
    lngs, lats = _points()
    moved = convert(lngs, lats, source, target)
    singles = [getattr(point(lng, lat, source), f"to_{target}")() for lng, lat in zip(lngs, lats, strict=True)]
    apart_m = [
        math.hypot((x - one.lng) * math.cos(math.radians(one.lat)), y - one.lat) * METRES
        for x, y, one in zip(*moved, singles, strict=True)
    ]
    # the single inverse itself stops at steps of 1e-11 degrees
    assert max(apart_m) < (2 * LIMIT_M if target == Datum.WGS84 or source == Datum.BD09 else LIMIT_M / 20)


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_column_of_many_pieces_comes_back_to_a_thousandth_of_a_millimetre(datum: Datum) -> None:
    rng = np.random.default_rng(11)
    lngs, lats = rng.uniform(73.5, 135.0, 3 * PIECE + 5), rng.uniform(3.9, 53.6, 3 * PIECE + 5)
    back = convert(*convert(lngs, lats, Datum.WGS84, datum), datum, Datum.WGS84)
    assert np.hypot(back[0] - lngs, back[1] - lats).max() * METRES < 1.5 * LIMIT_M


def test_points_abroad_in_the_same_piece_are_not_moved_and_the_others_as_if_alone() -> None:
    lngs, lats = [113.6, 2.3522, 105.0, 0.0, 151.2], [34.8, 48.8566, 35.0, 90.0, -33.86]
    gcj, alone = convert(lngs, lats, "wgs84", "gcj02"), convert([113.6, 105.0], [34.8, 35.0], "wgs84", "gcj02")
    assert gcj[0].tolist() == [alone[0][0], 2.3522, alone[0][1], 0.0, 151.2]
    assert gcj[1].tolist() == [alone[1][0], 48.8566, alone[1][1], 90.0, -33.86]


def test_given_columns_are_left_as_they_were() -> None:
    lngs, lats = np.array([113.6, 2.3522]), np.array([34.8, 48.8566])
    for source, target in MOVES:
        moved = convert(lngs, lats, source, target)
        assert not any(np.shares_memory(one, other) for one in moved for other in (lngs, lats))
    assert (lngs.tolist(), lats.tolist()) == ([113.6, 2.3522], [34.8, 48.8566])


def test_no_number_stays_none_without_a_warning_and_harms_no_other() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for source, target in MOVES:
            lngs, lats = convert([math.nan, 113.6, math.inf], [34.8, 34.8, 34.8], source, target)
            one = convert([113.6], [34.8], source, target)
            assert (lngs[1], lats[1]) == pytest.approx((one[0][0], one[1][0]), abs=1e-12)
            assert math.isnan(lngs[0])
            assert not math.isfinite(lngs[2])


def test_the_zero_point_that_broken_receivers_send_moves_as_a_single_one() -> None:
    lngs, lats = convert([0.0], [0.0], "wgs84", "bd09")
    assert (lngs[0], lats[0]) == pytest.approx((0.0065, 0.006), abs=1e-12)


def test_sines_of_a_known_reach_are_right_to_the_last_digits() -> None:
    angles = np.linspace(-56.0, 56.0, 10_001)
    sin = sine(angles, fitted(math.pi / 180.0, 56.0, 7))
    assert np.abs(sin - np.sin(np.radians(angles))).max() < 5e-16
    assert np.abs(cosine_beside(sin) - np.cos(np.radians(angles))).max() < 1e-15
