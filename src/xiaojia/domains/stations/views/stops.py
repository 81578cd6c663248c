"""How does an officer write where a mobile station stands on which day? A line for each stop; its hours follow."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.forms import stops as typed_stops
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.full import stops as stops_of
from xiaojia.domains.stations.rules.errors import StationConflict
from xiaojia.domains.stations.views.conflict import conflict_page, gave_way, say_saved, version_of
from xiaojia.domains.stations.views.editing import shell
from xiaojia.domains.stations.views.office_station import get_writable
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.errors import message_of


@require(Cap.WRITE)
def stops(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the timetable of a mobile station."""
    station = get_writable(request, code)
    if station.mobility != Station.Mobility.MOBILE:
        raise Http404
    if request.method != "POST":
        return _page(request, station, typed_stops.from_stops(stops_of(station)))
    if gave_way(request):
        messages.info(request, _("没有改动，用的是别人刚保存的停靠点。"))
        return redirect("stations:edit", station.code, "stops")
    rows, version = typed_stops.from_post(request.POST), version_of(request, station)
    found = typed_stops.to_stops(rows)
    if found is None:
        return _page(request, station, rows, error=_("有几行要改，见各行。"))
    try:
        actions.set_stops(actor=request.actor, station_id=station.pk, version=version, stops=found)
    except StationConflict as error:
        both = {"stops": [[row.place for row in rows], [stop.place for stop in stops_of(station)]]}
        return conflict_page(request, station, StationConflict(error.theirs, both), whole=True)
    except XiaojiaError as error:
        return _page(request, station, rows, error=message_of(error))
    say_saved(request, version, station)
    return redirect("stations:edit", station.code, "stops")


def _page(request: HttpRequest, station: Station, rows: list[typed_stops.StopRow], error: str = "") -> HttpResponse:
    values = shell(
        station,
        "stops",
        rows=typed_stops.with_spares(rows),
        error=error,
        datums=[("wgs84", "GPS"), ("gcj02", _("高德、腾讯")), ("bd09", _("百度"))],
        version=version_of(request, station),
    )
    return render(request, "stations/office/edit_stops.html", values, status=400 if error else 200)
