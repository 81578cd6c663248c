"""Is an uploaded photo really a photo, and what do we keep of it?

Kept: upright pixels at most 1600 on the longer side and a thumbnail, as JPEG. Dropped: EXIF (where and when it was
taken, by which phone), colour profiles, comments, everything behind the picture.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from xiaojia.lib.errors import XiaojiaError, gettext_noop

MAX_BYTES = 15 * 2**20
MAX_PIXELS = 50_000_000
MAX_SIDE = 1600
THUMB_SIDE = 480
_FORMATS = ("JPEG", "PNG", "WEBP")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_WHITE = (255, 255, 255)


class PhotoError(XiaojiaError):
    """A photo that cannot be taken; the sentence says what to do."""

    sentences: ClassVar[Mapping[str, str]] = {
        "empty": gettext_noop("照片是空的（0字节）。请重新拍一张。"),
        "too_large": gettext_noop(
            "照片有%(size_mb)s MB，超过了%(limit_mb)s MB。请在手机里选“压缩后发送”，或重新拍一张。"
        ),
        "heic": gettext_noop(
            "这是苹果手机的HEIC照片，这里打不开。请在 设置-相机-格式 里选“兼容性最佳”后重拍，或先转成JPG再上传。"
        ),
        "not_a_photo": gettext_noop("这个文件不是照片。请上传JPG、PNG或WEBP格式的照片。"),
        "too_many_pixels": gettext_noop(
            "照片有%(megapixels)s百万像素，超过了%(limit)s百万像素。请把照片缩小后再上传。"
        ),
        "damaged": gettext_noop("照片不完整或已损坏，可能没有传完。请重新上传一次。"),
    }


class CleanPhoto(NamedTuple):
    """What is kept of a photo; width and height in pixels, ``sha256`` (hex) of ``jpeg_bytes``."""

    jpeg_bytes: bytes
    width: int
    height: int
    thumb_bytes: bytes
    sha256: str


def clean_photo(data: bytes, max_bytes: int = MAX_BYTES) -> CleanPhoto:
    """Return the photo upright, reduced and stripped; raises PhotoError.

    The type is decided by content and the number of pixels is checked before anything is decoded.
    """
    _check_bytes(data, max_bytes)
    picture = _upright(_open(data))
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    small = picture.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    full = _jpeg(picture, quality=82)
    return CleanPhoto(full, picture.width, picture.height, _jpeg(small, quality=76), hashlib.sha256(full).hexdigest())


def _check_bytes(data: bytes, max_bytes: int) -> None:
    if not data:
        raise PhotoError("empty")
    if len(data) > max_bytes:
        raise PhotoError("too_large", params={"size_mb": -(-len(data) // 2**20), "limit_mb": max_bytes // 2**20})
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise PhotoError("heic")


def _open(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise PhotoError("too_many_pixels", params={"megapixels": "180+", "limit": MAX_PIXELS // 1_000_000}) from error
    except UnidentifiedImageError as error:
        raise PhotoError("not_a_photo") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise PhotoError("damaged") from error
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS:
        megapixels = -(-pixels // 1_000_000)
        raise PhotoError("too_many_pixels", params={"megapixels": megapixels, "limit": MAX_PIXELS // 1_000_000})
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    """Decode, turn as the camera was held, and lay transparent parts on white."""
    try:
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))  # JPEG alone: decode at the smallest sufficient scale
        picture.load()
        picture = ImageOps.exif_transpose(picture)
        if "A" in picture.getbands() or "transparency" in picture.info:
            picture = picture.convert("RGBA")
            ground = Image.new("RGB", picture.size, _WHITE)
            ground.paste(picture, mask=picture.getchannel("A"))
            return ground
        return picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, IndexError) as error:
        raise PhotoError("damaged") from error


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    picture.info.clear()
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality, optimize=True, progressive=True, exif=b"")
    return target.getvalue()
