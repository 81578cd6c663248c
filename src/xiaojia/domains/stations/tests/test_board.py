"""Does a worker's list say the truth, nearest first, in one query?"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.queries.board import live, nearest
from xiaojia.domains.stations.rules.state import Reason, State
from xiaojia.kernel.audit.rules import SYSTEM

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_one_query_gives_all_stations_with_their_state(cast, django_assert_num_queries):
    live(NOON)
    with django_assert_num_queries(1):
        found = live(NOON)
    assert [(s.name, s.verdict.state) for s in found] == [
        ("月川路驿站", State.POSTED),
        ("河东路银行驿站", State.POSTED),
        ("海月广场驿站", State.POSTED),
    ]
    assert found[0].have == ("water",) and found[0].broken == ("microwave",)


def test_the_nearest_open_one_comes_first_and_a_closed_one_last(cast):
    actions.close_stations(
        actor=SYSTEM,
        station_ids=[cast.own.pk],
        reason="台风",
        starts_at=NOON - timedelta(hours=1),
        ends_at=NOON + timedelta(days=4000),
    )
    found = nearest(NOON, lng=109.5246, lat=18.2677)
    assert [s.name for s in found] == ["河东路银行驿站", "海月广场驿站", "月川路驿站"]
    assert found[2].verdict.reason == Reason.CLOSURE and found[2].verdict.words == "台风"
    assert 1_900 < found[0].distance_m < 2_100
    assert [s.name for s in nearest(NOON, open_now=True)] == ["河东路银行驿站", "海月广场驿站"]


def test_two_characters_full_pinyin_and_initials_find_a_station(cast):
    assert [s.name for s in nearest(NOON, q="海月")] == ["海月广场驿站"]
    assert [s.name for s in nearest(NOON, q="hyg")] == ["海月广场驿站"]
    assert [s.name for s in nearest(NOON, q="yuechuan")] == ["月川路驿站"]
    assert nearest(NOON, q="没有的站") == []


def test_two_words_must_both_be_found_and_the_plates_code_is_found(cast):
    assert [s.name for s in nearest(NOON, q="广场 海月")] == ["海月广场驿站"]
    assert nearest(NOON, q="海月 月川") == []
    code = cast.own.code
    assert [s.code for s in nearest(NOON, q=code)] == [code]
    assert [s.code for s in nearest(NOON, q=code.lower().replace("-", ""))] == [code]


def test_a_facility_that_is_broken_does_not_pass_its_filter(cast):
    assert len(nearest(NOON, have=["water"])) == 3
    assert nearest(NOON, have=["microwave"]) == []
