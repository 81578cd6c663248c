"""How does an officer say where a station stands? A click on the map, a pasted pair or link; the district is checked first."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.forms.station import AddressForm
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.grounds import Verdict, check_ground
from xiaojia.domains.stations.rules.errors import StationConflict
from xiaojia.domains.stations.views.conflict import (
    conflict_page,
    gave_way,
    put,
    say_saved,
    version_of,
    without_theirs,
)
from xiaojia.domains.stations.views.editing import shell
from xiaojia.domains.stations.views.office_station import get_writable
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.coordinates import CoordinateError, Wgs84, parse_pair
from xiaojia.lib.errors import XiaojiaError, gettext_noop
from xiaojia.web.errors import message_of


@dataclass(frozen=True)
class Given:
    """A position as it came: the point for storing, the pair with its datum, and how it was given."""

    point: Wgs84
    received: tuple[float, float]
    datum: str
    source: str


@require(Cap.WRITE)
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Edit address and position; a position off its district is asked about before it is kept."""
    station = get_writable(request, code)
    if request.method == "POST" and request.POST.get("verb") == "address":
        return _address(request, station)
    if request.method != "POST":
        return _page(request, station)
    if gave_way(request):
        return redirect("stations:edit", station.code, "place")
    try:
        given = given_position(request)
    except XiaojiaError as error:
        return _page(request, station, error=message_of(error))
    ground = check_ground(station, given.point)
    if not ground.fits and not request.POST.get("sure"):
        return _page(request, station, given=given, ground=ground)
    return _save(request, station, given)


def _save(request: HttpRequest, station: Station, given: Given) -> HttpResponse:
    version = version_of(request, station)
    try:
        actions.place_station(
            actor=request.actor,
            station_id=station.pk,
            version=version,
            point=given.point,
            received=given.received,
            datum=given.datum,
            source=given.source,
            keep_division=request.POST.get("sure") == "keep",
        )
    except StationConflict as error:
        return conflict_page(request, station, error, whole=True)
    except XiaojiaError as error:
        return _page(request, station, given=given, error=message_of(error))
    say_saved(request, version, station)
    return redirect("stations:edit", station.code, "place")


def given_position(request: HttpRequest) -> Given:
    """Read the pasted text first, else the point clicked on the map (WGS-84)."""
    text = request.POST.get("paste", "").strip()
    if text:
        found = parse_pair(text)
        point = found.as_point(request.POST.get("datum") or None)
        datum = str(found.datum or request.POST["datum"])
        return Given(point.to_wgs84(), (found.lng, found.lat), datum, "pasted")
    try:
        lng, lat = float(request.POST.get("lng", "")), float(request.POST.get("lat", ""))
    except ValueError as error:
        raise CoordinateError("no_point", gettext_noop("请在地图上点一下，或粘贴坐标。")) from error
    source = request.POST.get("source") if request.POST.get("source") in ("picked", "pasted") else "picked"
    received, datum = (lng, lat), "wgs84"
    if request.POST.get("received") and request.POST.get("received_datum"):
        x, y = (float(part) for part in request.POST["received"].split(",", 1))
        received, datum = (x, y), request.POST["received_datum"]
    return Given(Wgs84(lng, lat), received, datum, str(source))


def _address(request: HttpRequest, station: Station) -> HttpResponse:
    form = AddressForm(request.POST, initial=AddressForm.shown(station))
    if not form.is_valid():
        return _page(request, station, form=form)
    version = version_of(request, station)
    try:
        values = without_theirs(request, form.values())
        actions.change_station(actor=request.actor, station_id=station.pk, version=version, values=values)
    except StationConflict as error:
        return conflict_page(request, station, error)
    except XiaojiaError as error:
        put(form, error)
        return _page(request, station, form=form)
    say_saved(request, version, station)
    return redirect("stations:edit", station.code, "place")


def _page(request: HttpRequest, station: Station, **more: Any) -> HttpResponse:
    given: Given | None = more.get("given")
    ground: Verdict | None = more.get("ground")
    point = given.point if given else Wgs84(station.lng, station.lat) if station.lng is not None else None  # type: ignore[arg-type]
    values = shell(
        station,
        "place",
        form=more.pop("form", None) or AddressForm(initial=AddressForm.shown(station)),
        point=point,
        centre=_centre(station),
        datums=[("gcj02", _("高德、腾讯")), ("bd09", _("百度")), ("wgs84", _("GPS、天地图"))],
        version=version_of(request, station),
        typed=request.POST,
        **more,
    )
    return render(
        request, "stations/office/edit_place.html", values, status=400 if more.get("error") or ground else 200
    )


def _centre(station: Station) -> tuple[float, float] | None:
    division = station.division or station.org.division
    return (division.lng, division.lat) if division and division.lng is not None and division.lat is not None else None
