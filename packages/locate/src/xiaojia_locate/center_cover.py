"""Do so many sites reach all these points within a limit? Reduced first, then searched, then handed to a solver.

Dominance (Toregas and others 1971): a site that reaches a part of what another reaches is never needed; a point all of whose
sites include those of another point is covered with it. Both keep the least number of sites. Points no two of which share a
site need a site each, so that many more than are left prove that there is no cover.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from xiaojia_locate.answer import Limits
from xiaojia_locate.center_kernels import NO, UNSURE, YES, Array, maximal, minimal, search
from xiaojia_locate.kernels import COMPILED
from xiaojia_locate.programs import quiet, run
from xiaojia_locate.reach import Floats, Ints

STEPS = 20_000  # of the search, before the solver takes over
NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Verdict:
    """YES with sites, NO, or UNSURE when a limit ended it."""

    status: int
    sites: Ints


def decide(near: list[tuple[Ints, Floats]], n_site: int, number: int, limits: Limits) -> Verdict:
    """Say whether `number` sites cover all points; `near`: for each point the sites that reach it, with their distances."""
    if not near:
        return Verdict(YES, NOTHING)
    if number <= 0 or any(not len(sites) for sites, _ in near):
        return Verdict(NO, NOTHING)
    sites, cover = reduced(*_sets(near, n_site))
    rows = flipped(cover)[: len(near)]
    cover, rows = _core(cover, rows)
    bits = unpacked(rows, len(cover))
    status = UNSURE
    chosen = np.full(number, -1, dtype=np.int64)
    if COMPILED:
        status = search(*_searchable(bits, cover, rows), number, STEPS, chosen)
    if status == UNSURE:
        status, chosen = _solved(bits, number, limits)
    return Verdict(status, sites[chosen[chosen >= 0]] if status == YES else NOTHING)


def _sets(near: list[tuple[Ints, Floats]], n_site: int) -> tuple[Ints, Array, Floats]:
    """Return the sites that reach any point, what they reach as bits, and the farthest that they reach."""
    touched = np.zeros(n_site, dtype=bool)
    for sites, _ in near:
        touched[sites] = True
    used = np.flatnonzero(touched)
    place = np.empty(n_site, dtype=np.int64)
    place[used] = np.arange(len(used))
    bits = np.zeros((-(-len(near) // 64), len(used)), dtype=np.uint64)
    far = np.zeros(len(used))
    for point, (sites, away) in enumerate(near):
        mine = place[sites]
        bits[point >> 6, mine] |= np.uint64(1 << (point & 63))
        far[mine] = np.maximum(far[mine], away)
    return used, np.ascontiguousarray(bits.T), far


def reduced(sites: Ints, cover: Array, far: Floats) -> tuple[Ints, Array]:
    """Return one site for each largest set: the one whose farthest point is nearest."""
    odd = np.random.default_rng(5).integers(0, 2**63, cover.shape[1], dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    with np.errstate(over="ignore"):
        key = (cover * odd).sum(axis=1, dtype=np.uint64)
    order = np.lexsort((far, key))
    fresh = np.concatenate([[True], key[order][1:] != key[order][:-1]])
    leader = order[np.flatnonzero(fresh)[np.cumsum(fresh) - 1]]
    if not np.array_equal(cover[order], cover[leader]):  # two sets with the same key: compare them whole
        order = np.lexsort((far, *cover.T))
        fresh = np.concatenate([[True], (cover[order][1:] != cover[order][:-1]).any(axis=1)])
    first = np.sort(order[fresh])
    sites, cover = sites[first], cover[first]
    keep = maximal(cover, np.argsort(-_sizes(cover), kind="stable"))
    return sites[keep], np.ascontiguousarray(cover[keep])


def _core(cover: Array, rows: Array) -> tuple[Array, Array]:
    """Return columns and rows without the rows that are covered with others; dropped columns would renumber, so they stay."""
    keep = minimal(rows, np.argsort(_sizes(rows), kind="stable"))
    bits = unpacked(cover, len(keep))[:, keep]
    return packed(bits), np.ascontiguousarray(rows[keep])


def _searchable(bits: Array, cover: Array, rows: Array) -> tuple[Array, Array, Array, Array, Array]:
    part = sparse.csr_array(bits.astype(np.int32))
    meets = packed(((part @ part.T) > 0).toarray())
    sizes = np.diff(part.indptr)
    large = _sizes(cover)
    row = np.repeat(np.arange(len(rows)), sizes)
    columns = part.indices[np.lexsort((-large[part.indices], row))].astype(np.int64)
    return cover, meets, part.indptr.astype(np.int64), columns, np.argsort(sizes, kind="stable")


def _solved(bits: Array, number: int, limits: Limits) -> tuple[int, Ints]:
    """Ask the solver for any cover with at most `number` columns."""
    rows, columns = bits.shape
    table = sparse.vstack([sparse.csr_matrix(bits.astype(float)), np.ones((1, columns))]).tocsc()
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns, rows + 1
    program.col_cost_ = np.ones(columns)
    program.col_lower_, program.col_upper_ = np.zeros(columns), np.ones(columns)
    program.row_lower_ = np.concatenate([np.ones(rows), [0.0]])
    program.row_upper_ = np.concatenate([np.full(rows, np.inf), [float(number)]])
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = table.indptr, table.indices
    program.a_matrix_.value_ = table.data
    program.integrality_ = [highspy.HighsVarType.kInteger] * columns
    solver = quiet(limits)
    solver.setOptionValue("mip_max_improving_sols", 1)
    _watch(solver, limits)
    solver.passModel(program)
    run(solver)
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return NO, NOTHING
    solution = solver.getSolution()
    if not solution.value_valid:
        return UNSURE, NOTHING
    chosen = np.flatnonzero(np.asarray(solution.col_value)[:columns] > 0.5)
    covers = len(chosen) <= number and bool(bits[:, chosen].any(axis=1).all())
    return (YES, chosen) if covers else (UNSURE, NOTHING)


def _watch(solver: highspy.Highs, limits: Limits) -> None:
    """Let a cancelled search end inside the solver too."""
    cancel = limits.cancel
    if cancel is None:
        return

    def ask(event: highspy.highs.HighsCallbackEvent) -> None:
        if cancel():
            event.interrupt()

    solver.cbMipInterrupt += ask


def _sizes(sets: Array) -> Ints:
    return np.bitwise_count(sets).sum(axis=1, dtype=np.int64)


def unpacked(sets: Array, length: int) -> Array:
    """Return bits (k, length) as booleans."""
    return np.unpackbits(sets.view(np.uint8), axis=1, bitorder="little")[:, :length].astype(bool)


def packed(bits: Array) -> Array:
    """Return booleans (k, length) as words (k, ⌈length / 64⌉)."""
    wide = np.zeros((len(bits), -(-bits.shape[1] // 64) * 64), dtype=bool)
    wide[:, : bits.shape[1]] = bits
    return np.packbits(wide, axis=1, bitorder="little").view(np.uint64)


def flipped(sets: Array) -> Array:
    """Return the sets the other way round: for each element the sets that hold it, (elements, words)."""
    return packed(unpacked(sets, sets.shape[1] * 64).T)
