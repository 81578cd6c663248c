"""Does a list say the truth about its datum? The district polygons tell: in which datum do its points fall where they should?"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

CLEARLY_SHARE = 0.03
CLEARLY_ROWS = 3
"""Another datum fits clearly better when at least so many more rows, and so large a share, fall into their district (2026)."""


@dataclass(frozen=True)
class Fit:
    """How one datum fits: rows with a district and a point, those inside it, median metres of those outside."""

    rows: int
    inside: int
    median_outside_m: float

    @property
    def share(self) -> float:
        return self.inside / self.rows if self.rows else 0.0


def fit_of(distances_m: list[float], tolerance_m: float = 0.0) -> Fit:
    """Return the fit, given each row's metres to its named district (0 = inside)."""
    outside = [d for d in distances_m if d > tolerance_m]
    return Fit(len(distances_m), len(distances_m) - len(outside), median(outside) if outside else 0.0)


def better(stated: str, fits: Mapping[str, Fit]) -> str | None:
    """Return the datum that fits clearly better than the stated one, or None."""
    own = fits[stated]
    best = max((datum for datum in fits if datum != stated), key=lambda datum: fits[datum].inside, default=None)
    if best is None or not own.rows:
        return None
    gain = fits[best].inside - own.inside
    return best if gain >= CLEARLY_ROWS and gain / own.rows >= CLEARLY_SHARE else None
