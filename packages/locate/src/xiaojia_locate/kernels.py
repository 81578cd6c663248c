"""Which inner loops are compiled? These two, where numba is installed (the extra `fast`); else the same in NumPy.

State of a choice of sites over classes of demand with `levels` of weight, all changed in place:
`count` (n,): open sites that reach a class; `gain` (m,): what opening a site adds; `loss` (m,): what closing an open site
takes away. A class with count c earns weight[0] + … + weight[c−1], and weights never rise with the level.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from xiaojia_locate.classes import places_of
from xiaojia_locate.reach import Reach

try:
    from numba import njit

    COMPILED = True
except ImportError:  # without the extra everything still runs, slower
    COMPILED = False

    def njit(*_: Any, **__: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Leave a function as it is."""
        return lambda function: function


Array = npt.NDArray[Any]


def shift_numpy(site: int, sign: int, to: Reach, back: Reach, steps: Array, state: tuple[Array, Array, Array]) -> None:
    """Open (sign 1) or close (sign −1) a site. `to`: class → sites, `back`: site → classes; `steps` (n, levels + 2)."""
    count, gain, loss = state
    touched = back.sites[back.starts[site] : back.starts[site + 1]]
    before = count[touched]
    count[touched] = after = before + sign
    top = steps.shape[1] - 1
    places, starts = places_of(to.starts, touched)
    length = np.diff(starts)
    more = steps[touched, np.minimum(after + 1, top)] - steps[touched, np.minimum(before + 1, top)]
    less = steps[touched, np.minimum(after, top)] - steps[touched, np.minimum(before, top)]
    sites = to.sites[places]
    gain += np.bincount(sites, np.repeat(more, length), minlength=len(gain))
    loss += np.bincount(sites, np.repeat(less, length), minlength=len(loss))


def regained_numpy(site: int, to: Reach, back: Reach, steps: Array, count: Array, n_site: int) -> Array:
    """Return by how much the gain of every site would rise if `site` closed, (m,)."""
    touched = back.sites[back.starts[site] : back.starts[site + 1]]
    top = steps.shape[1] - 1
    at = count[touched]
    rise = steps[touched, np.minimum(at, top)] - steps[touched, np.minimum(at + 1, top)]
    keep = rise > 0
    places, starts = places_of(to.starts, touched[keep])
    return np.bincount(to.sites[places], np.repeat(rise[keep], np.diff(starts)), minlength=n_site)


@njit(cache=True)
def _shift(site, sign, to_s, to_i, back_s, back_i, steps, count, gain, loss):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    top = steps.shape[1] - 1
    for a in range(back_s[site], back_s[site + 1]):
        row = back_i[a]
        before = count[row]
        after = before + sign
        count[row] = after
        more = steps[row, min(after + 1, top)] - steps[row, min(before + 1, top)]
        less = steps[row, min(after, top)] - steps[row, min(before, top)]
        if more != 0.0 or less != 0.0:
            for b in range(to_s[row], to_s[row + 1]):
                gain[to_i[b]] += more
                loss[to_i[b]] += less


@njit(cache=True)
def _regained(site, to_s, to_i, back_s, back_i, steps, count, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    top = steps.shape[1] - 1
    out[:] = 0.0
    for a in range(back_s[site], back_s[site + 1]):
        row = back_i[a]
        rise = steps[row, min(count[row], top)] - steps[row, min(count[row] + 1, top)]
        if rise > 0.0:
            for b in range(to_s[row], to_s[row + 1]):
                out[to_i[b]] += rise


def shift_compiled(
    site: int, sign: int, to: Reach, back: Reach, steps: Array, state: tuple[Array, Array, Array]
) -> None:
    """As `shift_numpy`, compiled."""
    _shift(site, sign, to.starts, to.sites, back.starts, back.sites, steps, *state)


def regained_compiled(site: int, to: Reach, back: Reach, steps: Array, count: Array, n_site: int) -> Array:
    """As `regained_numpy`, compiled."""
    out = np.empty(n_site)
    _regained(site, to.starts, to.sites, back.starts, back.sites, steps, count, out)
    return out


shift = shift_compiled if COMPILED else shift_numpy
regained = regained_compiled if COMPILED else regained_numpy
