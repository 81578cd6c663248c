"""What does a worker tap when something is wrong? First what, then why; a photo if there is one."""

import time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xiaojia.domains.feedback.actions import report_problem
from xiaojia.domains.feedback.forms import ReportForm, fresh_key
from xiaojia.domains.feedback.rules import KINDS, NEEDS_TEXT, PER_ADDRESS, WHYS, FeedbackError, Window
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.board import live, nearest
from xiaojia.domains.stations.queries.detail import find_public
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.images import MAX_BYTES
from xiaojia.web.bodies import takes
from xiaojia.web.device import device_of, ensure_device
from xiaojia.web.errors import message_of
from xiaojia.web.templatetags.words import distance

CHOICES = 12
_addresses = Window(PER_ADDRESS)


@require_safe
def choose_page(request: HttpRequest) -> HttpResponse:
    """Which station is it about? The nearest ones, or a name typed."""
    lng, lat = _from_here(request)
    found = nearest(timezone.now(), lng=lng, lat=lat, q=request.GET.get("q", "").strip()[:40], limit=2000)
    by_distance = sorted(found, key=lambda s: (s.distance_m is None, s.distance_m or 0, s.code))
    rows = [{"code": s.code, "name": s.name, "address": s.address, "far": distance(s.distance_m)} for s in by_distance]
    context = {"rows": rows[:CHOICES], "q": request.GET.get("q", ""), "more": len(rows) > CHOICES, "noindex": True}
    return render(request, "feedback/choose.html", context)


def _from_here(request: HttpRequest) -> tuple[float | None, float | None]:
    try:
        lng, lat = float(request.GET["lng"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return None, None
    return (lng, lat) if abs(lng) <= 180 and abs(lat) <= 90 else (None, None)


@takes(MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, code: str) -> HttpResponse:
    """The two taps for one station. GET never changes anything but gives the phone its token of the month."""
    found = find_public(code)
    if found is None:
        raise Http404
    if found.moved or found.station.code != code:
        return redirect("feedback:report", found.station.code, permanent=True)
    if found.station.status == Station.Status.REMOVED:
        return redirect("stations:station", code)
    if request.method == "POST":
        return _take(request, found.station)
    response = render(request, "feedback/report.html", _context(found.station, request.GET.get("kind", "")))
    ensure_device(request, response)
    return response


def _take(request: HttpRequest, station: Station) -> HttpResponse:
    form = ReportForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            return _again(request, station, form, next(iter(next(iter(form.errors.values())))))
        given = form.cleaned_data
        if not _addresses.allow(getattr(request, "client_ip", ""), time.monotonic()):
            raise FeedbackError("too_often")
        report = report_problem(
            station=station, kind=given["kind"], key=given["key"], device=device_of(request), now=timezone.now(),
            why=given["why"], facility=given["facility"], text=given["text"], photo=form.photo_bytes(),
        )  # fmt: skip
    except XiaojiaError as error:
        return _again(request, station, form, message_of(error), 429 if error.code == "too_often" else 400)
    return redirect(f"{reverse('feedback:thanks', args=[station.code])}?kind={report.kind}")


def _again(request: HttpRequest, station: Station, form: ReportForm, problem: str, status: int = 400) -> HttpResponse:
    """Show the same step once more with what was typed; a photo cannot be kept by a browser, and the page says so."""
    kept = {name: form.data.get(name, "") for name in ("why", "facility", "text", "key")}
    context = _context(station, form.data.get("kind", ""), kept) | {"problem": problem, "photo_lost": bool(form.files)}
    response = render(request, "feedback/report.html", context, status=status)
    ensure_device(request, response)
    return response


def _context(station: Station, kind: str, kept: dict[str, str] | None = None) -> dict[str, Any]:
    held = {*station.have, *station.broken}
    here = [kind for key, kind in kinds().items() if key in held]
    return {
        "station": station,
        "kind": kind if kind in KINDS else "",
        "kind_text": _(KINDS[kind][0]) if kind in KINDS else "",
        "kinds": [{"key": key, "text": _(text), "icon": icon} for key, (text, icon) in KINDS.items()],
        "whys": [{"key": key, "text": _(text), "icon": icon} for key, (text, icon) in WHYS.items()],
        "things": [{"key": f.key, "name": f.name, "name_en": f.name_en, "icon": f.icon} for f in here if f.group != "management"],
        "needs_text": kind in NEEDS_TEXT,
        "kept": {"key": str(fresh_key())} | {k: v for k, v in (kept or {}).items() if v},
        "noindex": True,
    }  # fmt: skip


@require_safe
def thanks_page(request: HttpRequest, code: str) -> HttpResponse:
    """What happens next, and the station's state as it is now."""
    row = next(iter(live(timezone.now(), codes=[code])), None)
    if row is None:
        raise Http404
    kind = request.GET.get("kind", "")
    context = {
        "row": row,
        "state": str(row.verdict.state),
        "kind": kind,
        "is_no_entry": kind == "no_entry",
        "noindex": True,
    }
    return render(request, "feedback/thanks.html", context)
