"""Which solver answers the question? One function for each problem, all with the same roles, goal and limits."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from xiaojia_locate.answer import Answer, Limits
from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.faults import Refused, fault, usage
from xiaojia_locate.command.posing import Posed
from xiaojia_locate.command.sentences import LIBRARY_ZH
from xiaojia_locate.command.variants import by_degrees, by_share, in_expectation
from xiaojia_locate.covering import maximal_cover
from xiaojia_locate.errors import Infeasible, LocateError


def solve(posed: Posed, limits: Limits) -> Answer:
    """Return the answer with its bound; raises Refused where no choice satisfies the constraints."""
    try:
        return solver(posed)(posed, limits)
    except LocateError as error:
        raise refused(posed, error) from error


def refused(posed: Posed, error: LocateError) -> Refused:
    """Return the library's refusal with the rows of the person's own sheets."""
    layer, rows = _rows(posed, error)
    why, zh = str(error).split(" (rows")[0], LIBRARY_ZH.get(error.code, str(error).split(" (rows")[0])
    if isinstance(error, Infeasible):
        return Refused([fault(layer, "infeasible", rows, why=why, zh=zh, by=error.by)], exit_code=7)
    return Refused([fault(layer, "library", rows, why=why, zh=zh)])


def _rows(posed: Posed, error: LocateError) -> tuple[str, list[int]]:
    """Return the layer that an error speaks of, and its rows; no rows where demand was merged."""
    if error.code in OF_SITES:
        places = [number - posed.n_existing for number in error.rows if number >= posed.n_existing]
        return "candidates", posed.candidates.rows[places].tolist()
    if error.code in OF_DEMAND and len(posed.demand) == posed.reach.n_demand and not posed.n_points:
        return "demand", posed.demand.rows[list(error.rows)].tolist()
    return "", []


OF_SITES = ("contradiction", "mandatory_above_budget", "unknown_site", "cost", "spacing")
OF_DEMAND = ("unreachable", "share", "share_out_of_reach", "unreached")


def solver(posed: Posed) -> Callable[[Posed, Limits], Answer]:
    """Return the function that answers, or say that this version has none."""
    options = posed.options
    if options.problem not in SOLVERS:
        raise usage("not_here", what=f"--problem {options.problem}", zh=f" --problem {options.problem}")
    for flag, used in (
        ("--spacing-m", options.spacing_m is not None),
        ("--least-district-share", options.least_district_share is not None),
    ):
        if used:
            raise usage("not_here", what=flag, zh=f" {flag}")
    if options.cover_share is not None:
        return lambda question, limits: by_share(question, limits, roles(question))
    return SOLVERS[options.problem]


def levels(posed: Posed) -> Floats:
    """Return what a first (and second) coverage of each point earns, (n_demand, n_level)."""
    if posed.options.problem == "backup":
        return np.column_stack([posed.weights, posed.weights * posed.options.second_share])
    return posed.weights[:, None]


def part_of_library(module: str, zh: str) -> Any:
    """Return a module of the library, or say that this version has none."""
    try:
        return import_module(f"xiaojia_locate.{module}")
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("xiaojia_locate"):
            raise usage("not_here", what=module, zh=zh) from None
        raise


def roles(posed: Posed) -> dict[str, Any]:
    """Return the keyword arguments that every solver takes."""
    return {"fixed": posed.fixed, "mandatory": posed.mandatory, "forbidden": posed.forbidden}


def goal(posed: Posed) -> dict[str, Any]:
    """Return a number of sites, or costs and a budget."""
    if posed.options.budget is not None:
        return {"costs": posed.costs, "budget": posed.options.budget}
    return {"open_sites": posed.options.open}


def _cover(posed: Posed, limits: Limits) -> Answer:
    return maximal_cover(posed.reach, posed.weights, **goal(posed), **roles(posed), limits=limits)


def _backup(posed: Posed, limits: Limits) -> Answer:
    again = levels(posed)[:, 1]
    return maximal_cover(posed.reach, posed.weights, again=again, **goal(posed), **roles(posed), limits=limits)


def _hours(posed: Posed, limits: Limits) -> Answer:
    """Cover demand when it arises: sites have the hours of their rows; some may take on longer ones."""
    hours = part_of_library("hours", "按时段覆盖")
    options = posed.options
    table, extended = open_hours(posed)
    more: dict[str, Any] = {}
    if options.extend:
        longer = extensible(posed, table, extended)
        costs = None if posed.costs is None else posed.costs[longer]
        more = {"extensions": hours.Extensions(longer, extended[longer], costs), "extend": options.extend}
    where = goal(posed) if options.open is not None or options.budget is not None else {"open_sites": 0}
    answer: Answer = hours.cover_by_hour(
        posed.reach, posed.by_slot, table, **where, **roles(posed), **more, limits=limits
    )
    return answer


def extensible(posed: Posed, table: Any, extended: Any) -> Any:
    """Return the sites that could stay open longer, in the order in which they are options."""
    return np.flatnonzero((extended & ~table).any(axis=1) & ~np.isin(np.arange(posed.n_site), posed.forbidden))


def open_hours(posed: Posed) -> tuple[Any, Any]:
    """Return when each site is open, and when it would be with the longer hours (n_site, n_slot)."""
    from xiaojia_locate.command.timetable import hours_of, open_in

    options = posed.options
    for flag, text in (("--open-hours", options.open_hours), ("--extend-hours", options.extend_hours)):
        if open_in(text, posed.slots) is None:
            raise usage("bad_option", option=flag, why="write 08:30-17:00 or 24h.", zh="请写成 08:30-17:00 或 24小时。")
    found = [hours_of(layer, posed.slots, options.open_hours) for layer in (posed.existing, posed.candidates) if layer]
    faults = [one for _, wrong in found for one in wrong]
    if faults:
        raise Refused(faults)
    table = np.vstack([part for part, _ in found])
    longer = open_in(options.extend_hours, posed.slots)
    return table, table if longer is None else table | longer


def _median(posed: Posed, limits: Limits) -> Answer:
    """Least walking in all."""
    from xiaojia_locate.command.distances import distances

    ways, penalty = distances(posed)
    median = part_of_library("median", "总步行距离最小（p-中位）")
    answer: Answer = median.p_median(ways, posed.weights, **goal(posed), **roles(posed), penalty=penalty, limits=limits)
    return answer


def _center(posed: Posed, limits: Limits) -> Answer:
    """The shortest longest walk of anybody (points without weight are nobody)."""
    from xiaojia_locate.command.distances import distances

    if posed.options.open is None:
        raise usage("not_together", first="--problem center", second="--budget")
    center = part_of_library("center", "最远步行距离最短（p-中心）")
    ways, _ = distances(posed)
    somebody = np.flatnonzero(posed.weights > 0)
    if hasattr(ways, "demand_m"):
        where = {"positions_m": ways.demand_m[somebody], "sites_m": ways.sites_m, "detour": ways.detour}
    else:
        where = {"distances": ways[somebody]}
    answer: Answer = center.p_center(**where, open_sites=posed.options.open, **roles(posed), limits=limits)
    return answer


def _gradual(posed: Posed, limits: Limits) -> Answer:
    return by_degrees(posed, limits, goal(posed), roles(posed))


def _expected(posed: Posed, limits: Limits) -> Answer:
    return in_expectation(posed, limits, goal(posed), roles(posed))


SOLVERS: dict[str, Callable[[Posed, Limits], Answer]] = {
    "cover": _cover,
    "backup": _backup,
    "gradual": _gradual,
    "expected": _expected,
    "hours": _hours,
    "median": _median,
    "center": _center,
}
