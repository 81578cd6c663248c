"""Does a station's page say the truth, and lead to the right point?"""

import io
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from PIL import Image

from xiaojia.domains.feeds.queries import release
from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.files.actions import store
from xiaojia.lib.coordinates import Gcj02, Wgs84, haversine_m

WECHAT = "Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0"


@pytest.fixture
def page(cast, client):
    def fetch(path: str = "", **more):
        return client.get(f"/s/{cast.own.code}/{path}", **more)

    return fetch


def test_the_page_says_state_way_in_facilities_and_week(page, cast):
    answer = page()
    html = answer.content.decode()
    assert answer.status_code == 200 and "月川路驿站" in html
    assert "不用登记，直接进" in html
    things = {thing.key: thing.state for thing in answer.context["things"]}
    assert things["water"] == "" and things["microwave"] == "bad" and things["toilet"] == "unsure"
    week = answer.context["week"]
    assert len(week) == 7 and week[0].is_today and week[0].hours == ("8:00–18:00",)


def test_a_closure_stands_in_the_week_with_its_reason(page, cast):
    actions.close_stations(
        actor=SYSTEM, station_ids=[cast.own.pk], reason="台风“测试”", starts_at=timezone.now(), ends_at=None
    )
    answer = page()
    assert answer.context["state"] == "closed"
    assert answer.context["week"][0].notes == ("临时关闭：台风“测试”",)
    assert answer.context["proof"] == "临时关闭：台风“测试”"


def test_a_proof_by_scan_names_no_person(page, cast):
    station = Station.objects.get(pk=cast.own.pk)
    actions.set_hours(actor=SYSTEM, station_id=station.pk, version=station.version, schedule=_all_day())
    actions.add_evidence(station_id=station.pk, kind="keeper_open", at=timezone.now())
    answer = page()
    assert answer.context["state"] == "confirmed" and answer.context["proof"] == "刚刚站点扫码核实"
    assert "测试keeper" not in answer.content.decode()


def _all_day():
    from xiaojia.lib.opening_hours import Interval, Schedule, every_day

    return Schedule(every_day(Interval(0, 1440)))


def test_a_code_typed_small_and_a_merged_code_lead_to_the_station_for_good(cast, client):
    answer = client.get(f"/s/{cast.own.code.lower()}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/s/{cast.own.code}/")
    actions.merge_stations(actor=SYSTEM, keep_id=cast.own.pk, drop_id=cast.other.pk)
    answer = client.get(f"/s/{cast.other.code}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/s/{cast.own.code}/")


def test_an_unknown_code_is_not_found(cast, client):
    for path in ("/s/XX-9999/", "/s/XX-9999/go/", "/s/XX-9999/go/amap/", "/s/XX-9999/report/", "/s/XX-9999/arrived/"):
        assert client.get(path).status_code == 404, path


def test_a_station_taken_down_says_so_with_the_nearest_others(cast, client):
    actions.change_status(
        actor=SYSTEM, station_id=cast.own.pk, version=_version(cast.own), status="removed", on=timezone.localdate(),
        reason="撤点",
    )  # fmt: skip
    other = Station.objects.get(pk=cast.banks.pk)
    actions.set_hours(actor=SYSTEM, station_id=other.pk, version=other.version, schedule=_all_day())
    answer = client.get(f"/s/{cast.own.code}/")
    assert answer.status_code == 410 and "已摘牌" in answer.content.decode()
    assert "河东路银行驿站" in [card.name for card in answer.context["cards"]]


def _version(station: Station) -> int:
    return Station.objects.get(pk=station.pk).version


def test_the_three_maps_open_at_the_point_in_their_own_datum(page, cast, client):
    assert page("go/").status_code == 200
    answer = page("go/amap/")
    url = urlsplit(answer["Location"])
    assert (url.scheme, url.netloc) == ("https", "uri.amap.com")
    lng, lat = map(float, parse_qs(url.query)["position"][0].split(","))
    assert haversine_m(Gcj02(lng, lat).to_wgs84(), Wgs84(109.5246, 18.2677)) < 1
    assert client.cookies["xj_map"].value == "amap"
    assert page().context["go_url"].startswith("https://uri.amap.com/")
    assert page("go/google/").status_code == 404


