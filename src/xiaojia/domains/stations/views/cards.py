"""How does one station read on a card, in the page's language? Words, numbers and links; no markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiaojia.domains.stations.forms.public import MAP_COOKIE, Ask
from xiaojia.domains.stations.queries.board import Live
from xiaojia.domains.stations.queries.kinds import Facility, kinds
from xiaojia.domains.stations.rules import travel, words
from xiaojia.domains.stations.rules.state import Reason, State, Verdict
from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.maplinks import MapLink, links
from xiaojia.web.templatetags.words import age, distance, when

CARD_FACILITIES = 4
WALK_AT_MOST_MIN = 60
CARD_ORDER = (
    "water", "microwave", "charging", "aircon", "toilet", "seat", "emoto_charging", "battery_swap", "first_aid",
    "fridge", "umbrella", "wifi", "books",
)  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """A facility as a card or a page shows it; `state` is "", "bad", "unsure" or "off"."""

    key: str
    label: str
    icon: str
    state: str = ""
    note: str = ""


@dataclass(frozen=True)
class Card:
    """One row of the list."""

    code: str
    name: str
    state: str
    pill: str
    proof: str
    access: str
    far: str
    mins: str
    things: tuple[Thing, ...]
    url: str
    go_url: str
    go_outside: bool
    pinned: bool = False
    lng: float | None = None
    lat: float | None = None


def card(station: Live, ask: Ask, request: HttpRequest, now: datetime, *, pinned: bool = False) -> Card:
    """Return the card of a station for a question asked at `now` (with `ask.noon`, judged at that noon)."""
    verdict = station.verdict
    go_url, outside = go_link(station, request)
    return Card(
        code=station.code,
        name=station.name,
        state=str(verdict.state),
        pill=pill_text(station, now),
        proof=_("按公示的时间") if ask.noon else proof_text(verdict, now),
        access=access_text(station.access),
        far=distance(station.distance_m),
        mins=minutes_text(station.distance_m, ask.go),
        things=card_things(station, ask.have),
        url=reverse("stations:station", args=[station.code]),
        go_url=go_url,
        go_outside=outside,
        pinned=pinned,
        lng=station.lng,
        lat=station.lat,
    )


def pill_text(station: Live, now: datetime) -> str:
    """Return the state and what matters most beside it: when it ends, when it opens, or why it is doubted."""
    return " · ".join(part for part in (state_text(station.verdict), next_text(station, now)) if part)


def state_text(verdict: Verdict) -> str:
    """Return the state's word; "暂停服务" where that is the whole story."""
    if verdict.reason is Reason.NOT_IN_SERVICE:
        return _(words.REASONS[Reason.NOT_IN_SERVICE])
    return _(words.STATE_LABELS[verdict.state])


def next_text(station: Live, now: datetime) -> str:
    """Return "18:30 结束", "明天 8:30 开", "24小时", or for a doubt its short cause; "" when nothing is known."""
    verdict = station.verdict
    if verdict.passes and station.always_open:
        return _("24小时")
    if verdict.reason is Reason.ONE_REPORT:
        return _("有人反映进不去")
    if verdict.reason is Reason.NO_HOURS:
        return _("开放时间不详")
    if verdict.reason is Reason.DAY_UNKNOWN:
        return _("放假安排未公布")
    if verdict.reason is Reason.REPORTS:
        return _("多人反映进不去")
    if verdict.reason is Reason.CLOSURE and verdict.next_at is None:
        return _("恢复时间待通知")
    sentence = words.change_id(verdict)
    return _(sentence) % {"when": end_text(station.opens_at or verdict.next_at, now)} if sentence else ""


def end_text(at: datetime | None, now: datetime) -> str:
    """Return the time of the next change; midnight of the coming night is "24:00" of today."""
    if at is None:
        return ""
    here = words.local(at)
    if (here.hour, here.minute) == (0, 0) and here.date() == words.local(now).date() + timedelta(days=1):
        return "24:00"
    return when(at, now)


def proof_text(verdict: Verdict, now: datetime, *, full: bool = False) -> str:
    """Return why the state is so and how old the proof is; on a card shortly, on the page (`full`) by whom."""
    if verdict.state is State.CONFIRMED and not full:
        return _("%(age)s核实") % {"age": age(verdict.proof_at, now)}
    if verdict.reason is Reason.IN_HOURS and verdict.proof_at:
        return _("上次核实 %(age)s") % {"age": age(verdict.proof_at, now)}
    return _(words.reason_id(verdict)) % {"age": age(verdict.since, now), "words": verdict.words}


def access_text(access: str) -> str:
    """Return how one gets in."""
    return _(words.ACCESS_WORDS.get(access, words.ACCESS_WORDS[""]))


def minutes_text(distance_m: float | None, go: str) -> str:
    """Return "步行约5分钟" or "骑行约2分钟"; riding where nobody would walk, "" without a distance."""
    if distance_m is None:
        return ""
    n = travel.minutes(distance_m, go)
    if go == "walk" and n > WALK_AT_MOST_MIN:
        go, n = "ride", travel.minutes(distance_m, "ride")
    if n > 180:
        return ""
    return _("骑行约%(n)s分钟") % {"n": n} if go == "ride" else _("步行约%(n)s分钟") % {"n": n}


def card_things(station: Live, wanted: Sequence[str]) -> tuple[Thing, ...]:
    """Return up to four facilities, those asked for first; a broken one says so."""
    known = kinds()
    order = [*wanted, *(key for key in CARD_ORDER if key not in wanted)]
    keys = [key for key in order if key in known and (key in station.have or key in station.broken)]
    return tuple(
        Thing(key, short_label(known[key]), known[key].icon, "bad" if key in station.broken else "")
        for key in keys[:CARD_FACILITIES]
    )


def short_label(kind: Facility) -> str:
    """Return the short word for cards and chips, in the page's language."""
    return kind.short_en if english() else kind.short


def full_label(kind: Facility) -> str:
    """Return the full name in the page's language; the short one where the full would not fit under an icon."""
    return kind.name_en if english() else kind.name if len(kind.name) < 6 else kind.short


def english() -> bool:
    """Whether the page speaks English."""
    return (get_language() or "").startswith("en")


def go_link(station: Live, request: HttpRequest) -> tuple[str, bool]:
    """Return where 去这里 leads: the map app chosen last time, else the page of choices; and whether that is outside.

    A demo's stations are invented, so its button always leads to the page that says so.
    """
    chosen = request.COOKIES.get(MAP_COOKIE, "")
    if chosen and not settings.IS_DEMO:
        for link in map_links(station.name, station.address, station.lng, station.lat, request):
            if link.key == chosen:
                return link.url, True
    return reverse("stations:go", args=[station.code]), False


def map_links(name: str, address: str, lng: float | None, lat: float | None, request: HttpRequest) -> list[MapLink]:
    """Return the three map apps' links, 腾讯 first inside WeChat; none without a position."""
    if lng is None or lat is None:
        return []
    found = links(name, address, Wgs84(lng, lat))
    return sorted(found, key=lambda link: link.key != "tencent") if in_wechat(request) else found


def in_wechat(request: HttpRequest) -> bool:
    """Whether the page is open inside WeChat."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")
