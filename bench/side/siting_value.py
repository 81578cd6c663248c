"""What is a choice of sites worth? Counted plainly from the positions, with nothing of any solver."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

PART = 1 << 20


def value(asked: Mapping[str, Any], sites: list[int]) -> float:
    """Return the covered weight, the cost of a share, the farthest distance or the sum of ways; nan if it breaks the question."""
    kind, chosen = str(asked["kind"]), np.asarray(sites, dtype=np.int64)
    fixed = asked.get("fixed", np.zeros(0, np.int64))
    new = np.setdiff1d(chosen, fixed)
    spent = float(asked["costs"][new].sum()) if "costs" in asked else float(len(new))
    room = float(asked["budget"] if "budget" in asked else asked.get("open_sites", np.inf))
    if spent > room + 1e-6 or not np.isin(fixed, chosen).all() or not len(chosen):
        return float("nan")
    if kind in ("center", "median"):
        return _ways(asked, chosen, kind)
    if kind == "hours":
        return _hours(asked, chosen)
    total = all_weight = 0.0
    for rows, count in _counts(asked, chosen):
        first = asked["weights"][rows] if "weights" in asked else np.ones(len(count))
        all_weight += float(first.sum())
        total += float(first[count > 0].sum())
        if "again" in asked:
            total += float(asked["again"][rows][count > 1].sum())
    if kind == "share":
        return spent if total >= float(asked["share"]) * all_weight * (1 - 1e-9) else float("nan")
    return total


def _counts(asked: Mapping[str, Any], chosen: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """How many of the chosen sites reach each point, part by part."""
    if "starts" in asked:
        passed = np.concatenate([[0], np.cumsum(np.isin(asked["columns"], chosen))])
        yield slice(None), np.diff(passed[asked["starts"]])
        return
    points = np.load(str(asked["path"]), mmap_mode="r") if "path" in asked else asked["points"]
    tree = cKDTree(asked["sites"][chosen])
    for start in range(0, len(points), PART):
        rows = slice(start, start + PART)
        yield rows, tree.query_ball_point(points[rows], float(asked["limit_m"]) * (1 + 1e-12), return_length=True)


def _hours(asked: Mapping[str, Any], chosen: np.ndarray) -> float:
    total = 0.0
    for slot in range(asked["hours"].shape[1]):
        then = chosen[asked["hours"][chosen, slot] > 0]
        if len(then):
            part = {"sites": asked["sites"], "points": asked["points"], "limit_m": asked["limit_m"]}
            total += sum(float(asked["by_slot"][rows, slot][count > 0].sum()) for rows, count in _counts(part, then))
    return total


def _ways(asked: Mapping[str, Any], chosen: np.ndarray, kind: str) -> float:
    if "table" in asked:
        nearest = asked["table"][:, chosen].min(axis=1)
    else:
        nearest = cKDTree(asked["sites"][chosen]).query(asked["points"])[0]
    weights = asked.get("weights", np.ones(len(nearest)))
    return float(nearest.max()) if kind == "center" else float(nearest @ weights)
