"""Which calendar has a mobile station? Its stops as weekly events with ids that stay."""

import json
from collections import Counter
from datetime import datetime
from urllib.parse import urlsplit

from xiaojia.domains.feeds.queries.rows import Row, closure_writes
from xiaojia.domains.feeds.rules import ids
from xiaojia.domains.feeds.rules.days import SHANGHAI
from xiaojia.domains.feeds.rules.timetable import Visit, calendar
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.lib.opening_hours import Hours, from_json


def calendar_of(row: Row, now: datetime, base: str, *, with_place: bool) -> str:
    """Return the calendar of a mobile station; points only `with_place`, which asks for the release."""
    seen: Counter[str] = Counter()
    host = urlsplit(base).hostname or ""
    visits = []
    for stop in row.stops:
        word = f"stop:{stop.place}:{seen[stop.place]}"
        seen[stop.place] += 1
        point = (stop.lng, stop.lat) if with_place else None
        visits.append(Visit(
            f"{ids.derived(row.id, word)}@{host}", f"{row.name}：{stop.place}", stop.place,
            stop.weekdays, stop.start_min, stop.end_min, point,
        ))  # fmt: skip
    return calendar(
        row.name, f"{base}/s/{row.code}/", visits, changed_at=row.changed_at,
        sequence=row.version + closure_writes(row.id, now), today=now.astimezone(SHANGHAI).date(),
        hours=Hours(from_json(json.loads(row.hours)), day_table()) if row.hours else None, shuts=row.shuts,
    )  # fmt: skip
