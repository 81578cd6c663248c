"""How long does a worker take, and how wide is a ring?"""

from xiaojia.domains.stations.rules.travel import minutes, radius_m


def test_minutes_follow_speed_and_detour():
    assert minutes(320, "walk") == 6
    assert minutes(780, "walk") == 15
    assert minutes(780, "ride") == 4
    assert minutes(1, "walk") == 1


def test_a_ring_is_where_its_minutes_end():
    assert round(radius_m(5, "walk")) == 254
    assert minutes(radius_m(15, "ride"), "ride") == 15
