"""Which position did somebody paste: a pair of numbers, degrees and minutes, or a map app's link?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from xiaojia.lib.coordinates import share_links
from xiaojia.lib.coordinates.measure import in_china_ranges
from xiaojia.lib.coordinates.points import CoordinateError, Datum, Point, Wgs84, point

_URL = re.compile(r"(?:https?://|geo:|[a-z]+://)[^\s\"'<>，。；、）】]+", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_ANGLE = re.compile(
    r"""(?P<before>[NSEW]|北纬|南纬|东经|西经|纬度|经度|lat(?:itude)?|lng|lon(?:gitude)?)?[\s:=]*
    (?P<sign>[-+]?)(?P<deg>\d{1,3}(?:\.\d+)?)\s*[°度]?\s*
    (?:(?P<min>\d{1,2}(?:\.\d+)?)\s*['′分]\s*)?
    (?:(?P<sec>\d{1,2}(?:\.\d+)?)\s*(?:["″秒]|''|′′)\s*)?
    (?(before)|(?P<after>[NSEW](?![a-z]))?)""",
    re.IGNORECASE | re.VERBOSE,
)
_LAT_MARKS = {"n", "s", "北纬", "南纬", "纬度", "lat", "latitude"}
_PLAIN = str.maketrans("、’‘“”", ",''\"\"")
_NEGATIVE_MARKS = {"s", "w", "南纬", "西经"}

LONGEST = 4000
"""Longer than any map's link: what is longer is not searched, as searching takes the square of its length."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was pasted: degrees, the datum if the text settles it (None: ask the person), and where it came from."""

    lng: float
    lat: float
    datum: Datum | None
    source: str = "text"

    def as_point(self, datum: Datum | str | None = None) -> Point:
        """Return the typed position; ``datum`` is the person's answer, used only when the text did not settle it."""
        known = self.datum or datum
        if known is None:
            raise CoordinateError("datum_unknown", "请选择坐标来自哪种地图。")
        return point(self.lng, self.lat, known)


def parse_pair(text: str) -> Pasted:
    """Return the position in a pasted text; raises CoordinateError with the words for the person.

    Plain numbers may come in either order where China's ranges (73 to 136 E, 3 to 54 N) tell which is which.
    """
    if len(text) > LONGEST:
        raise CoordinateError("not_coordinates")
    clean = _clean(text)
    url = _URL.search(clean)
    if url:
        found = share_links.read(url.group())
        Wgs84(found.lng, found.lat)  # refuses impossible degrees
        return Pasted(found.lng, found.lat, found.datum, found.source)
    lng, lat = _marked(clean) or _plain(clean)
    Wgs84(lng, lat)
    return Pasted(lng, lat, None)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("º", "°")).strip().translate(_PLAIN)


def _marked(text: str) -> tuple[float, float] | None:
    """Read two angles that say by a letter or a word which axis they are; None if the text has no such marks."""
    values: dict[str, float] = {}
    seen = 0
    for match in _ANGLE.finditer(text):
        mark = (match["before"] or match["after"] or "").lower()
        if not mark:
            if match["min"]:
                seen += 1
                values[f"unmarked{seen}"] = _degrees(match, mark)
            continue
        values["lat" if mark in _LAT_MARKS else "lng"] = _degrees(match, mark)
    if {"lng", "lat"} <= values.keys():
        return values["lng"], values["lat"]
    bare = [value for name, value in values.items() if name.startswith("unmarked")]
    return _order(bare[0], bare[1], text) if len(bare) == 2 else None


def _degrees(match: re.Match[str], mark: str) -> float:
    minutes, seconds = float(match["min"] or 0), float(match["sec"] or 0)
    if minutes >= 60 or seconds >= 60:
        raise CoordinateError("not_coordinates")
    value = float(match["deg"]) + minutes / 60 + seconds / 3600
    return -value if mark in _NEGATIVE_MARKS or match["sign"] == "-" else value


def _plain(text: str) -> tuple[float, float]:
    numbers = [float(number) for number in _NUMBER.findall(text)]
    words = re.sub(r"[\s,;:/|()\[\]{}°]", "", _NUMBER.sub("", text))
    if len(numbers) != 2 or len(words) > 12:
        raise CoordinateError("not_coordinates")
    if max(abs(number) for number in numbers) > 1000:
        raise CoordinateError("metres", params={"text": text[:60]})
    return _order(numbers[0], numbers[1], text)


def _order(first: float, second: float, text: str) -> tuple[float, float]:
    if in_china_ranges(first, second):
        return first, second
    if in_china_ranges(second, first):
        return second, first
    if abs(first) > 180 or abs(second) > 180:
        raise CoordinateError("out_of_range", params={"lng": first, "lat": second})
    if abs(first) > 90 >= abs(second):
        return first, second
    if abs(second) > 90 >= abs(first):
        return second, first
    raise CoordinateError("ambiguous", params={"text": text[:60]})
