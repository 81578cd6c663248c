"""What happens when somebody scans the plate? A page that counts nothing, one tap that does, and an answer that cannot count again."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.board import live
from xiaojia.domains.stations.queries.detail import find_public
from xiaojia.domains.stations.queries.keeping import scan_ticket
from xiaojia.domains.visits import actions
from xiaojia.domains.visits.forms import plain
from xiaojia.domains.visits.queries import links
from xiaojia.domains.visits.queries.keepers import keeper_who
from xiaojia.domains.visits.queries.rules import current_rule
from xiaojia.domains.visits.rules.errors import TooFast, VisitError
from xiaojia.domains.visits.rules.hours import day_of
from xiaojia.domains.visits.views import words
from xiaojia.domains.visits.views.phone import WORK, introduce
from xiaojia.domains.visits.views.seal import Done, seal
from xiaojia.domains.visits.views.tap import opened, refused_json, told
from xiaojia.lib.ids import normalise_code
from xiaojia.web.errors import message_of
from xiaojia.web.requests import count

NEAR_LIMIT_M = 150


@never_cache
@csrf_exempt  # the form's pass is signed, and the phone's cookie is not sent from other sites (SameSite): nothing to forge
@require_http_methods(["GET", "POST"])
def checkin(request: HttpRequest, code: str) -> HttpResponse:
    """The page that a plate opens (GET counts nothing) and the tap on its one button."""
    typed, now = plain(normalise_code(code), 16), timezone.now()
    found = find_public(typed)
    if found is None:
        return wrong_code(request, "unknown", status=404)
    if request.method == "POST":
        return _tap(request, typed, found.station, now)
    t, c = request.GET.get("t", ""), request.GET.get("c", "")
    source = links.source_of(typed, now, t=t, c=c)
    if source is None:
        why = "stale" if c and not t else "forged" if t else "bare"
        return wrong_code(request, why, station=found.station, status=200 if why == "bare" else 404)
    if found.moved or code != found.station.code:
        return redirect(links.checkin_path(found.station.code))
    if found.station.status == Station.Status.REMOVED:
        return wrong_code(request, "removed", station=found.station, status=410)
    if request.GET.get("visit") != "1" and keeper_who(request.COOKIES, request.actor, found.station, day_of(now)):  # type: ignore[attr-defined]
        return redirect(f"{reverse('keep:page', args=[typed])}?scan={scan_ticket(found.station, now)}")
    response = render(request, "visits/checkin.html", _page(request, found.station, source, now))
    introduce(request, response)
    return response


def _page(request: HttpRequest, station: Station, source: str, now: datetime) -> dict[str, Any]:
    row = live(now, ids=[station.pk])[0]
    return {
        "station": station, "row": row, "state": str(row.verdict.state), "state_text": words.state_text(row),
        "next_text": words.next_text(row, now), "key": uuid4(), "pass": links.pass_text(station.code, source, now),
        "cap": current_rule(day_of(now)).group_cap, "near_limit_m": NEAR_LIMIT_M, "source": source, "noindex": True,
        "site_url": reverse("stations:station", args=[station.code]),
    }  # fmt: skip


def _tap(request: HttpRequest, code: str, station: Station, now: datetime) -> HttpResponse:
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        done = _count(request, code, station, now)
    except VisitError as error:
        return refused(request, error, station, as_json=wants_json)
    path = reverse("visits:checkin", args=[station.code])
    response = told(done, path) if wants_json else redirect(f"{path}done/?d={seal(done)}")
    introduce(request, response)
    return response


def _count(request: HttpRequest, code: str, station: Station, now: datetime) -> Done:
    asked = opened(request, code, now)
    own, group = actions.check_in_together(
        station=station, device=asked.device, key=asked.tap.key, now=now, companions=asked.tap.companions,
        source=asked.source, near=asked.tap.near, occupation=request.COOKIES.get(WORK, ""), age_s=asked.age_s,
    )  # fmt: skip
    return Done(str(own.outcome), own.visit_id, own.hour, group.people if group else 0)


def refused(request: HttpRequest, error: VisitError, station: Station, *, as_json: bool = False) -> HttpResponse:
    """Say why nothing was counted, in words; with Retry-After where waiting helps."""
    if as_json:
        return refused_json(error)
    count("checkin", error.code)
    context = {"error": error, "text": message_of(error), "station": station, "noindex": True}
    response = render(request, "visits/refused.html", context, status=error.status)
    if isinstance(error, TooFast):
        response.headers["Retry-After"] = str(error.wait_s)
    return response


def wrong_code(request: HttpRequest, why: str, *, status: int, station: Station | None = None) -> HttpResponse:
    """Say what to do when a link does not count: scan the plate at the door."""
    texts = {
        "bare": _("要记一次，请扫门口牌子上的码。只从网页点开不算数。"),
        "forged": _("这个链接不完整或被改过，没有记。请直接扫门口牌子上的码。"),
        "stale": _("屏幕上的码每分钟换一次，这一个已经过了。请再扫一次屏幕。"),
        "removed": _("这个站点已经撤销，不再记录。看看附近别的站点。"),
        "unknown": _("没有找到这个站点。请直接扫门口牌子上的码。"),
    }
    demo_url = links.checkin_path(station.code) if settings.IS_DEMO and station and why == "bare" else ""
    context = {"text": texts[why], "why": why, "station": station, "demo_url": demo_url, "noindex": True}
    return render(request, "visits/wrong_code.html", context, status=status)
