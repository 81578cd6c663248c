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


def dropping(places: Iterable[str]) -> re.Pattern[str] | None:
    """Return the pattern of names of city and district to leave out of a comparison, the longest first."""
    words = sorted({place for place in places if place}, key=lambda place: (-len(place), place))
    return re.compile("|".join(re.escape(word) for word in words)) if words else None


def entry(name: str, address: str, drop: re.Pattern[str] | None = None) -> Entry:
    """Return a station's name and address as they are compared, without what `drop` finds."""
    plain = _plain(name)
    return Entry(fold(_COMMON.sub("", plain), drop), fold(address, drop), _NOT_WORD.sub("", plain))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def fold(text: str, drop: re.Pattern[str] | None = None) -> str:
    """Return a text half-width, lower case, without marks and without the words of the pattern `drop`."""
    plain = _NOT_WORD.sub("", _plain(text))
    return drop.sub("", plain) if drop else plain


def confidence(one: Entry, other: Entry, distance_m: float | None, at_least: float = 0.0) -> float:
    """Return 0 to 1: how sure it is that both are one station. What one of the two lacks does not count.

    A name that is only common words ("工会驿站") says nothing; house numbers that differ count against. Below DOUBLE_FROM,
    and below `at_least`, the figure may be 0 instead: where the best likeness could not reach it the texts are not compared.
    """
    texts = [
        (_WEIGHTS[key], mine, theirs)
        for key, mine, theirs in (("name", one.name, other.name), ("address", one.address, other.address))
        if mine and theirs
    ]
    if not texts:
        return 0.0
    weight = sum(each[0] for each in texts)
    total, open_weight = 0.0, weight
    if distance_m is not None:
        weight += _WEIGHTS["distance"]
        total += _WEIGHTS["distance"] * max(0.0, min(1.0, (FAR_M - distance_m) / (FAR_M - NEAR_M)))
    for share, mine, theirs in texts:
        if (total + open_weight) / weight < max(DOUBLE_FROM, at_least) - 0.001:
            return 0.0
        is_same = share == _WEIGHTS["name"] and one.full_name == other.full_name
        total += share * (1.0 if is_same or mine == theirs else alike(mine, theirs))
        open_weight -= share
    return round(total / weight, 3)


def alike(one: str, other: str) -> float:
    """Return how alike two texts are; numbers that differ (house numbers, branches) halve it."""
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return ratio * 0.5 if set(_NUMBERS.findall(one)) != set(_NUMBERS.findall(other)) else ratio
