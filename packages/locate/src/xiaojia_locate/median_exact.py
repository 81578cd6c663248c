"""Which sites and links of the p-median fall away? What the bound rules out need not be searched.

Reduced-cost fixing: if the bound, changed by what opening (closing) a site adds to it, is not below the best known value, no
better choice has that site open (closed); and no better choice lets client i pay λ_i + (value − bound) or more, so rows may
end there. Both hold for any multipliers, because each change adds to the Lagrangian at least what is said.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from xiaojia_locate.answer import Limits
from xiaojia_locate.median_bound import Bound
from xiaojia_locate.median_links import Links
from xiaojia_locate.programs import quiet
from xiaojia_locate.reach import Floats, Ints


@dataclass(frozen=True)
class Rest:
    """What is left to decide: sites `few` of the task (ascending), of which `must` are open; links to the other few.

    `free`: the sites of `links`, as numbers of the task; `room` left for them.
    """

    links: Links
    free: Ints
    must: Ints
    price: Floats
    room: float


def reduce(links: Links, price: Floats, room: float, bound: Bound, value: float) -> Rest:
    """Return what is left when no choice is wanted that costs `value` or more."""
    opening, closing = bound.needed(price)
    slack = value - bound.value
    few = np.flatnonzero(opening < slack)
    must = few[closing[few] >= slack]
    short = links.given(must).below(bound.multipliers + slack) if len(must) else links.below(bound.multipliers + slack)
    free = np.setdiff1d(few, must)
    return Rest(short.only(free), free, must, price[free], room - float(price[must].sum()))


def mip_solver(step: float, limits: Limits, *, share: float = 1.0) -> highspy.Highs:
    """Return a silent, repeatable solver that stops at `share` of the time left, and when cancelled."""
    solver = quiet(limits)  # one number of threads for all solvers of a process, else HiGHS refuses to run
    for name, value in {
        "time_limit": max(0.1, share * limits.left_s),
        "mip_rel_gap": 0.0,
        "mip_abs_gap": step * 0.999,
    }.items():
        solver.setOptionValue(name, value)
    cancel = limits.cancel
    if cancel is not None:

        def ask(event: highspy.highs.HighsCallbackEvent) -> None:
            if cancel():
                event.interrupt()

        solver.cbMipInterrupt += ask
    return solver
