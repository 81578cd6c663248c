"""Will it fit? Memory and time of a question, estimated before anything is started."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from xiaojia_locate.errors import LocateError
from xiaojia_locate.reach import EARTH_RADIUS_M, _on_sphere, degrees, positions

MIB = 1 << 20
# Measured on two cores of a small virtual machine, rounded up; seconds per point or pair.
STREAM_S, NEW_CLASS_S, PAIR_S, MERGE_S = 1.0e-7, 2.0e-6, 1.2e-7, 6.0e-7
SHARE = 0.8  # of the free memory that may be used


@dataclass(frozen=True)
class Estimate:
    """What a question would take: in memory (the whole relation), and streamed (classes only).

    `n_pairs`: points × sites that reach them; `n_classes`: at most so many classes of demand.
    """

    n_points: int
    n_sites: int
    n_pairs: int
    n_classes: int
    whole_mib: float
    whole_s: float
    streamed_mib: float
    streamed_s: float
    free_mib: float

    @property
    def fits_whole(self) -> bool:
        return self.whole_mib <= SHARE * self.free_mib

    @property
    def fits_streamed(self) -> bool:
        return self.streamed_mib <= SHARE * self.free_mib

    def require(self, *, streamed: bool = False) -> None:
        """Raise LocateError `too_large`, saying what to do, if it would not fit in the free memory of this machine."""
        if self.fits_streamed if streamed else self.fits_whole:
            return
        needed = self.streamed_mib if streamed else self.whole_mib
        raise LocateError(
            "too_large",
            f"{self.n_points:,} points × {self.n_sites:,} sites need about {needed:,.0f} MiB, "
            f"{self.free_mib:,.0f} MiB are free. {self._advice(streamed)}",
        )

    def _advice(self, streamed: bool) -> str:
        if not streamed and self.fits_streamed:
            return (
                f"Stream the points in batches: about {self.streamed_mib:,.0f} MiB and {self.streamed_s:,.0f} s "
                "(maximal_cover_streamed)."
            )
        return (
            "Round the positions to a coarser grid, take fewer candidate sites or a shorter limit, or a larger machine."
        )


def estimate(
    n_points: int, n_sites: int, *, reached: float = 30.0, classes: int | None = None, free_mib: float | None = None
) -> Estimate:
    """Return what a question of this size takes, from the mean number of sites that reach a point.

    `classes`: at most so many different sets; left out, the faces of circles that each meet 4 × `reached` others.

    >>> estimate(10**8, 1000, reached=20, free_mib=4096).fits_whole
    False
    """
    reached = min(float(n_sites), reached)
    pairs = int(n_points * reached)
    faces = int(4 * n_sites * reached) + n_sites + 1 if classes is None else classes
    distinct = min(n_points, faces)
    # positions, pairs twice while they are put together, keys with their order; lists of one chunk
    whole = n_points * (16 + 8 * 7) + pairs * 9 + min(n_points, 200_000) * reached * 40
    # double arrays while they grow; a set, its key, slots and sums; about six pairs of cell and mask for each
    streamed = distinct * (reached * 4 + 40 + 6 * 48) * 1.5 + 48 * MIB
    return Estimate(
        n_points,
        n_sites,
        pairs,
        distinct,
        whole / MIB,
        pairs * PAIR_S + n_points * MERGE_S,
        streamed / MIB,
        n_points * STREAM_S + distinct * NEW_CLASS_S,
        available_mib() if free_mib is None else free_mib,
    )


def foresee(
    n_points: int,
    sites: npt.ArrayLike,
    limit_m: float,
    *,
    sample: npt.ArrayLike | None = None,
    degrees_given: bool = False,
    detour: float = 1.0,
    free_mib: float | None = None,
) -> Estimate:
    """Return what a question takes, looking at the positions: `sites` (m, 2), and a `sample` (k, 2) of the points if at hand.

    Without a sample, demand is taken to lie where the sites lie. Circles of m sites have at most as many faces as they
    have meetings + m + 1 (Euler); two circles meet at most twice, if their middles are within two limits.
    """
    clean = degrees if degrees_given else positions
    places, points = clean(sites, "sites"), clean(sites if sample is None else sample, "sample")
    radius = limit_m / detour
    if degrees_given:
        places, points, radius = _on_sphere(places), _on_sphere(points), radius / EARTH_RADIUS_M
    tree = cKDTree(places)
    some = points[np.linspace(0, len(points) - 1, min(len(points), 2000)).astype(int)]
    reached = float(np.mean(tree.query_ball_point(some, radius, return_length=True))) if len(some) else 0.0
    meeting = int(tree.count_neighbors(tree, 2 * radius)) - len(places)
    return estimate(n_points, len(places), reached=reached, classes=meeting + len(places) + 1, free_mib=free_mib)


def available_mib() -> float:
    """Return how much memory this process may still take, in MiB: what the machine has free, or its group's limit."""
    free = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    table = Path("/proc/meminfo")
    if table.exists():
        for line in table.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                free = float(line.split()[1]) * 1024
    limit, used = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")
    if limit.exists() and used.exists() and limit.read_text().strip().isdigit():
        free = min(free, float(limit.read_text()) - float(used.read_text()))
    return max(0.0, free) / MIB
