"""Do distances, minutes, ages and times read as people say them?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import translation

from xiaojia.web.templatetags import words

NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)  # Tuesday 16:15 in Shanghai


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (None, ""),
        (0, "10 米"),
        (3, "10 米"),
        (320, "320 米"),
        (324.9, "320 米"),
        (994, "990 米"),
        (995, "1.0 公里"),
        (1100, "1.1 公里"),
        (9949, "9.9 公里"),
        (9950, "10 公里"),
        (25400, "25 公里"),
    ],
)
def test_distance(metres, said):
    assert words.distance(metres) == said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({"seconds": 59}, "刚刚"),
        ({"seconds": -5}, "刚刚"),
        ({"minutes": 20}, "20 分钟前"),
        ({"minutes": 60}, "1 小时前"),
        ({"hours": 23}, "23 小时前"),
        ({"hours": 24}, "1 天前"),
        ({"days": 29}, "29 天前"),
        ({"days": 30}, "2026-10-25"),
    ],
)
def test_age(before, said):
    assert words.age(NOW - timedelta(**before), NOW) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 24, 10, 30, tzinfo=UTC), "18:30"),
        (datetime(2026, 11, 25, 0, 30, tzinfo=UTC), "明天 8:30"),
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), "23:59"),
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), "明天 0:00"),
        (datetime(2026, 11, 27, 0, 30, tzinfo=UTC), "周五 8:30"),
        (datetime(2026, 11, 23, 8, 40, tzinfo=UTC), "昨天 16:40"),
        (datetime(2026, 12, 3, 0, 30, tzinfo=UTC), "12月3日 8:30"),
        (datetime(2027, 1, 2, 0, 30, tzinfo=UTC), "2027-01-02 8:30"),
    ],
)
def test_when(at, said):
    assert words.when(at, NOW) == said


def test_fmt_time_takes_a_moment_a_time_or_minutes():
    assert words.fmt_time(NOW) == "16:15"
    assert words.fmt_time(time(7, 5)) == "7:05"
    assert words.fmt_time(1110) == "18:30"
    assert words.fmt_time(1440) == "24:00"
    assert words.fmt_time(None) == ""


def test_weekday():
    assert [words.weekday(n) for n in range(7)] == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert words.weekday(date(2026, 11, 24)) == "周二"
