"""What does a worker ask of the list? The address is the whole question, so a link is a view."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

AREA_COOKIE, GO_COOKIE, PINS_COOKIE, MAP_COOKIE = "xj_area", "xj_go", "xj_pins", "xj_map"
PLACE_COOKIE = "xj_place"  # written by the script when the phone was located; choosing a district removes it
YEAR_S = 365 * 24 * 3600
PIN_LIMIT = 20
PAGE_LIMIT = 100
WAYS = ("walk", "ride")
ACCESS = ("free", "ask", "scan", "members", "customers")
_DIVISION = re.compile(r"\d{6}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")
_KIND = re.compile(r"[a-z0-9_]{1,24}")


@dataclass(frozen=True)
class Ask:
    """One question: from where (`lng`, `lat` in WGS-84, or the division `d`), what, when, and how one moves.

    `at` says whose position it is: "me" (the phone's), "map" (tapped), "last" (kept from before), "" (none).
    `bad_place` is set when the address carried a position that cannot be read.
    """

    d: str = ""
    at: str = ""
    lng: float | None = None
    lat: float | None = None
    open: bool = True
    noon: bool = False
    have: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    q: str = ""
    go: str = "walk"
    page: int = 1
    bad_place: bool = False

    @property
    def has_position(self) -> bool:
        return self.lng is not None and self.lat is not None

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the place and "open now" is asked for."""
        return bool(self.have or self.access or self.q or self.noon)

    def query(self, **changes: object) -> str:
        """Return "?…" of this question with some parts changed; a kept position stays out of the address."""
        ask = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]
        pairs: list[tuple[str, str]] = []
        if ask.has_position and ask.at != "last":
            pairs += [("at", ask.at), ("lng", f"{ask.lng:.4f}"), ("lat", f"{ask.lat:.4f}")]
        elif ask.d:
            pairs.append(("d", ask.d))
        if ask.open == bool(ask.q):
            pairs.append(("open", "1" if ask.open else "0"))
        pairs += [("noon", "1")] if ask.noon else []
        pairs += [("have", ",".join(ask.have))] if ask.have else []
        pairs += [("access", ",".join(ask.access))] if ask.access else []
        pairs += [("q", ask.q)] if ask.q else []
        pairs += [("page", str(ask.page))] if ask.page > 1 else []
        return f"?{urlencode(pairs, safe=',')}" if pairs else "/"

    def toggled(self, kind: str) -> str:
        """Return the address with one facility added to the filter, or taken out of it."""
        have = tuple(k for k in self.have if k != kind) if kind in self.have else (*self.have, kind)
        return self.query(have=have)


def read_ask(given: QueryDict, cookies: Mapping[str, str]) -> Ask:
    """Return the question of an address and the phone's own choices; what cannot be read is left out, never an error."""
    lng, lat, bad = _position(given.get("lng", ""), given.get("lat", ""))
    at = given.get("at", "me") if lng is not None else ""
    d = given.get("d", "") if _DIVISION.fullmatch(given.get("d", "")) else ""
    if lng is None and not d:
        d, lng, lat = _kept_place(cookies.get(PLACE_COOKIE) or cookies.get(AREA_COOKIE, ""))
        at = "last" if lng is not None else ""
    q = given.get("q", "").strip()[:40]
    go = given.get("go") or cookies.get(GO_COOKIE, "")
    page = given.get("page", "")
    return Ask(
        d=d if lng is None else "",
        at=at if at in ("me", "map", "last") else "me" if lng is not None else "",
        lng=lng,
        lat=lat,
        open=_flag(given, "open", not q),
        noon=_flag(given, "noon", False),
        have=_listed(given, "have", _KIND),
        access=tuple(a for a in _listed(given, "access", _KIND) if a in ACCESS),
        q=q,
        go=go if go in WAYS else "walk",
        page=min(max(int(page), 1), PAGE_LIMIT) if page.isdecimal() and len(page) < 6 else 1,
        bad_place=bad,
    )


def read_pins(cookies: Mapping[str, str]) -> tuple[str, ...]:
    """Return the codes that the phone has pinned, in their order."""
    codes = (code for code in cookies.get(PINS_COOKIE, "").split(".") if _CODE.fullmatch(code))
    return tuple(dict.fromkeys(codes))[:PIN_LIMIT]


def toggle_pin(pins: tuple[str, ...], code: str) -> tuple[str, ...]:
    """Return the pins with a code added in front, or taken out; the oldest fall off beyond the limit."""
    return tuple(c for c in pins if c != code) if code in pins else (code, *pins)[:PIN_LIMIT]


def write_pins(pins: tuple[str, ...]) -> str:
    """Return the cookie's value; "." needs no quoting there."""
    return ".".join(pins)


def _position(lng_text: str, lat_text: str) -> tuple[float | None, float | None, bool]:
    if not lng_text and not lat_text:
        return None, None, False
    try:
        lng, lat = float(lng_text), float(lat_text)
    except ValueError:
        return None, None, True
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        return None, None, True
    return round(lng, 4), round(lat, 4), False


def _kept_place(text: str) -> tuple[str, float | None, float | None]:
    if _DIVISION.fullmatch(text):
        return text, None, None
    lng, lat, bad = _position(*text.split(",", 1)) if "," in text else (None, None, True)
    return ("", None, None) if bad else ("", lng, lat)


def _flag(given: QueryDict, name: str, default: bool) -> bool:
    return given[name] == "1" if name in given else default


def _listed(given: QueryDict, name: str, shape: re.Pattern[str]) -> tuple[str, ...]:
    words = (word for value in given.getlist(name) for word in value.split(","))
    return tuple(dict.fromkeys(word for word in words if shape.fullmatch(word)))[:12]
