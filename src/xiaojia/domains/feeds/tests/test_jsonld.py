"""Does a station's page tell search engines the truth, and can nothing in it leave the script element?"""

import json
import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import make_station
from xiaojia.domains.feeds.actions import approve_release
from xiaojia.domains.feeds.rules.days import SHANGHAI, Shut
from xiaojia.domains.feeds.rules.jsonld import hours, script_text
from xiaojia.domains.stations import actions
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.lib.opening_hours import DatedException, HolidayPolicy, Interval, Schedule, every_day, week_of
from xiaojia.lib.workdays import Day, DayKind, DayTable

TABLE = DayTable([*(Day(date(2026, 10, d), DayKind.HOLIDAY, "国庆节") for d in range(1, 8))], [2026])
OFFICE = week_of((range(5), [Interval(510, 720), Interval(870, 1050)]))


def data(page: str) -> dict[str, Any]:
    """The one data block of a page."""
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


def test_the_page_says_what_the_station_is(cast, client):
    said = data(client.get(f"/s/{cast.own.code}/").content.decode())
    assert said == {
        "@context": "https://schema.org", "@type": "CivicStructure", "@id": f"http://testserver/s/{cast.own.code}/",
        "name": "月川路驿站", "identifier": cast.own.code, "url": f"http://testserver/s/{cast.own.code}/",
        "isAccessibleForFree": True, "publicAccess": True,
        "address": {"@type": "PostalAddress", "streetAddress": "月川路驿站地址", "addressLocality": "三亚市",
                    "addressRegion": "海南省", "addressCountry": "CN"},
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": "饮水机", "value": True},
            {"@type": "LocationFeatureSpecification", "name": "微波炉", "value": False},
        ],
        **{key: said[key] for key in ("openingHoursSpecification", "specialOpeningHoursSpecification") if key in said},
    }  # fmt: skip
    assert said["openingHoursSpecification"][0]["opens"] == "08:00"


def test_the_point_is_there_only_when_released(cast, client):
    assert "geo" not in data(client.get(f"/s/{cast.own.code}/").content.decode())
    approve_release(actor=SYSTEM, authority="某局", document_no="1号", approved_on=date(2026, 1, 1), scope="坐标")
    said = data(client.get(f"/s/{cast.own.code}/").content.decode())
    assert said["geo"] == {"@type": "GeoCoordinates", "latitude": 18.2677, "longitude": 109.5246}


def test_the_policy_of_the_page_needs_no_exception(cast, client):
    answer = client.get(f"/s/{cast.own.code}/")
    assert "script-src 'self';" in answer["Content-Security-Policy"] + ";"


def test_a_demo_stays_out_of_engines(cast, client, settings):
    settings.IS_DEMO = True
    page = client.get(f"/s/{cast.own.code}/").content.decode()
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert "geo" in data(page)


class Scripts(HTMLParser):
    """Collects the script elements of a page as a browser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.alerts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.found.append({name: value or "" for name, value in attrs})
        if tag == "img" and dict(attrs).get("src") == "x":
            self.alerts += 1


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)><!--<script>"


def test_no_name_can_leave_the_script_element(cast, client):
    evil = make_station(
        cast.district, HOSTILE, 109.5, 18.25, access_note=HOSTILE, description=HOSTILE, aliases=[HOSTILE]
    )
    page = client.get(f"/s/{evil.code}/").content.decode()
    reader = Scripts()
    reader.feed(page)
    assert [one.get("type", "") or one["src"].rsplit("/", 1)[-1] for one in reader.found] == [
        "application/ld+json",
        "worker.js",
    ]
    assert reader.alerts == 0
    assert data(page)["name"] == HOSTILE


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.lists(st.text()))))
def test_any_text_survives_and_nothing_can_end_the_element(said: dict[str, Any]):
    text = script_text(said)
    assert not re.search(r"[<>&\u2028\u2029]", text)
    assert json.loads(text) == said


# Hours


def spec(schedule: Schedule, first: date, days: int = 60, shuts: Any = ()) -> dict[str, Any]:
    return hours(schedule, TABLE, first, first + timedelta(days=days), shuts)


def test_pairs_of_times_are_specifications_and_holidays_special_ones():
    said = spec(Schedule(OFFICE, holiday_policy=HolidayPolicy.CLOSED), date(2026, 9, 10))
    days = [f"https://schema.org/{name}" for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")]
    assert said["openingHoursSpecification"] == [
        {"@type": "OpeningHoursSpecification", "opens": "08:30", "closes": "12:00", "dayOfWeek": days},
        {"@type": "OpeningHoursSpecification", "opens": "14:30", "closes": "17:30", "dayOfWeek": days},
    ]
    assert said["specialOpeningHoursSpecification"] == [
        {"@type": "OpeningHoursSpecification", "opens": "00:00", "closes": "00:00", "validFrom": first, "validThrough": last,
         "description": "国庆节"}
        for first, last in (("2026-10-01", "2026-10-02"), ("2026-10-05", "2026-10-07"))
    ]  # fmt: skip


def test_exceptions_and_closures_are_special_days():
    schedule = Schedule(
        every_day(Interval(480, 1080)),
        exceptions=(DatedException(date(2026, 9, 12), date(2026, 9, 13), (Interval(600, 720),), "高温"),),
    )
    shut = Shut(datetime(2026, 9, 20, tzinfo=SHANGHAI), datetime(2026, 9, 21, 12, tzinfo=SHANGHAI), "装修")
    special = spec(schedule, date(2026, 9, 10), 15, [shut])["specialOpeningHoursSpecification"]
    assert [(s["validFrom"], s["validThrough"], s["opens"], s["closes"], s["description"]) for s in special] == [
        ("2026-09-12", "2026-09-13", "10:00", "12:00", "高温"),
        ("2026-09-20", "2026-09-20", "00:00", "00:00", "装修"),
        ("2026-09-21", "2026-09-21", "12:00", "18:00", "装修"),
    ]


def test_a_day_that_nobody_knows_is_not_said_at_all():
    said = spec(Schedule(OFFICE, holiday_policy=HolidayPolicy.CLOSED), date(2026, 12, 1), 50)
    dates = [(s.get("validFrom"), s.get("validThrough")) for s in said["openingHoursSpecification"]]
    assert dates[0] == ("2026-12-01", "2026-12-28")
    assert dates[-1] == ("2027-01-08", None) or dates[-1][0] > "2027-01-03"
    unknown = {date(2026, 12, 29) + timedelta(days=n) for n in range(6)}
    for start, end in dates:
        covered = {on for on in unknown if start <= on.isoformat() <= (end or "9999")}
        assert covered == set()


@pytest.mark.parametrize(
    ("interval", "opens", "closes"),
    [
        (Interval(0, 1440), "00:00", "23:59"),
        (Interval(1320, 1800), "22:00", "06:00"),
        (Interval(600, 1440), "10:00", "23:59"),
    ],
)
def test_nights_and_whole_days(interval, opens, closes):
    one = spec(Schedule(every_day(interval)), date(2026, 9, 10), 5)["openingHoursSpecification"][0]
    assert (one["opens"], one["closes"]) == (opens, closes)


def test_a_closure_of_now_stands_in_the_page(cast, client):
    now = timezone.now()
    actions.close_stations(
        actor=SYSTEM, station_ids=[cast.own.pk], reason="台风", starts_at=now, ends_at=now + timedelta(days=3)
    )
    said = data(client.get(f"/s/{cast.own.code}/").content.decode())
    assert "台风" in {one.get("description") for one in said["specialOpeningHoursSpecification"]}
