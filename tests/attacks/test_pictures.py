"""Can a picture be something else, or far more than it seems?"""

import time
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.attacks import files
from xiaojia.domains.feedback.models import Report
from xiaojia.kernel.files.models import File
from xiaojia.kernel.files.queries import path_of
from xiaojia.lib.images import PhotoError, clean_photo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.domain)</script>"


def report(cast, data: bytes, name: str = "a.jpg", content_type: str = "image/jpeg"):
    """Send a worker's report with a photo."""
    photo = SimpleUploadedFile(name, data, content_type=content_type)
    given = {"kind": "other", "text": "x", "key": str(uuid4()), "photo": photo}
    return Client().post(f"/s/{cast.own.code}/report/", given)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (files.png(50_000, 50_000), "百万像素"),
        (files.png(9_000, 9_000), "百万像素"),
        (files.png(2**31 - 1, 1), "百万像素"),
        (files.jpeg_claiming(65_000, 65_000), "百万像素"),
        (b"GIF89a" + b"\xff\xff\xff\xff" + b"\0" * 100, "不是照片"),
        (files.film("GIF", 50), "不是照片"),
        (b"II*\0" + b"\0" * 500, "不是照片"),
        (SVG, "不是照片"),
        (HTML, "不是照片"),
        (b"%PDF-1.7" + b"\0" * 100, "不是照片"),
        (b"BM" + b"\0" * 100, "不是照片"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "HEIC"),
        (files.picture("JPEG", 900, 900)[:2000], "不完整"),
        (files.picture("PNG", 900, 900)[:200], "不完整"),
        (files.picture("WEBP", 900, 900)[:60], "不完整"),
    ],
)
def test_a_hostile_picture_is_named_refused_and_not_kept(cast, data, word):
    began = time.monotonic()
    answer = report(cast, data)
    assert answer.status_code == 400
    assert word in answer.content.decode()
    assert (Report.objects.count(), File.objects.count()) == (0, 0)
    assert time.monotonic() - began < 10


def test_the_kind_is_decided_by_content_and_what_is_kept_is_a_jpeg_of_ours(cast):
    hidden = files.picture("PNG") + HTML + b"PK\x03\x04"
    assert report(cast, hidden, "shell.php%00.html", "text/html").status_code == 302
    kept = File.objects.get()
    data = path_of(kept).read_bytes()
    assert (data[:3], kept.media_type) == (b"\xff\xd8\xff", "image/jpeg")
    assert b"script" not in data
    assert b"PK\x03\x04" not in data


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_film_one_picture_is_kept(kind):
    assert clean_photo(files.film(kind, 40)).width == 32


def test_place_and_phone_are_dropped(cast):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0110] = "Telefon 7"
    exif.get_ifd(0x8825)[2] = (18.0, 15.0, 0.0)
    clean = clean_photo(files.picture("JPEG", exif=exif))
    assert b"Telefon" not in clean.jpeg_bytes + clean.thumb_bytes
    assert b"Exif" not in clean.jpeg_bytes + clean.thumb_bytes


def test_a_flood_of_pixels_costs_no_memory():
    import tracemalloc

    tracemalloc.start()
    with pytest.raises(PhotoError) as refused:
        clean_photo(files.png(60_000, 60_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == "too_many_pixels"
    assert peak < 20 * 2**20
