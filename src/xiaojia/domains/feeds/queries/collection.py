"""Which stations stand in the GeoJSON file? All public ones that have a position, as text in parts."""

import json
from collections.abc import Iterator
from datetime import datetime

from xiaojia.domains.feeds.queries.rows import walk
from xiaojia.domains.feeds.rules.features import feature
from xiaojia.domains.stations.queries.hours import shared_from, shared_hours
from xiaojia.kernel.calendar.queries import day_table


def features(now: datetime, base: str, prefix: str = "") -> Iterator[str]:
    """Yield a FeatureCollection in parts, one query a thousand stations; `prefix` is a division's code without zeros."""
    yield '{"type":"FeatureCollection","features":['
    first, table, day = True, day_table(), shared_from(now)
    for rows in walk(now, prefix=prefix, placed=True):
        found = (feature(row, base, shared_hours(row.hours, table, day)) for row in rows)
        parts = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found]
        yield ("" if first else ",\n") + ",\n".join(parts)
        first = False
    yield "]}\n"
