"""How does a program find a station for somebody? The nearest to a position, and all that one can enter now."""

import json
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from xiaojia.domains.stations.api.asking import Nearing, Opening, instant
from xiaojia.domains.stations.api.shapes import NearPage, OpenPage
from xiaojia.domains.stations.queries import records
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.domains.stations.queries.resident import nearest_json, open_json
from xiaojia.kernel.keys.api import admit_dear
from xiaojia.web.conditional import tagged
from xiaojia.web.fresh import wants_fresh

router = Router()


@router.get("/nearest", response=NearPage, summary="Nearest stations")
def find_nearest(request: HttpRequest, ask: Query[Nearing]) -> HttpResponse:
    """Stations near a position (WGS-84), the nearest first. Those without a position are not among them.

    Questions about another instant (`at`) are dear: a twentieth of the limit holds for them.
    """
    now, at = timezone.now(), instant(ask.at)
    if at:
        admit_dear(request)
    items = nearest_json(
        ask.lng, ask.lat, ask.have, ask.access, ask.open_now, ask.limit, now,
        with_coordinates=coordinates_released(), fresh=wants_fresh(request), at=at,
    )  # fmt: skip
    return tagged(request, _answer(b'{"at":"%b","items":%b}' % (_minute(at or now), items)))


@router.get("/open-now", response=OpenPage, summary="Open now")
def list_open_now(request: HttpRequest, ask: Query[Opening]) -> HttpResponse:
    """Codes of the stations that one can enter at this instant, with what changes next, in code order."""
    now = timezone.now()
    rows = records.public(division=ask.division or "", have=ask.have, access=ask.access)
    named, following = records.named_after(rows, ask.after or "", ask.limit)
    items, end = open_json(named, now, fresh=wants_fresh(request)), json.dumps(following).encode()
    return tagged(request, _answer(b'{"at":"%b","items":%b,"next":%b}' % (_minute(now), items, end)))


def _minute(at: datetime) -> bytes:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z").encode()


def _answer(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json; charset=utf-8")
