"""What is a street network? Nodes, undirected edges with a length in metres, and the line that each edge follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from xiaojia_locate.classes import places_of
from xiaojia_locate.errors import LocateError
from xiaojia_locate.network_fit import check_fit
from xiaojia_locate.question import row
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.walking import in_space

Line = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Streets:
    """A street network on which one walks both ways along every edge.

    `nodes` (n_node, 2): WGS-84 degrees, longitude first, or metres. `ends` (n_edge, 2): the nodes that an edge joins.
    `length_m` (n_edge,). `vertices` (n_vertex, 2) and `starts` (n_edge + 1,): the line of each edge, from its first end to
    its second. `over` (n_edge,): bridges and tunnels. `left_out`: how many edges of the source may not be walked, by tag.
    """

    nodes: Floats
    ends: Ints
    length_m: Floats
    vertices: Floats
    starts: Ints
    over: npt.NDArray[np.bool_]
    geographic: bool
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def n_node(self) -> int:
        return len(self.nodes)

    @property
    def n_edge(self) -> int:
        return len(self.ends)

    @cached_property
    def parts(self) -> Ints:
        """The part of the network that each node belongs to, (n_node,); between different parts no street leads.

        A node without streets is a part of its own, of 0 m.
        """
        joined = sparse.coo_matrix((np.ones(self.n_edge), self.ends.T), shape=(self.n_node, self.n_node))
        return np.asarray(connected_components(joined, directed=False)[1], dtype=np.int64)

    @cached_property
    def part_length_m(self) -> Floats:
        """The metres of street in each part, (n_part,)."""
        length_m = np.bincount(self.parts[self.ends[:, 0]], self.length_m, minlength=int(self.parts.max()) + 1)
        return length_m.astype(np.float64)

    @cached_property
    def in_space(self) -> Floats:
        """The vertices in metres: on the sphere (n_vertex, 3) or in the plane (n_vertex, 2)."""
        return in_space(self.vertices, "streets", geographic=self.geographic)[1]

    def keep(self, edges: npt.NDArray[np.bool_]) -> "Streets":
        """Return the network of some edges only, (n_edge,) bool; all nodes stay."""
        chosen = np.flatnonzero(edges)
        places, starts = places_of(self.starts, chosen)
        return Streets(
            self.nodes, self.ends[chosen], self.length_m[chosen], self.vertices[places], starts, self.over[chosen],
            self.geographic, self.left_out,
        )  # fmt: skip

    def without_islands(self, least_m: float) -> "Streets":
        """Return the network without parts of less than `least_m` of street in all; the longest part always stays.

        Small islands come from extracts cut at a box and from paths that were drawn but not joined to a street.
        """
        large = self.part_length_m >= min(least_m, self.part_length_m.max())
        return self.keep(large[self.parts[self.ends[:, 0]]])


def streets(
    nodes: npt.ArrayLike,
    ends: npt.ArrayLike,
    length_m: npt.ArrayLike | None = None,
    *,
    lines: Sequence[npt.ArrayLike | None] | None = None,
    geographic: bool = True,
    over: npt.ArrayLike | None = None,
    left_out: Mapping[str, int] | None = None,
) -> Streets:
    """Return the network of given nodes (n_node, 2) and edges (n_edge, 2), in WGS-84 degrees or (`geographic=False`) metres.

    `length_m` (n_edge,): measured along the lines if left out. `lines`: positions (n, 2) of each edge, None for a straight
    one, in either direction. An edge given twice, be it the other way round, is taken once, at the smaller length.
    Raises LocateError: `no_streets`, `unknown_node`, `length_unit`, `axis_order`, and those of positions and numbers.

    >>> streets([[0, 0], [30, 40]], [[0, 1]], geographic=False).length_m.tolist()
    [50.0]
    """
    where, space = in_space(nodes, "nodes", geographic=geographic)
    joins = _ends(ends, len(where))
    drawn = [_line(None if lines is None else lines[k], where, a, b) for k, (a, b) in enumerate(joins)]
    flat = np.concatenate(drawn)
    starts = np.concatenate([[0], np.cumsum([len(line) for line in drawn])])
    measured_m = along(in_space(flat, "lines", geographic=geographic)[1], starts)[1]
    given_m = measured_m if length_m is None else row(length_m, len(joins), "length_m")
    if length_m is not None:
        check_fit(given_m, measured_m, flat, starts, geographic=geographic)
    crossing = np.zeros(len(joins), bool) if over is None else np.asarray(over, bool)
    chosen, shortest_m = _once(joins, drawn, given_m)
    whole = Streets(where, joins, shortest_m, flat, starts, crossing, geographic, dict(left_out or {}))
    return whole.keep(chosen)


def along(space: Floats, starts: Ints) -> tuple[Floats, Floats]:
    """Return how far each vertex lies along its line, (n_vertex,), and how long each line is, (n_line,), in metres."""
    step = np.zeros(len(space))
    step[1:] = np.linalg.norm(np.diff(space, axis=0), axis=1)
    step[starts[:-1]] = 0.0
    passed = np.cumsum(step)
    passed -= np.repeat(passed[starts[:-1]], np.diff(starts))
    return np.maximum(passed, 0.0), np.maximum(passed[starts[1:] - 1], 0.0)


def _ends(ends: npt.ArrayLike, n_node: int) -> Ints:
    joins = np.asarray(ends, dtype=np.int64)
    if not joins.size:
        raise LocateError("no_streets", "The network has no streets that one may walk; was the file filtered for cars?")
    if joins.ndim != 2 or joins.shape[1] != 2:
        raise LocateError("shape", f"ends: two node numbers for each edge needed, got an array of shape {joins.shape}.")
    wrong = np.flatnonzero(((joins < 0) | (joins >= n_node)).any(axis=1))
    if len(wrong):
        raise LocateError("unknown_node", f"ends: nodes are numbered 0 to {n_node - 1}.", wrong)
    return joins


def _line(line: npt.ArrayLike | None, nodes: Floats, one: int, other: int) -> Line:
    """The line of an edge from its first end to its second."""
    if line is None:
        return nodes[[one, other]]
    drawn = np.asarray(line, dtype=np.float64)
    if drawn.ndim != 2 or drawn.shape[1] != 2 or len(drawn) < 2:
        raise LocateError("shape", f"lines: each needs at least two positions, got an array of shape {drawn.shape}.")
    here, there = nodes[one], nodes[other]
    as_is = np.abs(drawn[0] - here).sum() + np.abs(drawn[-1] - there).sum()
    turned = np.abs(drawn[-1] - here).sum() + np.abs(drawn[0] - there).sum()
    return drawn[::-1] if turned < as_is else drawn


def _once(ends: Ints, lines: list[Line], length_m: Floats) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Which edges are the first of those with the same ends and the same line, and the least length of such edges."""
    first: dict[tuple[int, int, bytes], int] = {}
    kept, least_m = np.zeros(len(ends), bool), length_m.copy()
    for k, ((a, b), line) in enumerate(zip(ends.tolist(), lines, strict=True)):
        there, back = (line + 0.0).tobytes(), (line[::-1] + 0.0).tobytes()
        place = first.setdefault((min(a, b), max(a, b), min(there, back)), k)
        kept[place] = True
        least_m[place] = min(least_m[place], length_m[k])
    return kept, least_m
