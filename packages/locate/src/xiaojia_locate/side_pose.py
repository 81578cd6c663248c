"""How does a question with side constraints become a program? What is open already is counted, the rest is merged."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Limits, Reason
from xiaojia_locate.classes import after, columns, rows
from xiaojia_locate.errors import LocateError
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.side import Program, make, slack_of
from xiaojia_locate.side_search import Walk
from xiaojia_locate.side_solve import Settled

TRIES = 30


@dataclass(frozen=True)
class Asked:
    """The constraints of a question over all points (n) and sites (m); what is left out does not bind.

    `rows` (r, m) ≥ 0 with `room` (r,); `needs` (q, n) ≥ 0 with `least` (q,) and `slope` (q,) (the share of τ in what is
    needed); `must` (n,): points that have to be covered; `pay`: worth of τ.
    """

    rows: sparse.csr_matrix
    room: Floats
    needs: sparse.csr_matrix | None = None
    least: Floats | None = None
    slope: Floats | None = None
    must: npt.NDArray[np.bool_] | None = None
    pay: float = 0.0


def pose(reach: Reach, levels: Floats, given: Ints, free: Ints, asked: Asked) -> tuple[Program, float]:
    """Return the program over the free sites once the given ones are open, and what the given ones earn.

    `asked.room` is what is left for the free sites.
    """
    left, base = after(reach, levels, given)
    opened = np.zeros(reach.n_site)
    opened[given] = 1.0
    covered = (reach.matrix() @ opened) > 0
    must = np.zeros(reach.n_demand, bool) if asked.must is None else asked.must & ~covered
    wide = sparse.csr_matrix((0, reach.n_demand)) if asked.needs is None else asked.needs
    least = np.zeros(wide.shape[0]) if asked.least is None else asked.least - wide @ covered
    slope = np.zeros(wide.shape[0]) if asked.slope is None else asked.slope
    binding = (least > slack_of(least)) | (slope > 0)
    wide = (wide[binding] @ sparse.diags((~covered).astype(float))).tocsr()
    alive = np.flatnonzero((left[:, 0] > 0) | must | (np.asarray(wide.sum(axis=0)).ravel() > 0))
    program = make(
        columns(rows(reach, alive), free),
        left[alive],
        rows=asked.rows[:, free],
        room=asked.room,
        needs=wide[:, alive],
        least=least[binding],
        slope=slope[binding],
        must=must[alive],
        pay=asked.pay,
    )
    return program, base


def decided(found: Settled) -> Settled:
    """Return what was found, or say that nothing was found in time."""
    if found.value == -np.inf and found.reason in (Reason.TIME, Reason.CANCELLED, Reason.GAP):
        raise LocateError(
            "undecided", "No choice that meets all constraints was found in time, and none is proven impossible."
        )
    return found


def exchanges(program: Program, sites: Ints, owner: Ints, limits: Limits) -> tuple[Floats, Ints, Floats]:
    """Return for each open site what closing it loses, the best other site in its place (−1: none) and that change.

    `owner` (m,): sites with the same owner are no replacement for each other. −∞ stands for a broken constraint.
    """
    walk = Walk(program, program.earn, np.zeros(len(program.room)))
    walk.become(sites)
    value = program.value(sites)
    lost = np.empty(len(sites))
    instead, change = np.full(len(sites), -1, np.int64), np.full(len(sites), -np.inf)
    for place, out in enumerate(sites):
        rest = np.setdiff1d(sites, [out])
        lost[place] = value - program.value(rest)
        if limits.cancel is not None and limits.cancel():
            continue
        fits = walk.fits(int(out)) & (owner != owner[out])
        walk.take(int(out))
        ranked = np.flatnonzero(fits)[np.argsort(-walk.gain[fits], kind="stable")][:TRIES]
        walk.put(int(out))
        values = [program.value(np.append(rest, site)) - value for site in ranked]
        if values and max(values) > -np.inf:
            instead[place], change[place] = ranked[int(np.argmax(values))], max(values)
    return lost, instead, change
