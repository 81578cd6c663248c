"""What is left of the streets where barriers cross them? Both sides, as dead ends that stop short of the barrier."""

from dataclasses import replace

import numpy as np

from xiaojia_locate.barriers_lines import Barriers, closings
from xiaojia_locate.errors import LocateError
from xiaojia_locate.network_streets import Streets, along
from xiaojia_locate.reach import Floats, Ints

SHORT_M = 0.5  # a dead end stops so far before the barrier, and is dropped if it is no longer than that


def without_crossing(network: Streets, walls: Barriers) -> Streets:
    """Return the network without the ways over barriers away from their crossings; bridges and tunnels stay as they are.

    A street that meets a barrier is cut there; `left_out["barrier"]` says how many were cut.
    Raises LocateError `no_streets` if nothing is left.
    """
    vertex = np.setdiff1d(np.arange(len(network.vertices)), network.starts[1:] - 1, assume_unique=True)
    edge = np.repeat(np.arange(network.n_edge), np.diff(network.starts) - 1)
    vertex, edge = vertex[~network.over[edge]], edge[~network.over[edge]]
    row, shares = closings(walls, network.vertices[vertex], network.vertices[vertex + 1])
    cut = np.unique(edge[row])
    kept = network.keep(~np.isin(np.arange(network.n_edge), cut))
    passed, whole = along(network.in_space, network.starts)
    step = passed[vertex[row] + 1] - passed[vertex[row]]
    shut = passed[vertex[row], None] + shares * step[:, None] + [-SHORT_M, SHORT_M]
    stubs: list[tuple[int, Ints, Floats, float]] = []
    nodes = [network.nodes]
    n_node = network.n_node
    for k in cut.tolist():
        places = slice(network.starts[k], network.starts[k + 1])
        for low, high in _open(shut[edge[row] == k], whole[k]):
            line = _clip(network.vertices[places], passed[places], low, high)
            ends = network.ends[k].copy()
            for side, free in ((0, low > 0), (1, high < whole[k])):
                if free:
                    ends[side], n_node = n_node, n_node + 1
                    nodes.append(line[[-side]])
            stubs.append((k, ends, line, (high - low) / whole[k] * network.length_m[k]))
    if not kept.n_edge + len(stubs):
        raise LocateError("no_streets", "Every street lies on a barrier; are both in the same coordinates?")
    left_out = {**network.left_out, "barrier": len(cut)}
    return _with(replace(kept, nodes=np.concatenate(nodes), left_out=left_out), stubs)


def _open(shut: Floats, whole_m: float) -> list[tuple[float, float]]:
    """What lies between the closed stretches (n, 2) of a line, in metres along it, if it is longer than `SHORT_M`."""
    free, at = [], 0.0
    for low, high in sorted(shut.tolist()):
        free.append((at, low))
        at = max(at, high)
    return [(low, high) for low, high in [*free, (at, whole_m)] if high - low > SHORT_M]


def _clip(line: Floats, passed: Floats, low: float, high: float) -> Floats:
    """The part of a line (n, 2) between two distances along it."""
    inside = (passed > low) & (passed < high)
    ends = np.array([[np.interp(at, passed, line[:, axis]) for axis in (0, 1)] for at in (low, high)])
    return np.concatenate([ends[:1], line[inside], ends[1:]])


def _with(network: Streets, stubs: list[tuple[int, Ints, Floats, float]]) -> Streets:
    """The network with more edges: (edge that it was, ends, line, metres)."""
    if not stubs:
        return network
    starts = network.starts[-1] + np.cumsum([len(line) for _, _, line, _ in stubs])
    return replace(
        network,
        ends=np.concatenate([network.ends, [ends for _, ends, _, _ in stubs]]),
        length_m=np.concatenate([network.length_m, [metres for *_, metres in stubs]]),
        vertices=np.concatenate([network.vertices, *(line for _, _, line, _ in stubs)]),
        starts=np.concatenate([network.starts, starts]),
        over=np.concatenate([network.over, np.zeros(len(stubs), bool)]),
    )
