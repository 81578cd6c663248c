"""Which stations stand in the GeoJSON file? All public ones that have a position, as text in parts."""

import json
from collections.abc import Iterator
from datetime import datetime

from xiaojia.domains.feeds.queries.rows import walk
from xiaojia.domains.feeds.rules.features import feature


def features(now: datetime, base: str, prefix: str = "") -> Iterator[str]:
    """Yield a FeatureCollection in parts, one query a thousand stations; `prefix` is a division's code without zeros."""
    yield '{"type":"FeatureCollection","features":['
    first = True
    for rows in walk(now, prefix=prefix, placed=True):
        parts = [json.dumps(feature(row, base), ensure_ascii=False, separators=(",", ":")) for row in rows]
        yield ("" if first else ",\n") + ",\n".join(parts)
        first = False
    yield "]}\n"
