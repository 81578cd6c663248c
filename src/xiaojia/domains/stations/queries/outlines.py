"""Where do the districts end, drawn for the office's map? Simplified outlines, never published."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import shapely

from xiaojia.kernel.places.queries import area_of

TOLERANCE_DEG = 0.0004
MAX_COUNTIES = 200


def outlines(prefixes: Sequence[str]) -> dict[str, Any]:
    """Return the counties of the civil prefixes as a GeoJSON collection (WGS-84, about 40 m exact)."""
    found = [feature for prefix in prefixes if len(prefix) >= 2 for feature in _features(prefix)]
    return {"type": "FeatureCollection", "features": found[:MAX_COUNTIES]}


@lru_cache(maxsize=8)
def _features(prefix: str) -> list[dict[str, Any]]:
    area = area_of(prefix)
    return [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": shapely.geometry.mapping(shapely.set_precision(shape.simplify(TOLERANCE_DEG), 1e-5)),
        }
        for code, name, shape in zip(area.codes, area.names, area.shapes, strict=True)
    ]
