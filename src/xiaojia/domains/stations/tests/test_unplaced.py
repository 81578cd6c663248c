"""Do stations without a position get one: by the map, by a pasted pair or link, by the keeper on the spot?"""

import pytest
from django.urls import reverse
from django.utils import timezone

from xiaojia.domains.stations.actions import register_station
from xiaojia.domains.stations.actions.keeping import claim_device, create_device_link
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.keeping import device_cookie
from xiaojia.kernel.audit.rules import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def nowhere(cast):
    values = {"name": "没有坐标的驿站", "division": cast.district.division}
    return register_station(actor=SYSTEM, org=cast.district, values=values)


def place(client, station, **values):
    return client.post(reverse("stations:unplaced"), {"code": station.code, **values})


def test_the_list_names_them_and_only_them(sign_in, cast, nowhere):
    page = sign_in("officer", cast).get(reverse("stations:unplaced")).content.decode()
    assert "没有坐标的驿站" in page
    assert cast.own.name not in page


def test_a_click_places_the_station_and_the_next_one_is_shown(sign_in, cast, nowhere):
    other = register_station(actor=SYSTEM, org=cast.district, values={"name": "另一家"})
    response = place(sign_in("district", cast), nowhere, lng="109.524600", lat="18.267700")
    assert response.url == f"{reverse('stations:unplaced')}?at={other.code}"
    nowhere.refresh_from_db()
    assert (nowhere.lng, nowhere.lat, nowhere.position_source, nowhere.received_datum) == (
        109.5246,
        18.2677,
        "picked",
        "wgs84",
    )


def test_a_pasted_pair_needs_its_datum_and_keeps_what_was_typed(sign_in, cast, nowhere):
    client = sign_in("district", cast)
    asked = place(client, nowhere, paste="109.5246,18.2677")
    assert (asked.status_code, "请选择坐标来自哪种地图" in asked.content.decode()) == (422, True)
    assert 'value="109.5246,18.2677"' in asked.content.decode()
    place(client, nowhere, paste="18.2677, 109.5246", datum="gcj02")
    nowhere.refresh_from_db()
    assert (nowhere.received_x, nowhere.received_y, nowhere.received_datum) == (109.5246, 18.2677, "gcj02")
    assert nowhere.lng == pytest.approx(109.5199, abs=1e-3)


def test_a_share_link_brings_its_datum_along(sign_in, cast, nowhere):
    link = "https://uri.amap.com/marker?position=109.5246,18.2677&name=x"
    place(sign_in("district", cast), nowhere, paste=f"我在这里 {link}")
    nowhere.refresh_from_db()
    assert (nowhere.received_datum, nowhere.position_source) == ("gcj02", "pasted")


def test_a_point_in_another_district_is_asked_about_first(sign_in, cast, nowhere):
    client = sign_in("officer", cast)
    asked = place(client, nowhere, lng="109.35", lat="18.35")
    assert asked.status_code == 422
    nowhere.refresh_from_db()
    assert nowhere.lng is None
    place(client, nowhere, lng="109.35", lat="18.35", sure="move")
    nowhere.refresh_from_db()
    assert nowhere.lng == 109.35
    assert nowhere.division_id != cast.district.division_id


@pytest.mark.parametrize("role", ["auditor", "leader", "keeper", "clerk", "outsider"])
def test_others_place_nothing(sign_in, cast, nowhere, role):
    place(sign_in(role, cast), nowhere, lng="109.5246", lat="18.2677")
    assert Station.objects.get(pk=nowhere.pk).lng is None


def test_the_device_at_the_counter_sets_the_place_once(client, cast, nowhere):
    now = timezone.now()
    _link, path = create_device_link(actor=cast.actor("officer"), station_id=nowhere.pk, label="前台", now=now)
    _link, token = claim_device(secret=path.split("/")[-2], now=now)
    client.cookies[device_cookie(nowhere.code)] = token
    address = reverse("stations:on_the_spot", args=[nowhere.code])
    assert address in client.get(f"/k/{nowhere.code}/").content.decode()
    refused = client.post(address, {"lng": "109.5246", "lat": "18.2677", "accuracy": "450"})
    assert (refused.status_code, "误差有450米" in refused.content.decode()) == (422, True)
    assert client.post(address, {"lng": "", "lat": "", "accuracy": ""}).status_code == 422
    client.post(address, {"lng": "109.5246", "lat": "18.2677", "accuracy": "12"})
    nowhere.refresh_from_db()
    assert (nowhere.lng, nowhere.position_source) == (109.5246, "keeper")
    client.post(address, {"lng": "109.6", "lat": "18.3", "accuracy": "12"})
    nowhere.refresh_from_db()
    assert nowhere.lng == 109.5246


def test_a_stranger_sets_no_place(client, cast, nowhere):
    address = reverse("stations:on_the_spot", args=[nowhere.code])
    assert client.post(address, {"lng": "109.5", "lat": "18.2", "accuracy": "5"}).status_code == 403
    assert Station.objects.get(pk=nowhere.pk).lng is None
