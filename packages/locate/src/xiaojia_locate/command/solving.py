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
from xiaojia_locate.covering import maximal_cover
from xiaojia_locate.errors import Infeasible, LocateError


def solve(posed: Posed, limits: Limits) -> Answer:
    """Return the answer with its bound; raises Refused where no choice satisfies the constraints."""
    try:
        return SOLVERS[posed.options.problem](posed, limits)
    except Infeasible as error:
        zh = LIBRARY_ZH.get(error.code, str(error))
        raise Refused([fault("", "infeasible", why=str(error), zh=zh, by=error.by)], exit_code=7) from error
    except LocateError as error:
        zh = LIBRARY_ZH.get(error.code, str(error))
        raise Refused([fault("", "library", why=str(error), zh=zh)]) from error


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


SOLVERS: dict[str, Callable[[Posed, Limits], Answer]] = {"cover": _cover, "backup": _backup}
