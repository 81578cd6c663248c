"""Does an administrator enter a notice after seeing its days, and nobody else?"""

from datetime import date

import pytest

from xiaojia.kernel.calendar.models import Notice, SpecialDay
from xiaojia.kernel.calendar.queries import day_table, forget
from xiaojia.kernel.calendar.tests.test_actions import TEXT
from xiaojia.lib.workdays import DayKind


@pytest.fixture(autouse=True)
def fresh():
    forget()
    yield
    forget()


def test_the_days_are_seen_before_they_are_stored(sign_in, cast):
    client = sign_in("admin", cast)
    page = client.post("/office/calendar/notice/", {"year": 2027, "text": TEXT, "verb": "preview"})
    assert len(page.context["days"]) == 33
    assert not Notice.objects.filter(year=2027).exists()
    saved = client.post("/office/calendar/notice/", {"year": 2027, "text": TEXT, "source": "gov.cn", "verb": "save"})
    assert saved["Location"] == "/office/calendar/2027/"
    assert day_table().day(date(2027, 2, 14)).kind is DayKind.MAKEUP


def test_a_mistake_in_the_text_is_said_and_the_text_stays(sign_in, cast):
    page = sign_in("admin", cast).post("/office/calendar/notice/", {"year": 2026, "text": TEXT, "verb": "save"})
    assert page.context["form"].errors["text"] == ["这是2027年的通知，不是2026年的：请改选年份，或粘贴对应年份的通知。"]
    assert "农历除夕" in page.content.decode()


def test_one_day_is_changed_with_its_reason(sign_in, cast):
    client = sign_in("admin", cast)
    given = {"on": "2025-04-14", "kind": "holiday", "name": "三月三", "reason": "省政府通知"}
    assert client.post("/office/calendar/day/", given)["Location"] == "/office/calendar/2025/"
    assert SpecialDay.objects.get(date="2025-04-14").name == "三月三"


@pytest.mark.parametrize("role", ["officer", "leader", "auditor"])
def test_readers_see_the_year_and_change_nothing(sign_in, cast, role):
    client = sign_in(role, cast)
    assert client.get("/office/calendar/2025/").context["may_edit"] is False
    assert client.post("/office/calendar/notice/", {"year": 2027, "text": TEXT, "verb": "save"}).status_code == 404
    assert client.get("/office/calendar/1066/").status_code == 404
