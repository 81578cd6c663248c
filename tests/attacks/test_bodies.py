"""Can a request be made too large, too many, or larger than it says?"""

import gzip
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.attacks import files
from xiaojia.domains.feedback.models import Report
from xiaojia.kernel.files.models import File
from xiaojia.kernel.orgs.access import Actor
from xiaojia.web.bodies import PLAIN_BYTES

MB = 2**20


class Endless(io.RawIOBase):
    """A body that counts how much of it was read, and never ends."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self.taken += max(size, 0)
        return b"x" * max(size, 0)


def post_raw(client: Client, path: str, body: object, length: str, **headers: str):
    """Send a body as it comes, with any Content-Length."""
    return client.generic(
        "POST", path, b"", content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": body, "CONTENT_LENGTH": length} | headers,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        ("/set/language/", 2 * MB),
        ("/office/sign-in/", 2 * MB),
        ("/s/{code}/in/", 2 * MB),
        ("/s/{code}/report/", 17 * MB),
        ("/office/stations/photos/", 400 * MB),
        ("/office/stations/photos/", 2 * MB),  # taken from officers alone
        ("/office/stations/{code}/edit/photos/", 200 * MB),
        ("/nowhere/", 2 * MB),
        ("/api/v1/nowhere", 2 * MB),
    ],
)
def test_a_body_that_is_too_large_is_refused_unread(cast, path, claimed):
    body = Endless()
    answer = post_raw(Client(), path.format(code=cast.own.code), body, str(claimed))
    assert (answer.status_code, body.taken) == (413, 0)


@pytest.mark.parametrize("length", ["-1", "9" * 30, "1e9", "٣٣", "0x10"])
def test_a_length_that_is_no_number_is_endless(cast, length):
    body = Endless()
    answer = post_raw(Client(), "/set/language/", body, length)
    assert (answer.status_code, body.taken) == (413, 0)


def test_a_program_that_asks_for_json_gets_no_shorter_way(cast):
    body = Endless()
    answer = post_raw(Client(), f"/s/{cast.own.code}/in/", body, str(PLAIN_BYTES + 1), HTTP_ACCEPT="application/json")
    assert (answer.status_code, body.taken) == (413, 0)
    assert answer.json()["code"] == "too_large"


def test_a_body_of_unknown_length_is_asked_for_its_length(client, db):
    answer = client.generic("POST", "/set/language/", b"", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")
    assert answer.status_code == 411


def test_officers_may_send_photos_and_a_photo_within_the_limit_passes(sign_in, cast):
    photo = SimpleUploadedFile("a.jpg", files.picture("JPEG", 3000, 2000, quality=95) + b"\0" * 2 * MB)
    given = {"photos": [photo], "kind": "door"}
    answer = sign_in("district", cast).post(f"/office/stations/{cast.own.code}/edit/photos/", given)
    assert answer.status_code == 302


def test_too_many_files_are_refused_as_a_whole(sign_in, cast):
    photos = [SimpleUploadedFile(f"{n}.jpg", files.picture("JPEG")) for n in range(21)]
    client = sign_in("district", cast)
    answer = client.post(f"/office/stations/{cast.own.code}/edit/photos/", {"photos": photos, "kind": "door"})
    assert "一次最多 20 张" in answer.content.decode()
    assert File.objects.count() == 0
    many = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(101)]
    assert client.post(f"/office/stations/{cast.own.code}/edit/photos/", {"photos": many}).status_code == 400


def test_too_many_fields_are_refused(client, db):
    assert client.post("/set/language/", {f"f{n}": "1" for n in range(5001)}).status_code == 400


def test_a_packed_body_is_not_unpacked(client, cast):
    packed = gzip.compress(b"language=en&next=/about/" + b" " * 5 * MB)
    answer = client.generic(
        "POST", "/set/language/", packed, content_type="application/x-www-form-urlencoded", HTTP_CONTENT_ENCODING="gzip"
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert "xj_lang" not in answer.cookies


def test_a_report_takes_one_photo_and_no_more_of_it_than_is_allowed(cast):
    from uuid import uuid4

    photo = SimpleUploadedFile("a.jpg", files.picture("JPEG") + b"\0" * (15 * MB))
    answer = Client().post(
        f"/s/{cast.own.code}/report/", {"kind": "other", "text": "x", "key": str(uuid4()), "photo": photo}
    )
    assert answer.status_code == 400
    assert "超过了15 MB" in answer.content.decode()
    assert Report.objects.count() == 0


def test_the_import_refuses_by_its_own_words(sign_in, cast):
    assert isinstance(cast.actor("district"), Actor)
    body = Endless()
    answer = post_raw(sign_in("district", cast), "/office/imports/new/stations/", body, str(40 * MB))
    assert (answer.status_code, body.taken) == (413, 0)
