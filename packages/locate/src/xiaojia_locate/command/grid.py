"""Which cells of so many metres hold demand? Candidates where nobody has listed real venues."""

import numpy as np

from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.faults import usage
from xiaojia_locate.command.ground import Ground
from xiaojia_locate.command.layers import Layer
from xiaojia_locate.reach import EARTH_RADIUS_M


def flat_m(places: Floats, crs: str, about: Floats | None = None) -> Floats:
    """Return positions as metres east and north of a place `about` (their middle if left out), (n, 2).

    Equirectangular at the latitude of `about`; within a city right to some parts in a thousand.
    """
    centre = middle(places) if about is None else about
    if crs == "metres":
        return places - centre
    return np.radians(places - centre) * EARTH_RADIUS_M * np.array([np.cos(np.radians(centre[1])), 1.0])


def unflat(flat: Floats, crs: str, about: Floats) -> Floats:
    """Return the positions of metres east and north of `about`."""
    if crs == "metres":
        return flat + about
    return about + np.degrees(flat / EARTH_RADIUS_M / np.array([np.cos(np.radians(about[1])), 1.0]))


def middle(places: Floats) -> Floats:
    """Return the middle of the box around the positions, (2,)."""
    centre: Floats = (places.min(axis=0) + places.max(axis=0)) / 2
    return centre


def cell_size_m(text: str) -> float | None:
    """Return the size that `grid:250` names, None for anything else.

    >>> cell_size_m("grid:250"), cell_size_m("grid.csv")
    (250.0, None)
    """
    word, colon, size = text.partition(":")
    if word != "grid" or not colon:
        return None
    try:
        found = float(size)
    except ValueError:
        found = 0.0
    if not 1 <= found <= 100_000:
        raise usage(
            "bad_option",
            option="--candidates",
            why=f"“{text}”: write grid:250 for cells of 250 m.",
            zh=f"“{text}”应写成 grid:250 这样。",
        )
    return found


def cells(demand: Layer, size_m: float, ground: Ground) -> Layer:
    """Return the centres of the cells that hold demand; cells are counted from the south-western corner of the demand."""
    work = "metres" if demand.crs == "metres" else "wgs84"
    about = middle(demand.places)
    flat = flat_m(demand.places, work, about)
    corner = flat.min(axis=0)
    numbers, first = np.unique(np.floor((flat - corner) / size_m).astype(np.int64), axis=0, return_index=True)
    places = unflat(corner + (numbers + 0.5) * size_m, work, about)
    ids = [f"C{column}-{row}" for column, row in numbers.tolist()]
    district = [demand.district[place] for place in first] if demand.district else [""] * len(ids)
    made = Layer(
        "candidates",
        demand.crs,
        places,
        ground.from_work(places, demand.crs),
        np.arange(1, len(ids) + 1),
        ids,
        ids,
        district,
    )
    made.read_as = {"x": "x", "y": "y"}
    made.notes.append((
        f"Candidates are the {len(ids):,} cells of {size_m:g} m that hold demand: not venues. "
            "Whether there is a room to use in a cell is not known.",
        f"候选点是有需求的 {len(ids):,} 个 {size_m:g} 米格子，不是真实场所；格子里有没有可用的房子，需要现场核实。",
    ))  # fmt: skip
    return made
