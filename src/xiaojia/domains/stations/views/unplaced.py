"""How do stations without a position get one? The office's 待定位 list, station by station, and the keeper on the spot."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from xiaojia.domains.stations import access, actions
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.grounds import check_ground
from xiaojia.domains.stations.views.keeping import at_the_door, stranger
from xiaojia.domains.stations.views.placing import given_position
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.errors import XiaojiaError, gettext_noop
from xiaojia.web.errors import message_of

PAGE_ROWS = 50
EXACT_ENOUGH_M = 100.0
"""A phone that knows its place less exactly than this is not believed."""
DATUMS = ("gcj02", "bd09", "wgs84")


@require(Cap.WRITE)
def unplaced(request: HttpRequest) -> HttpResponse:
    """Show the stations without a position beside a map; a click or a pasted pair places the chosen one."""
    if request.method == "POST":
        return _place(request)
    return _page(request)


def _rows(request: HttpRequest) -> Any:
    rows = access.writable(request.actor).filter(lng=None, merged_into=None).exclude(status="removed")  # type: ignore[attr-defined]
    return rows.select_related("division", "org__division").order_by("code")


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = _rows(request)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    wanted = more.pop("code", "") or request.GET.get("at", "")
    chosen = (
        next((s for s in page if s.code == wanted), None) or rows.filter(code=wanted).first() or next(iter(page), None)
    )
    names = {"gcj02": _("高德、腾讯"), "bd09": _("百度"), "wgs84": _("GPS、天地图")}
    values = {
        "page": page,
        "station": chosen,
        "centre": _centre(chosen),
        "datums": [(key, names[key]) for key in DATUMS],
        "typed": request.POST,
        "secure": request.is_secure(),
        **more,
    }
    return render(request, "stations/office/unplaced.html", values, status=status)


def _centre(station: Station | None) -> tuple[float, float] | None:
    division = station and (station.division or station.org.division)
    return (division.lng, division.lat) if division and division.lng is not None and division.lat is not None else None


def _place(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("code", "")
    rows = _rows(request)
    station = rows.filter(code=code).first()
    if station is None:
        messages.info(request, _("%(code)s 已经有位置了。") % {"code": code[:16]})
        return redirect("stations:unplaced")
    try:
        given = given_position(request)
    except XiaojiaError as error:
        return _page(request, status=422, code=code, error=message_of(error))
    ground = check_ground(station, given.point)
    sure = request.POST.get("sure", "")
    if not ground.fits and not sure:
        return _page(request, status=422, code=code, ground=ground, point=given.point, given=given)
    try:
        actions.place_station(
            actor=request.actor,  # type: ignore[attr-defined]
            station_id=station.pk,
            version=station.version,
            point=given.point,
            received=given.received,
            datum=given.datum,
            source=given.source,
            keep_division=sure == "keep",
        )
    except XiaojiaError as error:
        return _page(request, status=422, code=code, error=message_of(error))
    messages.success(request, _("“%(name)s”的位置已记下。") % {"name": station.name})
    following = rows.filter(code__gt=code).values_list("code", flat=True).first()
    return redirect(reverse("stations:unplaced") + (f"?at={following}" if following else ""))


@never_cache
def on_the_spot(request: HttpRequest, code: str) -> HttpResponse:
    """Let the device or keeper at the station set the place that the phone gives; only while there is none."""
    door = at_the_door(request, code)
    if door is None:
        return stranger(request, code)
    station, error = door.station, ""
    if station.lng is not None:
        return redirect("keep:page", station.code)
    if request.method == "POST":
        try:
            point = _from_phone(request)
            actions.place_station(
                actor=door.who,
                station_id=station.pk,
                version=station.version,
                point=point,
                received=(point.lng, point.lat),
                datum="wgs84",
                source="keeper",
                keep_division=True,
            )
            return redirect("keep:page", station.code)
        except XiaojiaError as refusal:
            error = message_of(refusal)
    values = {
        "station": station,
        "error": error,
        "noindex": True,
        "exact_m": int(EXACT_ENOUGH_M),
        "now": timezone.now(),
    }
    return render(request, "stations/keeper/place.html", values, status=422 if error else 200)


def _from_phone(request: HttpRequest) -> Wgs84:
    try:
        lng, lat = float(request.POST.get("lng", "")), float(request.POST.get("lat", ""))
        exact_m = float(request.POST.get("accuracy", ""))
    except ValueError as error:
        raise XiaojiaError(
            "no_position", gettext_noop("手机没有给出位置。请允许定位，到门口或窗边再试一次。")
        ) from error
    if not exact_m <= EXACT_ENOUGH_M:
        params = {"m": round(min(exact_m, 1e6))}
        raise XiaojiaError(
            "not_exact", gettext_noop("手机的定位误差有%(m)s米，不够准。请到室外或窗边，等一会儿再试。"), params
        )
    return Wgs84(lng, lat)


def keeper_panel(request: HttpRequest, station: Station) -> dict[str, str] | None:
    """Offer the keeper's page the way to `on_the_spot` while the station has no position; plugged in by config/wiring.py."""
    if station.lng is not None:
        return None
    return {
        "template": "stations/keeper/_place_panel.html",
        "url": reverse("stations:on_the_spot", args=[station.code]),
    }
