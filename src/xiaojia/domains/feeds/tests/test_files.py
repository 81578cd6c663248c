"""Are the whole files sound: GeoJSON, sitemap, robots, calendar; and does who holds one get 304?"""

import gc
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from dateutil.rrule import rrulestr
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from tests.cast import make_station
from xiaojia.domains.feeds.cli import feeds
from xiaojia.domains.feeds.views import doors
from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.calendar import queries as workdays
from xiaojia.kernel.calendar.actions import change_day
from xiaojia.kernel.calendar.models import Notice, SpecialDay
from xiaojia.lib.opening_hours import HolidayPolicy, Hours, Interval, Schedule, every_day, from_json
from xiaojia.lib.workdays import DayTable

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
STOPS = [
    {"place": "红沙隧道口", "weekdays": [0, 2], "start_min": 420, "end_min": 570, "lng": 109.5602, "lat": 18.2384},
    {
        "place": "大东海广场",
        "weekdays": [0, 1, 2, 3, 4],
        "start_min": 660,
        "end_min": 840,
        "lng": 109.5243,
        "lat": 18.2261,
    },
    {"place": "大东海广场", "weekdays": [6], "start_min": 1080, "end_min": 1200, "lng": 109.5243, "lat": 18.2261},
]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def collection(answer: Any) -> dict[str, Any]:
    return json.loads(answer.getvalue())


@pytest.fixture
def van(cast: Any) -> Station:
    """A mobile station with three stops at two places."""
    made = make_station(cast.district, "流动驿站", 109.56, 18.238)
    return actions.set_stops(actor=SYSTEM, station_id=made.pk, version=made.version, stops=STOPS)


def test_the_geojson_holds_placed_public_stations_in_wgs84(released, client):
    Station.objects.filter(pk=released.banks.pk).update(status="removed")
    unplaced = actions.register_station(actor=SYSTEM, org=released.district, values={"name": "待定位驿站"})
    answer = client.get("/feeds/stations.geojson")
    assert answer["Content-Type"] == "application/geo+json"
    found = collection(answer)
    assert set(found) == {"type", "features"}
    assert {one["id"] for one in found["features"]} == {released.own.code, released.other.code}
    assert unplaced.code not in {one["id"] for one in found["features"]}
    one = next(one for one in found["features"] if one["id"] == released.own.code)
    assert one["geometry"] == {"type": "Point", "coordinates": [109.5246, 18.2677]}
    assert one["properties"] | {"changed_at": ""} == {
        "code": released.own.code, "name": "月川路驿站", "address": "月川路驿站地址", "district": "吉阳区", "city": "三亚市",
        "province": "海南省", "division": "460203", "status": "running", "mobile": False, "access": "free",
        "access_note": "", "host_type": "", "phone": "", "facilities": ["water"], "out_of_order": ["microwave"],
        "opening_hours": "Mo-Su 08:00-18:00", "verified_on": None, "changed_at": "",
        "url": f"http://testserver/s/{released.own.code}/",
    }  # fmt: skip


def test_what_others_read_of_the_hours_passes_no_midnight_and_dates_its_holidays(released, client):
    night = Schedule(every_day(Interval(1320, 1800)), holiday_policy=HolidayPolicy.CLOSED)
    first = timezone.localdate().replace(day=1)
    actions.set_hours(actor=SYSTEM, station_id=released.own.pk, version=released.own.version, schedule=night)
    old = client.get("/feeds/stations.geojson")
    hours = {one["id"]: one["properties"]["opening_hours"] for one in collection(old)["features"]}
    assert hours[released.own.code].startswith("Mo-Su 00:00-06:00,22:00-24:00; ")
    SpecialDay.objects.all().delete()
    for year in (first.year, first.year + 1):
        Notice.objects.get_or_create(year=year, defaults={"entered_at": timezone.now()})
    for on in (8, 9):
        change_day(actor=SYSTEM, on=first + timedelta(days=on), kind="holiday", reason="假日")
    workdays.forget()
    new = client.get("/feeds/stations.geojson", headers={"If-None-Match": old["ETag"]})
    hours = {one["id"]: one["properties"]["opening_hours"] for one in collection(new)["features"]}
    days = [f"{first + timedelta(days=on):%Y %b %d}" for on in (8, 9, 10)]
    assert hours[released.own.code].startswith(
        f"Mo-Su 00:00-06:00,22:00-24:00; {days[0]}-{days[0]} Mo-Su 00:00-06:00; {days[1]}-{days[1]} Mo-Su off; "
        f"{days[2]}-{days[2]} Mo-Su 22:00-24:00"
    )
    record = client.get(f"/api/v1/stations/{released.own.code}").json()
    assert record["hours_osm"] == hours[released.own.code]


def test_the_geojson_of_one_division(released, client):
    found = collection(client.get("/feeds/stations.geojson?division=460204"))
    assert [one["id"] for one in found["features"]] == [released.other.code]
    refused = client.get("/feeds/stations.geojson?division=46020x")
    assert (refused.status_code, refused.json()["code"], list(refused.json()["fields"])) == (
        400,
        "bad_parameter",
        ["division"],
    )


