"""Are minutes turned into metres as stated, and detours measured?"""

import numpy as np
import pytest
from scipy import sparse
from xiaojia_locate import LocateError, geodesic
from xiaojia_locate.walking import detour_found, in_space, straight_m, walk_m, walk_minutes


def test_fifteen_minutes_are_a_kilometre_unless_another_speed_is_stated():
    assert walk_m(15) == pytest.approx(1000)
    assert walk_m(15, speed_m_per_s=1.2) == pytest.approx(1080)
    assert walk_m(10, speed_m_per_s=5 / 3.6) == pytest.approx(833.333, abs=0.001)
    assert walk_minutes([[500, 1000]], speed_m_per_s=1.25).round(3).tolist() == [[6.667, 13.333]]


@pytest.mark.parametrize(("minutes", "speed"), [(0, 1), (-15, 1), (np.nan, 1), (15, 0), (15, 4), (15, 5), (np.inf, 1)])
def test_walks_that_nobody_makes_are_refused(minutes, speed):
    with pytest.raises(LocateError) as caught:
        walk_m(minutes, speed_m_per_s=speed)
    assert caught.value.code == "range"


def test_a_speed_in_kilometres_an_hour_is_named():
    with pytest.raises(LocateError, match=r"Divide it by 3\.6"):
        walk_m(15, speed_m_per_s=5)


def test_straight_lines_agree_with_the_reach_by_great_circles():
    one, other = np.array([[113.60, 34.70]]), np.array([[113.61, 34.71]])
    metres = straight_m(in_space(one, "a", geographic=True)[1], in_space(other, "b", geographic=True)[1])[0]
    assert metres == pytest.approx(1111.95 * np.hypot(1, np.cos(np.radians(34.705))), abs=0.01)
    assert geodesic(one, other, metres + 1e-6).n_pairs == 1
    assert geodesic(one, other, metres - 1e-6).n_pairs == 0


def test_detours_are_measured_where_the_line_is_longer_than_a_hundred_metres():
    walked = sparse.csr_matrix(np.array([[390.0, 50.0], [0.0, 240.0]]))
    found = detour_found(walked, [[0, 0], [0, 200]], [[300, 0], [0, 40]], geographic=False)
    assert found.tolist() == [1.3, 1.5]
