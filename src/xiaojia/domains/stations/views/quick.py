"""What are the nearest open stations, for a program? From memory, before sessions and accounts are looked for.

The same answer as the endpoint's (`api/finding.py`) for the plain question "open now"; a test holds one against the other.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.domains.stations.queries.resident import nearest_json
from xiaojia.kernel.keys.api import admit
from xiaojia.kernel.keys.rules import KeyRefused
from xiaojia.web.conditional import tagged
from xiaojia.web.fresh import wants_fresh
from xiaojia.web.language import choose

PATH = "/api/v1/nearest"
KNOWN = frozenset({"lng", "lat", "have", "access", "open_now", "limit"})
WAYS_IN = frozenset({"free", "ask", "scan", "members", "customers"})
MOST = 50
_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")
_KEY = re.compile(r"[a-z0-9_]{1,24}")
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Retry-After, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that needs no explanation."""

    lng: float
    lat: float
    have: tuple[str, ...]
    access: tuple[str, ...]
    limit: int


def quick(request: HttpRequest) -> HttpResponse | None:
    """Answer a plain question; None where something is to be explained: a bad value, a limit, a key that is not known."""
    asked = read(request.GET)
    if asked is None:
        return None
    try:
        admit(request)
        now = timezone.now()
        found = nearest_json(
            asked.lng, asked.lat, asked.have, asked.access, True, asked.limit, now,
            with_coordinates=coordinates_released(), fresh=wants_fresh(request),
        )  # fmt: skip
    except (KeyRefused, OperationalError, InterfaceError):
        return None
    body = b'{"at":"%b","items":%b}' % (_minute(now), found)
    response = tagged(request, HttpResponse(body, content_type="application/json; charset=utf-8"))
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Content-Language"] = choose("", request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    for name, value in OPEN.items():
        response.headers[name] = value
    return response


def read(given: QueryDict) -> Asked | None:
    """Return the question, or None when any part of it is not plain."""
    if not KNOWN.issuperset(given) or given.get("open_now") != "true":
        return None
    limit, lng, lat = given.get("limit", "10"), given.get("lng", ""), given.get("lat", "")
    have, access = tuple(given.getlist("have")), tuple(given.getlist("access"))
    if not (_NUMBER.fullmatch(lng) and _NUMBER.fullmatch(lat) and limit.isdecimal() and len(limit) < 3):
        return None
    plain = len(have) <= 20 and all(map(_KEY.fullmatch, have)) and WAYS_IN.issuperset(access) and len(access) <= 5
    place = -180 <= float(lng) <= 180 and -90 <= float(lat) <= 90
    return (
        Asked(float(lng), float(lat), have, access, int(limit)) if plain and place and 1 <= int(limit) <= MOST else None
    )


def _minute(now: datetime) -> bytes:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z").encode()
