"""How does a program find a station for somebody? The nearest to a position, and all that one can enter now."""

from datetime import UTC

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from xiaojia.domains.stations.api.asking import Nearing, Opening, instant
from xiaojia.domains.stations.api.shapes import NearPage, OpenPage
from xiaojia.domains.stations.queries import records
from xiaojia.domains.stations.queries.board import live
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.domains.stations.queries.resident import nearest_json
from xiaojia.web.conditional import tagged
from xiaojia.web.doors import json_answer
from xiaojia.web.fresh import wants_fresh

router = Router()


@router.get("/nearest", response=NearPage, summary="Nearest stations")
def find_nearest(request: HttpRequest, ask: Query[Nearing]) -> HttpResponse:
    """Stations near a position (WGS-84), the nearest first. Those without a position are not among them."""
    now, at = timezone.now(), instant(ask.at)
    items = nearest_json(
        ask.lng, ask.lat, ask.have, ask.access, ask.open_now, ask.limit, now,
        with_coordinates=coordinates_released(), fresh=wants_fresh(request), at=at,
    )  # fmt: skip
    judged = (at or now).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")
    body = b'{"at":"%b","items":%b}' % (judged.encode(), items)
    return tagged(request, HttpResponse(body, content_type="application/json; charset=utf-8"))


@router.get("/open-now", response=OpenPage, summary="Open now")
def list_open_now(request: HttpRequest, ask: Query[Opening]) -> HttpResponse:
    """Codes of the stations that one can enter at this instant, with what changes next, in code order."""
    now = timezone.now()
    rows = records.public(division=ask.division or "", have=ask.have, access=ask.access)
    codes, following = records.codes_after(rows, ask.after or "", ask.limit)
    found = [row for row in live(now, codes=codes) if row.verdict.passes] if codes else []
    items = [{"code": row.code, "now": records.now_of(row)} for row in found]
    content = {"at": now.replace(second=0, microsecond=0), "items": items, "next": following}
    return tagged(request, json_answer(content))
