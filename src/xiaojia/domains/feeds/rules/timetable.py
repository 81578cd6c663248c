"""How does a mobile station's timetable read as a calendar (RFC 5545)? One weekly event for each stop, closed days left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from xiaojia.domains.feeds.rules.days import DAY_MIN, SHANGHAI, Shut
from xiaojia.lib.opening_hours import Hours

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
AHEAD_DAYS = 182
PRODUCT = "-//Xiaojia//timetable//ZH"


@dataclass(frozen=True)
class Visit:
    """One weekly event: its stable id, words, weekdays (0 = Monday), minutes after midnight, and a point if released."""

    uid: str
    summary: str
    place: str
    weekdays: tuple[int, ...]
    start_min: int
    end_min: int
    point: tuple[float, float] | None = None


def calendar(
    name: str,
    url: str,
    events: Sequence[Visit],
    *,
    changed_at: datetime,
    sequence: int,
    today: date,
    hours: Hours | None,
    shuts: Sequence[Shut],
) -> str:
    """Return the calendar as text. `sequence` must grow with every change; days on which the stop is not open are EXDATEs."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    made.add_component(_zone())
    for event in events:
        made.add_component(_event(event, url, changed_at, sequence, today, hours, shuts))
    return bytes(made.to_ical()).decode()


def _zone() -> Timezone:
    """China has had one offset and no summer time since 1991."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Asia/Shanghai")
    standard.add("dtstart", datetime(1991, 9, 15))  # noqa: DTZ001 - local by definition
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(
    event: Visit, url: str, changed_at: datetime, sequence: int, today: date, hours: Hours | None, shuts: Sequence[Shut]
) -> Event:
    first = _first(event, changed_at.astimezone(SHANGHAI).date())
    made = Event()
    made.add("uid", event.uid)
    made.add("dtstamp", changed_at)
    made.add("last-modified", changed_at)
    made.add("sequence", sequence)
    made.add("summary", event.summary)
    made.add("location", event.place)
    made.add("url", url)
    made.add("dtstart", _at(first, event.start_min))
    made.add("dtend", _at(first, event.end_min))
    made.add("rrule", {"freq": "weekly", "wkst": "MO", "byday": [DAYS[day] for day in sorted(event.weekdays)]})
    left_out = [_at(on, event.start_min) for on in _left_out(event, max(first, today), hours, shuts)]
    if left_out:
        made.add("exdate", left_out)
    if event.point:
        made.add("geo", (event.point[1], event.point[0]))
    made.add("transp", "TRANSPARENT")
    return made


def _first(event: Visit, on: date) -> date:
    """The first day of the event in the week of its last change: it moves only with `sequence`."""
    monday = on - timedelta(days=on.weekday())
    return monday + timedelta(days=min(event.weekdays))


def _left_out(event: Visit, first: date, hours: Hours | None, shuts: Sequence[Shut]) -> Iterable[date]:
    """The days ahead on which a closure, an exception or a holiday takes the stop away."""
    for step in range(AHEAD_DAYS):
        on = first + timedelta(days=step)
        if on.weekday() not in event.weekdays:
            continue
        start, end = _at(on, event.start_min), _at(on, event.end_min)
        shut = any(s.starts_at < end and (s.ends_at is None or s.ends_at > start) for s in shuts)
        times = hours.intervals_on(on) if hours else None
        gone = times is not None and not any(t.start_min < event.end_min and event.start_min < t.end_min for t in times)
        if shut or gone:
            yield on


def _at(on: date, minute: int) -> datetime:
    midnight = datetime.combine(on, datetime.min.time(), SHANGHAI)
    return midnight + timedelta(days=minute // DAY_MIN, minutes=minute % DAY_MIN)
