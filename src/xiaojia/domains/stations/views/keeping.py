"""What does the one at the door see? The station's state and four buttons; two taps, no form, no password on a device."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaojia.domains.stations.actions.keeping import (
    UNDO_S,
    Tapped,
    What,
    claim_device,
    note_use,
    tap,
    undo_tap,
)
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.board import live
from xiaojia.domains.stations.queries.detail import find_public
from xiaojia.domains.stations.queries.keeping import (
    claimable,
    device_cookie,
    device_of,
    device_who,
    kept_by,
    scan_ok,
    secret_hash,
)
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.domains.stations.views import cards
from xiaojia.kernel.audit.rules import Who
from xiaojia.web.errors import message_of
from xiaojia.web.panels import gather

COOKIE_AGE_S = 400 * 24 * 3600
SALT = "stations.tapped"


@dataclass(frozen=True)
class AtTheDoor:
    """A station with the one who may tap for it; `device` is the mark that evidence carries, empty for a person."""

    station: Station
    who: Who
    device: bytes = b""


@never_cache
@require_GET
def keeper_page(request: HttpRequest, code: str) -> HttpResponse:
    """The station's state and the four buttons; with ?do= the second tap; with ?did= what was just said, and its undoing."""
    door = at_the_door(request, code)
    if door is None:
        return stranger(request, code)
    now = timezone.now()
    return render(request, "stations/keeper/page.html", _context(request, door, now))


@never_cache
@require_POST
def keeper_tap(request: HttpRequest, code: str) -> HttpResponse:
    """The second tap."""
    door = at_the_door(request, code)
    if door is None:
        return stranger(request, code)
    now, scan = timezone.now(), request.POST.get("scan", "")
    reason = (request.POST.get("reason", "") or request.POST.get("other", "")).replace("\0", "")
    try:
        said = tap(
            who=door.who, station=door.station, what=request.POST.get("do", ""), at=now, reason=reason,
            scanned=scan_ok(scan, door.station, now), device=door.device,
        )  # fmt: skip
    except StationError as error:
        context = _context(request, door, now) | {"refused": message_of(error), "do": request.POST.get("do", "")}
        return render(request, "stations/keeper/page.html", context | {"scan": scan}, status=error.status)
    return redirect(f"{_path(door.station)}?did={_seal(said)}&scan={scan}")


@never_cache
@require_POST
def keeper_undo(request: HttpRequest, code: str) -> HttpResponse:
    """Take the last tap back."""
    door = at_the_door(request, code)
    said = _open_seal(request.POST.get("did", ""))
    if door is None or said is None:
        return stranger(request, code)
    now, scan = timezone.now(), request.POST.get("scan", "")
    try:
        undo_tap(who=door.who, station=door.station, tapped=said, now=now, device=door.device)
    except StationError as error:
        context = _context(request, door, now) | {"refused": message_of(error), "scan": scan}
        return render(request, "stations/keeper/page.html", context, status=error.status)
    return redirect(f"{_path(door.station)}?undone=1&scan={scan}")


@never_cache
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link opened on the device; looking at it does not use it up."""
    if request.method == "POST":
        link, token = claim_device(secret=secret, now=timezone.now())
        response = redirect(_path(link.station))
        response.set_cookie(
            device_cookie(link.station.code), token, max_age=COOKIE_AGE_S, httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip
        return response
    link_now = claimable(secret, timezone.now())
    context = {"link": link_now, "noindex": True}
    return render(request, "stations/keeper/claim.html", context, status=200 if link_now else 410)


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The stations that a signed-in keeper keeps; one alone opens at once."""
    if not request.user.is_authenticated:
        return redirect(f"/office/sign-in/?next={request.path}")
    stations = list(kept_by(request.actor, timezone.localdate()))  # type: ignore[attr-defined]
    if len(stations) == 1:
        return redirect(_path(stations[0]))
    return render(request, "stations/keeper/mine.html", {"stations": stations, "noindex": True})


def at_the_door(request: HttpRequest, code: str) -> AtTheDoor | None:
    """Who taps: the claimed device, else a keeper who is signed in; None for everybody else."""
    found = find_public(code.replace("\0", ""))
    if found is None or found.station.status == Station.Status.REMOVED:
        raise Http404
    station = found.station
    link = device_of(request.COOKIES.get(device_cookie(station.code), ""), station)
    if link:
        note_use(link, timezone.now())
        return AtTheDoor(station, device_who(link), bytes.fromhex(secret_hash(str(link.pk)))[:16])
    actor = request.actor  # type: ignore[attr-defined]
    if request.user.is_authenticated and kept_by(actor, timezone.localdate()).filter(pk=station.pk).exists():
        return AtTheDoor(station, actor.who)
    return None


def _context(request: HttpRequest, door: AtTheDoor, now: datetime) -> dict[str, Any]:
    row = live(now, ids=[door.station.pk])[0]
    scan, do = request.GET.get("scan", ""), request.GET.get("do", "")
    said = _open_seal(request.GET.get("did", ""))
    left_s = UNDO_S - int((now - said.at).total_seconds()) if said else 0
    return {
        "station": door.station, "label": door.who.label, "now": now, "noindex": True,
        "state": str(row.verdict.state), "state_text": cards.state_text(row.verdict), "next_text": cards.next_text(row, now),
        "proof": cards.proof_text(row.verdict, now, full=True),
        "scan": scan, "scanned": scan_ok(scan, door.station, now), "do": do if do in list(What) else "",
        "said": said, "did": request.GET.get("did", ""), "undoable": said is not None and left_s > 0,
        "undone": request.GET.get("undone") == "1", "undo_min": max(1, left_s // 60),
        "reasons": [_("内部盘点"), _("设备检修"), _("店休"), _("天气原因"), _("人手不够")],
        "panels": gather("stations.keeper", request, station=door.station),
        "visit_url": next(iter(gather("stations.keeper.visit", request, station=door.station)), ""),
    }  # fmt: skip


def stranger(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "stations/keeper/stranger.html", {"code": code, "noindex": True}, status=403)


def _path(station: Station) -> str:
    return f"/k/{station.code}/"


def _seal(said: Tapped) -> str:
    until = said.until.timestamp() if said.until else None
    return signing.dumps([str(said.what), said.ref.hex, said.at.timestamp(), until], salt=SALT)


def _open_seal(text: str) -> Tapped | None:
    try:
        what, ref, at, until = signing.loads(text, salt=SALT) if text else (None, "", 0, None)
    except signing.BadSignature:
        return None
    if what is None:
        return None
    end = datetime.fromtimestamp(until, timezone.get_default_timezone()) if until else None
    return Tapped(What(what), UUID(ref), datetime.fromtimestamp(at, timezone.get_default_timezone()), end)
