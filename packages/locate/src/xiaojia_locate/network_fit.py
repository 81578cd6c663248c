"""Do the lengths fit the positions? A wrong unit and swapped axes show in the ratio of the two."""

import numpy as np

from xiaojia_locate.errors import LocateError
from xiaojia_locate.reach import Floats, Ints
from xiaojia_locate.walking import in_space

FITS = 0.03  # relative; lengths on a sphere and on an ellipsoid differ by 0.5 % at most


def check_fit(length_m: Floats, measured_m: Floats, vertices: Floats, starts: Ints, *, geographic: bool) -> None:
    """Refuse lengths that are no metres along the lines, (n_edge,) each; `vertices`, `starts` as in `Streets`.

    A few odd lengths may be right (stairs, a line that was simplified); the median over the edges may not be odd.
    """
    given = (length_m > 0) & (measured_m > 1)
    if not given.any():
        return
    ratio = float(np.median(length_m[given] / measured_m[given]))
    if abs(ratio - 1) <= FITS:
        return
    if geographic and abs(float(np.median(length_m[given] / _swapped_m(vertices, starts)[given])) - 1) <= FITS:
        raise LocateError(
            "axis_order", "The lengths of the streets fit their positions only with x and y exchanged; x is longitude."
        )
    if not 0.5 <= ratio <= 2:
        raise LocateError(
            "length_unit",
            f"The lengths of the streets are {ratio:.3g} times the metres between their positions; give lengths in metres.",
        )


def _swapped_m(vertices: Floats, starts: Ints) -> Floats:
    """The metres along lines whose longitude and latitude are exchanged; none where that is not possible."""
    lines = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    if (np.abs(vertices[:, 0]) > 90).any():
        return np.full(len(starts) - 1, np.inf)
    space = in_space(vertices[:, ::-1], "streets", geographic=True)[1]
    step = np.linalg.norm(np.diff(space, axis=0), axis=1) * (lines[1:] == lines[:-1])
    return np.maximum(np.bincount(lines[1:], step, minlength=len(starts) - 1), 1e-9)
