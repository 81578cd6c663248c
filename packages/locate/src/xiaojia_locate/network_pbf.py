"""How are the streets read from an OpenStreetMap file (PBF, or XML)? Needs the extra `network`."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from xiaojia_locate.errors import LocateError
from xiaojia_locate.network_files import extra, there, told
from xiaojia_locate.network_rules import above_or_below, closed_gate, refusal
from xiaojia_locate.network_streets import Streets, streets
from xiaojia_locate.reach import Floats, Ints


@dataclass
class _Ways:
    """Walkable ways one after the other: node ids and positions, where each way starts, bridges, and what was left out."""

    ids: array = field(default_factory=lambda: array("q"))
    lng: array = field(default_factory=lambda: array("d"))
    lat: array = field(default_factory=lambda: array("d"))
    starts: list[int] = field(default_factory=lambda: [0])
    over: list[bool] = field(default_factory=list)
    gates: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_pbf(path: str | Path) -> Streets:
    """Return the streets of an OpenStreetMap file (`.osm.pbf`; also `.osm`, `.osm.gz`) that one may walk, both ways.

    Ways are cut where they meet; where a way leaves the extract it ends; a gate that nobody on foot may pass (access=private)
    ends it on both sides. Lengths are measured along the ways. OpenStreetMap's data is under the ODbL: name it as the source.
    Raises LocateError: `missing_extra`, `unreadable`, `no_streets`.
    """
    ways = _ways(there(path))
    if not ways.over:
        raise LocateError("no_streets", f"{path}: no way may be walked; left out: {told(ways.left_out)}.")
    where = np.column_stack([np.frombuffer(ways.lng), np.frombuffer(ways.lat)])
    return _cut(np.frombuffer(ways.ids, np.int64), where, ways)


def _ways(path: Path) -> _Ways:
    osmium = extra("osmium", "Reading OpenStreetMap files")
    ways = _Ways()
    try:
        wanted = osmium.filter.KeyFilter("highway", "barrier")
        for item in osmium.FileProcessor(str(path)).with_locations().with_filter(wanted):
            if item.is_node():
                if closed_gate(dict(item.tags)):
                    ways.gates.append(item.id)
            elif item.is_way() and "highway" in item.tags:
                _take(ways, item)
    except RuntimeError as error:
        raise LocateError("unreadable", f"{path}: this OpenStreetMap file cannot be read ({error}).") from error
    return ways


def _take(ways: _Ways, way: Any) -> None:
    tags = dict(way.tags)
    reason = refusal(tags)
    if reason:
        ways.left_out[reason] += 1
        return
    over, length = above_or_below(tags), 0
    for node in way.nodes:
        if node.location.valid():
            ways.ids.append(node.ref)
            ways.lng.append(node.lon)
            ways.lat.append(node.lat)
            length += 1
        else:  # beyond the extract
            length = _close(ways, length, over)
    _close(ways, length, over)


def _close(ways: _Ways, length: int, over: bool) -> int:
    """End a way; one of a single node is none."""
    if length >= 2:
        ways.starts.append(len(ways.ids))
        ways.over.append(over)
    else:
        for column in (ways.ids, ways.lng, ways.lat):
            del column[len(column) - length :]
    return 0


def _cut(ids: Ints, where: Floats, ways: _Ways) -> Streets:
    """Cut the ways at their ends, where they meet and at closed gates."""
    _, first, node = np.unique(ids, return_index=True, return_inverse=True)
    starts = np.array(ways.starts)
    gate = np.isin(ids, np.array(ways.gates, dtype=np.int64))
    ends = np.zeros(len(ids), bool)
    ends[starts[:-1]] = ends[starts[1:] - 1] = True
    at = np.flatnonzero(ends | (np.bincount(node)[node] > 1) | gate)
    way = np.searchsorted(starts, at, side="right") - 1
    together = np.flatnonzero(way[1:] == way[:-1])
    low, high = at[together], at[together + 1]
    joins = np.column_stack([node[low], node[high]])
    shut = np.column_stack([gate[low], gate[high]])
    joins[shut] = len(first) + np.arange(shut.sum())  # at a closed gate every street ends for itself
    nodes = np.concatenate([where[first], where[np.column_stack([low, high])[shut]]])
    used, joins = np.unique(joins, return_inverse=True)
    return streets(
        nodes[used],
        joins.reshape(-1, 2),
        lines=[where[a : b + 1] for a, b in zip(low.tolist(), high.tolist(), strict=True)],
        over=np.array(ways.over)[way[together]],
        left_out=ways.left_out,
    )
