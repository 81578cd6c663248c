"""Does a notice become days, once, by the right hands, and does the table say so at once?"""

from datetime import date

import pytest
from django.http import Http404

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.calendar.actions import CalendarError, change_day, enter_notice, seed
from xiaojia.kernel.calendar.models import Notice, SpecialDay
from xiaojia.kernel.calendar.queries import day_table, forget
from xiaojia.kernel.calendar.rules import year_of_months
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.rules import Grant
from xiaojia.lib.workdays import DayKind, NoticeError

TEXT = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。
二、春节：2月5日（农历除夕、周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假调休，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）、5月9日（周日）上班。
五、端午节：6月9日（周三）放假，共1天。
六、中秋节：9月15日（周三）放假，共1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


@pytest.fixture(autouse=True)
def empty_calendar(db):
    Notice.objects.all().delete()
    forget()
    yield
    forget()


def admin(path: str, role: str = "admin") -> Actor:
    return Actor(7, "", "管理员甲", (Grant(1, path, "某市总工会", role),))


def test_a_notice_covers_its_year():
    assert day_table().day(date(2027, 2, 8)).kind is DayKind.UNKNOWN
    enter_notice(actor=admin("/1/"), year=2027, text=TEXT, source="gov.cn")
    assert day_table().day(date(2027, 2, 8)).kind is DayKind.HOLIDAY
    assert day_table().day(date(2027, 2, 14)).kind is DayKind.MAKEUP
    assert SpecialDay.objects.count() == 27 + 6
    line = Entry.objects.get(verb="calendar.notice_entered")
    assert (line.actor_label, line.subject_id) == ("管理员甲", "2027")
    assert line.details["changes"]["2027-01-01"] == ["", "holiday 元旦"]


def test_the_same_notice_twice_changes_nothing():
    for _ in range(2):
        enter_notice(actor=SYSTEM, year=2027, text=TEXT)
    assert Notice.objects.count() == 1
    assert Entry.objects.filter(verb="calendar.notice_entered").count() == 1


def test_a_broken_notice_changes_nothing():
    with pytest.raises(NoticeError) as caught:
        enter_notice(actor=SYSTEM, year=2027, text=TEXT.replace("（周五）至3日", "（周六）至3日"))
    assert caught.value.code == "wrong_weekday"
    assert Notice.objects.count() == 0


@pytest.mark.parametrize("actor", [admin("/1/2/"), admin("/1/", "officer"), admin("/1/", "auditor")])
def test_only_an_administrator_of_the_whole_may_write(actor):
    with pytest.raises(Http404):
        enter_notice(actor=actor, year=2027, text=TEXT)
    with pytest.raises(Http404):
        change_day(actor=actor, on=date(2027, 3, 8), kind="holiday", reason="本地放假")
    assert Notice.objects.count() == 0


def test_one_day_changes_with_a_reason():
    with pytest.raises(CalendarError) as caught:
        change_day(actor=SYSTEM, on=date(2027, 4, 12), kind="holiday", reason="三月三")
    assert caught.value.code == "no_notice"
    enter_notice(actor=SYSTEM, year=2027, text=TEXT)
    change_day(actor=SYSTEM, on=date(2027, 4, 12), kind="holiday", name="三月三", reason="省里通知")
    assert day_table().day(date(2027, 4, 12)).name == "三月三"
    change_day(actor=SYSTEM, on=date(2027, 4, 12), kind="ordinary", reason="取消")
    assert day_table().day(date(2027, 4, 12)).kind is DayKind.WORKDAY
    assert [e.details["reason"] for e in Entry.objects.filter(verb="calendar.day_changed").order_by("at")] == [
        "省里通知",
        "取消",
    ]
    with pytest.raises(CalendarError) as caught:
        change_day(actor=SYSTEM, on=date(2027, 4, 12), kind="makeup", reason="x")
    assert caught.value.code == "not_a_weekend"


def test_seeding_twice_adds_nothing_and_keeps_what_was_entered():
    enter_notice(actor=SYSTEM, year=2027, text=TEXT)
    assert seed() >= 22
    days = SpecialDay.objects.count()
    assert seed() == 0
    assert SpecialDay.objects.count() == days
    assert day_table().day(date(2025, 10, 6)).kind is DayKind.HOLIDAY


def test_the_table_costs_no_query_within_a_minute(django_assert_num_queries):
    day_table()
    with django_assert_num_queries(0):
        day_table()


def test_a_year_has_twelve_months_of_whole_weeks():
    months = year_of_months(day_table(), 2027)
    assert [len(month.weeks) for month in months][:2] == [5, 4]
    assert months[0].weeks[0][:4] == (None, None, None, None)
    assert months[11].weeks[-1][4].date == date(2027, 12, 31)
