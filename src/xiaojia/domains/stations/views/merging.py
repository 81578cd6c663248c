"""How does an officer merge a station that was registered twice? Field by field; the old plate keeps working."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.timeline import label_of, value_words
from xiaojia.domains.stations.views.office_station import get_writable
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.coordinates import Wgs84, haversine_m
from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.errors import message_of

FIELDS = ("name", "brand", "address", "street", "host", "host_type", "build_kind", "running_mode", "access", "access_note",
          "attended", "public_phone", "area_m2", "capacity", "floor", "street_side", "services", "built_on", "accepted_on",
          "description")  # fmt: skip


@require(Cap.WRITE)
def merge(request: HttpRequest) -> HttpResponse:
    """Compare two stations, choose what stays, and merge."""
    given = request.POST if request.method == "POST" else request.GET
    keep, drop = _pair(request, given.get("a", ""), given.get("b", ""))
    if request.method == "POST" and request.POST.get("keep") == drop.code:
        keep, drop = drop, keep
    rows = _rows(keep, drop)
    error = ""
    if request.method == "POST" and request.POST.get("verb") == "save":
        values = {
            row["field"]: getattr(drop, row["field"]) for row in rows if request.POST.get(row["field"]) == drop.code
        }
        try:
            actions.merge_stations(actor=request.actor, keep_id=keep.pk, drop_id=drop.pk, values=values)
        except XiaojiaError as refused:
            error = message_of(refused)
        else:
            said = _("已合并：%(drop)s 的二维码从现在起打开 %(keep)s。") % {"drop": drop.code, "keep": keep.code}
            messages.success(request, said)
            return redirect("stations:office_station", keep.code)
    values = {"keep": keep, "drop": drop, "rows": rows, "error": error, "apart_m": _apart_m(keep, drop)}
    return render(request, "stations/office/merge.html", values)


def _pair(request: HttpRequest, first: str, second: str) -> tuple[Station, Station]:
    if not first or not second or first == second:
        raise Http404
    return get_writable(request, first), get_writable(request, second)


def _rows(keep: Station, drop: Station) -> list[dict[str, Any]]:
    """The fields that differ, with both values in words; an empty one loses beforehand."""
    rows = []
    for field in FIELDS:
        mine, other = _said(keep, field), _said(drop, field)
        if mine != other:
            chosen = drop.code if not mine else keep.code
            rows.append({"field": field, "label": label_of(field), "mine": mine, "other": other, "chosen": chosen})
    return rows


def _said(station: Station, field: str) -> str:
    value = getattr(station, field)
    return str(value) if field in ("host", "area_m2", "capacity") and value is not None else value_words(field, value)


def _apart_m(keep: Station, drop: Station) -> float | None:
    if keep.lng is None or drop.lng is None or keep.lat is None or drop.lat is None:
        return None
    return haversine_m(Wgs84(keep.lng, keep.lat), Wgs84(drop.lng, drop.lat))
