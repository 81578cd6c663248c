"""Is a question by the hour sound? Demand by slot, opening hours and options for further hours are checked here."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiaojia_locate.errors import LocateError
from xiaojia_locate.question import Roles
from xiaojia_locate.reach import Floats, Ints

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Extensions:
    """Further hours that sites may take on: option e lets site `sites[e]` be open in the slots `hours[e]` as well.

    `hours` (n_option, n_slot); `costs` (n_option,) above zero, needed with a budget. Of a site's options at most one is used.
    """

    sites: npt.ArrayLike
    hours: npt.ArrayLike
    costs: npt.ArrayLike | None = None


def open_table(values: npt.ArrayLike, length: int, name: str) -> Bools:
    """Return a table of what is open in which slot, or say what is wrong with its shape."""
    array = np.asarray(values)
    if array.ndim != 2 or len(array) != length or not array.shape[1]:
        raise LocateError("shape", f"{name}: ({length}, slots) needed, got an array of shape {array.shape}.")
    return array.astype(bool)


def demand_table(values: npt.ArrayLike, n_demand: int, n_slot: int) -> Floats:
    """Return the demand by slot, or say which rows cannot be used."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (n_demand, n_slot):
        raise LocateError("shape", f"demand_by_slot: ({n_demand}, {n_slot}) needed, got {array.shape}.")
    wrong = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if len(wrong):
        raise LocateError("not_a_number", f"demand_by_slot: {len(wrong)} rows hold values that are no numbers.", wrong)
    below = np.flatnonzero((array < 0).any(axis=1))
    if len(below):
        raise LocateError("negative", f"demand_by_slot: {len(below)} rows hold values below zero.", below)
    return array


def options_of(extensions: Extensions | None, who: Roles, n_slot: int) -> tuple[Ints, Bools]:
    """Return the site and the hours of each option."""
    if extensions is None:
        return np.zeros(0, np.int64), np.zeros((0, n_slot), bool)
    sites = np.asarray(extensions.sites, dtype=np.int64)
    wrong = np.flatnonzero((sites < 0) | (sites >= who.n_site))
    if len(wrong):
        raise LocateError("unknown_site", f"extensions: sites are numbered 0 to {who.n_site - 1}.", wrong)
    hours = open_table(extensions.hours, len(sites), "extensions.hours")
    if hours.shape[1] != n_slot:
        raise LocateError("shape", f"extensions.hours: {n_slot} slots needed, got {hours.shape[1]}.")
    return sites, hours
