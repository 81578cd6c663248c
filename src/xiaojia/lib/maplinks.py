"""Which https links open a station in 高德, 百度 and 腾讯 at the right point?

Axis order and datum differ by provider (高德: lng,lat in GCJ-02; 百度: lat,lng in BD-09; 腾讯: lat,lng in GCJ-02).
Only https forms are made: WeChat's browser blocks the apps' own schemes.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.errors import gettext_noop


class MapLink(NamedTuple):
    """One provider's link; ``label_zh`` is a message id."""

    key: str
    label_zh: str
    url: str


def links(name: str, address: str, point: Wgs84, src: str = "xiaojia") -> list[MapLink]:
    """Return the links of 高德, 百度 and 腾讯, in this order; coordinates carry six decimals (0.1 m)."""
    gcj, bd = point.to_gcj02(), point.to_bd09()
    lng_lat_gcj = f"{gcj.lng:.6f},{gcj.lat:.6f}"
    lat_lng_gcj = f"{gcj.lat:.6f},{gcj.lng:.6f}"
    lat_lng_bd = f"{bd.lat:.6f},{bd.lng:.6f}"
    amap = _url(
        "https://uri.amap.com/marker",
        position=lng_lat_gcj, name=name, src=src, coordinate="gaode", callnative="1",
    )  # fmt: skip
    baidu = _url(
        "https://api.map.baidu.com/marker",
        location=lat_lng_bd, title=name, content=address or name, output="html", coord_type="bd09ll",
        src=f"webapp.{src}.{src}",
    )  # fmt: skip
    marker = f"coord:{lat_lng_gcj};title:{_tencent_text(name)};addr:{_tencent_text(address or name)}"
    tencent = _url("https://apis.map.qq.com/uri/v1/marker", safe=",:;", marker=marker, coord_type="2", referer=src)
    return [
        MapLink("amap", gettext_noop("高德地图"), amap),
        MapLink("baidu", gettext_noop("百度地图"), baidu),
        MapLink("tencent", gettext_noop("腾讯地图"), tencent),
    ]


def _url(base: str, safe: str = ",", **query: str) -> str:
    return base + "?" + "&".join(f"{key}={quote(value, safe=safe)}" for key, value in query.items())


def _tencent_text(text: str) -> str:
    """Replace the two characters that end a value inside 腾讯's marker parameter by their full-width forms."""
    return text.replace(";", "；").replace(":", "：").replace("|", "｜")
