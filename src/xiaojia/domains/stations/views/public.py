"""What does a worker see first? The list of stations that one can enter now, before any permission is given."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from xiaojia.domains.stations.forms.public import GO_COOKIE, YEAR_S, Ask, read_ask, read_pins
from xiaojia.domains.stations.queries import nearby
from xiaojia.domains.stations.queries.choose import Choice, Shutting
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.queries.nearby import Question
from xiaojia.domains.stations.queries.public import division_within
from xiaojia.domains.stations.rules.words import local
from xiaojia.domains.stations.views.cards import access_text, card, short_label
from xiaojia.domains.stations.views.diagram import allow_tiles, diagram
from xiaojia.kernel.orgs.models import Instance
from xiaojia.kernel.orgs.queries import instance
from xiaojia.kernel.places.models import Division
from xiaojia.web.fresh import wants_fresh
from xiaojia.web.panels import gather
from xiaojia.web.templatetags.words import distance, when

PAGE = 20
CHIPS = ("microwave", "charging", "toilet", "seat", "first_aid", "water", "aircon", "emoto_charging", "battery_swap")
NOON = time(12, 0)


@dataclass(frozen=True)
class Scene:
    """A question with what was found for it: the instance, the division asked for, the choice, the instant judged."""

    ask: Ask
    home: Instance | None
    division: Division | None
    choice: Choice
    now: datetime
    judged_at: datetime


def look(request: HttpRequest, upto: int = 0) -> Scene:
    """Read the question and find the stations (`upto` of them, or the pages asked for): one query besides instance and division."""
    ask = read_ask(request.GET, request.COOKIES)
    home, now = instance(), timezone.now()
    ground = home.division.prefix if home else ""
    division = None
    if home and ask.d and ask.d != home.division.code:
        division = division_within(ask.d, ground)
    prefix = division.prefix if division and not ask.has_position else ""
    at = noon_after(now) if ask.noon else None
    asked = Question(ask.lng, ask.lat, prefix, ask.have, ask.access, ask.q, at)
    choice = nearby.look(
        now,
        asked,
        open_only=ask.open or ask.noon,
        pins=read_pins(request.COOKIES),
        upto=upto or ask.page * PAGE,
        fresh=wants_fresh(request),
    )
    return Scene(ask, home, division, choice, now, at or now)


def noon_after(now: datetime) -> datetime:
    """Return today's noon in Shanghai, or tomorrow's once it is past."""
    here = local(now)
    noon = datetime.combine(here.date(), NOON, here.tzinfo)
    return noon if here <= noon else noon + timedelta(days=1)


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """The list of stations."""
    scene = look(request)
    ask, rows = scene.ask, scene.choice.rows
    upto = ask.page * PAGE
    context = frame(scene) | diagram(ask) | {
        "cards": [
            card(s, ask, request, scene.judged_at, pinned=s.code in read_pins(request.COOKIES)) for s in rows
        ],
        "more_url": ask.query(page=ask.page + 1) if scene.choice.total > upto else "",
        "more": min(PAGE, scene.choice.total - upto),
        "more_at": (ask.page - 1) * PAGE + 1 if ask.page > 1 else 0,
        "ways_out": ways_out(scene, request),
        "report_url": report_url(request),
        "map_url": reverse("stations:map") + ask.query().removeprefix("/"),
        "heads": gather("list.head", request),
    }  # fmt: skip
    return allow_tiles(request, remember_way(request, render(request, "stations/list.html", context), ask))


def report_url(request: HttpRequest, code: str = "") -> str:
    """Return where one says what is wrong, if a room above handles it: for one station, or first choosing one."""
    return next(iter(gather("station.report", request, code=code)), "")


def frame(scene: Scene) -> dict[str, Any]:
    """Return what list and map share: place, headline, chips, the time at which the page was made."""
    ask = scene.ask
    return {
        "ask": ask,
        "place": place_words(scene),
        "place_short": scene.division.name if scene.division else place_words(scene),
        "headline": headline(scene),
        "chips": chips(ask),
        "filter_url": reverse("stations:filter") + ask.query().removeprefix("/"),
        "places_url": reverse("stations:places"),
        "shuttings": [shutting_text(shutting, scene.now) for shutting in scene.choice.shuttings],
        "made_at": scene.now,
        "noindex": settings.IS_DEMO or ask.has_position,
    }


def place_words(scene: Scene) -> str:
    """Return the place as the top line names it."""
    ask = scene.ask
    if ask.has_position:
        return {"map": _("地图上的点"), "last": _("上次的位置")}.get(ask.at, _("我的位置"))
    if scene.home is None:
        return _("选区县")
    if scene.division:
        above = scene.division.parent
        return f"{above.short_name} · {scene.division.name}" if above and above.level == "city" else scene.division.name
    return scene.home.division.name


def headline(scene: Scene) -> tuple[str, str]:
    """Return the headline in two parts; the second is set in the brand's colour."""
    ask, choice = scene.ask, scene.choice
    if ask.q:
        n = choice.total
        return _("“%(q)s”") % {"q": ask.q}, ngettext("找到 %(n)s 家", "找到 %(n)s 家", n) % {"n": n}
    count = ngettext("%(n)s 家", "%(n)s 家", choice.passing) % {"n": choice.passing}
    if ask.noon:
        today = scene.judged_at.date() == local(scene.now).date()
        return (_("今天中午能进的") if today else _("明天中午能进的")), count
    if not choice.rows and not choice.nothing_near:
        return _("没有这样的站点"), ""
    if not choice.passing:
        return _("现在没有开着的站点"), ""
    if choice.nearest_m is not None:
        return _("现在能进的，最近"), distance(choice.nearest_m)
    return _("现在能进的"), count


