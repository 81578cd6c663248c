"""How far does one walk in so many minutes, and what does a calculation of walks hand back? Speeds and detours are stated.

A walk of `minutes` at `speed_m_per_s` is `60 · minutes · speed_m_per_s` metres. Straight lines are walked `detour` times:
a site is within reach if detour × straight line ≤ limit. Streets need no detour factor; they are walked as they lie.

Sources. The default, 4 km/h or 1.11 m/s, makes 15 minutes 1,000 m. It is the slow side of what is measured: signals in
the United States were timed for 1.2 m/s (FHWA, Manual on Uniform Traffic Control Devices, 2003 edition), of people up to
60 years 85 % walk faster than 1.15 m/s, of older ones 85 % faster than 0.92 m/s (TCRP-NCHRP study of 2005). 5 km/h is a
brisk walk. A detour factor has no true value: planning rules in China imply 1.08 to 1.4 between service radius and walk;
1.3 lies on the careful side. Where there is a street network, `detour_found` measures it.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.errors import LocateError
from xiaojia_locate.reach import EARTH_RADIUS_M, Floats, Ints, Reach, degrees, positions

WALK_M_PER_S = 4 / 3.6
DETOUR = 1.3
ROUNDING = 1 + 1e-12  # a walk of exactly the limit reaches, whatever the last bit of a sum says


@dataclass(frozen=True)
class Walks:
    """Which sites are within the limit of which demand, and which points the streets or the barriers leave out.

    `reach`: (n_demand × n_site). `distance_m`: the walks in metres as CSR of the same pairs, or None if not asked for; a
    walk of 0 m is stored as a 0, so ask `from_matrix(distance_m, limit)` and not for entries that are not zero.
    `demand_off`, `sites_off`: rows that are farther than the snap limit from every street and so reach nothing.
    `demand_apart`: rows on streets that no chain of streets joins to any site. All row numbers ascend.
    """

    reach: Reach
    distance_m: sparse.csr_matrix | None = None
    demand_off: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    sites_off: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    demand_apart: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


def walk_m(minutes: float, speed_m_per_s: float = WALK_M_PER_S) -> float:
    """Return the metres walked in so many minutes.

    >>> round(walk_m(15)), round(walk_m(15, speed_m_per_s=5 / 3.6))
    (1000, 1250)
    """
    for name, value in (("minutes", minutes), ("speed_m_per_s", speed_m_per_s)):
        if not (value > 0 and np.isfinite(value)):
            raise LocateError("range", f"{name} must be above zero, got {value}.")
    if speed_m_per_s > 3:
        raise LocateError("range", f"Nobody walks {speed_m_per_s:g} m/s; is the speed in km/h? Divide it by 3.6.")
    return 60.0 * minutes * speed_m_per_s


def walk_minutes(distance_m: npt.ArrayLike, speed_m_per_s: float = WALK_M_PER_S) -> Floats:
    """Return the minutes that walks of so many metres take, in the shape given.

    >>> walk_minutes([1000, 0]).round(6).tolist()
    [15.0, 0.0]
    """
    return np.asarray(distance_m, dtype=np.float64) / walk_m(1.0, speed_m_per_s)


def in_space(points: npt.ArrayLike, name: str, *, geographic: bool) -> tuple[Floats, Floats]:
    """Return checked positions (n, 2), and where they lie in metres: on the sphere (n, 3), or in the plane (n, 2)."""
    if not geographic:
        plane = positions(points, name)
        return plane, plane
    lnglat = degrees(points, name)
    lng, lat = np.radians(lnglat).T
    sphere = np.column_stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)])
    return lnglat, EARTH_RADIUS_M * sphere


def straight_m(ones: Floats, others: Floats) -> Floats:
    """Return the straight metres between places in space, row by row: great circles where the places have three columns."""
    chord = np.linalg.norm(ones - others, axis=-1)
    if ones.shape[-1] == 2:
        return chord
    return 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(chord / (2 * EARTH_RADIUS_M), 1.0))


def detour_found(
    distance_m: sparse.csr_matrix, demand: npt.ArrayLike, sites: npt.ArrayLike, *, geographic: bool = True
) -> Floats:
    """Return how many times the straight line each walk is, (n_pairs,), where that line is longer than 100 m.

    The median is the detour factor of these streets, among the pairs within the limit of the walk.
    """
    pairs = distance_m.tocoo()
    from_, to = in_space(demand, "demand", geographic=geographic)[1], in_space(sites, "sites", geographic=geographic)[1]
    line_m = straight_m(from_[pairs.row], to[pairs.col])
    far = line_m > 100
    return pairs.data[far] / line_m[far]
