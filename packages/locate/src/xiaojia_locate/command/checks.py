"""Do the layers belong together? Other cities, swapped axes, wrong datums and places outside are told before solving."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.faults import Fault, fault, refuse
from xiaojia_locate.command.grid import flat_m, middle
from xiaojia_locate.command.ground import Ground
from xiaojia_locate.command.layers import Layer

FAR_M = 100_000.0
SAMPLE = 5_000
NEARER = 0.6  # an other datum is suspected where it brings the layers this much nearer to each other


def distances_m(demand: Layer, others: Layer) -> Floats:
    """Return how far each of the others lies from the nearest demand, in a straight line, metres (n,)."""
    work = "metres" if demand.crs == "metres" else "wgs84"
    about = middle(demand.places)
    tree = cKDTree(flat_m(demand.places, work, about))
    found, _ = tree.query(flat_m(others.places, work, about))
    return np.asarray(found, np.float64)


def between(demand: Layer, others: Layer, straight_m: float, ground: Ground) -> list[Fault]:
    """Return what is wrong between the demand and the candidates or existing sites."""
    if (demand.crs == "metres") != (others.crs == "metres"):
        return [fault(others.name, "degrees_as_metres", flag=f"--{others.name}-{ground.word}")]
    near = distances_m(demand, others)
    far = np.flatnonzero(near > max(FAR_M, 3 * straight_m))
    if len(far) == len(others) and demand.crs != "metres" and _fits_turned(demand, others):
        return [fault(others.name, "axis_order", others.rows[far], x=others.read_as["x"])]
    if len(far):
        return [fault(others.name, "far_away", others.rows[far], km=max(FAR_M, 3 * straight_m) / 1000)]
    return []


def _fits_turned(demand: Layer, others: Layer) -> bool:
    """Whether most of the others lie in the demand's box (and a little around) once their axes are turned."""
    low, high = demand.places.min(axis=0), demand.places.max(axis=0)
    room = 0.2 * (high - low) + 0.05
    turned = others.places[:, ::-1]
    return bool(((turned >= low - room) & (turned <= high + room)).all(axis=1).mean() > 0.9)


def suspected(demand: Layer, others: Layer, ground: Ground) -> str:
    """Return a datum under which the others would lie much nearer to the demand, or nothing."""
    wrong = [crs for crs in ground.coordinates if crs not in (others.crs, "metres", "bd09mc")]
    if "metres" in (demand.crs, others.crs) or others.crs == "bd09mc" or len(others) < 20 or not wrong:
        return ""
    some = np.linspace(0, len(others) - 1, min(SAMPLE, len(others))).astype(np.int64)
    about = middle(demand.places)
    tree = cKDTree(flat_m(demand.places, "wgs84", about))

    def median_m(places: Floats) -> float:
        return float(np.median(tree.query(flat_m(places, "wgs84", about))[0]))

    now = median_m(others.places[some])
    tried = {crs: median_m(ground.to_work(others.given[some], crs)) for crs in wrong}
    best = min(tried, key=lambda crs: tried[crs])
    return best if tried[best] < NEARER * now and now > 20 else ""


def reaching(
    demand: Layer, candidates: Layer, reached: npt.NDArray[np.integer], reach_m: float, ground: Ground
) -> None:
    """Refuse a question in which no candidate reaches any demand; `reached` (n_candidate,) is how many points each does."""
    if reached.any():
        return
    near = distances_m(demand, candidates)
    other = suspected(demand, candidates, ground)
    hint = f" (as {other} they would lie nearer: --candidates-{ground.word} {other})" if other else ""
    hint_zh = f"（按 {other} 读会近得多：--candidates-{ground.word} {other}）" if other else ""
    raise refuse("candidates", "none_reaches", reach=reach_m, nearest=near.min(), hint=hint, hint_zh=hint_zh)
