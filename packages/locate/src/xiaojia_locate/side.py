"""What if a choice has to satisfy more than one budget? A covering program with side constraints, and a bound for it.

Over sites y_j ∈ {0, 1} and levels of classes z_il ∈ [0, 1]:

    maximise   Σ earn_il z_il − Σ cost_j y_j + pay·τ
    such that  Σ_l z_il ≤ Σ_{j reaches i} y_j,   rows·y ≤ room,   needs·z_·1 − slope·τ ≥ least,   z_i1 = 1 where must_i.

Theorem (Lagrangian duality; Geoffrion 1974): for any λ, π, ν ≥ 0, with e_i1 = earn_i1 + Σ_q ν_q needs_qi, e_il = earn_il,

    L = Σ_i Σ_l max(0, e_il − λ_i) + Σ_j max(0, Σ_{i reached by j} λ_i − cost_j − Σ_r π_r rows_rj)
        + π·room − ν·least + max(0, pay − ν·slope)

is never below the value of any choice that satisfies the constraints (the first term of a class that must be covered is
e_i1 − λ_i itself). Proof: each constraint, times its multiplier, is added to the objective; what is left falls apart into
single variables. The best L equals the linear relaxation, so its multipliers, found over few sites, are tried on all sites.
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.classes import columns, merge, transpose
from xiaojia_locate.reach import Floats, Ints, Reach


@dataclass(frozen=True)
class Program:
    """`earn` (n, levels) never rising with the level; `cost` (m,); `rows` (r, m) ≥ 0, `room` (r,); `needs` (q, n) ≥ 0,
    `least` (q,), `slope` (q,); `must` (n,): classes that have to be covered; `pay`: worth of τ ∈ [0, 1]."""

    reach: Reach
    back: Reach
    earn: Floats
    cost: Floats
    rows: sparse.csr_matrix
    room: Floats
    needs: sparse.csr_matrix
    least: Floats
    slope: Floats
    must: npt.NDArray[np.bool_]
    pay: float = 0.0

    @property
    def n_site(self) -> int:
        return self.reach.n_site

    def count(self, sites: Ints) -> Ints:
        """Return how many of some sites reach each class, (n,)."""
        opened = np.zeros(self.n_site)
        opened[sites] = 1.0
        return np.rint(self.reach.matrix() @ opened).astype(np.int64)

    def value(self, sites: Ints) -> float:
        """Return the value of a choice; −∞ if it breaks a constraint."""
        count = self.count(sites)
        used = np.asarray(self.rows[:, sites].sum(axis=1)).ravel()
        met = self.needs @ (count > 0)
        tau = 1.0
        if self.pay:
            sloped = self.slope > 0
            tau = float(np.clip(((met - self.least)[sloped] / self.slope[sloped]).min(initial=1.0), -1.0, 1.0))
        short = met < self.least + self.slope * tau - slack_of(self.least + self.slope)
        over = used > self.room + slack_of(self.room)
        if over.any() or short.any() or tau < 0 or (count[self.must] == 0).any():
            return -np.inf
        earned = self.earn[np.arange(self.earn.shape[1]) < count[:, None]].sum()
        return float(earned - self.cost[sites].sum() + self.pay * tau)


@dataclass(frozen=True)
class Prices:
    """A proven bound with what proved it: `reduced` (m,) is what opening a site adds (below zero: what forcing it costs).

    `multipliers` (n,), `of_rows` (r,), `of_needs` (q,); `support`: sites that the relaxation opened at least in part.
    """

    value: float
    multipliers: Floats
    of_rows: Floats
    of_needs: Floats
    reduced: Floats
    support: Ints


def slack_of(amount: Floats) -> Floats:
    """Return by how much a sum may miss an amount through rounding alone."""
    return 1e-9 * np.maximum(1.0, np.abs(amount))


def make(
    reach: Reach,
    earn: Floats,
    *,
    cost: Floats | None = None,
    rows: sparse.spmatrix | None = None,
    room: Floats | None = None,
    needs: sparse.spmatrix | None = None,
    least: Floats | None = None,
    slope: Floats | None = None,
    must: npt.NDArray[np.bool_] | None = None,
    pay: float = 0.0,
) -> Program:
    """Return a program, without the constraints that are left out, over the classes that `merge` finds."""
    n, m = reach.n_demand, reach.n_site
    wide = sparse.csr_matrix((0, n) if needs is None else needs)
    whole = Program(
        reach,
        reach,
        earn,
        np.zeros(m) if cost is None else cost,
        sparse.csr_matrix((0, m) if rows is None else rows),
        np.zeros(0) if room is None else room,
        wide,
        np.zeros(wide.shape[0]) if least is None else least,
        np.zeros(wide.shape[0]) if slope is None else slope,
        np.zeros(n, dtype=bool) if must is None else must,
        pay,
    )
    return among(whole, np.arange(m))[0]


def among(program: Program, few: Ints) -> tuple[Program, Ints]:
    """Return the program over some sites only, classes that look alike to them merged; and the class of each class.

    Constraints are kept; a class that must be covered and is reached by none of the sites becomes a need nobody meets.
    """
    classes = merge(columns(program.reach, few), program.earn)
    n, inside = classes.reach.n_demand, classes.of_point >= 0
    summing = sparse.csr_matrix(
        (np.ones(inside.sum()), (np.flatnonzero(inside), classes.of_point[inside])), shape=(len(inside), n)
    )
    must = np.zeros(n, dtype=bool)
    must[classes.of_point[inside & program.must]] = True
    needs, least, slope = (program.needs @ summing).tocsr(), program.least, program.slope
    lost = int((program.must & ~inside).sum())
    if lost:
        needs = sparse.vstack([needs, sparse.csr_matrix((1, n))]).tocsr()
        least, slope = np.append(least, lost), np.append(slope, 0.0)
    part = replace(
        program,
        reach=classes.reach,
        back=transpose(classes.reach),
        earn=classes.weights,
        cost=program.cost[few],
        rows=program.rows[:, few],
        needs=needs,
        least=least,
        slope=slope,
        must=must,
    )
    return part, classes.of_point


def price(program: Program, multipliers: Floats, of_rows: Floats, of_needs: Floats, support: Ints) -> Prices:
    """Return the bound L of the module's theorem for any multipliers, none below zero."""
    first = program.earn[:, 0] + program.needs.T @ of_needs
    lam = np.where(program.must, multipliers, np.minimum(multipliers, first))
    worth = program.reach.matrix().T @ lam
    reduced = worth - program.cost - program.rows.T @ of_rows
    rest = np.where(program.must, first - lam, np.maximum(0.0, first - lam)).sum()
    rest += np.maximum(0.0, program.earn[:, 1:] - lam[:, None]).sum()
    value = rest + np.maximum(0.0, reduced).sum() + of_rows @ program.room - of_needs @ program.least
    value += max(0.0, program.pay - of_needs @ program.slope)
    return Prices(float(value), lam, of_rows, of_needs, reduced, support)