def test_a_reader_who_holds_the_file_is_told_so_until_something_changes(released, client):
    first = client.get("/feeds/stations.geojson")
    collection(first)
    assert first["ETag"].startswith('W/"')
    again = client.get("/feeds/stations.geojson", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.change_status(
        actor=SYSTEM, station_id=released.own.pk, version=released.own.version, status="suspended", reason="检修",
        on=timezone.localdate(),
    )  # fmt: skip
    later = client.get("/feeds/stations.geojson", headers={"If-None-Match": first["ETag"]})
    assert (later.status_code, later["ETag"] != first["ETag"]) == (200, True)
    states = {one["id"]: one["properties"]["status"] for one in collection(later)["features"]}
    assert states[released.own.code] == "suspended"


def test_a_closure_that_begins_by_the_clock_changes_the_validator(released, client):
    now = timezone.now()
    actions.close_stations(
        actor=SYSTEM, station_ids=[released.own.pk], reason="台风", starts_at=now + timedelta(seconds=1), ends_at=None
    )
    before = client.get("/hsds/services")["ETag"]
    from xiaojia.domains.feeds.queries.version import version

    assert version(now).text != version(now + timedelta(seconds=2)).text
    assert client.get("/hsds/services")["Cache-Control"] == "public, max-age=60"
    assert before


def test_the_geojson_takes_one_query_a_thousand_stations(released, client, django_assert_num_queries):
    collection(client.get("/feeds/stations.geojson"))
    with django_assert_num_queries(3):  # the stamp, the closures in force, the stations
        collection(client.get("/feeds/stations.geojson"))


def test_an_answer_that_nobody_takes_gives_its_place_back(released, client):
    for _ in range(2 * doors.WHOLE_AT_ONCE):
        assert client.get("/feeds/stations.geojson").status_code == 200  # neither read nor closed
        gc.collect()


def test_few_whole_feeds_at_once(released, client, monkeypatch):
    held = [doors._whole.acquire(blocking=False) for _ in range(doors.WHOLE_AT_ONCE)]
    assert held == [True, True]
    busy = client.get("/feeds/stations.geojson")
    assert (busy.status_code, busy["Retry-After"], busy.json()["code"]) == (503, "30", "busy")
    doors._whole.release()
    answer = client.get("/feeds/stations.geojson")
    assert answer.status_code == 200
    collection(answer)
    answer = client.get("/feeds/stations.geojson")
    assert answer.status_code == 200
    answer.close()
    doors._whole.release()


def test_other_origins_may_read_and_nobody_writes(released, client):
    assert client.get("/hsds/")["Access-Control-Allow-Origin"] == "*"
    asked = client.options("/hsds/services")
    assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "If-None-Match, If-Modified-Since")
    assert client.post("/hsds/services").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.generic("QUERY", "/hsds/services").status_code == strict.delete("/hsds/").status_code == 405
    assert client.get("/hsds/nothing/here").json()["code"] == "no_such"


def test_the_command_writes_the_file(released, tmp_path, settings):
    settings.XIAOJIA_URL = "https://xiaojia.example"
    file = tmp_path / "s.geojson"
    done = CliRunner().invoke(feeds, ["export", str(file), "--json"], standalone_mode=False)
    assert json.loads(done.output) == {"file": str(file), "stations": 3}
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["features"][0]["properties"]["url"].startswith("https://xiaojia.example/s/")


def test_the_command_refuses_before_the_release(cast, tmp_path):
    done = CliRunner().invoke(feeds, ["export", str(tmp_path / "s.geojson")], standalone_mode=False)
    assert getattr(done.exception, "code", "") == "not_released"
    assert not (tmp_path / "s.geojson").exists()


# Search engines


def test_the_sitemap_names_public_stations_with_their_day(cast, client, settings):
    settings.XIAOJIA_URL = "https://xiaojia.example"
    Station.objects.filter(pk=cast.banks.pk).update(status="planned")
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert [one.text for one in index.iter(f"{SPACE}loc")] == ["https://xiaojia.example/sitemap-1.xml"]
    urls = ElementTree.fromstring(client.get("/sitemap-1.xml").content)
    codes = sorted([cast.own.code, cast.other.code])
    assert [one.text for one in urls.iter(f"{SPACE}loc")] == [
        "https://xiaojia.example/", *(f"https://xiaojia.example/s/{code}/" for code in codes)
    ]  # fmt: skip
    days = [datetime.fromisoformat(one.text or "") for one in urls.iter(f"{SPACE}lastmod")]
    cast.own.refresh_from_db()
    assert cast.own.updated_at.replace(microsecond=0) in days
    assert client.get("/sitemap-2.xml").status_code == 404


def test_a_large_network_has_several_sitemaps(cast, client, monkeypatch):
    from xiaojia.domains.feeds.queries import sitemap

    monkeypatch.setattr(sitemap, "PER_FILE", 2)
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert len(list(index.iter(f"{SPACE}loc"))) == 2
    assert len(list(ElementTree.fromstring(client.get("/sitemap-2.xml").content).iter(f"{SPACE}loc"))) == 1


