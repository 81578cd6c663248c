"""Can a worker find an open station, look at it and go there, with no script and no permission?"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.cast import make_station
from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.views.public import noon_after
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.opening_hours import Interval, Schedule, every_day

HERE = "?at=me&lng=109.5200&lat=18.2600"
ROUND_THE_CLOCK = Schedule(every_day(Interval(0, 1440)))


def _always(station: Station) -> None:
    station.refresh_from_db()
    actions.set_hours(actor=SYSTEM, station_id=station.pk, version=station.version, schedule=ROUND_THE_CLOCK)


@pytest.fixture
def open_city(cast):
    """The cast's three stations, open round the clock, whatever the hour of the test."""
    cast.other.refresh_from_db()
    inland = Wgs84(109.495, 18.262)
    actions.place_station(
        actor=SYSTEM, station_id=cast.other.pk, version=cast.other.version, point=inland, received=(109.495, 18.262),
        datum="wgs84", source="picked",
    )  # fmt: skip
    for station in (cast.own, cast.banks, cast.other):
        _always(station)
    return cast


def _names(answer) -> list[str]:
    return [card.name for card in answer.context["cards"]]


def test_the_list_is_there_before_any_permission(open_city, client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert set(_names(answer)) == {"月川路驿站", "河东路银行驿站", "海月广场驿站"}
    assert answer.context["place"] == "三亚市"
    assert answer.context["headline"] == ("现在能进的", "3 家")
    assert "xj_place" not in client.cookies


def test_the_list_takes_one_query_besides_instance_and_division(open_city, client, django_assert_num_queries):
    client.get("/")
    with django_assert_num_queries(2):
        client.get("/")
    with django_assert_num_queries(3):
        client.get("/?d=460203")
    with django_assert_num_queries(2):
        client.get(f"/{HERE}")


def test_the_nearest_comes_first_with_distance_and_minutes(open_city, client):
    answer = client.get(f"/{HERE}")
    assert _names(answer) == ["月川路驿站", "河东路银行驿站", "海月广场驿站"]
    first = answer.context["cards"][0]
    assert (first.far, first.mins) == ("980 米", "步行约19分钟")
    assert first.pill == "按公示时间开放 · 24小时" and first.access == "不用登记，直接进"
    assert client.get(f"/{HERE}&go=ride").context["cards"][0].mins == "骑行约5分钟"
    assert client.cookies["xj_go"].value == "ride"


def test_a_closed_one_is_hidden_until_asked_for_and_then_last(open_city, client):
    _close(open_city.own, "台风")
    assert _names(client.get(f"/{HERE}")) == ["河东路银行驿站", "海月广场驿站"]
    answer = client.get(f"/{HERE}&open=0")
    assert _names(answer) == ["河东路银行驿站", "海月广场驿站", "月川路驿站"]
    closed = answer.context["cards"][2]
    assert closed.state == "closed" and closed.proof == "临时关闭：台风"


def _close(station: Station, reason: str, hours: int = 48) -> None:
    now = timezone.now()
    actions.close_stations(
        actor=SYSTEM, station_ids=[station.pk], reason=reason, starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=hours),
    )  # fmt: skip


def test_a_district_a_facility_and_a_way_in_narrow_the_list(open_city, client):
    assert _names(client.get("/?d=460204")) == ["海月广场驿站"]
    assert len(_names(client.get("/?have=water"))) == 3
    assert _names(client.get("/?have=microwave")) == []
    assert len(_names(client.get("/?access=free"))) == 3
    assert _names(client.get("/?access=scan")) == []


def test_two_characters_pinyin_and_initials_find_a_station(open_city, client):
    for q in ("海月", "haiyue", "hyg"):
        assert _names(client.get("/", {"q": q})) == ["海月广场驿站"]


def test_nothing_near_names_the_next_to_open_and_the_one_that_never_closes(open_city, client):
    _close(open_city.own, "停电", 2)
    _close(open_city.banks, "停电", 3)
    answer = client.get("/?at=me&lng=109.5246&lat=18.2677")
    ways = answer.context["ways_out"]
    assert ways["next_open"].name == "月川路驿站"
    assert ways["all_day"].name == "海月广场驿站"
    assert "附近 3 公里内现在没有开着的" in answer.content.decode()


