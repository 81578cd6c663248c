"""How sure is it that two entries are one station? By name, address and distance."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

DOUBLE_FROM = 0.75
"""From this confidence on a person decides; below it the two are told apart in silence (2026)."""
NEAR_M, FAR_M = 30.0, 300.0
_COMMON = re.compile("户外劳动者|劳动者|户外|工会|爱心|驿站|服务站点?|服务点|站点")
_NOT_WORD = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+")
_WEIGHTS = {"name": 0.5, "address": 0.25, "distance": 0.25}


@dataclass(frozen=True)
class Entry:
    """What of a station is compared; `name` and `address` folded by `fold`."""

    name: str
    address: str
    full_name: str


def entry(name: str, address: str, places: Iterable[str] = ()) -> Entry:
    """Return a station's name and address as they are compared; `places` are names of city and district to leave out."""
    drop = "|".join(re.escape(place) for place in sorted({p for p in places if p}, key=len, reverse=True))
    return Entry(fold(_COMMON.sub("", _plain(name)), drop), fold(address, drop), _NOT_WORD.sub("", _plain(name)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def fold(text: str, drop: str = "") -> str:
    """Return a text half-width, lower case, without marks and without the words of the pattern `drop`."""
    plain = _NOT_WORD.sub("", _plain(text))
    return re.sub(drop, "", plain) if drop else plain


def confidence(one: Entry, other: Entry, distance_m: float | None) -> float:
    """Return 0 to 1: how sure it is that both are one station. What one of the two lacks does not count.

    A name that is only common words ("工会驿站") says nothing; house numbers that differ count against.
    """
    parts: dict[str, float] = {}
    if one.name and other.name:
        parts["name"] = 1.0 if one.full_name == other.full_name else alike(one.name, other.name)
    if one.address and other.address:
        parts["address"] = alike(one.address, other.address)
    if distance_m is not None:
        parts["distance"] = max(0.0, min(1.0, (FAR_M - distance_m) / (FAR_M - NEAR_M)))
    if not parts or set(parts) == {"distance"}:
        return 0.0
    weight = sum(_WEIGHTS[name] for name in parts)
    return round(sum(_WEIGHTS[name] * value for name, value in parts.items()) / weight, 3)


def alike(one: str, other: str) -> float:
    """Return how alike two texts are; numbers that differ (house numbers, branches) halve it."""
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return ratio * 0.5 if set(_NUMBERS.findall(one)) != set(_NUMBERS.findall(other)) else ratio
