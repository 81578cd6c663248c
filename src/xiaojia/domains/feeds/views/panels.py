"""What does this room add to a station's page? Data for search engines in its head, a mobile station's calendar in its rows."""

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from xiaojia.domains.feeds.queries.rows import Row, row_by_code
from xiaojia.domains.feeds.rules.days import SHANGHAI
from xiaojia.domains.feeds.rules.jsonld import hours, place, script_text
from xiaojia.domains.feeds.views.doors import base_of
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.lib.opening_hours import from_json

AHEAD = timedelta(days=90)


def station_head(request: HttpRequest, *, station: Any, **_subject: Any) -> dict[str, Any] | None:
    """Return the head's part for a station: its JSON-LD, and the address of its timetable. One query."""
    row = row_by_code(station.code, timezone.now())
    if row is None:
        return None
    text = script_text(_described(row, base_of(request)))
    return {
        "template": "feeds/parts/head.html",
        "json": mark_safe(text),  # noqa: S308 - every character that could leave the script element is escaped
        "timetable": reverse("feeds:timetable", args=[row.code]) if row.stops else "",
        "title": row.name,
    }


def timetable_row(request: HttpRequest, *, station: Any, **_subject: Any) -> dict[str, Any] | None:
    """Return the link to a mobile station's calendar; no query."""
    if station.mobility != "mobile" or not station.hours:
        return None
    return {"template": "feeds/parts/timetable.html", "url": reverse("feeds:timetable", args=[station.code])}


def list_head(request: HttpRequest, **_subject: Any) -> dict[str, Any] | None:
    """Return the head's part for the list: where the same stands for machines; nothing while that is closed."""
    if not coordinates_released():
        return None
    return {"template": "feeds/parts/list_head.html", "geojson": reverse("feeds:geojson"), "demo": settings.IS_DEMO}


def _described(row: Row, base: str) -> dict[str, Any]:
    known = kinds()
    equipment = [
        (known[key].name, key in row.have) for key in (*row.have, *row.broken)
        if key in known and known[key].group != "management"
    ]  # fmt: skip
    said = place(row, f"{base}/s/{row.code}/", equipment, with_geo=coordinates_released())
    if row.hours:
        today = timezone.now().astimezone(SHANGHAI).date()
        said |= hours(from_json(json.loads(row.hours)), day_table(), today, today + AHEAD, row.shuts)
    return said
