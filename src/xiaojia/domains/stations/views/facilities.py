"""How does an officer write down what a station has? One line for each kind; only the lines changed are sent."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import FacilityKind, Station, StationFacility
from xiaojia.domains.stations.queries.detail import adopted_standard, completeness
from xiaojia.domains.stations.queries.full import FacilityRow, facility_rows
from xiaojia.domains.stations.rules.errors import StationConflict
from xiaojia.domains.stations.views.conflict import CHOICE, conflict_page, say_saved, version_of
from xiaojia.domains.stations.views.editing import shell
from xiaojia.domains.stations.views.office_station import get_writable
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.errors import message_of

PARTS = ("presence", "working", "count", "note")


@require(Cap.WRITE)
def facilities(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the facilities; `verified` says that the officer has seen them."""
    station = get_writable(request, code)
    standard = adopted_standard(station.org, timezone.localdate())
    rows = facility_rows(station, standard, every=True)
    error = ""
    if request.method == "POST":
        try:
            return _save(request, station, rows)
        except StationConflict as conflict:
            return conflict_page(request, station, conflict)
        except XiaojiaError as refused:
            error = message_of(refused)
    groups = [
        (_(str(label)), [_shown(request, row) for row in rows if row.kind.group == group])
        for group, label in FacilityKind.Group.choices
    ]
    stand = completeness([station], standard).get(station.pk)
    values = shell(
        station,
        "facilities",
        groups=groups,
        standard=standard,
        stand=stand,
        presences=[(v, _(str(t))) for v, t in StationFacility.Presence.choices],
        workings=[("unknown", ""), ("working", _("完好")), ("broken", _("坏了"))],
        error=error,
        version=version_of(request, station),
    )
    return render(request, "stations/office/edit_facilities.html", values, status=400 if error else 200)


def _save(request: HttpRequest, station: Station, rows: list[FacilityRow]) -> HttpResponse:
    facts, clashes = [], {}
    for row in rows:
        key = row.kind.key
        mine, was, now = _typed(request, key), request.POST.get(f"was-{key}", ""), _as_text(row)
        if _joined(mine) == was or request.POST.get(f"{CHOICE}facility:{key}") == "theirs":
            continue
        if now not in (was, _joined(mine)) and f"{CHOICE}facility:{key}" not in request.POST:
            clashes[f"facility:{key}"] = [_listed(mine), _listed(_held(row))]
        facts.append({"kind": key, **mine})
    if clashes:
        raise StationConflict(station, clashes)
    verified = request.POST.get("verified") == "1"
    seen = facts if not verified else facts + _also_seen(rows, {fact["kind"] for fact in facts})
    version = version_of(request, station)
    actions.set_facilities(actor=request.actor, station_id=station.pk, version=version, facts=seen, verified=verified)
    say_saved(request, version, station)
    return redirect("stations:edit", station.code, "facilities")


def _also_seen(rows: list[FacilityRow], sent: set[str]) -> list[dict[str, Any]]:
    """The known facts that were left as they are: seen too, so verified too."""
    known = [
        row for row in rows if row.fact is not None and row.fact.presence != "unknown" and row.kind.key not in sent
    ]
    return [{"kind": row.kind.key, **_held(row)} for row in known]


def _typed(request: HttpRequest, key: str) -> dict[str, Any]:
    said = {part: request.POST.get(f"{part}-{key}", "").strip() for part in PARTS}
    count = said["count"]
    return {
        "presence": said["presence"] if said["presence"] in StationFacility.Presence.values else "unknown",
        "working": said["working"] if said["working"] in StationFacility.Working.values else "unknown",
        "count": int(count) if count.isascii() and count.isdigit() and len(count) < 5 else None,
        "note": said["note"][:100],
    }


def _held(row: FacilityRow) -> dict[str, Any]:
    if row.fact is None:
        return {"presence": "unknown", "working": "unknown", "count": None, "note": ""}
    return {part: getattr(row.fact, part) for part in PARTS}


def _listed(values: dict[str, Any]) -> list[Any]:
    return [values[part] for part in PARTS]


def _joined(values: dict[str, Any]) -> str:
    return "|".join("" if value is None else str(value) for value in _listed(values))


def _as_text(row: FacilityRow) -> str:
    return _joined(_held(row))


def _shown(request: HttpRequest, row: FacilityRow) -> dict[str, Any]:
    key = row.kind.key
    sent = request.method == "POST" and f"presence-{key}" in request.POST
    held = _typed(request, key) if sent else _held(row)
    was = request.POST.get(f"was-{key}", "") if sent else _as_text(row)
    return {"row": row, "key": key, "was": was, **held}
