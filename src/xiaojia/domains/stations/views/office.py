"""What does an officer see first? Today, the list with its filters, and the map."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from xiaojia.domains.stations.forms import filters as asked
from xiaojia.domains.stations.models import Standard
from xiaojia.domains.stations.queries import desk
from xiaojia.domains.stations.queries.detail import adopted_standard
from xiaojia.domains.stations.queries.outlines import outlines
from xiaojia.domains.stations.rules.words import STATE_LABELS
from xiaojia.domains.stations.views import cards
from xiaojia.domains.stations.views.office_station import panel_values
from xiaojia.kernel.notices.queries import inbox
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.queries import home_org, reachable
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.web.panels import gather
from xiaojia.web.templatetags.words import age

PAGE_ROWS, MAP_ROWS = 50, 1500
YEAR_S = 365 * 24 * 3600


def standard_of(request: HttpRequest) -> Standard | None:
    """Return the standard of the actor's own organisation; two queries."""
    org = home_org(request.actor)
    return adopted_standard(org, timezone.localdate()) if org else None


@require(Cap.READ)
def today(request: HttpRequest) -> HttpResponse:
    """The counts of this moment, what needs somebody, and what happened."""
    now = timezone.now()
    standard = standard_of(request)
    counts = desk.counts(request.actor, now)
    values = {
        "now": now,
        "counts": counts,
        "gaps": desk.gap_count(request.actor, now, standard),
        "standard": standard,
        "rows": [_table_row(row, now) for row in desk.rows_of(desk.by_ids(request.actor, counts.first), now, standard)],
        "states": [(str(key), _(text)) for key, text in STATE_LABELS.items()],
        "cards": gather("desk.today", request, actor=request.actor),
        "goals": gather("desk.goal", request, actor=request.actor),
        "closures": desk.closures_for(request.actor)[:5],
        "notices": inbox(request.actor.account_id)[:6],
    }
    return render(request, "stations/office/today.html", values)


@require(Cap.READ)
def station_list(request: HttpRequest) -> HttpResponse:
    """The table, filtered by the address; a station beside it with `open`."""
    now, standard, wanted = timezone.now(), standard_of(request), asked.read(request.GET)
    stations = desk.choose(request.actor, wanted, now, standard)
    page = Paginator(stations, PAGE_ROWS).get_page(request.GET.get("page"))
    rows = desk.rows_of(list(page.object_list), now, standard)
    values = _choices(request, wanted, standard) | {
        "page": page,
        "rows": [_table_row(row, now) for row in rows],
        "now": now,
        "standard": standard,
        "more_columns": gather("stations.columns", request, stations=[row.station for row in rows]),
        "wanted": {key: value for key, value in wanted.items() if key != "sort"},
        "sort": wanted.get("sort", ""),
        "query": request.GET.urlencode(),
        "shown": asked.columns(request.COOKIES.get(asked.COLUMNS_COOKIE, "")),
        "column_labels": asked.column_labels(),
    }
    opened = next((row.station for row in rows if row.station.code == request.GET.get("open")), None)
    if opened is not None:
        values |= panel_values(request, opened, now) | {"panel_open": True}
    return render(request, "stations/office/list.html", values)


def _choices(request: HttpRequest, wanted: dict[str, str], standard: Standard | None) -> dict[str, Any]:
    orgs = list(reachable(request.actor))
    selects = asked.filters(wanted, orgs=orgs, divisions=list(desk.divisions_of(request.actor)), standard=standard)
    first = [row for row in selects if row.key in asked.FIRST]
    rest = [row for row in selects if row.key not in asked.FIRST]
    return {"first": first, "rest": rest, "on": [row for row in rest if row.value]}


def _table_row(row: desk.Row, now: datetime) -> dict[str, Any]:
    found = row.live
    in_service = row.station.status in ("trial", "running")
    return {
        "station": row.station,
        "state": row.state if in_service else "closed",
        "pill": "trouble" if found and found.verdict.doubts > 1 else row.state if in_service else "plain",
        "pill_text": _pill(row, now) if in_service else _(row.station.get_status_display()),
        "stand": row.stand,
        "doubt": _doubt(row, now),
        "proof_at": found.verdict.proof_at if found else None,
        "why": cards.proof_text(found.verdict, now) if found else "",
    }


def _pill(row: desk.Row, now: datetime) -> str:
    """Return the state as the desk says it: shorter than on a worker's card, for closed ones with the next change."""
    if row.live is None:
        return ""
    if row.state == "posted":
        return pgettext("desk", "按公示")
    text = cards.state_text(row.live.verdict)
    more = cards.next_text(row.live, now) if row.live.verdict.next_at else ""
    return f"{text} {more}".strip() if row.state == "closed" else text


def _doubt(row: desk.Row, now: datetime) -> str:
    found = row.live
    if found is None or not found.verdict.doubts:
        return ""
    return _("%(age)s有反映") % {"age": age(found.verdict.since, now)}


@require_POST
@require(Cap.READ)
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Keep the chosen columns in a cookie and go back to the same view."""
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = redirect(back if safe and back.startswith("/office/") else "stations:office_list")
    value = asked.columns_cookie(request.POST.getlist("column"))
    response.set_cookie(
        asked.COLUMNS_COOKIE,
        value,
        max_age=YEAR_S,
        path="/office/",
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return response


@require(Cap.READ)
def office_map(request: HttpRequest) -> HttpResponse:
    """The map with borders, and the same stations in a list."""
    now, standard, wanted = timezone.now(), standard_of(request), asked.read(request.GET)
    found = list(desk.choose(request.actor, wanted, now, standard)[: MAP_ROWS + 1])
    rows = [_table_row(row, now) for row in desk.rows_of(found[:MAP_ROWS], now, None)]
    values = _choices(request, wanted, standard) | {
        "rows": [row for row in rows if row["station"].lng is not None],
        "unplaced": sum(1 for row in rows if row["station"].lng is None),
        "cut": MAP_ROWS if len(found) > MAP_ROWS else 0,
        "wanted": wanted,
        "query": request.GET.urlencode(),
    }
    return render(request, "stations/office/map.html", values)


@require(Cap.READ)
def borders(request: HttpRequest) -> JsonResponse:
    """The districts of the actor's ground as GeoJSON, simplified; for signed-in people only."""
    response = JsonResponse(outlines(sorted({grant.ground for grant in request.actor.grants})))
    response["Cache-Control"] = "private, max-age=86400"
    return response
