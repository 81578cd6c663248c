"""Does a position come in with its datum, and is one off its district asked about before it is kept?"""

from xiaojia.domains.stations.models import Station


def edit(cast) -> str:
    return f"/office/stations/{cast.own.code}/edit/place/"


def now(cast) -> Station:
    return Station.objects.get(pk=cast.own.pk)


def test_a_click_on_the_map_is_kept(sign_in, cast):
    data = {"version": str(cast.own.version), "lng": "109.530000", "lat": "18.270000"}
    assert sign_in("officer", cast).post(edit(cast), data).status_code == 302
    station = now(cast)
    assert (station.lng, station.lat, station.received_datum, station.position_source) == (
        109.53,
        18.27,
        "wgs84",
        "picked",
    )


def test_a_pasted_pair_needs_its_datum_and_keeps_what_was_received(sign_in, cast):
    client = sign_in("officer", cast)
    data = {"version": str(cast.own.version), "paste": "18.270000, 109.530000"}
    page = client.post(edit(cast), data)
    assert page.context["error"] == "请选择坐标来自哪种地图。"
    assert "18.270000, 109.530000" in page.content.decode()
    client.post(edit(cast), data | {"datum": "gcj02"})
    station = now(cast)
    assert (station.received_x, station.received_y, station.received_datum) == (109.53, 18.27, "gcj02")
    assert 300 < abs(station.lng - 109.53) * 105_000 < 600
    assert station.position_source == "pasted"


def test_another_district_is_asked_about_and_nothing_is_written(sign_in, cast):
    client = sign_in("officer", cast)
    data = {"version": str(cast.own.version), "lng": "109.400000", "lat": "18.300000"}
    page = client.post(edit(cast), data)
    assert page.status_code == 400
    assert (page.context["ground"].here, page.context["ground"].named) == ("天涯区", "吉阳区")
    assert now(cast).version == cast.own.version
    client.post(edit(cast), data | {"sure": "move"})
    assert now(cast).division.name == "天涯区"


def test_a_point_in_the_sea_is_refused_without_a_yes(sign_in, cast):
    page = sign_in("officer", cast).post(edit(cast), {"version": "1", "lng": "109.5", "lat": "17.5"})
    assert page.context["ground"].here == ""
    assert "不在任何区县内" in page.content.decode()
