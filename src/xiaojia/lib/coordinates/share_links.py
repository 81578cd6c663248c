"""What position is in a map app's share link, and in which datum and axis order does that app write it?

Sources: the URI pages of 高德 (lbs.amap.com/api/uri-api), 百度 (lbsyun.baidu.com uri/api) and 腾讯 (lbs.qq.com uriV1),
RFC 5870 for geo:. Google and Apple show GCJ-02 or WGS-84 in China depending on the layer, so their datum is left open.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from xiaojia.lib.coordinates.points import Bd09Mercator, CoordinateError, Datum


class Found(NamedTuple):
    """A position read from a link; ``datum`` None means the link does not settle it."""

    lng: float
    lat: float
    datum: Datum | None
    source: str


Query = dict[str, str]
_NUM = r"(-?\d+(?:\.\d+)?)"
_PAIR = re.compile(rf"^\s*{_NUM}\s*,\s*{_NUM}")
_ANY_PAIR = re.compile(rf"(?<![\d.]){_NUM},{_NUM}(?![\d.])")
_AT_METRES = re.compile(rf"@{_NUM},{_NUM},")
_AT_DEGREES = re.compile(rf"@{_NUM},{_NUM}")
_GOOGLE_PLACE = re.compile(rf"!3d{_NUM}!4d{_NUM}")
_OSM_HASH = re.compile(rf"map=\d+(?:\.\d+)?/{_NUM}/{_NUM}")
_SHORT_HOSTS = {
    "surl.amap.com", "j.map.baidu.com", "maps.app.goo.gl", "goo.gl", "url.cn", "dwz.cn", "t.cn", "j.map.qq.com",
}  # fmt: skip


def read(url: str) -> Found:
    """Return the position in a link; raises CoordinateError (short_link, no_coordinates_in_link, several_points)."""
    try:
        parts = urlsplit(url)
    except ValueError as error:  # "https://[" and the like
        raise CoordinateError("no_coordinates_in_link") from error
    if parts.scheme.lower() == "geo":
        return _geo(parts)
    host = (parts.hostname or "").lower()
    if host in _SHORT_HOSTS:
        raise CoordinateError("short_link")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    for suffix, reader in _READERS.items():
        if host == suffix or host.endswith("." + suffix) or parts.scheme.lower() == suffix:
            found = reader(parts, query)
            if found is None:
                raise CoordinateError("no_coordinates_in_link")
            return found
    raise CoordinateError("no_coordinates_in_link")


def _pair(text: str | None) -> tuple[float, float] | None:
    match = _PAIR.match(text or "")
    return (float(match[1]), float(match[2])) if match else None


def _first_pair(query: Query, *names: str) -> tuple[float, float] | None:
    return next((pair for name in names if (pair := _pair(query.get(name)))), None)


def _two(query: Query, lng_name: str, lat_name: str) -> tuple[float, float] | None:
    try:
        return float(query[lng_name]), float(query[lat_name])
    except (KeyError, ValueError):
        return None


def _geo(parts: SplitResult) -> Found:
    query = dict(parse_qsl(parts.query))
    pair = _first_pair(query, "q") or _pair(parts.path)
    if pair is None or pair == (0.0, 0.0):
        raise CoordinateError("no_coordinates_in_link")
    return Found(pair[1], pair[0], Datum.WGS84, "geo")


def _amap(parts: SplitResult, query: Query) -> Found | None:
    datum = Datum.WGS84 if query.get("coordinate", "").lower() == "wgs84" or query.get("dev") == "1" else Datum.GCJ02
    if "markers" in query:
        points = [item for item in query["markers"].split("|") if item]
        if len(points) != 1:
            raise CoordinateError("several_points", params={"count": len(points)})
        query = {**query, "position": points[0]}
    pair = _first_pair(query, "position", "to", "location", "center")  # lng,lat
    pair = pair or _two(query, "lng", "lat") or _two(query, "lon", "lat") or _two(query, "dlon", "dlat")
    if pair:
        return Found(*pair, datum, "amap")
    text = query.get("q") or query.get("p") or _after(unquote(parts.path), "__q=", "__p=")
    match = _ANY_PAIR.search(text)  # lat,lng, after the place id in p=
    return Found(float(match[2]), float(match[1]), datum, "amap") if match else None


def _after(text: str, *marks: str) -> str:
    return next((text.split(mark, 1)[1] for mark in marks if mark in text), "")


def _baidu(parts: SplitResult, query: Query) -> Found | None:
    kind = query.get("coord_type", "bd09ll").lower()
    metres = _AT_METRES.search(unquote(parts.path))
    pair = _first_pair(query, "location", "latlng", "center", "destination")
    if metres is None and pair is None:
        place = re.search(rf"latlng:{_NUM},{_NUM}", query.get("destination", ""))
        pair = (float(place[1]), float(place[2])) if place else None
    if metres or (pair and kind == "bd09mc"):
        x_m, y_m = (float(metres[1]), float(metres[2])) if metres else (pair or (0.0, 0.0))
        there = Bd09Mercator(x_m, y_m).to_bd09()
        return Found(there.lng, there.lat, Datum.BD09, "baidu")
    if pair is None:
        return None
    datum = {"gcj02": Datum.GCJ02, "wgs84": Datum.WGS84}.get(kind, Datum.BD09)
    return Found(pair[1], pair[0], datum, "baidu")


def _tencent(parts: SplitResult, query: Query) -> Found | None:
    datum = Datum.WGS84 if query.get("coord_type") == "1" else Datum.GCJ02
    markers = re.findall(rf"coord:\s*{_NUM},{_NUM}", query.get("marker", ""))
    if len(markers) > 1:
        raise CoordinateError("several_points", params={"count": len(markers)})
    pair = (float(markers[0][0]), float(markers[0][1])) if markers else None
    pair = pair or _first_pair(query, "coord", "tocoord", "center", "latlng")
    if pair:
        return Found(pair[1], pair[0], datum, "tencent")
    there = _two(query, "pointx", "pointy")
    return Found(*there, Datum.GCJ02, "tencent") if there else None


def _google(parts: SplitResult, query: Query) -> Found | None:
    path = unquote(parts.path)
    match = _GOOGLE_PLACE.search(path) or _AT_DEGREES.search(path)
    pair = (float(match[1]), float(match[2])) if match else None
    pair = pair or _first_pair(query, "q", "query", "ll", "destination", "daddr", "center")
    return Found(pair[1], pair[0], None, "google") if pair else None


def _apple(parts: SplitResult, query: Query) -> Found | None:
    pair = _first_pair(query, "coordinate", "ll", "q", "daddr", "center")
    return Found(pair[1], pair[0], None, "apple") if pair else None


def _osm(parts: SplitResult, query: Query) -> Found | None:
    there = _two(query, "mlon", "mlat")
    if there:
        return Found(*there, Datum.WGS84, "osm")
    match = _OSM_HASH.search(parts.fragment)
    return Found(float(match[2]), float(match[1]), Datum.WGS84, "osm") if match else None


_READERS: dict[str, Callable[[SplitResult, Query], Found | None]] = {
    "amap.com": _amap,
    "amapuri": _amap,
    "androidamap": _amap,
    "iosamap": _amap,
    "map.baidu.com": _baidu,
    "baidumap": _baidu,
    "bdapp": _baidu,
    "map.qq.com": _tencent,
    "apis.map.qq.com": _tencent,
    "qqmap": _tencent,
    "maps.apple.com": _apple,
    "openstreetmap.org": _osm,
    "google.com": _google,
    "google.cn": _google,
    "maps.google.com": _google,
}
