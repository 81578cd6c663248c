"""How is a street graph read that OSMnx (or networkx) wrote as GraphML? Needs the extra `network`."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from xiaojia_locate.errors import LocateError
from xiaojia_locate.network_files import extra, there, told
from xiaojia_locate.network_rules import above_or_below, refusal
from xiaojia_locate.network_streets import Line, Streets, streets
from xiaojia_locate.reach import Floats

WGS84 = ("4326", "crs84", "wgs84", "wgs 84", "4490")
WKT_LINE = re.compile(r"\s*LINESTRING\s*Z?\s*\(([^()]+)\)\s*", re.IGNORECASE)
AXES = (("x", "y"), ("lng", "lat"), ("lon", "lat"), ("longitude", "latitude"))


def read_graphml(path: str | Path, *, measure: bool = False) -> Streets:
    """Return the streets of a GraphML file (`.graphml` or `.graphml.gz`) that one may walk, both ways.

    Nodes need `x` and `y` (longitude and latitude; or metres, if the graph's `crs` says so). Edges need `length` in metres,
    unless `measure`, which measures the lines instead; `geometry` (WKT) is followed where it stands; `highway`, `foot`,
    `access` … decide who may walk (an edge without `highway` may be walked).
    Raises LocateError: `missing_extra`, `unreadable`, `no_positions`, `no_lengths`, `axis_order`, `length_unit`, `no_streets`.
    """
    graph = _parsed(path)
    number = {node: k for k, node in enumerate(graph.nodes)}
    where = _positions(list(graph.nodes(data=True)))
    kept, left_out = [], Counter[str]()
    for one, other, tags in graph.edges(data=True):
        reason = refusal(tags)
        if reason:
            left_out[reason] += 1
        else:
            kept.append((number[one], number[other], tags))
    if not kept:
        raise LocateError("no_streets", f"{path}: no edge may be walked; left out: {told(left_out)}.")
    return streets(
        where,
        [(one, other) for one, other, _ in kept],
        None if measure else _lengths([tags for _, _, tags in kept]),
        lines=[_wkt(tags.get("geometry"), k) for k, (_, _, tags) in enumerate(kept)],
        geographic=_geographic(graph.graph, where),
        over=[above_or_below(tags) for _, _, tags in kept],
        left_out=left_out,
    )


def _parsed(path: str | Path) -> Any:
    networkx = extra("networkx", "Reading GraphML")
    try:
        return networkx.read_graphml(there(path))
    except LocateError:
        raise
    except Exception as error:  # the parsers raise many kinds; each means the file is not what it should be
        raise LocateError("unreadable", f"{path}: this is not a GraphML file that can be read ({error}).") from error


def _positions(nodes: list[tuple[Any, Mapping[str, Any]]]) -> Floats:
    if not nodes:
        raise LocateError("no_streets", "The graph has no nodes.")
    for axes in AXES:
        if all(axis in nodes[0][1] for axis in axes):
            table = [[_number(tags.get(axis)) for axis in axes] for _, tags in nodes]
            return np.array(table)
    raise LocateError("no_positions", "The nodes of the graph have no x and y (longitude and latitude, or metres).")


def _geographic(about: Mapping[str, Any], where: Floats) -> bool:
    crs = str(about.get("crs", "")).lower()
    if crs:
        return any(name in crs for name in WGS84)
    return bool((np.abs(where) <= 180).all())


def _lengths(edges: Iterable[Mapping[str, Any]]) -> Floats:
    metres = np.array([_number(tags.get("length")) for tags in edges])
    missing = np.flatnonzero(np.isnan(metres))
    if len(missing):
        raise LocateError(
            "no_lengths",
            f"{len(missing)} walkable edges have no length in metres; add it (osmnx.distance.add_edge_lengths), or let the "
            "lines be measured (measure=True).",
            missing,
        )
    return metres


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _wkt(text: object, edge: int) -> Line | None:
    if text is None or not str(text).strip():
        return None
    found = WKT_LINE.fullmatch(str(text))
    pairs = [pair.split() for pair in found[1].split(",")] if found else []
    try:
        return np.array([[float(x), float(y)] for x, y, *_ in pairs or [()]])
    except ValueError as error:
        raise LocateError("unreadable", "geometry must be a WKT LINESTRING.", [edge]) from error
