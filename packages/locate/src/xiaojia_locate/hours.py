"""Which sites are open when they are needed, and which should stay open longer? Coverage by the hour.

A point in a slot of time counts if an open site reaches it and is open in that slot. So a pair (point, slot) is a point of
demand, reached by the sites that reach the point and are open then, and everything known of maximal covering holds.
Theorem (slots): slots in which the same sites are open are the same question; they may be replaced by one slot with the sum
of the demand. Proof: a pair's set of sites depends on the slot only through the set of sites open in it; equal sets may be
merged (`classes`). Further hours are sites of their own: of a site that is open anyway, its further hours alone; of a new
site, the site with the longer hours, which may be opened instead of the site as it is. So hours are never extended at a
site that stays closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.answer import Answer, Limits, memory_mib
from xiaojia_locate.classes import merge
from xiaojia_locate.covering import cover
from xiaojia_locate.errors import LocateError
from xiaojia_locate.exact import granularity
from xiaojia_locate.hours_input import Bools, Extensions, demand_table, open_table, options_of
from xiaojia_locate.question import TINY, Roles, roles, site_costs, spending
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.side_pose import Asked, decided, exchanges, pose
from xiaojia_locate.side_solve import settle

__all__ = ["Extensions", "HoursAnswer", "cover_by_hour"]


@dataclass(frozen=True)
class HoursAnswer(Answer):
    """`extended`: the options used, ascending; `covered_by_slot`, `total_by_slot` (n_slot,): weight in each slot."""

    extended: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    covered_by_slot: Floats = field(default_factory=lambda: np.zeros(0))
    total_by_slot: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class _Table:
    """Classes of points with their demand by slot, and for each column (sites, then options) when it is open."""

    reach: Reach
    demand: Floats
    open_at: Bools
    owner: Ints


def cover_by_hour(
    reach: Reach,
    demand_by_slot: npt.ArrayLike,
    open_hours: npt.ArrayLike,
    *,
    open_sites: int | None = None,
    costs: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    extensions: Extensions | None = None,
    extend: int | None = None,
    limits: Limits | None = None,
) -> HoursAnswer:
    """Return the sites, and the further hours, that cover most demand when it arises, with a proven bound.

    `demand_by_slot` (n_demand, n_slot) ≥ 0: hours of a week, half hours of a day or any other slots; `open_hours`
    (n_site, n_slot): whether a site is open in a slot, once opened. Either `open_sites` new sites and `extend` options of
    `extensions`, or `costs` and `budget`, which then also pays for the options (at most `extend` of them, if given).
    Raises: LocateError, Infeasible.

    >>> from xiaojia_locate import from_matrix
    >>> day, night = [1, 0], [0, 1]
    >>> answer = cover_by_hour(from_matrix([[1, 1]]), [[5, 4]], [day, day], fixed=[0], open_sites=0,
    ...                        extensions=Extensions([0], [night]), extend=1)
    >>> answer.value, answer.extended.tolist(), answer.covered_by_slot.tolist()
    (9.0, [0], [5.0, 4.0])
    """
    limits = (limits or Limits()).restart()
    who = roles(reach.n_site, fixed, mandatory, forbidden)
    hours = open_table(open_hours, reach.n_site, "open_hours")
    demand = demand_table(demand_by_slot, reach.n_demand, hours.shape[1])
    price, room = spending(who, open_sites, costs, budget)
    more = options_of(extensions, who, hours.shape[1])
    classes = merge(reach, demand)
    table = _table(Reach(classes.reach.starts, classes.reach.sites, reach.n_site), classes.weights, hours, more, who)
    total = demand.sum(axis=0)
    if not len(more[0]):
        return _without(table, total, who, price, room, limits)
    rows, left = _rows(table, who, price, room, open_sites is not None, extensions, extend)
    return _with(table, total, who, rows, left, limits)


def _table(reach: Reach, demand: Floats, hours: Bools, more: tuple[Ints, Bools], who: Roles) -> _Table:
    sites, further = more
    longer = further | (hours[sites] & ~np.isin(sites, who.given)[:, None])
    return _Table(reach, demand, np.vstack([hours, longer]), np.concatenate([np.arange(who.n_site), sites]))


def _pairs(table: _Table) -> tuple[Reach, Floats]:
    """Return the relation of (class, group of equal slots) to columns, and the weight of each pair."""
    patterns, group = np.unique(table.open_at.T, axis=0, return_inverse=True)
    to_columns = sparse.csr_matrix(
        (np.ones(len(table.owner)), (table.owner, np.arange(len(table.owner)))),
        shape=(table.reach.n_site, len(table.owner)),
    )
    wide = (table.reach.matrix() @ to_columns).tocsc()
    parts, weights = [], []
    for number, pattern in enumerate(patterns):
        part = wide @ sparse.diags(pattern.astype(float))
        part.eliminate_zeros()
        parts.append(part.tocsr())
        weights.append(table.demand[:, group.ravel() == number].sum(axis=1))
    joined = sparse.vstack(parts).tocsr()
    joined.sort_indices()
    kept = np.concatenate(weights) > 0
    joined = joined[kept]
    starts, sites = joined.indptr.astype(np.int64), joined.indices.astype(np.int32)
    return Reach(starts, sites, len(table.owner)), np.concatenate(weights)[kept]


def _by_slot(table: _Table, opened: Ints) -> Floats:
    """Return the covered weight in each slot."""
    matrix = table.reach.matrix()
    covered = np.zeros(table.demand.shape[1])
    for slot in range(len(covered)):
        here = np.zeros(table.reach.n_site)
        here[table.owner[opened[table.open_at[opened, slot]]]] = 1.0
        covered[slot] = table.demand[(matrix @ here) > 0, slot].sum()
    return covered


def _without(table: _Table, total: Floats, who: Roles, price: Floats, room: float, limits: Limits) -> HoursAnswer:
    """No further hours: maximal covering of pairs."""
    reach, weights = _pairs(table)
    answer = cover(reach, weights[:, None], who, price, room, limits)
    known = {**vars(answer), "total": float(total.sum())}
    return HoursAnswer(**known, covered_by_slot=_by_slot(table, answer.sites), total_by_slot=total)


def _rows(
    table: _Table, who: Roles, price: Floats, room: float, by_number: bool, ext: Extensions | None, extend: int | None
) -> tuple[sparse.csr_matrix, Floats]:
    """Return the constraints on columns: what may be spent, how many options, one option a site."""
    assert ext is not None
    m, options = who.n_site, len(table.owner) - who.n_site
    settled = np.isin(table.owner[m:], who.given)
    if by_number:
        if ext.costs is not None or extend is None:
            raise LocateError("extend", "With a number of sites say how many options may be used; costs need a budget.")
        spend = np.concatenate([price, np.where(settled, 0.0, 1.0)])
    else:
        if ext.costs is None:
            raise LocateError("extend", "With a budget every option needs a cost.")
        spend = np.concatenate([price, site_costs(ext.costs, options) + np.where(settled, 0.0, price[table.owner[m:]])])
    spend[who.given] = 0.0
    number = options if extend is None else extend
    if number < 0:
        raise LocateError("range", f"The number of options cannot be below zero, got {number}.")
    uses = np.concatenate([np.zeros(m), np.ones(options)])
    several = np.flatnonzero(np.bincount(table.owner, minlength=m) - np.isin(np.arange(m), who.given) > 1)
    same = (table.owner[None, :] == several[:, None]) & ~np.isin(np.arange(m + options), who.given)[None, :]
    rows = sparse.vstack([sparse.csr_matrix(spend), sparse.csr_matrix(uses), sparse.csr_matrix(same.astype(float))])
    return rows.tocsr(), np.concatenate([[room, number], np.ones(len(several))])


def _with(
    table: _Table, total: Floats, who: Roles, rows: sparse.csr_matrix, room: Floats, limits: Limits
) -> HoursAnswer:
    """Choose among sites and options together."""
    reach, weights = _pairs(table)
    single = rows.tocoo()
    out = np.isin(np.arange(reach.n_site), who.given) | np.isin(table.owner, who.banned)
    out[single.col[single.data > room[single.row] + TINY]] = True
    free = np.flatnonzero(~out)
    program, base = pose(reach, weights[:, None], who.given, free, Asked(rows, room))
    found = decided(settle(program, limits, step=granularity(program.earn)))
    used = free[found.sites]
    opened = np.union1d(who.given, used)
    _, instead, change = exchanges(program, found.sites, table.owner[free], limits)
    sites = np.union1d(who.given, table.owner[used])
    new = np.setdiff1d(sites, who.held)
    of_new = {int(table.owner[c]): k for k, c in enumerate(used) if table.owner[c] not in who.given}
    places = [of_new.get(int(site), -1) for site in new]
    return HoursAnswer(
        sites=sites,
        new=new,
        value=base + found.value,
        bound=base + found.bound,
        total=float(total.sum()),
        before=float(_by_slot(table, who.held).sum()),
        reason=found.reason,  # type: ignore[arg-type]
        elapsed_s=limits.elapsed_s,
        memory_mib=memory_mib(),
        covered={"once": base + found.value},
        marginal=_alone(reach, weights, table.owner, opened)[sites],
        replacement=np.array(
            [table.owner[free[instead[p]]] if p >= 0 and instead[p] >= 0 else -1 for p in places], np.int64
        ),
        replacement_change=np.array([change[p] if p >= 0 else -np.inf for p in places], float),
        extended=np.sort(used[used >= who.n_site] - who.n_site),
        covered_by_slot=_by_slot(table, opened),
        total_by_slot=total,
    )


def _alone(reach: Reach, weights: Floats, owner: Ints, opened: Ints) -> Floats:
    """Return for each site the weight that it covers alone, its further hours included, (n_site,)."""
    inside = np.isin(np.arange(reach.n_site), opened)
    whose = sparse.csr_matrix((inside.astype(float), (np.arange(reach.n_site), owner)))
    by_site = (reach.matrix() @ whose).tocsr()
    by_site.eliminate_zeros()
    single = np.diff(by_site.indptr) == 1
    by_site.data[:] = 1.0
    return np.asarray(by_site[single].T @ weights[single]).ravel()
