"""How does an officer write a station down? Section by section, with the other's edit in sight."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.forms.station import (
    AccessForm,
    BasicForm,
    KeeperForm,
    RegisterForm,
    SectionForm,
    StatusForm,
)
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.full import keepers, people_at
from xiaojia.domains.stations.rules.errors import StationConflict
from xiaojia.domains.stations.views.conflict import conflict_page, put, say_saved, version_of, without_theirs
from xiaojia.domains.stations.views.office_station import get_writable
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.actions import register_unit
from xiaojia.kernel.orgs.queries import reachable
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.kernel.people.actions import register_person
from xiaojia.lib.errors import XiaojiaError

ONCE_S = 24 * 3600
SECTIONS = ("basic", "access", "place", "stops", "hours", "facilities", "photos", "keepers", "status")


def tabs(station: Station, current: str) -> list[dict[str, Any]]:
    """Return the tabs of the sections."""
    labels = {
        "basic": _("基本信息"),
        "access": _("怎么进"),
        "place": _("位置"),
        "stops": _("停靠点"),
        "hours": _("开放时间"),
        "facilities": _("设施"),
        "photos": _("照片"),
        "keepers": _("负责人"),
        "status": _("状态"),
    }
    return [
        {"label": labels[key], "url": reverse("stations:edit", args=[station.code, key]), "active": key == current}
        for key in SECTIONS
        if key != "stops" or station.mobility == Station.Mobility.MOBILE
    ]


def shell(station: Station, section: str, **more: Any) -> dict[str, Any]:
    """Return what every section's page needs."""
    return {"station": station, "section": section, "tabs": tabs(station, section), "version": station.version} | more


@require(Cap.WRITE)
def section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Edit the fields of a plain section."""
    station = get_writable(request, code)
    form = _form(request, station, section)
    if request.method == "POST" and form.is_valid():
        version = version_of(request, station)
        try:
            values = without_theirs(request, _with_host(request, station, form.values()))
            actions.change_station(actor=request.actor, station_id=station.pk, version=version, values=values)
        except StationConflict as error:
            return conflict_page(request, station, error)
        except XiaojiaError as error:
            put(form, error)
        else:
            say_saved(request, version, station)
            return redirect("stations:edit", station.code, section)
    return render(request, "stations/office/edit.html", shell(station, section, form=form))


def _form(request: HttpRequest, station: Station, section: str) -> SectionForm:
    if section == "basic":
        orgs = reachable(request.actor, Cap.WRITE)
        return BasicForm(orgs, request.POST or None, initial=BasicForm.shown(station))
    if section == "access":
        return AccessForm(request.POST or None, initial=AccessForm.shown(station))
    raise Http404


def _with_host(request: HttpRequest, station: Station, values: dict[str, Any]) -> dict[str, Any]:
    """Turn the typed name of the host into its unit."""
    if "host_name" not in values:
        return values
    name = values.pop("host_name").strip()
    unit = register_unit(actor=request.actor, name=name, org=station.org, roles=["host"]) if name else None
    return values | {"host": unit}


@require(Cap.WRITE)
def register(request: HttpRequest) -> HttpResponse:
    """Create a station; the same form sent twice makes one."""
    orgs = reachable(request.actor, Cap.WRITE)
    form = RegisterForm(orgs, request.POST or None, initial={"once": uuid.uuid4().hex})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        key = f"station-once:{request.user.pk}:{values.pop('once')[:40]}"
        if not cache.add(key, "", ONCE_S):
            made = cache.get(key)
            return redirect("stations:edit", made, "place") if made else redirect("stations:office_list")
        org, status = values.pop("org"), values.pop("status")
        try:
            station = actions.register_station(actor=request.actor, org=org, values=values, status=status)
        except XiaojiaError as error:
            cache.delete(key)
            put(form, error)
        else:
            cache.set(key, station.code, ONCE_S)
            messages.success(request, _("已登记为 %(code)s。接着定位置。") % {"code": station.code})
            return redirect("stations:edit", station.code, "place")
    return render(request, "stations/office/register.html", {"form": form})


@require(Cap.WRITE)
def status(request: HttpRequest, code: str) -> HttpResponse:
    """Move a station to another status."""
    station = get_writable(request, code)
    start = {"status": station.status, "on": timezone.localdate()}
    form = StatusForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        version = version_of(request, station)
        try:
            actions.change_status(actor=request.actor, station_id=station.pk, version=version, **form.cleaned_data)
        except StationConflict as error:
            return conflict_page(request, station, error, whole=True)
        except XiaojiaError as error:
            put(form, error)
        else:
            say_saved(request, version, station)
            return redirect("stations:edit", station.code, "status")
    values = shell(station, "status", form=form, past=station.status_changes.all())
    return render(request, "stations/office/edit_status.html", values)


@require_POST
@require(Cap.WRITE)
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Note that the record was checked and is right."""
    station = get_writable(request, code)
    actions.verify_station(actor=request.actor, station_id=station.pk)
    messages.success(request, _("已记下：%(name)s的资料核实过了。") % {"name": station.name})
    return redirect("stations:office_station", station.code)


@require(Cap.WRITE)
def keeping(request: HttpRequest, code: str) -> HttpResponse:
    """Keepers and back-ups of a station: who, since when, and a new one."""
    station = get_writable(request, code)
    people = people_at(station)
    form = KeeperForm(
        [(str(p.pk), p.name) for p in people], request.POST or None, initial={"since": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        person = next((p for p in people if str(p.pk) == given["person"]), None) or register_person(
            actor=request.actor, name=given["name"], purpose="站点负责人", phone=given["phone"]
        )
        actions.appoint_keeper(
            actor=request.actor, station_id=station.pk, person=person, role=given["role"], since=given["since"]
        )
        messages.success(request, _("已保存。"))
        return redirect("stations:edit", station.code, "keepers")
    values = shell(station, "keepers", form=form, keepers=keepers(station))
    return render(request, "stations/office/edit_keepers.html", values)


@require_POST
@require(Cap.WRITE)
def dismiss(request: HttpRequest, code: str, keeper_id: int) -> HttpResponse:
    """End a keeper's duty today."""
    station = get_writable(request, code)
    keeper = get_object_or_404(keepers(station), pk=keeper_id)
    actions.dismiss_keeper(actor=request.actor, station_id=station.pk, keeper_id=keeper.pk, on=timezone.localdate())
    messages.success(request, _("%(name)s不再负责这个站点。") % {"name": keeper.person.name})
    return redirect("stations:edit", station.code, "keepers")
