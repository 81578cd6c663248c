"""What if every district has a claim? Maximal covering with least shares, the least district first, and spacing.

Least coverage is a constraint Σ_{i in d} w_i z_i ≥ share_d·W_d, or the objective: maximise τ such that each district covers
at least τ·W_d (max–min; Rawls's criterion in Marsh and Schilling, EJOR 74(1), 1994). The bound is that of `side`: a price
ν_d on each district's claim turns it into more weight for the points of that district.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Answer, Limits, memory_mib
from xiaojia_locate.districts_input import members_of, points_to_cover
from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.exact import granularity
from xiaojia_locate.question import TINY, Roles, levels_of, roles, spending
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.side_pose import Asked, decided, exchanges, pose
from xiaojia_locate.side_solve import Settled, settle
from xiaojia_locate.spacing import Spaced, Spacing, spaced

Aim = Literal["total", "least", "least_then_total"]


@dataclass(frozen=True)
class DistrictAnswer(Answer):
    """`share` (n_district,): the part of each district's weight that is covered (1 where there is none to cover);
    `least_bound`: no choice gives the least district a larger share (only if that was asked)."""

    share: Floats = field(default_factory=lambda: np.zeros(0))
    least_bound: float = 1.0


@dataclass(frozen=True)
class _Case:
    """The question, checked."""

    reach: Reach
    levels: Floats
    who: Roles
    rows: sparse.csr_matrix
    room: Floats
    free: Ints
    members: sparse.csr_matrix
    least: Floats
    must: npt.NDArray[np.bool_]

    @property
    def size(self) -> Floats:
        """The weight of each district."""
        return np.asarray(self.members.sum(axis=1)).ravel()


def balanced_cover(
    reach: Reach,
    weights: npt.ArrayLike | None = None,
    *,
    districts: npt.ArrayLike | None = None,
    least_share: npt.ArrayLike = 0.0,
    aim: Aim = "total",
    least_weight: float = 0.0,
    spacing: Spacing | None = None,
    must_cover: Iterable[int] = (),
    open_sites: int | None = None,
    costs: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    again: npt.ArrayLike | None = None,
    limits: Limits | None = None,
) -> DistrictAnswer:
    """Return the sites that cover most under claims of districts, spacing and points that must be covered.

    `districts` (n_demand,): whole numbers from 0, one district if left out; `least_share`: for all, or (n_district,).
    `aim`: "total" maximises covered weight plus `least_weight` × the least district's share; "least" that share alone;
    "least_then_total" that share first and covered weight among the choices that reach it. `must_cover`: points that an
    open site has to reach ("no point of the built-up area farther than …"). Other arguments as in `maximal_cover`.
    Raises: LocateError; Infeasible with the districts that cannot reach their share (`rows`) and by how much (`by`, a share).

    >>> from xiaojia_locate import from_matrix
    >>> reach = from_matrix([[1, 0], [1, 0], [0, 1]])
    >>> fair = balanced_cover(reach, [5, 5, 1], districts=[0, 0, 1], least_share=[0.0, 1.0], open_sites=1)
    >>> fair.sites.tolist(), fair.share.tolist()
    ([1], [0.0, 1.0])
    """
    limits = (limits or Limits()).restart()
    if aim not in ("total", "least", "least_then_total") or least_weight < 0:
        raise LocateError("aim", "The aim is total, least or least_then_total, and least_weight is not below zero.")
    who = roles(reach.n_site, fixed, mandatory, forbidden)
    levels = levels_of(reach.n_demand, weights, again)
    price, room = spending(who, open_sites, costs, budget)
    members, least = members_of(districts, least_share, levels[:, 0])
    apart = _apart(spacing, who)
    rows = sparse.vstack([sparse.csr_matrix(price), apart.rows]).tocsr()
    free = np.setdiff1d(who.free[price[who.free] <= room + TINY], apart.banned)
    case = _Case(
        reach,
        levels,
        who,
        rows,
        np.concatenate([[room], apart.room + -apart.rows @ np.isin(np.arange(reach.n_site), who.given)]),
        free,
        members,
        least,
        points_to_cover(must_cover, reach, np.union1d(who.given, free)),
    )
    if aim == "total":
        return _solved(case, limits, pay=least_weight)
    worst = _solved(case, _part(limits, 1.0 if aim == "least" else 0.5), pay=1.0, alone=True)
    if aim == "least":
        return worst
    tight = replace(case, least=np.maximum(case.least, worst.value * (1 - 1e-9)))
    answer = _solved(tight, limits, start=worst.sites)
    unsure = answer.proven and not worst.proven
    return replace(
        answer,
        least_bound=worst.bound,
        bound=float(levels.sum()) if not worst.proven else answer.bound,
        reason=worst.reason if unsure else answer.reason,
    )


def _part(limits: Limits, share: float) -> Limits:
    return Limits(limits.left_s * share, limits.gap, limits.seed, limits.progress, limits.cancel)


def _apart(spacing: Spacing | None, who: Roles) -> Spaced:
    if spacing is None:
        return Spaced(np.zeros(0, np.int64), sparse.csr_matrix((0, who.n_site)), np.zeros(0))
    return spaced(spacing, who)


def _asked(case: _Case, pay: float) -> Asked:
    needs, least, slope = [case.members], [case.least * case.size * (1 - 1e-12)], [np.zeros(len(case.least))]
    if pay:
        real = np.flatnonzero(case.size > 0)
        needs.append(case.members[real])
        least.append(np.zeros(len(real)))
        slope.append(case.size[real])
    stacked = sparse.vstack(needs).tocsr()
    return Asked(case.rows, case.room, stacked, np.concatenate(least), np.concatenate(slope), case.must, pay)


def _settled(
    case: _Case, levels: Floats, pay: float, limits: Limits, start: Ints | None = None
) -> tuple[Settled, float]:
    program, base = pose(case.reach, levels, case.who.given, case.free, _asked(case, pay))
    step = granularity(program.earn) if not pay else 0.0
    begin = None if start is None else np.searchsorted(case.free, np.intersect1d(start, case.free))
    return settle(program, limits, step=step, start=begin), base


def _solved(
    case: _Case, limits: Limits, *, pay: float = 0.0, alone: bool = False, start: Ints | None = None
) -> DistrictAnswer:
    levels = np.zeros((case.reach.n_demand, 1)) if alone else case.levels
    found, base = _settled(case, levels, pay, limits, start)
    if found.reason is None:
        raise _impossible(case, limits)
    decided(found)
    program, _ = pose(case.reach, levels, case.who.given, case.free, _asked(case, pay))
    lost, instead, change = exchanges(program, found.sites, np.arange(len(case.free)), limits)
    sites = np.union1d(case.who.given, case.free[found.sites])
    new = np.setdiff1d(sites, case.who.held)
    marginal = np.full(len(sites), np.nan)
    marginal[np.searchsorted(sites, case.free[found.sites])] = lost
    other, better = np.full(len(new), -1, np.int64), np.full(len(new), -np.inf)
    at = np.searchsorted(new, case.free[found.sites])
    other[at], better[at] = (
        np.where(instead >= 0, case.free[np.maximum(instead, 0)] if len(case.free) else -1, -1),
        change,
    )
    count = _count(case.reach, sites)
    share, before = _shares(case, count), _shares(case, _count(case.reach, case.who.held))
    earned = {f"{k + 1}": float(case.levels[count > k, k].sum()) for k in range(case.levels.shape[1])}
    held = float(case.levels[np.arange(case.levels.shape[1]) < _count(case.reach, case.who.held)[:, None]].sum())
    return DistrictAnswer(
        sites=sites,
        new=new,
        value=base + found.value,
        bound=base + found.bound,
        total=1.0 if alone else float(case.levels.sum()),
        before=float(before.min(initial=1.0)) if alone else held + pay * float(before.min(initial=1.0)),
        reason=found.reason,
        elapsed_s=limits.elapsed_s,
        memory_mib=memory_mib(),
        covered={{"1": "once", "2": "twice"}[key]: value for key, value in earned.items()},
        marginal=marginal,
        replacement=other,
        replacement_change=better,
        share=share,
        least_bound=base + found.bound if alone else 1.0,
    )


def _count(reach: Reach, sites: Ints) -> Ints:
    return np.rint(reach.matrix() @ np.isin(np.arange(reach.n_site), sites).astype(float)).astype(np.int64)


def _shares(case: _Case, count: Ints) -> Floats:
    met = case.members @ (count > 0).astype(float)
    return np.where(case.size > 0, met / np.maximum(case.size, 1e-300), 1.0)


def _impossible(case: _Case, limits: Limits) -> Infeasible:
    """Return which districts cannot reach their share, each by itself or all together, and by how much."""
    together = Infeasible("together", "Spacing, budget and points to cover contradict each other.", 1.0)
    calm, zero = replace(case, least=np.zeros(len(case.least))), np.zeros(len(case.least))
    short = zero.copy()
    for district in np.flatnonzero(case.least > 0):
        own = np.asarray(case.members[[district]].toarray()).ravel()
        best, base = _settled(calm, own[:, None], 0.0, limits)
        if best.reason is None:
            return together
        short[district] = case.least[district] - (base + best.bound) / max(1e-300, case.size[district])
    wrong = np.flatnonzero(short > 1e-9)
    if len(wrong):
        said = ", ".join(f"district {d} by {short[d]:.1%}" for d in wrong[:8])
        return Infeasible("district", f"Shares that cannot be reached: {said}.", float(short.max()), wrong)
    asked = np.flatnonzero(case.least > 0)
    if not len(asked):
        return together
    scaled = sparse.diags(np.where(case.least > 0, case.least, 1.0)) @ sparse.diags(case.size)
    need = Asked(
        case.rows, case.room, case.members[asked], np.zeros(len(asked)), scaled.diagonal()[asked], case.must, 1.0
    )
    program, _ = pose(case.reach, np.zeros((case.reach.n_demand, 1)), case.who.given, case.free, need)
    best = settle(program, limits)
    if best.reason is None:
        return together
    part = best.bound
    missing = float((case.least * (1 - part)).max())
    said = f"Each share can be reached, but not all of them: at most {part:.1%} of what is asked."
    return Infeasible("districts_together", said, missing, asked)
