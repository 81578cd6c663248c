"""Which phones and tablets may tap for a station? The office makes links, shows each once as a QR code, and ends them."""

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.keeping import CLAIM_HOURS, create_device_link, revoke_device
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.keeping import devices
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.web.errors import message_of

SHOWN = "device_claims"
"""Session key: the one-time paths that this officer has just made, by link id; shown until claimed."""


@never_cache
@require(Cap.WRITE)
@require_http_methods(["GET", "POST"])
def device_list(request: HttpRequest, code: str) -> HttpResponse:
    """The station's devices; a POST makes a link."""
    station = _station(request, code)
    values: dict[str, Any] = {}
    if request.method == "POST":
        label = request.POST.get("label", "").replace("\0", "")
        try:
            link, path = create_device_link(
                actor=request.actor,
                station_id=station.pk,
                label=label,
                now=timezone.now(),  # type: ignore[attr-defined]
            )
        except StationError as error:
            values = {"refused": message_of(error), "label": label}
        else:
            request.session[SHOWN] = request.session.get(SHOWN, {}) | {str(link.pk): path}
            return redirect(request.path)
    return render(request, "stations/keeper/devices.html", _context(request, station) | values,
                  status=400 if values else 200)  # fmt: skip


@require(Cap.WRITE)
@require_POST
def device_revoke(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """End a device."""
    station = _station(request, code)
    link = get_object_or_404(devices(station), pk=pk)
    revoke_device(actor=request.actor, link_id=link.pk, now=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("“%(label)s”已停用。") % {"label": link.label})
    return redirect("keep:devices", station.code)


def _station(request: HttpRequest, code: str) -> Station:
    return get_object_or_404(access.writable(request.actor), code=code.replace("\0", ""))  # type: ignore[attr-defined]


def _context(request: HttpRequest, station: Station) -> dict[str, Any]:
    now, shown = timezone.now(), request.session.get(SHOWN, {})
    rows = list(devices(station))
    fresh = [
        {"link": row, "url": _full(request, shown[str(row.pk)]), "qr": qr_svg(_full(request, shown[str(row.pk)]))}
        for row in rows
        if str(row.pk) in shown and row.claimed_at is None and row.revoked_at is None and row.claim_expires_at > now
    ]
    return {"station": station, "rows": rows, "fresh": fresh, "now": now, "hours": CLAIM_HOURS}


def _full(request: HttpRequest, path: str) -> str:
    return settings.XIAOJIA_URL + path if settings.XIAOJIA_URL else request.build_absolute_uri(path)


def qr_svg(url: str) -> SafeString:
    """Return a QR code as inline SVG without style attributes; segno escapes what it is given."""
    code = segno.make(url, error="m")
    return mark_safe(code.svg_inline(border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True))  # noqa: S308
