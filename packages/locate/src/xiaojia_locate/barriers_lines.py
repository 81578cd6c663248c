"""What cannot be walked across, and where can it? Rivers and expressways as lines, with bridges and underpasses as points.

A straight way is closed if it meets a barrier at a place that is farther than `tolerance_m` from every crossing; meeting
includes touching. An area (a lake) is its outline: what lies inside is shut in. Needs the extra `network` (shapely).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from xiaojia_locate.errors import LocateError
from xiaojia_locate.network_files import extra, there
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.walking import in_space

TOLERANCE_M = 30.0
CHUNK = 200_000
Lines = Mapping[str, Any] | Iterable[npt.ArrayLike]


@dataclass(frozen=True)
class Barriers:
    """`segments` (n, 2, 2): start and end of every straight part. `crossings` (n_crossing, 2): where one may cross, within
    `tolerance_m`. Positions in WGS-84 degrees, longitude first, or (`geographic` false) in metres."""

    segments: Floats
    crossings: Floats
    tolerance_m: float
    geographic: bool


def barriers(
    lines: Lines,
    crossings: Mapping[str, Any] | npt.ArrayLike | None = None,
    *,
    tolerance_m: float = TOLERANCE_M,
    geographic: bool = True,
) -> Barriers:
    """Return barriers from GeoJSON (LineString, Polygon, their multiples, features) or from arrays (n, 2) of positions.

    `crossings`: positions (n, 2), or GeoJSON points; points among GeoJSON `lines` are crossings too.
    Raises LocateError: `no_barriers`, `shape`, `tolerance`, and those of positions.

    >>> river = barriers([[[0, -50], [0, 50]]], [[0, 40]], tolerance_m=5, geographic=False)
    >>> crosses(river, [[-10, 0], [-10, 38]], [[10, 0], [10, 38]]).tolist()
    [True, False]
    """
    if not tolerance_m >= 0:
        raise LocateError("tolerance", f"tolerance_m must not be below zero, got {tolerance_m}.")
    drawn, points = _taken(lines)
    if crossings is not None:
        points += _taken(crossings)[1] if isinstance(crossings, Mapping) else list(np.asarray(crossings, float))
    if not drawn:
        raise LocateError("no_barriers", "There are no lines among the barriers.")
    for k, line in enumerate(drawn):
        if line.ndim != 2 or line.shape[1] < 2 or len(line) < 2:
            raise LocateError("shape", f"barriers: a line needs two positions or more, got {line.shape}.", [k])
    segments = np.concatenate([np.stack([line[:-1, :2], line[1:, :2]], axis=1) for line in drawn])
    in_space(segments.reshape(-1, 2), "barriers", geographic=geographic)
    places = np.array(points, dtype=np.float64).reshape(-1, np.shape(points[0])[0] if points else 2)[:, :2]
    in_space(places, "crossings", geographic=geographic)
    return Barriers(segments, places, float(tolerance_m), geographic)


def read_barriers(path: str | Path, *, tolerance_m: float = TOLERANCE_M, geographic: bool = True) -> Barriers:
    """Return the barriers of a GeoJSON file; its points are the crossings. Raises LocateError: `unreadable`, as `barriers`."""
    try:
        found = json.loads(there(path).read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise LocateError("unreadable", f"{path}: this is not GeoJSON ({error}).") from error
    if not isinstance(found, dict):
        raise LocateError("unreadable", f"{path}: this is not GeoJSON: an object with a type is needed.")
    return barriers(found, tolerance_m=tolerance_m, geographic=geographic)


def crosses(walls: Barriers, starts: npt.ArrayLike, ends: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return for each straight way (n, 2) to (n, 2) whether a barrier closes it, (n,)."""
    here = np.asarray(starts, np.float64).reshape(-1, 2)
    closed = np.zeros(len(here), bool)
    closed[closings(walls, here, ends)[0]] = True
    return closed


