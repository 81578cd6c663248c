"""In which district does a place lie? Polygons of GeoJSON asked point by point, by counting crossings of their edges."""

from pathlib import Path
from typing import Any

import numpy as np

from xiaojia_locate.command.columns import Floats, plain
from xiaojia_locate.command.faults import refuse
from xiaojia_locate.command.ground import Ground
from xiaojia_locate.command.tables import content, features

NAMES = ("name", "名称", "district", "区县", "title", "fullname", "district_name", "dist_name")
Rings = list[Floats]


def read_districts(path: Path, crs: str, ground: Ground) -> dict[str, list[Rings]]:
    """Return the polygons of each district as rings in WGS-84 degrees or metres; the first ring is the outline."""
    found: dict[str, list[Rings]] = {}
    for row, one in enumerate(features(content(path, "districts"), path, "districts"), start=1):
        shape, kind = one["geometry"], one["geometry"].get("type")
        name = _name(one["properties"])
        if kind not in ("Polygon", "MultiPolygon") or not name:
            raise refuse("districts", "not_polygons", [row], file=path.name, kind=kind or "nothing")
        parts = [shape["coordinates"]] if kind == "Polygon" else shape["coordinates"]
        rings = [[ground.to_work(np.array(ring, np.float64)[:, :2], crs) for ring in part] for part in parts]
        found.setdefault(name, []).extend(rings)
    return found


def _name(properties: dict[str, Any]) -> str:
    titles = {plain(name): value for name, value in properties.items()}
    return next((str(titles[name]) for name in NAMES if titles.get(name)), "")


def district_of(places: Floats, districts: dict[str, list[Rings]]) -> list[str]:
    """Return the district of each place, nothing outside of all."""
    found = np.full(len(places), "", dtype=object)
    for name, polygons in districts.items():
        for rings in polygons:
            low, high = rings[0].min(axis=0), rings[0].max(axis=0)
            near = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1) & (found == ""))
            if len(near):
                inside = _odd(places[near], rings)
                found[near[inside]] = name
    return [str(name) for name in found]


def _odd(places: Floats, rings: Rings) -> np.ndarray:
    """Whether a ray to the east crosses the rings an odd number of times (holes count like outlines)."""
    crossings = np.zeros(len(places), np.int64)
    x, y = places[:, 0], places[:, 1]
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring[:-1], ring[1:], strict=True):
            between = (y1 > y) != (y2 > y)
            if between.any():
                with np.errstate(divide="ignore", invalid="ignore"):
                    crossings += between & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return crossings % 2 == 1
