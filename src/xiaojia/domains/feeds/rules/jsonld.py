"""How does a station read as schema.org JSON-LD? A CivicStructure with hours, holidays, equipment; `geo` only when released."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from xiaojia.domains.feeds.rules.days import DAY_MIN, Span, Special, Week, day_by_day, stretches
from xiaojia.lib.opening_hours import Schedule
from xiaojia.lib.workdays import DayTable

CONTEXT = "https://schema.org"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PUBLIC_ACCESS = {"free": True, "ask": True, "scan": True, "members": False, "customers": False}
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
Said = dict[str, Any]


def place(row: Any, url: str, equipment: Sequence[tuple[str, bool]], *, with_geo: bool) -> Said:
    """Return what is said of a public station besides its hours; `equipment` is (name, whether it can be used)."""
    said: Said = {
        "@context": CONTEXT, "@type": "CivicStructure", "@id": url, "name": row.name, "identifier": row.code, "url": url,
        "isAccessibleForFree": True, "address": _address(row),
    }  # fmt: skip
    optional = {
        "alternateName": list(row.aliases), "description": row.description, "telephone": row.phone,
        "maximumAttendeeCapacity": row.capacity, "publicAccess": PUBLIC_ACCESS.get(row.access),
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": name, "value": usable} for name, usable in equipment
        ],
    }  # fmt: skip
    said |= {key: value for key, value in optional.items() if value not in ("", None, [])}
    if with_geo and row.lng is not None:
        said["geo"] = {"@type": "GeoCoordinates", "latitude": row.lat, "longitude": row.lng}
    return said


def _address(row: Any) -> Said:
    parts = {
        "streetAddress": row.address or row.street, "addressLocality": row.city, "addressRegion": row.province,
        "addressCountry": "CN",
    }  # fmt: skip
    return {"@type": "PostalAddress"} | {key: text for key, text in parts.items() if text}


def hours(schedule: Schedule, table: DayTable, first: date, last: date, shuts: Sequence[Any]) -> Said:
    """Return the ordinary weeks and the special days between two dates.

    Special days replace the ordinary ones. A day whose hours nobody knows yet cannot be said at all: the ordinary
    week then ends before it and begins again after it.
    """
    ordinary: list[Said] = []
    special: list[Said] = []
    run: list[Week] = []
    bounded = False
    for stretch in stretches(day_by_day(schedule, table, first, last, shuts), schedule):
        if isinstance(stretch, Week) and (not run or run[-1].days == stretch.days):
            run.append(stretch)
        elif isinstance(stretch, Week) or stretch.spans is None:
            ordinary += _ordinary(run, bounded=True)
            run, bounded = ([stretch], True) if isinstance(stretch, Week) else ([], True)
        if isinstance(stretch, Special) and stretch.spans is not None:
            special += _special(stretch)
    ordinary += _ordinary(run, bounded=bounded)
    said = {"openingHoursSpecification": ordinary, "specialOpeningHoursSpecification": special}
    return {key: value for key, value in said.items() if value}


def _ordinary(run: Sequence[Week], *, bounded: bool) -> Iterator[Said]:
    """One specification for each pair of times of a week; with dates where the week does not hold throughout."""
    if not run:
        return
    by_times: dict[Span, list[int]] = {}
    for weekday, spans in enumerate(run[-1].days):
        for span in spans:
            by_times.setdefault(Span(span.start_min, span.end_min, True), []).append(weekday)
    for span, weekdays in sorted(by_times.items()):
        said = _times(span) | {"dayOfWeek": [f"{CONTEXT}/{WEEKDAYS[weekday]}" for weekday in weekdays]}
        if bounded:
            said["validFrom"] = run[0].first.isoformat()
            if not run[-1].open_ended:
                said["validThrough"] = run[-1].last.isoformat()
        yield said


def _special(special: Special) -> Iterator[Said]:
    dates = {"validFrom": special.first.isoformat(), "validThrough": special.last.isoformat()}
    words = {"description": special.why} if special.why != "-" else {}
    for span in special.spans or ():
        yield _times(span) | dates | words
    if not special.spans:
        yield {"@type": "OpeningHoursSpecification", "opens": "00:00", "closes": "00:00"} | dates | words


def _times(span: Span) -> Said:
    """A whole day is 00:00 to 23:59, as schema.org writes it; a night ends on a clock before its beginning."""
    end = span.end_min - 1 if span.end_min - span.start_min == DAY_MIN else span.end_min
    if span.end_min == DAY_MIN:
        end = DAY_MIN - 1
    return {"@type": "OpeningHoursSpecification", "opens": _clock(span.start_min), "closes": _clock(end)}


def _clock(minute: int) -> str:
    return f"{minute % DAY_MIN // 60:02d}:{minute % 60:02d}"


def script_text(said: Said) -> str:
    """Return JSON that may stand inside a script element: nothing in it can end the element or begin another."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return "".join(ESCAPES.get(character, character) for character in text)
