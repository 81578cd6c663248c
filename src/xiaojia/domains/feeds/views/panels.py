"""What does this room add to a station's page? Data for search engines in its head, a mobile station's timetable."""

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from xiaojia.domains.feeds.queries.rows import Row, row_by_code
from xiaojia.domains.feeds.rules.days import SHANGHAI
from xiaojia.domains.feeds.rules.jsonld import hours, place, script_text
from xiaojia.domains.feeds.views.doors import base_of
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.lib.errors import gettext_noop as noop
from xiaojia.lib.opening_hours import from_json

AHEAD = timedelta(days=90)
WEEKDAYS = (noop("周一"), noop("周二"), noop("周三"), noop("周四"), noop("周五"), noop("周六"), noop("周日"))


def station_head(request: HttpRequest, *, station: Any, **_subject: Any) -> dict[str, Any] | None:
    """Return the head's part for a station: its JSON-LD, and the address of its timetable. One query."""
    row = _row(request, station.code)
    if row is None:
        return None
    text = script_text(_described(row, base_of(request)))
    return {
        "template": "feeds/parts/head.html",
        "json": mark_safe(text),  # noqa: S308 - every character that could leave the script element is escaped
        "timetable": reverse("feeds:timetable", args=[row.code]) if row.stops else "",
        "title": row.name,
    }


def timetable(request: HttpRequest, *, station: Any, **_subject: Any) -> dict[str, Any] | None:
    """Return where a mobile station stands on which day, with its calendar; no query beyond the head's."""
    row = _row(request, station.code) if station.mobility == "mobile" else None
    if row is None or not row.stops:
        return None
    stops = sorted(row.stops, key=lambda stop: (min(stop.weekdays, default=7), stop.start_min))
    return {
        "template": "feeds/parts/timetable.html",
        "url": reverse("feeds:timetable", args=[station.code]),
        "stops": [
            (stop.place, day_words(stop.weekdays), f"{_clock(stop.start_min)}–{_clock(stop.end_min)}") for stop in stops
        ],
    }


def _row(request: HttpRequest, code: str) -> Row | None:
    """The station as feeds read it, once for a request."""
    held: dict[str, Row | None] = request.__dict__.setdefault("feeds_rows", {})
    if code not in held:
        held[code] = row_by_code(code, timezone.now())
    return held[code]


def day_words(weekdays: tuple[int, ...]) -> str:
    """Return weekdays in the page's language: "每天", "周一至周五", "周二、周四"."""
    days = sorted(weekdays)
    names = [_(name) for name in WEEKDAYS]
    if len(days) == 7:
        return _("每天都停")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s至%(last)s") % {"first": names[days[0]], "last": names[days[-1]]}
    return _("、").join(names[day] for day in days)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24}:{minute % 60:02d}"


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
