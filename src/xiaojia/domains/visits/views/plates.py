"""What hangs at the door? Plates to print: chosen stations, A5, as a page, SVG or PDF."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from xiaojia.domains.stations.access import visible, writable
from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits.forms import plain
from xiaojia.domains.visits.queries.links import checkin_path
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.domains.visits.views.screen import full_url
from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.plates import FontMissing, PlateText, plate_pdf, plate_svg
from xiaojia.web.errors import message_of

MOST, PAGE_ROWS = 500, 100
DEMO_MARK = "（演示）"


@require(Cap.WRITE)
def plates_page(request: HttpRequest) -> HttpResponse:
    """Choose the stations; those of ?code= are ticked already."""
    chosen = [plain(code, 16) for code in request.GET.getlist("code")]
    rows = _stations(request).filter(code__in=chosen) if chosen else _stations(request)
    address = settings.XIAOJIA_URL or request.build_absolute_uri("/").rstrip("/")
    values = {
        "page": Paginator(rows, MOST if chosen else PAGE_ROWS).get_page(request.GET.get("page")), "chosen": chosen,
        "address": address, "refused": _no_address(), "most": MOST,
    }  # fmt: skip
    return render(request, "visits/office/plates.html", values)


@require(Cap.WRITE)
def print_page(request: HttpRequest) -> HttpResponse:
    """One A5 sheet for each chosen station."""
    stations = _chosen(request)
    plates = [{"station": station, "svg": _svg(request, station)} for station in stations]
    _record(request, stations, "print")
    query = urlencode([("code", station.code) for station in stations])
    return render(request, "visits/office/plates_print.html", {"plates": plates, "query": query})


@require(Cap.WRITE)
def plate_svg_file(request: HttpRequest, code: str) -> HttpResponse:
    """One plate as a file for the print shop."""
    station = _stations(request).filter(code=plain(code, 16)).first()
    if station is None:
        raise Http404
    _refuse_without_address()
    _record(request, [station], "svg")
    response = HttpResponse(_svg(request, station), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{station.code}.svg"'
    return response


@require(Cap.WRITE)
def plates_pdf(request: HttpRequest) -> HttpResponse:
    """The chosen plates as one PDF, a page each."""
    stations = _chosen(request)
    try:
        body = plate_pdf([(_text(station), _url(request, station)) for station in stations])
    except FontMissing as error:
        raise VisitError("no_font") from error
    _record(request, stations, "pdf")
    response = HttpResponse(body, content_type="application/pdf")
    name = stations[0].code if len(stations) == 1 else f"plates-{timezone.localdate()}"
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _stations(request: HttpRequest) -> Any:
    mine = writable(request.actor).values("pk")  # type: ignore[attr-defined]
    rows = visible(request.actor).filter(pk__in=mine, merged_into=None)  # type: ignore[attr-defined]
    return rows.exclude(status=Station.Status.REMOVED)


def _chosen(request: HttpRequest) -> list[Station]:
    _refuse_without_address()
    stations = list(
        _stations(request).filter(code__in=[plain(code, 16) for code in request.GET.getlist("code")[:MOST]])
    )
    if not stations:
        raise VisitError("nothing_chosen")
    return stations


def _no_address() -> str:
    return "" if settings.XIAOJIA_URL or settings.IS_DEMO else message_of(VisitError("no_address"))


def _refuse_without_address() -> None:
    if _no_address():
        raise VisitError("no_address")


def _url(request: HttpRequest, station: Station) -> str:
    return full_url(request, checkin_path(station.code))


def _text(station: Station) -> PlateText:
    union = station.org.name + (DEMO_MARK if settings.IS_DEMO else "")
    brand = {"brand": station.brand} if station.brand else {}
    return PlateText(name=station.name, code=station.code, organisation=union, **brand)


def _svg(request: HttpRequest, station: Station) -> SafeString:
    return mark_safe(plate_svg(_text(station), _url(request, station)))  # noqa: S308


def _record(request: HttpRequest, stations: list[Station], form: str) -> None:
    codes = [station.code for station in stations]
    record(request.actor, "visits.plates_made", kind="plates", label="、".join(codes[:5]), codes=codes, form=form)  # type: ignore[attr-defined]