def test_robots_are_sent_to_the_sitemap_and_kept_out_of_the_office(cast, client, settings):
    settings.XIAOJIA_URL = "https://xiaojia.example"
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /office/\n" in text and "Sitemap: https://xiaojia.example/sitemap.xml\n" in text


def test_a_demo_keeps_robots_out_and_has_no_sitemap(cast, client, settings):
    settings.IS_DEMO = True
    assert client.get("/robots.txt").content.decode().endswith("User-agent: *\nDisallow: /\n")
    assert client.get("/sitemap.xml").status_code == client.get("/sitemap-1.xml").status_code == 404


# The calendar


def calendar(client: Any, code: str) -> Calendar:
    answer = client.get(f"/s/{code}/timetable.ics")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(answer.content)


def test_the_calendar_says_the_timetable(van, client):
    found = calendar(client, van.code)
    zone = found.walk("VTIMEZONE")[0]
    assert str(zone["TZID"]) == "Asia/Shanghai"
    events = found.walk("VEVENT")
    assert [str(event["LOCATION"]) for event in events] == ["大东海广场", "大东海广场", "红沙隧道口"]
    assert str(events[0]["SUMMARY"]) == "流动驿站：大东海广场"
    for event in events:
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        assert start.utcoffset() == timedelta(hours=8)
        rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=start)
        days = {at.weekday() for at in rule[:14]}
        stop = next(s for s in STOPS if s["start_min"] == start.hour * 60 + start.minute)
        assert (days, (end - start).seconds // 60) == (set(stop["weekdays"]), stop["end_min"] - stop["start_min"])
        assert start.weekday() in stop["weekdays"]
    assert "GEO" not in events[0]


def test_the_calendar_has_points_once_released(van, released, client):
    assert calendar(client, van.code).walk("VEVENT")[0]["GEO"].to_ical() == "18.2261;109.5243"


def test_ids_stay_and_the_sequence_grows(van, client):
    before = calendar(client, van.code).walk("VEVENT")
    later = [stop | {"end_min": stop["end_min"] + 30} for stop in STOPS]
    actions.set_stops(actor=SYSTEM, station_id=van.pk, version=van.version, stops=later)
    after = calendar(client, van.code).walk("VEVENT")
    assert [str(e["UID"]) for e in before] == [str(e["UID"]) for e in after]
    assert len({str(e["UID"]) for e in after}) == 3
    assert after[0]["SEQUENCE"] > before[0]["SEQUENCE"]


def test_closed_days_are_left_out_and_the_sequence_grows(van, client):
    before = calendar(client, van.code).walk("VEVENT")
    now = timezone.now()
    closure = actions.close_stations(
        actor=SYSTEM, station_ids=[van.pk], reason="保养", starts_at=now, ends_at=now + timedelta(days=7)
    )
    events = calendar(client, van.code).walk("VEVENT")
    assert events[0]["SEQUENCE"] > before[0]["SEQUENCE"]
    left_out = {at.dt for event in events if "EXDATE" in event for at in event["EXDATE"].dts}
    weekdays = [(s["weekdays"], s["start_min"], s["end_min"]) for s in STOPS]
    missed = set()
    for step in range(9):
        midnight = datetime.combine(
            (now.astimezone(SHANGHAI) + timedelta(days=step)).date(), datetime.min.time(), SHANGHAI
        )
        for days, start, end in weekdays:
            begins, ends = midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)
            if midnight.weekday() in days and begins < closure.ends_at and ends > closure.starts_at:
                missed.add(begins)
    assert left_out == missed
    assert len(missed) > 0
    actions.withdraw_closure(actor=SYSTEM, closure_id=closure.pk)
    back = calendar(client, van.code).walk("VEVENT")
    assert all("EXDATE" not in event for event in back)
    assert back[0]["SEQUENCE"] > events[0]["SEQUENCE"]


def test_only_a_mobile_station_has_a_calendar(cast, client):
    assert client.get(f"/s/{cast.own.code}/timetable.ics").status_code == 404
    assert client.get("/s/%00/timetable.ics").status_code == 404
    assert "timetable.ics" not in client.get(f"/s/{cast.own.code}/").content.decode()


def test_the_page_of_a_mobile_station_shows_its_stops_and_leads_to_the_calendar(van, client):
    page = client.get(f"/s/{van.code}/").content.decode()
    assert f'<link rel="alternate" type="text/calendar" href="/s/{van.code}/timetable.ics"' in page
    assert "把时刻表加到手机日历" in page
    assert "周一至周五" in page and "11:00–14:00" in page and "周一、周三" in page


def test_hours_of_the_van_are_those_of_its_stops(van):
    hours = Hours(from_json(van.hours), DayTable([], [2026]))
    assert hours.is_open(datetime(2026, 11, 25, 4, 0, tzinfo=UTC)) is True
