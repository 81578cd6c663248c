"""What is a position, when its datum and its axis order are part of its type?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from xiaojia.lib.coordinates import mercator, shift
from xiaojia.lib.errors import XiaojiaError, gettext_noop


class CoordinateError(XiaojiaError):
    """A position that cannot be read, or cannot be one."""

    sentences: ClassVar[Mapping[str, str]] = {
        "out_of_range": gettext_noop(
            "经度%(lng)s、纬度%(lat)s超出范围：经度应在-180到180之间，纬度应在-90到90之间，请检查是否写反或多写了一位。"
        ),
        "not_coordinates": gettext_noop(
            "没有认出坐标。请粘贴“113.56,34.81”这样的一对数字，或高德、百度、腾讯地图里带坐标的链接。"
        ),
        "ambiguous": gettext_noop("“%(text)s”分不清哪个是经度、哪个是纬度。请写成“经度113.56 纬度34.81”。"),
        "metres": gettext_noop(
            "“%(text)s”像是以米为单位的投影坐标，这里要经纬度。请在地图上重新取点，或粘贴百度地图的完整链接。"
        ),
        "short_link": gettext_noop(
            "这是短链接，里面没有坐标。请先在浏览器里打开它，再复制地址栏里的完整链接，或者直接在地图上点选位置。"
        ),
        "no_coordinates_in_link": gettext_noop(
            "这个链接里没有坐标，只有地点编号。请在地图App里用“分享位置”或“坐标拾取”复制坐标，或者直接在地图上点选位置。"
        ),
        "several_points": gettext_noop("这个链接里有%(count)s个点。请只复制一个站点的链接。"),
    }


class Datum(StrEnum):
    """The datum of a pair: GPS and 天地图, 高德 and 腾讯, or 百度."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True)
class _Degrees:
    """A pair in decimal degrees, always longitude first; out of range is refused when it is made."""

    lng: float
    lat: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lng) and math.isfinite(self.lat) and abs(self.lng) <= 180 and abs(self.lat) <= 90):
            raise CoordinateError("out_of_range", params={"lng": self.lng, "lat": self.lat})


@dataclass(frozen=True, slots=True)
class Wgs84(_Degrees):
    """A position as GPS and 天地图 give it (CGCS2000 differs by centimetres); what the product stores."""

    datum: ClassVar[Datum] = Datum.WGS84

    def to_wgs84(self) -> Wgs84:
        """Return itself."""
        return self

    def to_gcj02(self) -> Gcj02:
        """Return the position for 高德 and 腾讯; unchanged outside the China box."""
        return Gcj02(*shift.wgs84_to_gcj02(self.lng, self.lat))

    def to_bd09(self) -> Bd09:
        """Return the position for 百度."""
        return self.to_gcj02().to_bd09()


@dataclass(frozen=True, slots=True)
class Gcj02(_Degrees):
    """A position as 高德, 腾讯 and Chinese phones' map apps give it."""

    datum: ClassVar[Datum] = Datum.GCJ02

    def to_wgs84(self) -> Wgs84:
        """Return the GPS position, exact to less than a centimetre."""
        return Wgs84(*shift.gcj02_to_wgs84(self.lng, self.lat))

    def to_gcj02(self) -> Gcj02:
        """Return itself."""
        return self

    def to_bd09(self) -> Bd09:
        """Return the position for 百度."""
        return Bd09(*shift.gcj02_to_bd09(self.lng, self.lat))


@dataclass(frozen=True, slots=True)
class Bd09(_Degrees):
    """A position as 百度 gives it in degrees (bd09ll)."""

    datum: ClassVar[Datum] = Datum.BD09

    def to_wgs84(self) -> Wgs84:
        """Return the GPS position, exact to less than a centimetre."""
        return self.to_gcj02().to_wgs84()

    def to_gcj02(self) -> Gcj02:
        """Return the position for 高德 and 腾讯."""
        return Gcj02(*shift.bd09_to_gcj02(self.lng, self.lat))

    def to_bd09(self) -> Bd09:
        """Return itself."""
        return self

    def to_mercator(self) -> Bd09Mercator:
        """Return 百度's own metres (bd09mc)."""
        return Bd09Mercator(*mercator.from_degrees(self.lng, self.lat))


@dataclass(frozen=True, slots=True)
class Bd09Mercator:
    """A position in 百度's own metres (bd09mc), as its page addresses show it; x east, y north."""

    x_m: float
    y_m: float

    def to_bd09(self) -> Bd09:
        """Return 百度's degrees."""
        return Bd09(*mercator.to_degrees(self.x_m, self.y_m))

    def to_wgs84(self) -> Wgs84:
        """Return the GPS position."""
        return self.to_bd09().to_wgs84()


Point = Wgs84 | Gcj02 | Bd09

_KINDS: dict[Datum, type[Wgs84] | type[Gcj02] | type[Bd09]] = {
    Datum.WGS84: Wgs84,
    Datum.GCJ02: Gcj02,
    Datum.BD09: Bd09,
}


def point(lng: float, lat: float, datum: Datum | str) -> Point:
    """Return the pair in the type of its datum; raises CoordinateError when out of range."""
    return _KINDS[Datum(datum)](lng, lat)
