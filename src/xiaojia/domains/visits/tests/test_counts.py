"""Do the office's figures add up, under the rule of each day and for those who may see them?"""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from xiaojia.domains.visits.actions import add_by_keeper, answer, check_in, enter_earlier_count
from xiaojia.domains.visits.models import CountingRule
from xiaojia.domains.visits.queries import counts, panels
from xiaojia.domains.visits.queries.counts import Scope
from xiaojia.domains.visits.queries.today import last_week, today_count, week_of_station
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.domains.visits.rules.hours import SHANGHAI
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.orgs.access import NOBODY

NOON = datetime(2026, 11, 10, 12, 20, tzinfo=SHANGHAI)
DAY = NOON.date()


def arrive(station: Any, device: bytes, at: datetime = NOON, **values: Any) -> Any:
    return check_in(station=station, device=device * 16, key=uuid4(), now=at, **values)


@pytest.fixture
def week(cast: Any) -> Any:
    """Own: 2 phones, 3 companions, 4 added by the keeper, a phone again next day. The bank's: one phone. Elsewhere: one."""
    arrive(cast.own, b"a", occupation="courier")
    said = arrive(cast.own, b"b", NOON + timedelta(hours=3), source="code")
    answer(visit_id=said.visit_id, hour=said.hour, kind="work", value="driver", now=NOON)
    answer(visit_id=said.visit_id, hour=said.hour, kind="good", value="1", now=NOON)
    arrive(cast.own, b"a", source="group", people=3)
    add_by_keeper(actor=SYSTEM, station=cast.own, people=4, key=uuid4(), now=NOON)
    arrive(cast.own, b"a", NOON + timedelta(days=1))
    arrive(cast.banks, b"a")
    arrive(cast.other, b"z")
    return cast


SPAN = Scope(DAY, DAY + timedelta(days=1))


def test_the_official_figure_is_the_sum_of_its_parts(week: Any) -> None:
    found = counts.overview(week.actor("officer"), SPAN)
    assert found.count.official == 12
    assert found.count.parts == {"qr": 4, "code": 1, "group": 3, "keeper": 4, "api": 0}
    assert found.count.rule == "2026-1"
    assert found.days == [(DAY, 11), (DAY + timedelta(days=1), 1)]
    assert (found.hours[12], found.hours[15], sum(found.hours)) == (11, 1, 12)
    assert (found.devices, found.months, found.thanks) == (3, 1, 1)


def test_a_new_rule_counts_from_its_day_and_leaves_the_parts(week: Any) -> None:
    CountingRule.objects.create(
        name="2026-2", effective_on=DAY + timedelta(days=1), sources={"qr": False, "code": True}
    )
    found = counts.overview(week.actor("officer"), SPAN)
    assert (found.count.official, found.count.rule) == (11, "2026-1、2026-2")
    assert found.count.left_out == {"qr": 1}
    assert sum(counts.by_field(week.actor("officer"), SPAN, "station_id").values()) == 11


def test_sums_by_station_organisation_ground_and_trade(week: Any) -> None:
    actor = week.actor("officer")
    stations = counts.named_stations(counts.by_field(actor, SPAN, "station_id"))
    assert [(row.pk, n) for row, n in stations] == [(week.own.pk, 10), (week.banks.pk, 1), (week.other.pk, 1)]
    orgs = {org.name: n for org, n in counts.named_orgs(counts.by_field(actor, SPAN, "org_path"))}
    assert orgs == {"吉阳区总工会": 10, "三亚银行业工会联合会": 1, "天涯区总工会": 1}
    sums = counts.by_field(actor, SPAN, "division_code")
    assert sums == {"460203": 11, "460204": 1}
    assert [(row.name, n) for row, n in counts.named_divisions(sums)] == [("吉阳区", 11), ("天涯区", 1)]
    trades = {key: n for key, n in counts.by_occupation(actor, SPAN) if n}
    assert trades == {"courier": 1, "driver": 1, "": 10}


def test_filters_narrow_and_never_widen(week: Any) -> None:
    actor = week.actor("officer")

    def official(**values: Any) -> int:
        return counts.overview(actor, Scope(SPAN.first, SPAN.last, **values)).count.official

    assert official(org=week.district.pk) == 10
    assert official(division="460203") == 11
    assert official(station=week.banks.code) == 1
    assert official(org=10**6) == official(division="999999") == official(station="NOPE") == 0


@pytest.mark.parametrize(
    ("role", "official"), [("admin", 12), ("auditor", 12), ("district", 11), ("outsider", 0), ("clerk", 0)]
)
def test_each_sees_what_the_post_reaches(week: Any, role: str, official: int) -> None:
    assert counts.overview(week.actor(role), SPAN).count.official == official


def test_nobody_sees_nothing(week: Any) -> None:
    assert counts.overview(NOBODY, SPAN).count.official == 0


