"""Does a locked door, said in two taps, change the list at once, once, and for everybody?"""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from xiaojia.domains.feedback.models import Report
from xiaojia.domains.feedback.views import public
from xiaojia.domains.stations import actions as stations
from xiaojia.domains.stations.models import Evidence, Station
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.files.models import File
from xiaojia.kernel.files.queries import read
from xiaojia.kernel.notices.models import Notice
from xiaojia.lib.opening_hours import Interval, Schedule, every_day


@pytest.fixture
def door(cast, settings, tmp_path):
    """A station that is open round the clock by its posted hours."""
    settings.MEDIA_ROOT = tmp_path
    public._addresses._seen.clear()
    station = Station.objects.get(pk=cast.own.pk)
    schedule = Schedule(every_day(Interval(0, 1440)))
    return stations.set_hours(actor=SYSTEM, station_id=station.pk, version=station.version, schedule=schedule)


def _tap(phone: Client, station: Station, **values):
    """Open the form, as a phone does, then send it."""
    kind = values.get("kind", "no_entry")
    page = phone.get(f"/s/{station.code}/report/?kind={kind}")
    data = {"kind": kind, "key": page.context["kept"]["key"], "why": "locked" if kind == "no_entry" else ""}
    return phone.post(f"/s/{station.code}/report/", data | values)


def _state(phone: Client, station: Station) -> str:
    return phone.get(f"/s/{station.code}/").context["state"]


def test_two_taps_lead_from_the_station_to_the_thanks(door, client):
    station_page = client.get(f"/s/{door.code}/").content.decode()
    assert f'href="/s/{door.code}/report/"' in station_page
    assert f'href="/s/{door.code}/report/?kind=no_entry"' in client.get(f"/s/{door.code}/report/").content.decode()
    answer = _tap(client, door)
    assert answer["Location"] == f"/s/{door.code}/report/thanks/?kind=no_entry"
    thanks = client.get(answer["Location"]).content.decode()
    assert "列表里已经改成“待确认”" in thanks


def test_one_phone_makes_it_doubtful_and_a_second_one_closed(door, client):
    assert _state(client, door) == "posted"
    _tap(client, door)
    assert _state(client, door) == "unknown"
    _tap(client, door)
    assert _state(client, door) == "unknown", "one phone is one report"
    _tap(Client(), door)
    assert _state(client, door) == "closed"
    assert client.get("/?open=0&q=月川").context["cards"][0].state == "closed"
    stations.add_evidence(station_id=door.pk, kind="keeper_open", at=timezone.now())
    assert _state(client, door) == "confirmed"


def test_phones_that_refuse_cookies_count_as_one_together(door, client):
    for _n in range(3):
        Client().post(f"/s/{door.code}/report/", {"kind": "no_entry", "why": "locked", "key": str(uuid4())})
    assert Report.objects.count() == 3
    assert _state(client, door) == "unknown"


def test_the_same_form_sent_again_is_one_report_and_one_evidence(door, client):
    key = str(uuid4())
    client.get(f"/s/{door.code}/report/")
    for _n in range(3):
        answer = client.post(f"/s/{door.code}/report/", {"kind": "no_entry", "why": "refused", "key": key})
        assert answer.status_code == 302
    assert Report.objects.count() == 1
    assert Evidence.objects.filter(station=door, kind="no_entry").count() == 1


def test_opening_the_form_counts_nothing(door, client):
    client.get(f"/s/{door.code}/report/?kind=no_entry")
    assert not Report.objects.exists() and not Evidence.objects.filter(kind="no_entry").exists()
    assert client.cookies["xj_device"].value


def test_the_officers_of_the_stations_union_are_told(door, cast, client):
    _tap(client, door)
    notice = Notice.objects.get()
    assert notice.account == cast.account("district")
    assert notice.text == "月川路驿站：进不去（门锁了）" and notice.url == f"/office/reports/?station={door.code}"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": "no_entry", "why": ""}, "请选为什么进不去"),
        ({"kind": "broken"}, "请选坏了的是什么"),
        ({"kind": "wrong", "text": " "}, "请写一句是什么问题"),
        ({"kind": "other", "text": "长" * 301}, "写得太长了"),
        ({"kind": "dirty", "key": "no-uuid"}, ""),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(door, client, values, sentence):
    answer = _tap(client, door, **values)
    assert answer.status_code == 400 and sentence in answer.content.decode()
    assert not Report.objects.exists()


def test_what_was_typed_is_there_again(door, client):
    photo = SimpleUploadedFile("a.jpg", b"no image at all", "image/jpeg")
    answer = _tap(client, door, kind="wrong", text="电话少一位", photo=photo)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "电话少一位</textarea>" in html and "这个文件不是照片" in html and "照片要再选一次" in html


def test_a_photo_is_cleaned_and_kept(door, client):
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    Image.new("RGB", (300, 200), "red").save(data, "JPEG", exif=exif)
    answer = _tap(client, door, kind="dirty", photo=SimpleUploadedFile("IMG_1.jpg", data.getvalue(), "image/jpeg"))
    assert answer.status_code == 302
    report = Report.objects.get()
    assert report.photo.kind == File.Kind.PHOTO and (report.photo.width_px, report.photo.height_px) == (300, 200)
    assert b"SecretPhone" not in read(report.photo) and report.photo.original_name == ""


def test_an_empty_photo_is_named(door, client):
    answer = _tap(client, door, kind="dirty", photo=SimpleUploadedFile("a.jpg", b"", "image/jpeg"))
    assert answer.status_code == 400 and not Report.objects.exists()


def test_one_phone_may_not_flood_the_office(door, client):
    for _n in range(6):
        assert _tap(client, door, kind="dirty").status_code == 302
    refused = _tap(client, door, kind="dirty")
    assert refused.status_code == 429 and "12351" in refused.content.decode()
    Report.objects.update(at=timezone.now() - timedelta(hours=2))
    assert _tap(client, door, kind="dirty").status_code == 302


def test_a_station_is_chosen_by_name_when_none_is_known(door, client):
    rows = client.get("/report/?q=ycl").context["rows"]
    assert [row["code"] for row in rows] == [door.code]
    near = client.get("/report/?lng=109.4886&lat=18.2489").context["rows"]
    assert near[0]["name"] == "海月广场驿站"
    assert client.get("/report/?lng=x&lat=y").status_code == 200


def test_a_removed_station_takes_no_reports(door, client):
    stations.change_status(
        actor=SYSTEM, station_id=door.pk, version=Station.objects.get(pk=door.pk).version, status="removed",
        on=timezone.localdate(), reason="撤点",
    )  # fmt: skip
    assert client.get(f"/s/{door.code}/report/")["Location"] == f"/s/{door.code}/"
