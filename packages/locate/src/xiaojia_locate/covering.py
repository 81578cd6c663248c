"""Which sites cover most? Maximal covering, with backup weight, fixed and forbidden sites, costs and a budget."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from xiaojia_locate.answer import Answer, Limits, Reason, memory_mib
from xiaojia_locate.classes import after, columns, merge, rows
from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.exact import Found, solve
from xiaojia_locate.reach import Floats, Ints, Reach
from xiaojia_locate.search import Task


def maximal_cover(
    reach: Reach,
    weights: npt.ArrayLike | None = None,
    *,
    open_sites: int | None = None,
    costs: npt.ArrayLike | None = None,
    budget: float | None = None,
    fixed: Iterable[int] = (),
    mandatory: Iterable[int] = (),
    forbidden: Iterable[int] = (),
    again: npt.ArrayLike | None = None,
    limits: Limits | None = None,
) -> Answer:
    """Return the sites that cover most demand (Church and ReVelle 1974), with a proven bound.

    `weights` (n_demand,) ≥ 0, one each if left out. Either `open_sites` new sites, or `costs` (n_site,) > 0 within `budget`.
    `fixed` are open already and cost nothing; `mandatory` are opened and counted; `forbidden` are never opened.
    `again` (n_demand,) ≥ 0: weight for being covered a second time (backup coverage, 交叉覆盖), at most `weights`.
    Raises: LocateError, Infeasible.

    >>> from xiaojia_locate import within
    >>> reach = within([[0, 0], [1, 0], [9, 0]], [[0, 0], [9, 0]], limit_m=2)
    >>> maximal_cover(reach, [5, 5, 7], open_sites=1).sites.tolist()
    [0]
    """
    limits = (limits or Limits()).restart()
    levels = _weights(reach, weights, again)
    held, wanted, banned = (
        _numbers(reach, x, n) for x, n in ((fixed, "fixed"), (mandatory, "mandatory"), (forbidden, "forbidden"))
    )
    price, room = _budget(reach, open_sites, costs, budget, held, wanted, banned)
    given = np.union1d(held, wanted)
    free = np.setdiff1d(np.arange(reach.n_site), np.union1d(given, banned))
    free = free[price[free] <= room + 1e-9]
    left, base = after(reach, levels, given)
    before = base if not len(wanted) else after(reach, levels, held)[1]
    classes = merge(columns(rows(reach, np.flatnonzero(left[:, 0] > 0)), free), left[left[:, 0] > 0])
    if len(free) and classes.reach.n_demand:
        found = solve(Task.of(classes.reach, classes.weights, price[free], room), limits)
    else:
        found = Found(np.zeros(0, np.int64), 0.0, 0.0, Reason.PROVEN)
    sites = np.union1d(given, free[found.sites])
    return Answer(
        sites=sites, new=np.setdiff1d(sites, held), value=base + found.value, bound=base + found.bound,
        total=float(levels.sum()), before=before, reason=found.reason, elapsed_s=limits.elapsed_s, memory_mib=memory_mib(),
    )  # fmt: skip


def _weights(reach: Reach, weights: npt.ArrayLike | None, again: npt.ArrayLike | None) -> Floats:
    first = _row(np.ones(reach.n_demand) if weights is None else weights, reach.n_demand, "weights")
    if again is None:
        return first[:, None]
    second = _row(again, reach.n_demand, "again")
    above = np.flatnonzero(second > first)
    if len(above):
        raise LocateError("again_above_first", "The weight of the second coverage is above that of the first.", above)
    return np.column_stack([first, second])


def _row(values: npt.ArrayLike, length: int, name: str) -> Floats:
    row = np.asarray(values, dtype=np.float64)
    if row.shape != (length,):
        raise LocateError("shape", f"{name}: {length} values needed, got an array of shape {row.shape}.")
    wrong = np.flatnonzero(~np.isfinite(row))
    if len(wrong):
        raise LocateError("not_a_number", f"{name}: {len(wrong)} values are empty or no numbers.", wrong)
    below = np.flatnonzero(row < 0)
    if len(below):
        raise LocateError("negative", f"{name}: {len(below)} values are below zero.", below)
    return row


def _numbers(reach: Reach, sites: Iterable[int], name: str) -> Ints:
    numbers = np.unique(np.fromiter((int(site) for site in sites), dtype=np.int64))
    if len(numbers) and (numbers[0] < 0 or numbers[-1] >= reach.n_site):
        wrong = numbers[(numbers < 0) | (numbers >= reach.n_site)]
        raise LocateError("unknown_site", f"{name}: sites are numbered 0 to {reach.n_site - 1}.", wrong)
    return numbers


def _budget(
    reach: Reach,
    open_sites: int | None,
    costs: npt.ArrayLike | None,
    budget: float | None,
    held: Ints,
    wanted: Ints,
    banned: Ints,
) -> tuple[Floats, float]:
    """Return each site's cost and what is left to spend after the mandatory sites."""
    for first, second, words in ((held, banned, "fixed and forbidden"), (wanted, banned, "mandatory and forbidden")):
        both = np.intersect1d(first, second)
        if len(both):
            raise Infeasible("contradiction", f"Sites are both {words}.", float(len(both)), both)
    if (open_sites is None) == (budget is None) or (budget is not None and costs is None):
        raise LocateError("budget", "Say either how many sites to open, or costs and a budget.")
    if open_sites is not None:
        price, room, word = np.ones(reach.n_site), float(open_sites), "sites to open"
        left = reach.n_site - len(np.union1d(held, banned))
        if open_sites < 0 or open_sites > left:
            raise Infeasible("too_many", f"{open_sites} sites to open, {left} candidates.", float(open_sites - left))
    else:
        price, room, word = _row(costs, reach.n_site, "costs"), float(budget or 0.0), "budget"  # type: ignore[arg-type]
        free = np.flatnonzero(price <= 0)
        if len(free):
            raise LocateError("cost", "Costs must be above zero.", free)
    new = np.setdiff1d(wanted, held)
    missing = float(price[new].sum()) - room
    if missing > 1e-9:
        raise Infeasible(
            "mandatory_above_budget", f"The mandatory sites exceed the {word} by {missing:g}.", missing, new
        )
    return price, room - float(price[new].sum())
