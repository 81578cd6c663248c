"""What does an officer see of one station? Beside the list in short, on its own page in full."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiaojia.domains.stations import access
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries import public
from xiaojia.domains.stations.queries.board import live
from xiaojia.domains.stations.queries.detail import adopted_standard, completeness, history
from xiaojia.domains.stations.queries.full import closures_of, code_now, facility_rows, keepers, photo_of, photos, stops
from xiaojia.domains.stations.queries.hours import schedule_of
from xiaojia.domains.stations.queries.timeline import closure_steps, language, steps
from xiaojia.domains.stations.rules.labels import DATUMS, FLAGS
from xiaojia.domains.stations.rules.words import local
from xiaojia.domains.stations.views import cards
from xiaojia.domains.stations.views.station_words import day_rows, today_spans, where_text
from xiaojia.kernel.files.queries import path_of, thumb_path_of
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.opening_hours.words import schedule_parts
from xiaojia.web.panels import gather

SHORT_STEPS, LONG_STEPS = 6, 200


def get_station(request: HttpRequest, code: str) -> Station:
    """Return the station of a code that the actor reads; raises Http404."""
    station = access.visible(request.actor).filter(code=code).first()
    if station is None:
        raise Http404
    return station


def get_writable(request: HttpRequest, code: str) -> Station:
    """Return the station of a code that the actor may change; raises Http404."""
    station = get_station(request, code)
    if not request.actor.may(Cap.WRITE, org_path=station.org.path) or station.merged_into_id:
        raise Http404
    return station


def panel_values(request: HttpRequest, station: Station, now: datetime, *, long: bool = False) -> dict[str, Any]:
    """Return what the detail shows: state, today, standing, facilities, the latest steps."""
    row = live(now, ids=[station.pk], any_status=True)[0]
    here = local(now)
    standard = adopted_standard(station.org, here.date())
    week = public.week(station, here.date())
    told = steps(history(station)[: LONG_STEPS if long else SHORT_STEPS]) + closure_steps(closures_of(station)[:20])
    told.sort(key=lambda step: step.at, reverse=True)
    return {
        "station": station,
        "row": row,
        "state": str(row.verdict.state) if station.status in ("trial", "running") else "closed",
        "state_text": cards.state_text(row.verdict),
        "next_text": cards.next_text(row, now),
        "proof": cards.proof_text(row.verdict, now, full=True),
        "doubted": row.verdict.doubts > 0,
        "week": day_rows(week),
        "spans": today_spans(week[0], row.verdict),
        "now_min": here.hour * 60 + here.minute,
        "standard": standard,
        "stand": completeness([station], standard).get(station.pk),
        "facilities": facility_rows(station, standard),
        "steps": told[: LONG_STEPS if long else SHORT_STEPS],
        "panels": gather("station.desk", request, station=station),
        "may_write": request.actor.may(Cap.WRITE, org_path=station.org.path) and not station.merged_into_id,
        "where": where_text(station),
        "now": now,
    }


@require(Cap.READ)
def station(request: HttpRequest, code: str) -> HttpResponse:
    """One station: the part beside the list for htmx, its own page otherwise; an old code leads to the new one."""
    moved = code_now(code)
    if moved != code:
        return redirect("stations:office_station", moved)
    found, now = get_station(request, code), timezone.now()
    if request.htmx and request.htmx.target == "panel":
        return render(request, "stations/office/panel.html", panel_values(request, found, now))
    values = panel_values(request, found, now, long=True) | _more(request, found)
    return render(request, "stations/office/station.html", values)


def _more(request: HttpRequest, station: Station) -> dict[str, Any]:
    schedule = schedule_of(station)
    return {
        "parts": schedule_parts(schedule, language(), from_day=timezone.localdate()) if schedule else (),
        "positions": _positions(station),
        "flags": [FLAGS.get(flag, flag) for flag in station.position_flags],
        "received_datum": DATUMS.get(station.received_datum, ""),
        "photos": photos(station),
        "keepers": keepers(station),
        "stops": stops(station),
        "closures": closures_of(station)[:20],
        "keeping": gather("station.keeping", request, station=station),
        "source_keys": [row.key for row in station.source_keys.all()],
        "old_codes": [row.code for row in station.old_codes.all()],
    }


def _positions(station: Station) -> list[tuple[str, str, str]]:
    """The position in three datums: (datum, who uses it, "lng,lat")."""
    if station.lng is None or station.lat is None:
        return []
    point = Wgs84(station.lng, station.lat)
    gcj, bd = point.to_gcj02(), point.to_bd09()
    return [
        ("WGS-84", _("GPS、天地图"), f"{point.lng:.6f},{point.lat:.6f}"),
        ("GCJ-02", _("高德、腾讯"), f"{gcj.lng:.6f},{gcj.lat:.6f}"),
        ("BD-09", _("百度"), f"{bd.lng:.6f},{bd.lat:.6f}"),
    ]


@require_GET
@require(Cap.READ)
def photo(request: HttpRequest, code: str, pk: UUID, size: str) -> FileResponse:
    """One photo of a station that the actor reads, public or not."""
    found = photo_of(get_station(request, code), pk)
    path = None if found is None else thumb_path_of(found.file) if size == "thumb" else path_of(found.file)
    if path is None or not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