def linear(program: Program) -> highspy.HighsLp:
    """Return the program for HiGHS; columns: sites, levels of classes (level after level), τ."""
    n, levels = program.earn.shape
    m, q, r = program.n_site, len(program.least), len(program.room)
    cover = sparse.hstack([program.reach.matrix(), *([-sparse.identity(n)] * levels), sparse.csr_matrix((n, 1))])
    spend = sparse.hstack([program.rows, sparse.csr_matrix((r, n * levels + 1))])
    scale = sparse.diags(scale_of_needs(program))
    later = sparse.csr_matrix((q, n * (levels - 1)))
    need = scale @ sparse.hstack([sparse.csr_matrix((q, m)), program.needs, later, -program.slope[:, None]])
    matrix = sparse.vstack([cover, spend, need]).tocsc()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = m + n * levels + 1, n + r + q
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate([-program.cost, program.earn.T.ravel(), [program.pay]])
    below = np.zeros(m + n * levels + 1)
    below[m : m + n] = program.must
    lp.col_lower_, lp.col_upper_ = below, np.ones(m + n * levels + 1)
    lp.row_lower_ = np.concatenate([np.zeros(n), np.full(r, -np.inf), scale @ program.least])
    lp.row_upper_ = np.concatenate([np.full(n, np.inf), program.room, np.full(q, np.inf)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    return lp


def scale_of_needs(program: Program) -> Floats:
    """Return what `linear` multiplies each need with."""
    return 1000.0 / np.maximum(1e-3, np.maximum(np.abs(program.least), program.slope))