def test_devices_are_told_apart_within_a_month_only(cast: Any) -> None:
    for at in (datetime(2026, 10, 31, 23, 30, tzinfo=SHANGHAI), datetime(2026, 11, 1, 0, 30, tzinfo=SHANGHAI)):
        arrive(cast.own, b"a", at)
        arrive(cast.own, b"a", at + timedelta(days=10))
    found = counts.overview(cast.actor("officer"), Scope(date(2026, 10, 1), date(2026, 11, 30)))
    assert (found.count.official, found.devices, found.months) == (4, 2, 2)


def test_figures_from_before_stand_apart(week: Any) -> None:
    values = {
        "org": week.district,
        "first_day": date(2026, 11, 1),
        "last_day": DAY,
        "source": "2023年度总结",
        "now": NOON,
    }
    enter_earlier_count(actor=week.actor("officer"), visits=5000, **values)
    found = counts.overview(week.actor("officer"), Scope(date(2026, 11, 1), DAY))
    assert (found.count.official, found.earlier_sum) == (11, 5000)
    assert counts.overview(week.actor("officer"), SPAN).earlier_sum == 0
    for role, more in (("leader", {}), ("officer", {"source": " "}), ("officer", {"last_day": date(2026, 1, 1)})):
        with pytest.raises(VisitError):
            enter_earlier_count(actor=week.actor(role), visits=1, **(values | more))


def test_a_station_knows_its_day_and_its_week(week: Any) -> None:
    assert today_count(week.own.pk, NOON).official == 9
    assert last_week([week.own.pk, week.banks.pk], NOON + timedelta(days=2)) == {week.own.pk: 10, week.banks.pk: 1}
    days, total = week_of_station(week.own.pk, NOON + timedelta(days=1))
    assert [n for _day, n in days] == [0, 0, 0, 0, 0, 9, 1]
    assert (total.official, total.parts["keeper"]) == (10, 4)


# Pages


def span_query(**more: str) -> str:
    values = {"from": "2026-11-10", "to": "2026-11-11"} | more
    return "?" + "&".join(f"{key}={value}" for key, value in values.items())


def test_the_page_shows_figures_that_lead_to_their_rows(week: Any, sign_in: Callable[..., Client]) -> None:
    officer = sign_in("officer", week)
    page = officer.get("/office/visits/" + span_query())
    assert page.status_code == 200
    assert page.context["found"].count.official == 12
    for part in page.context["parts"]:
        rows = officer.get(part["url"]).context["page"].object_list
        assert sum(row.people for row in rows) == part["n"]
    hour = next(bar for bar in page.context["hours"].bars if bar.value == 11)
    assert sum(line["row"].people for line in officer.get(hour.url).context["lines"]) == 11
    text = officer.get(page.context["rows_url"]).content.decode()
    assert "12:20" not in text
    assert (b"a" * 16).hex() not in text


def test_wrong_filters_do_no_harm(week: Any, sign_in: Callable[..., Client]) -> None:
    officer = sign_in("officer", week)
    for query in (
        "?from=x&to=2026-13-99&org=abc&division=%00",
        "?from=2026-11-11&to=2026-11-10",
        "?month=2026-10",
        "?month=nope",
    ):
        assert officer.get("/office/visits/" + query).status_code == 200
        assert officer.get("/office/visits/rows/" + query + "&hour=99&source=x&page=-3").status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_has_a_line_for_each_station_and_day(week: Any, sign_in: Callable[..., Client], kind: str) -> None:
    answer = sign_in("officer", week).get(f"/office/visits/export.{kind}" + span_query())
    assert answer.status_code == 200
    if kind == "csv":
        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(lines) == 5
        own = next(line for line in lines if line[1] == week.own.code and line[0] == "2026-11-10")
        assert own[5:] == ["1", "1", "3", "4", "0", "9", "2026-1"]
    else:
        assert answer.content[:2] == b"PK"
    assert sign_in("officer", week).get("/office/visits/export.pdf").status_code == 404


@pytest.mark.parametrize("address", ["/office/visits/", "/office/visits/rows/", "/office/visits/export.csv"])
def test_only_readers_find_the_pages(week: Any, sign_in: Callable[..., Client], address: str) -> None:
    assert Client().get(address).status_code == 302
    for role, status in (("leader", 200), ("auditor", 200), ("keeper", 404), ("clerk", 404)):
        assert sign_in(role, week).get(address).status_code == status


def test_the_panels_speak_the_slots_language(week: Any, rf: Any) -> None:
    request = rf.get("/")
    assert panels.public_fact(request, station=week.own) is None
    now = timezone.now()
    for device in (b"1", b"2", b"3", b"4", b"5"):
        arrive(week.own, device, now)
    assert panels.public_fact(request, station=week.own) == {"fact": "今天 5 人次"}
    card = panels.today_card(request, actor=week.actor("officer"))
    assert (card["number"], card["kind"]) == (5, "")
    column = panels.week_column(request, stations=[week.own, week.banks])
    assert set(column["cells"]) == {week.own.pk, week.banks.pk}
    desk = panels.desk_week(request, station=week.own)
    assert (len(desk["rows"]), desk["rows"][-1][1:]) == (7, (5, True))
    assert panels.demo_checkin(request, station=week.own) is None
