"""How does a program find a station for somebody? The nearest to a position, and all that one can enter now."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from xiaojia.domains.stations.api.asking import Nearing, Opening, instant
from xiaojia.domains.stations.api.shapes import NearPage, OpenPage
from xiaojia.domains.stations.queries import records
from xiaojia.domains.stations.queries.board import Live, live, nearest
from xiaojia.web.conditional import tagged
from xiaojia.web.doors import json_answer

router = Router()


@router.get("/nearest", response=NearPage, summary="Nearest stations")
def find_nearest(request: HttpRequest, ask: Query[Nearing]) -> HttpResponse:
    """Stations near a position (WGS-84): those that one can enter first, the nearest on top."""
    now, at = timezone.now(), instant(ask.at)
    found = nearest(
        now, lng=ask.lng, lat=ask.lat, open_now=ask.open_now, have=ask.have, access=ask.access, at=at, limit=ask.limit
    )
    content = {"at": (at or now).replace(second=0, microsecond=0), "items": [_near(row) for row in found]}
    return tagged(request, json_answer(content))


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


def _near(row: Live) -> dict[str, object]:
    return {
        "code": row.code, "name": row.name, "address": row.address, "access": row.access or None, "have": row.have,
        "broken": row.broken, "distance_m": None if row.distance_m is None else round(row.distance_m),
        "location": records.place(row.lng, row.lat), "now": records.now_of(row), "url": records.page_of(row.code),
    }  # fmt: skip
