"""Is only a photo taken for a photo, and is nothing kept but the picture?"""

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image

from xiaojia.lib.images import PhotoError, clean_photo


def encoded(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    picture = Image.new(mode, size, (200, 30, 30, 0)[: len(mode)] if mode != "L" else 90)
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_become_jpeg(kind: str) -> None:
    photo = clean_photo(encoded(kind))
    assert (photo.width, photo.height) == (60, 40)
    for data in (photo.jpeg_bytes, photo.thumb_bytes):
        assert Image.open(io.BytesIO(data)).format == "JPEG"
    assert photo.sha256 == hashlib.sha256(photo.jpeg_bytes).hexdigest()


def test_a_large_photo_is_reduced() -> None:
    photo = clean_photo(encoded("JPEG", (4000, 3000)))
    assert (photo.width, photo.height) == (1600, 1200)
    assert Image.open(io.BytesIO(photo.thumb_bytes)).size == (480, 360)


def test_a_turned_photo_stands_upright_and_its_exif_is_gone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Phone maker"
    exif.get_ifd(0x8825)[1] = "N"
    photo = clean_photo(encoded("JPEG", (60, 40), exif=exif, comment=b"secret"))
    assert (photo.width, photo.height) == (40, 60)
    for data in (photo.jpeg_bytes, photo.thumb_bytes):
        assert len(Image.open(io.BytesIO(data)).getexif()) == 0
        assert b"Exif" not in data
        assert b"Phone maker" not in data
        assert b"secret" not in data


def test_transparent_parts_lie_on_white() -> None:
    photo = clean_photo(encoded("PNG", mode="RGBA"))
    assert Image.open(io.BytesIO(photo.jpeg_bytes)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "CMYK", "P", "LA", "1"])
def test_other_colour_modes(mode: str) -> None:
    target = io.BytesIO()
    Image.new("RGB", (20, 10), (10, 200, 10)).convert(mode).save(target, "JPEG" if mode == "CMYK" else "PNG")
    assert clean_photo(target.getvalue()).width == 20


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises width × height pixels and holds almost none."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"hello, I am no image", "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;", "not_a_photo"),
        (b"PK\x03\x04" + b"x" * 100, "not_a_photo"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (encoded("JPEG", (800, 600))[:-700], "damaged"),
        (encoded("PNG", (800, 600))[:200], "damaged"),
        (png_of(10_000, 5_001), "too_many_pixels"),
        (png_of(100_000, 100_000), "too_many_pixels"),
    ],
)
def test_refused(data: bytes, code: str) -> None:
    with pytest.raises(PhotoError) as error:
        clean_photo(data)
    assert error.value.code == code
    assert "%(" not in str(error.value)


def test_too_many_bytes() -> None:
    with pytest.raises(PhotoError) as error:
        clean_photo(b"x" * (15 * 2**20 + 1))
    assert str(error.value) == "照片有16 MB，超过了15 MB。请在手机里选“压缩后发送”，或重新拍一张。"
