"""Is this one open, how do I get in, what is there, how do I get there? One station's page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiaojia.domains.stations.forms.public import (
    MAP_COOKIE,
    PINS_COOKIE,
    read_ask,
    read_pins,
    toggle_pin,
    write_pins,
)
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries import public
from xiaojia.domains.stations.queries.board import Live, live, nearest
from xiaojia.domains.stations.queries.detail import adopted_standard, completeness, find_public
from xiaojia.domains.stations.rules.words import local
from xiaojia.domains.stations.views import cards
from xiaojia.domains.stations.views.public import keep, report_url
from xiaojia.domains.stations.views.station_words import day_rows, things_of, today_spans, where_text
from xiaojia.kernel.files.queries import path_of, thumb_path_of
from xiaojia.lib.coordinates import Wgs84, haversine_m
from xiaojia.web.panels import gather
from xiaojia.web.templatetags.words import distance

ALTERNATIVES = 3


def found_or_moved(request: HttpRequest, code: str, name: str = "stations:station") -> Station | HttpResponse:
    """Return the station, or the redirect to the code under which it is kept. Raises Http404."""
    found = find_public(code)
    if found is None:
        raise Http404
    if found.moved or found.station.code != code:
        return redirect(name, found.station.code, permanent=True)
    return found.station


@require_safe
def station_page(request: HttpRequest, code: str) -> HttpResponse:
    """One station."""
    station = found_or_moved(request, code)
    if isinstance(station, HttpResponse):
        return station
    now = timezone.now()
    if station.status == Station.Status.REMOVED:
        return gone(request, station, now)
    row = live(now, codes=[station.code])[0]
    ask = read_ask(request.GET, request.COOKIES)
    context = _state_block(row, now) | _rest(request, station, row, now)
    far = haversine_m(Wgs84(ask.lng, ask.lat), Wgs84(row.lng, row.lat)) if ask.has_position and row.lng else None
    context |= {"far": distance(far), "mins": cards.minutes_text(far, ask.go)}
    return render(request, "stations/station.html", context)


def _state_block(row: Live, now: datetime) -> dict[str, Any]:
    verdict = row.verdict
    here = local(now)
    return {
        "state": str(verdict.state), "state_text": cards.state_text(verdict), "next_text": cards.next_text(row, now),
        "proof": cards.proof_text(verdict, now, full=True), "now_min": here.hour * 60 + here.minute, "made_at": now,
        "access": cards.access_text(row.access), "access_note": row.access_note,
    }  # fmt: skip


def _rest(request: HttpRequest, station: Station, row: Live, now: datetime) -> dict[str, Any]:
    today = local(now).date()
    week = public.week(station, today)
    standard = adopted_standard(station.org, today)
    stand = completeness([station], standard).get(station.pk)
    go_url, outside = cards.go_link(row, request)
    checkin = next(iter(gather("station.public.checkin", request, station=station)), None)
    return {
        "station": station, "week": day_rows(week), "spans": today_spans(week[0], row.verdict),
        "things": things_of(public.facts(station)), "stand": stand, "standard": standard, "where": where_text(station),
        "photos": public.photos(station), "go_url": go_url, "go_outside": outside, "has_place": row.lng is not None,
        "arrived_url": checkin["url"] if checkin else reverse("stations:arrived", args=[station.code]),
        "report_url": report_url(request, station.code), "pinned": station.code in read_pins(request.COOKIES),
        "panels": gather("station.public", request, station=station), "noindex": settings.IS_DEMO,
        "heads": gather("station.head", request, station=station),
    }  # fmt: skip


def gone(request: HttpRequest, station: Station, now: datetime) -> HttpResponse:
    """A station that has been taken down: said plainly (410), with the nearest others."""
    ask = read_ask(request.GET, request.COOKIES)
    prefix = station.division.prefix if station.division and station.lng is None else ""
    near = nearest(now, lng=station.lng, lat=station.lat, prefix=prefix, open_now=True, limit=ALTERNATIVES)
    context = {"station": station, "cards": [cards.card(s, ask, request, now) for s in near], "noindex": True}
    return render(request, "stations/gone.html", context, status=410)


@require_safe
def go_page(request: HttpRequest, code: str) -> HttpResponse:
    """The three map apps, the address to copy, and on a demo the warning that nothing stands there."""
    station = found_or_moved(request, code, "stations:go")
    if isinstance(station, HttpResponse):
        return station
    row = next(iter(live(timezone.now(), codes=[station.code])), None)
    if row is None:
        return redirect("stations:station", station.code)
    links = cards.map_links(row.name, row.address, row.lng, row.lat, request)
    context = {
        "station": station, "row": row, "links": [(link.key, _(link.label_zh)) for link in links],
        "in_wechat": cards.in_wechat(request), "chosen": request.COOKIES.get(MAP_COOKIE, ""), "noindex": True,
    }  # fmt: skip
    return render(request, "stations/go.html", context)


@require_safe
def go_app(request: HttpRequest, code: str, app: str) -> HttpResponse:
    """Open one map app at the station, and remember it for the next time."""
    row = next(iter(live(timezone.now(), codes=[code])), None)
    links = (
        {link.key: link.url for link in cards.map_links(row.name, row.address, row.lng, row.lat, request)}
        if row
        else {}
    )
    if app not in links:
        raise Http404
    response = HttpResponseRedirect(links[app], headers={"Referrer-Policy": "no-referrer"})
    keep(request, response, MAP_COOKIE, app)
    return response


@require_safe
def arrived_page(request: HttpRequest, code: str) -> HttpResponse:
    """我到了 on a phone that has not scanned: the plate at the door opens the page that counts."""
    station = found_or_moved(request, code, "stations:arrived")
    if isinstance(station, HttpResponse):
        return station
    context = {"station": station, "in_wechat": cards.in_wechat(request), "noindex": True}
    return render(request, "stations/arrived.html", context)


@require_POST
def pin(request: HttpRequest, code: str) -> HttpResponse:
    """Pin the station on this phone, or unpin it."""
    station = found_or_moved(request, code)
    if isinstance(station, HttpResponse):
        return station
    pins = toggle_pin(read_pins(request.COOKIES), station.code)
    response = redirect("stations:station", station.code)
    keep(request, response, PINS_COOKIE, write_pins(pins))
    return response


@require_safe
def photo(request: HttpRequest, code: str, pk: UUID, size: str) -> FileResponse:
    """One public photo, whole or as a thumbnail."""
    found = public.public_photo(code, pk)
    path = None if found is None else thumb_path_of(found.file) if size == "thumb" else path_of(found.file)
    if found is None or path is None or not path.exists():
        raise Http404
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(path.open("rb"), content_type="image/jpeg", headers=headers)