def closings(walls: Barriers, starts: npt.ArrayLike, ends: npt.ArrayLike) -> tuple[Ints, Floats]:
    """Return where straight ways are closed: the row of the way (n_closing,), and the first and the last share of it at which
    it shares ground with one part of a barrier (n_closing, 2); both are the same unless it runs along the barrier."""
    shapely = extra("shapely", "Barriers")
    here, there_ = np.asarray(starts, np.float64).reshape(-1, 2), np.asarray(ends, np.float64).reshape(-1, 2)
    tree = shapely.STRtree(shapely.linestrings(walls.segments))
    bridges = cKDTree(in_space(walls.crossings, "crossings", geographic=walls.geographic)[1])
    long = np.flatnonzero((here != there_).any(axis=1))
    rows, shares = [np.zeros(0, np.int64)], [np.zeros((0, 2))]
    for at in range(0, len(long), CHUNK):
        ours = long[at : at + CHUNK]
        way, wall = tree.query(
            shapely.linestrings(np.stack([here[ours], there_[ours]], axis=1)), predicate="intersects"
        )
        way = ours[way]
        found = _shared(here[way], there_[way], walls.segments[wall])
        bad = ~_at_crossing(walls, bridges, here[way], there_[way], found)
        rows.append(way[bad])
        shares.append(found[bad])
    return np.concatenate(rows), np.concatenate(shares)


def _shared(start: Floats, end: Floats, wall: Floats) -> Floats:
    """The shares of ways between which they meet wall segments (n, 2, 2) that they do meet, (n, 2)."""
    way, along, gap = end - start, wall[:, 1] - wall[:, 0], wall[:, 0] - start
    across = way[:, 0] * along[:, 1] - way[:, 1] * along[:, 0]
    parallel = np.abs(across) <= 1e-12 * np.linalg.norm(way, axis=1) * np.linalg.norm(along, axis=1)
    part = np.divide(gap[:, 0] * along[:, 1] - gap[:, 1] * along[:, 0], across, out=np.zeros(len(way)), where=~parallel)
    ends = np.einsum("nkj,nj->nk", wall - start[:, None], way) / np.einsum("nj,nj->n", way, way)[:, None]
    both = np.where(parallel[:, None], ends, part[:, None])
    return np.asarray(np.sort(np.clip(both, 0.0, 1.0), axis=1))


def _at_crossing(
    walls: Barriers, bridges: cKDTree, start: Floats, end: Floats, shares: Floats
) -> npt.NDArray[np.bool_]:
    """Whether the places between the shares of ways lie within the tolerance of a crossing."""
    near = np.ones(len(start), bool)
    for share in shares.T:
        place = in_space(start + share[:, None] * (end - start), "barriers", geographic=walls.geographic)[1]
        near &= bridges.query(place)[0] <= walls.tolerance_m
    return near


def _taken(lines: Lines) -> tuple[list[Floats], list[Floats]]:
    """The lines and the points among what was given."""
    if not isinstance(lines, Mapping):
        return [np.asarray(line, dtype=np.float64) for line in lines], []
    drawn: list[Floats] = []
    points: list[Floats] = []
    try:
        for kind, coordinates in _geometries(lines):
            (points if kind == "Point" else drawn).append(np.asarray(coordinates, dtype=np.float64))
    except (KeyError, TypeError, ValueError) as error:
        raise LocateError("geojson", f"The GeoJSON of the barriers is broken: {error!r}.") from error
    return drawn, points


def _geometries(item: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """Points and lines of GeoJSON, whatever they are wrapped in."""
    kind = (item or {}).get("type")
    if item is None or kind is None:
        return
    inside = {"FeatureCollection": "features", "GeometryCollection": "geometries"}
    if kind in inside:
        for part in item[inside[kind]]:
            yield from _geometries(part)
    elif kind == "Feature":
        yield from _geometries(item.get("geometry"))
    elif kind in ("Point", "LineString"):
        yield kind, item["coordinates"]
    elif kind in ("MultiPoint", "MultiLineString", "Polygon"):
        yield from (("Point" if kind == "MultiPoint" else "LineString", part) for part in item["coordinates"])
    elif kind == "MultiPolygon":
        yield from (("LineString", ring) for polygon in item["coordinates"] for ring in polygon)
    else:
        raise ValueError(f"{kind} is neither a line nor a polygon nor a point")
