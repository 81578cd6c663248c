"""How does an officer write opening hours? Rows, a free text to read from, and what people will see."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.forms import hours as typed_hours
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.hours import schedule_of
from xiaojia.domains.stations.queries.timeline import language
from xiaojia.domains.stations.rules.errors import StationConflict
from xiaojia.domains.stations.views.conflict import conflict_page, gave_way, say_saved, version_of
from xiaojia.domains.stations.views.editing import shell
from xiaojia.domains.stations.views.office_station import get_writable
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.opening_hours import Hours, Schedule
from xiaojia.lib.opening_hours.parse_zh import parse
from xiaojia.lib.opening_hours.words import note_words, schedule_parts
from xiaojia.web.errors import message_of


@require(Cap.WRITE)
def hours(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the hours: `verb` is read (the pasted text), preview, or save."""
    station = get_writable(request, code)
    if request.method != "POST":
        return _page(request, station, typed_hours.from_schedule(schedule_of(station)), text=station.hours_text)
    verb, text = request.POST.get("verb", "save"), request.POST.get("text", "").strip()
    if verb == "read":
        return _read(request, station, text)
    typed = typed_hours.from_post(request.POST)
    try:
        schedule = typed_hours.to_schedule(typed)
    except XiaojiaError as error:
        return _page(request, station, typed, text=text, error=message_of(error))
    if verb != "save":
        return _page(request, station, typed, text=text, schedule=schedule)
    return _save(request, station, typed, schedule, text)


def _save(
    request: HttpRequest, station: Station, typed: typed_hours.Typed, schedule: Schedule | None, text: str
) -> HttpResponse:
    version = version_of(request, station)
    if gave_way(request):
        messages.info(request, _("没有改动，用的是别人刚保存的开放时间。"))
        return redirect("stations:edit", station.code, "hours")
    try:
        actions.set_hours(actor=request.actor, station_id=station.pk, version=version, schedule=schedule, text=text)
    except StationConflict as error:
        return conflict_page(request, station, error, whole=True)
    except XiaojiaError as error:
        return _page(request, station, typed, text=text, error=message_of(error))
    say_saved(request, version, station)
    return redirect("stations:edit", station.code, "hours")


def _read(request: HttpRequest, station: Station, text: str) -> HttpResponse:
    """Fill the rows from a free text; what is not understood is said, and the rows stay as they were."""
    found = parse(text)
    schedule = found.schedule or found.suggestion
    notes = [note_words(code, fragment, language()) for code, fragment in found.notes]
    if schedule is None:
        typed = typed_hours.from_post(request.POST)
        return _page(request, station, typed, text=text, notes=notes or [_("没有读懂，请在下面按行填写。")])
    said = _("已按原文填好，请核对后保存。") if found.understood else _("只读懂了一部分，请逐行核对、补全后再保存。")
    return _page(
        request, station, typed_hours.from_schedule(schedule), text=text, notes=[said, *notes], schedule=schedule
    )


def _page(
    request: HttpRequest, station: Station, typed: typed_hours.Typed, *, text: str = "", **more: Any
) -> HttpResponse:
    schedule = more.pop("schedule", None) or (schedule_of(station) if request.method != "POST" else None)
    today = timezone.localdate()
    values = shell(
        station,
        "hours",
        typed=typed_hours.with_spares(typed),
        text=text,
        parts=schedule_parts(schedule, language(), from_day=today) if schedule else (),
        state=_now(schedule),
        version=version_of(request, station),
        policies=[("normal", _("照常")), ("closed", _("休息")), ("special", _("另定")), ("unknown", _("不清楚"))],
        **more,
    )
    return render(request, "stations/office/edit_hours.html", values, status=400 if more.get("error") else 200)


def _now(schedule: Schedule | None) -> str:
    """Return what the list would say at this moment by these hours alone."""
    if schedule is None:
        return ""
    is_open = Hours(schedule, day_table()).is_open(timezone.now())
    return _("待确认") if is_open is None else _("按公示时间开放") if is_open else _("未开放")