def test_inside_wechat_tencent_comes_first_and_the_browser_is_hinted_at(page):
    keys = [key for key, _label in page("go/", HTTP_USER_AGENT=WECHAT).context["links"]]
    assert keys == ["tencent", "amap", "baidu"]
    assert [key for key, _label in page("go/").context["links"]] == ["amap", "baidu", "tencent"]
    assert "在浏览器打开" in page("go/", HTTP_USER_AGENT=WECHAT).content.decode()


def test_on_a_demo_the_way_leads_over_the_page_that_says_so(page, client, settings):
    settings.IS_DEMO = True
    client.cookies["xj_map"] = "amap"
    answer = page()
    assert answer.context["go_url"].endswith("/go/")
    assert "站点是编的" in page("go/").content.decode()


def test_having_arrived_one_is_told_to_scan_the_plate(page):
    assert "扫一下门口的二维码" in page("arrived/").content.decode()


def test_a_public_photo_is_shown_and_another_stations_is_not(cast, client):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "JPEG")
    file = store(
        data.getvalue(), kind="photo", media_type="image/jpeg", width_px=40, height_px=30, thumb=data.getvalue()
    )
    actions.add_photo(actor=SYSTEM, station_id=cast.own.pk, file=file, kind="door")
    answer = client.get(f"/s/{cast.own.code}/photo/{file.pk}/thumb.jpg")
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    assert f"/photo/{file.pk}/full.jpg" in client.get(f"/s/{cast.own.code}/").content.decode()
    assert client.get(f"/s/{cast.other.code}/photo/{file.pk}/thumb.jpg").status_code == 404


def test_the_map_page_draws_no_tiles_without_a_review_number(cast, client, settings):
    settings.MAP_TILES, settings.MAP_SOURCE = "https://tiles.example.org/{z}/{x}/{y}.png", "天地图"
    plain = client.get("/map/")
    assert 'data-tiles=""' in plain.content.decode() and "tiles.example.org" not in plain["Content-Security-Policy"]
    settings.SITE = settings.SITE | {"map_review_no": "GS(2024)0001号"}
    reviewed = client.get("/map/")
    assert "GS(2024)0001号" in reviewed.content.decode()
    assert "https://tiles.example.org" in reviewed["Content-Security-Policy"]


def test_the_diagrams_data_hold_only_what_the_list_shows(cast, client):
    answer = client.get("/stations.json?at=me&lng=109.52&lat=18.26&open=0").json()
    assert len(answer["stations"]) == 3
    assert set(answer["stations"][0]) == {
        "code", "name", "state", "pill", "proof", "far", "mins", "lng", "lat", "url", "go"
    }  # fmt: skip
    assert {place["name"] for place in answer["places"]} == {"吉阳区", "天涯区"}
    assert answer["from"] == {"lng": 109.52, "lat": 18.26, "at": "me"}


def test_the_first_load_is_light(cast, client):
    import gzip
    from pathlib import Path

    from xiaojia import web

    static = Path(web.__file__).parent / "static" / "web"
    files = ("tokens.css", "worker.css", "worker.js", "icons.svg", "favicon.svg")
    page = len(gzip.compress(client.get("/?open=0").content, 6))
    total = page + sum(len(gzip.compress((static / name).read_bytes(), 6)) for name in files)
    print("first load, gzipped bytes:", total, "of it the page", page)  # noqa: T201
    assert total <= 150_000


def test_a_stations_page_asks_the_same_number_of_questions_whatever_it_has(
    page, cast, client, django_assert_num_queries
):
    page()
    release.forget()  # it is asked for once in two seconds
    with django_assert_num_queries(10):
        page()
    kinds = ("toilet", "charging", "fridge", "books")
    actions.set_facilities(
        actor=SYSTEM,
        station_id=cast.own.pk,
        version=_version(cast.own),
        facts=[{"kind": kind, "presence": "present"} for kind in kinds],
    )
    release.forget()
    with django_assert_num_queries(10):
        page()
