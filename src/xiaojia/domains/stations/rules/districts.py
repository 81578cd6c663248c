"""Which civil district does a word in a list mean, and does it look like a development zone that is none?"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_ZONE = re.compile(
    "高新|经开|经济|开发|新区|港区|航空|空港|保税|自贸|示范|产业|园区|新城|度假|管委|实验|功能区|风景|合作区|林区|矿区"
)
_ETHNIC = re.compile("(回|满|蒙古|朝鲜|达斡尔|鄂温克|土家|苗|瑶|侗|壮|黎|彝|藏|羌|傣|畲|仫佬|毛南|各)(族|自治)+")
_TAIL = re.compile("(区|县|市|旗)$")
BORDER_M = 100.0
"""So far outside its district a surveyed or picked point is still taken: the borders are simplified by as much (2026)."""
GEOCODED_BORDER_M = 1000.0
"""The same for a point found by its address, which is only as exact as the street it names (2026)."""
SUGGEST_SHARE = 0.25
"""A district is suggested for a zone when it holds at least this share of the zone's rows."""


@dataclass(frozen=True)
class County:
    """A civil county by its code (GB/T 2260) and names."""

    code: str
    name: str
    short_name: str


def find(word: str, counties: Sequence[County], above: Iterable[str] = ()) -> list[str]:
    """Return the codes of the counties that a word can mean: by the whole name, else the short one, else its stem.

    `above` are names of the city and province that may stand before it. Nothing is found by likeness alone.
    """
    plain = strip_above(_fold(word), above)
    if not plain:
        return []
    for read in (_whole, _short, _without_people, _stem):
        codes = [county.code for county in counties if read(county) == plain]
        if codes:
            return codes
    return []


def _fold(word: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", word))


def strip_above(word: str, above: Iterable[str]) -> str:
    """Return the word without the names of province and city before it."""
    for name in above:
        stem = _TAIL.sub("", name.removesuffix("省"))
        for lead in (name, stem):
            if word.startswith(lead) and len(word) > len(lead) + 1:
                word = word[len(lead) :]
                break
    return word


def _whole(county: County) -> str:
    return county.name


def _short(county: County) -> str:
    return county.short_name


def _without_people(county: County) -> str:
    return _ETHNIC.sub("", county.name)


def _stem(county: County) -> str:
    return _TAIL.sub("", _without_people(county))


def in_text(text: str, counties: Sequence[County]) -> str | None:
    """Return the code of the one county whose full name stands in an address, or None."""
    found = {county.code for county in counties if county.name in text}
    return found.pop() if len(found) == 1 else None


def tolerance_m(position_source: str) -> float:
    """Return how many metres outside its named district a point of this source may lie."""
    return GEOCODED_BORDER_M if position_source == "geocoded" else BORDER_M


def looks_like_zone(word: str) -> bool:
    """Return whether a word names a development zone or the like rather than a misspelt district."""
    return bool(_ZONE.search(word))


def nearest_names(word: str, counties: Sequence[County], limit: int = 3) -> list[str]:
    """Return the names of districts that are spelt like the word, best first."""
    return get_close_matches(_fold(word), [county.name for county in counties], n=limit, cutoff=0.5)