def shutting_text(shutting: Shutting, now: datetime) -> str:
    """Return "台风红色预警：12 家临时关闭，明天 12:00 恢复"."""
    n = shutting.stations
    said = ngettext("%(reason)s：%(n)s 家临时关闭", "%(reason)s：%(n)s 家临时关闭", n) % {
        "reason": shutting.reason,
        "n": n,
    }
    return said + (
        _("，%(when)s恢复") % {"when": when(shutting.until, now)} if shutting.until else _("，恢复时间待通知")
    )


def chips(ask: Ask) -> list[dict[str, Any]]:
    """Return the filters of the one line: open now, noon, facilities; those chosen come first."""
    known = kinds()
    names = {"charging": _("手机充电"), "toilet": _("卫生间"), "seat": pgettext("设施", "休息")}
    shown = [
        {"url": ask.query(open=not ask.open, noon=False), "text": _("现在开放"), "on": ask.open and not ask.noon},
        {"url": ask.query(noon=not ask.noon), "text": _("中午12点开"), "on": ask.noon, "icon": "clock"},
    ]
    things = [
        {"url": ask.toggled(key), "text": names.get(key) or short_label(known[key]), "on": key in ask.have,
         "icon": known[key].icon}
        for key in dict.fromkeys((*ask.have, *CHIPS)) if key in known
    ]  # fmt: skip
    chosen = [{"url": ask.query(access=()), "text": access_text(a), "on": True, "icon": "door"} for a in ask.access]
    picked = [thing for thing in things if thing["on"]]
    return [shown[0], *chosen, *picked, *(t for t in things if not t["on"]), shown[1]]


def ways_out(scene: Scene, request: HttpRequest) -> dict[str, Any] | None:
    """Return what to offer when nothing near is open: the next to open, the nearest that never closes, a wider filter."""
    choice, ask = scene.choice, scene.ask
    if not choice.rows and not choice.nothing_near:
        return {"empty": True, "clear_url": ask.query(have=(), access=(), q="", noon=False, open=True)}
    if not choice.nothing_near or not ask.open:
        return None
    offers = [("next_open", choice.next_open), ("all_day", choice.all_day)]
    found = {name: card(s, ask, request, scene.judged_at) for name, s in offers if s is not None}
    return {**found, "all_url": ask.query(open=False), "clear_url": ask.query(have=(), access=()) if ask.have else ""}


def remember_way(request: HttpRequest, response: HttpResponse, ask: Ask) -> HttpResponse:
    """Keep walking or riding when the address chose it."""
    if request.GET.get("go") in ("walk", "ride"):
        keep(request, response, GO_COOKIE, ask.go)
    return response


def keep(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    """Keep one choice of the worker on the phone for a year."""
    response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure())
