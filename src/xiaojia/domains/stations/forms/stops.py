"""What does an officer type about a mobile station's timetable? A line for each stop: where, on which days, from when to when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from xiaojia.domains.stations.forms.hours import tidy
from xiaojia.domains.stations.models import TimetableStop
from xiaojia.lib.coordinates import parse_pair
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.opening_hours import clock, minutes
from xiaojia.web.errors import message_of

LIMIT, SPARE = 30, 2


@dataclass
class StopRow:
    """A stop as typed; `error` says what is wrong with it."""

    number: int
    place: str = ""
    weekdays: tuple[int, ...] = ()
    start: str = ""
    end: str = ""
    position: str = ""
    datum: str = "wgs84"
    error: str = ""

    @property
    def empty(self) -> bool:
        return not (self.place or self.position or self.weekdays)


def from_stops(stops: Iterable[TimetableStop]) -> list[StopRow]:
    """Return the stored stops as rows; positions in WGS-84."""
    return [
        StopRow(n, s.place, tuple(s.weekdays), clock(s.start_min), clock(s.end_min), f"{s.lng:.6f},{s.lat:.6f}")
        for n, s in enumerate(stops)
    ]


def from_post(data: Mapping[str, Any]) -> list[StopRow]:
    """Return what was typed, without the empty lines."""
    rows = []
    for n in range(LIMIT):
        if f"place-{n}" not in data:
            break
        said = {
            key: str(data.get(f"{key}-{n}") or "").strip()[:120]
            for key in ("place", "start", "end", "position", "datum")
        }
        days = tuple(day for day in range(7) if data.get(f"day{day}-{n}"))
        row = StopRow(n, said["place"], days, said["start"], said["end"], said["position"], said["datum"] or "wgs84")
        if not row.empty:
            rows.append(row)
    return rows


def to_stops(rows: list[StopRow]) -> list[dict[str, Any]] | None:
    """Return the stops as the verb takes them, or None with the mistakes written into the rows."""
    found = []
    for row in rows:
        try:
            found.append(_stop(row))
        except XiaojiaError as error:
            row.error = message_of(error)
    return None if any(row.error for row in rows) else found


def with_spares(rows: list[StopRow]) -> list[StopRow]:
    """Return the rows numbered anew, with empty ones to type into."""
    full = [row for row in rows if not row.empty]
    for n, row in enumerate(full):
        row.number = n
    return full + [StopRow(len(full) + n) for n in range(SPARE)]


def _stop(row: StopRow) -> dict[str, Any]:
    if not row.place:
        raise XiaojiaError("no_place", _("请写停在哪里。"))
    if not row.weekdays:
        raise XiaojiaError("no_weekdays", _("请选星期几。"))
    start, end = minutes(tidy(row.start)), minutes(tidy(row.end))
    if not 0 <= start < end <= 1440:
        raise XiaojiaError("end_before_start", _("结束时间要晚于开始时间，同一天内。"))
    point = parse_pair(row.position).as_point(row.datum).to_wgs84()
    return {
        "place": row.place, "weekdays": list(row.weekdays), "start_min": start, "end_min": end,
        "lng": point.lng, "lat": point.lat,
    }  # fmt: skip