def test_a_filter_that_nothing_meets_offers_to_be_cleared(open_city, client):
    answer = client.get("/?have=microwave")
    assert answer.context["ways_out"]["empty"]
    assert "清掉条件" in answer.content.decode()


def test_a_position_that_cannot_be_read_is_said_and_the_list_is_there(open_city, client):
    answer = client.get("/?lng=abc&lat=1")
    assert len(_names(answer)) == 3
    assert "这个链接里的位置看不懂" in answer.content.decode()


def test_noon_is_todays_until_noon_and_tomorrows_after():
    zone = ZoneInfo("Asia/Shanghai")
    assert noon_after(datetime(2026, 11, 24, 11, 0, tzinfo=zone)).day == 24
    assert noon_after(datetime(2026, 11, 24, 12, 1, tzinfo=zone)).day == 25


def test_open_at_noon_asks_the_posted_hours(open_city, client):
    station = Station.objects.get(pk=open_city.own.pk)
    night = Schedule(every_day(Interval(18 * 60, 20 * 60)))
    actions.set_hours(actor=SYSTEM, station_id=station.pk, version=station.version, schedule=night)
    assert set(_names(client.get("/?noon=1"))) == {"河东路银行驿站", "海月广场驿站"}


def test_twenty_at_a_time(open_city, client):
    for n in range(21):
        _always(make_station(open_city.district, f"测试{n:02d}驿站", 109.53 + n / 1000, 18.26))
    first = client.get("/")
    assert len(_names(first)) == 20 and first.context["more"] == 4
    assert len(_names(client.get(first.context["more_url"]))) == 24


def test_a_pinned_station_comes_first_even_when_closed(open_city, client):
    _close(open_city.other, "停电")
    client.post(f"/s/{open_city.other.code}/pin/")
    answer = client.get(f"/{HERE}")
    assert _names(answer)[0] == "海月广场驿站" and answer.context["cards"][0].pinned
    client.post(f"/s/{open_city.other.code}/pin/")
    assert "海月广场驿站" not in _names(client.get(f"/{HERE}"))


def test_a_district_is_chosen_without_a_script_and_kept(open_city, client):
    page = client.get("/places/")
    assert "吉阳区" in page.content.decode()
    answer = client.post("/places/", {"d": "460203"})
    assert answer["Location"] == "/?d=460203" and client.cookies["xj_area"].value == "460203"
    assert client.get("/").context["place"] == "三亚 · 吉阳区"
    assert client.post("/places/", {"d": "110101"}).status_code == 400


def test_the_filter_page_leads_back_with_what_was_chosen(open_city, client):
    page = client.get(f"/filter/{HERE}&have=water").content.decode()
    assert 'name="lng" value="109.52"' in page
    assert 'value="water" checked' in page


def test_an_address_with_a_position_asks_not_to_be_indexed(open_city, client):
    assert 'name="robots"' in client.get(f"/{HERE}").content.decode()
    assert 'name="robots"' not in client.get("/").content.decode()


def test_the_list_speaks_english(open_city, client):
    page = client.get("/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Open now" in page and "Go there" in page


def test_an_empty_installation_still_answers(db, client):
    assert client.get("/").status_code == 200


def test_a_closure_of_several_is_said_on_list_and_map_at_once(open_city, client):
    now = timezone.now()
    assert client.get("/").context["shuttings"] == []
    actions.close_stations(
        actor=SYSTEM,
        station_ids=[open_city.own.pk, open_city.banks.pk],
        reason="台风红色预警",
        starts_at=now - timedelta(minutes=1),
        ends_at=None,
    )
    said = ["台风红色预警：2 家临时关闭，恢复时间待通知"]
    assert client.get("/").context["shuttings"] == said
    assert client.get("/map/").context["shuttings"] == said
    assert said[0] in client.get(f"/{HERE}").content.decode()
