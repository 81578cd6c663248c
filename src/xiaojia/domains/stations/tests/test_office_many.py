"""Many stations at once: a typhoon, a bulk change, a merge, photos by zip. Numbers first, one deed, and a way back."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.forms.closing import tomorrow_noon
from xiaojia.domains.stations.models import Closure, Station, StationPhoto
from xiaojia.domains.stations.queries.board import live
from xiaojia.domains.stations.rules.photo_names import read_name
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.lib.coordinates import Wgs84

BULK = "/office/stations/bulk/"


@pytest.fixture
def cast(cast):
    """The cast with its third station well inside 天涯区."""
    actions.place_station(
        actor=SYSTEM, station_id=cast.other.pk, version=cast.other.version, point=Wgs84(109.40, 18.30),
        received=(109.40, 18.30), datum="wgs84", source="picked",
    )  # fmt: skip
    return cast


def closing(**more) -> dict[str, object]:
    now = timezone.localtime()
    return {
        "divisions": ["460203", "460204"],
        "reason": "台风",
        "starts_at": now.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": timezone.localtime(tomorrow_noon(now)).strftime("%Y-%m-%dT%H:%M"),
    } | more


def test_a_typhoon_closes_two_districts_until_tomorrow_noon(sign_in, cast):
    client, now = sign_in("officer", cast), timezone.now()
    page = client.post("/office/closures/new/", closing())
    assert sum(n for _district, n in page.context["counts"]) == page.context["total"] == 3
    assert Closure.objects.count() == 0
    for _ in range(2):
        assert client.post("/office/closures/new/", closing(verb="save"))["Location"] == "/office/closures/"
    closure = Closure.objects.get()
    assert closure.stations.count() == 3
    assert Entry.objects.filter(verb="stations.closed").count() == 1
    states = {(row.verdict.reason, row.verdict.words) for row in live(timezone.now())}
    assert states == {("closure", "台风")}
    after = {row.verdict.reason for row in live(closure.ends_at + timedelta(minutes=1))}
    assert "closure" not in after
    client.post(f"/office/closures/{closure.pk}/withdraw/")
    assert "closure" not in {row.verdict.reason for row in live(now + timedelta(minutes=1))}


def test_a_district_closes_and_withdraws_only_its_own(sign_in, cast):
    client = sign_in("officer", cast)
    client.post("/office/closures/new/", closing(verb="save"))
    everywhere = Closure.objects.get()
    client = sign_in("district", cast)
    assert client.post(f"/office/closures/{everywhere.pk}/withdraw/").status_code == 404
    assert client.post("/office/closures/new/", closing()).context["form"].errors["divisions"]
    client.post("/office/closures/new/", closing(verb="save", divisions=["460203"]))
    assert [c.stations.get().code for c in Closure.objects.exclude(pk=everywhere.pk)] == [cast.own.code]


def test_the_mistake_stands_at_its_field(sign_in, cast):
    page = sign_in("officer", cast).post("/office/closures/new/", closing(ends_at="2020-01-01T08:00", divisions=[]))
    assert set(page.context["form"].errors) == {"divisions", "ends_at"}


def test_a_bulk_change_says_how_many_and_can_be_undone(sign_in, cast):
    client = sign_in("officer", cast)
    codes = [cast.own.code, cast.other.code]
    page = client.post(BULK, {"verb": "status", "code": codes})
    assert sorted(page.context["counts"]) == sorted([("吉阳区", 1), ("天涯区", 1)])
    given = {"verb": "status", "code": codes, "sure": "1", "status": "rectifying", "on": "2026-11-24", "reason": ""}
    assert client.post(BULK, given).context["form"].errors["reason"] == ["请写明原因。"]
    done = client.post(BULK, given | {"reason": "检查发现问题"})
    assert set(Station.objects.filter(status="rectifying").values_list("code", flat=True)) == set(codes)
    line = Entry.objects.get(verb="stations.bulk_changed")
    assert (line.details["stations"], line.details["target"]) == (2, "rectifying")
    client.post(f"{BULK}{done.context['deed']}/undo/")
    assert not Station.objects.filter(status="rectifying").exists()


def test_all_that_match_are_those_of_the_filters(sign_in, cast):
    client = sign_in("officer", cast)
    page = client.post(f"{BULK}?division=460203", {"verb": "verify", "all": "1"})
    assert page.context["codes"] == [cast.own.code, cast.banks.code]
    client.post(f"{BULK}?division=460203", {"verb": "verify", "code": page.context["codes"], "sure": "1"})
    assert Station.objects.filter(verified_by="测试officer").count() == 2


def test_what_is_not_ones_own_is_left_out_and_said(sign_in, cast):
    page = sign_in("district", cast).post(BULK, {"verb": "verify", "code": [cast.own.code, cast.banks.code]})
    assert (page.context["codes"], page.context["skipped"]) == ([cast.own.code], 1)


def test_stations_move_to_another_organisation_and_back(sign_in, cast):
    client = sign_in("officer", cast)
    done = client.post(BULK, {"verb": "org", "code": [cast.banks.code], "sure": "1", "org": cast.district.pk})
    assert Station.objects.get(pk=cast.banks.pk).org == cast.district
    client.post(f"{BULK}{done.context['deed']}/undo/")
    assert Station.objects.get(pk=cast.banks.pk).org == cast.bank


@pytest.mark.parametrize("role", ["leader", "auditor", "keeper", "clerk"])
def test_readers_do_nothing_in_bulk(sign_in, cast, role):
    client = sign_in(role, cast)
    assert client.post(BULK, {"verb": "verify", "code": [cast.own.code], "sure": "1"}).status_code == 404
    assert client.post("/office/closures/new/", closing(verb="save")).status_code == 404


def test_a_merged_code_leads_to_the_one_that_stays(sign_in, cast):
    client = sign_in("officer", cast)
    page = client.post(BULK, {"verb": "merge", "code": [cast.own.code, cast.banks.code]})
    compare = client.get(page["Location"])
    assert {row["field"] for row in compare.context["rows"]} == {"name", "address"}
    given = {"a": cast.own.code, "b": cast.banks.code, "keep": cast.own.code, "name": cast.banks.code, "verb": "save"}
    assert client.post("/office/stations/merge/", given)["Location"] == f"/office/stations/{cast.own.code}/"
    assert Station.objects.get(pk=cast.own.pk).name == "河东路银行驿站"
    assert client.get(f"/office/stations/{cast.banks.code}/")["Location"] == f"/office/stations/{cast.own.code}/"
    assert client.get(f"/s/{cast.banks.code}/").status_code == 301


def jpeg(colour: str = "red") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(
        target, "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"
    )
    return target.getvalue()


def archive(**files: bytes) -> SimpleUploadedFile:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return SimpleUploadedFile("photos.zip", target.getvalue(), content_type="application/zip")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SY-0007 门头.jpg", ("SY-0007", "door")),
        ("SY-0007_室内_2.png", ("SY-0007", "inside")),
        ("照片/sy-0007门头1.JPG", ("SY-0007", "door")),
        ("ZZ001.jpeg", ("ZZ001", "other")),
        ("ZZ001（制度上墙）.webp", ("ZZ001", "rules")),
        ("../../etc/passwd", None),
        ("说明.docx", None),
        (".hidden.jpg", None),
    ],
)
def test_a_file_name_says_where_it_goes(name, said):
    assert read_name(name) == said


def test_photos_by_zip_are_seen_first_and_the_rest_is_named(sign_in, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in("officer", cast)
    files = {
        f"{cast.own.code} 门头.jpg": jpeg(),
        f"a/../../{cast.other.code}_室内.jpg": jpeg("blue"),
        "SY-9999.jpg": jpeg(),
    }
    upload = archive(**files, **{f"{cast.own.code}_2.jpg": b"no photo"})
    page = client.post("/office/stations/photos/", {"archive": upload})
    assert [row.station.code if row.station else row.problem for row in page.context["found"]] == [
        cast.own.code, cast.other.code, "没有这个编号的站点", cast.own.code,
    ]  # fmt: skip
    assert StationPhoto.objects.count() == 0
    done = client.post("/office/stations/photos/", {"verb": "save", "ticket": page.context["ticket"]})
    assert (done.context["kept"], [name for name, _p in done.context["refused"]]) == (2, [f"{cast.own.code}_2.jpg"])
    assert set(StationPhoto.objects.values_list("station__code", "kind")) == {
        (cast.own.code, "door"),
        (cast.other.code, "inside"),
    }
    again = client.post("/office/stations/photos/", {"verb": "save", "ticket": page.context["ticket"]})
    assert again.status_code == 404
    assert not any(path.name == "passwd" for path in tmp_path.rglob("*"))


def test_what_is_no_zip_or_a_bomb_is_refused(sign_in, cast, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in("officer", cast)
    page = client.post("/office/stations/photos/", {"archive": SimpleUploadedFile("a.zip", b"PK no")})
    assert "这不是 zip 压缩包" in page.context["form"].errors["archive"][0]
    monkeypatch.setattr("xiaojia.domains.stations.queries.photo_zip.MAX_TOTAL_BYTES", 1000)
    page = client.post("/office/stations/photos/", {"archive": archive(**{"SY-0001.jpg": b"0" * 5000})})
    assert "展开后太大" in page.context["form"].errors["archive"][0]


def test_photos_of_one_station_are_cleaned_shown_and_removed(sign_in, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in("officer", cast)
    address = f"/office/stations/{cast.own.code}/edit/photos/"
    files = [SimpleUploadedFile("门头.jpg", jpeg()), SimpleUploadedFile("假.jpg", b"GIF89a nothing")]
    page = client.post(address, {"photos": files, "kind": "door", "public": "on"})
    assert "假.jpg" in page.context["form"].errors["photos"][0]
    photo = cast.own.photos.get()
    served = client.get(f"/office/stations/{cast.own.code}/photo/{photo.file_id}/full.jpg")
    assert b"Exif" not in b"".join(served.streaming_content)
    client.post(f"/office/stations/{cast.own.code}/photos/{photo.pk}/remove/")
    assert cast.own.photos.count() == 0
