"""What does an answer carry? The sites, their value, a proven bound, why the search stopped, time and memory."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt


class Reason(StrEnum):
    """Why the search stopped. Only `PROVEN` means that no better choice exists."""

    PROVEN = "proven"
    GAP = "gap"
    TIME = "time"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Progress:
    """What is known so far: the stage of the search, the best value, the bound, the seconds since the start."""

    stage: str
    value: float
    bound: float
    elapsed_s: float


@dataclass
class Limits:
    """When to stop, and who is told.

    `time_s`: seconds of wall clock. `gap`: relative gap (bound − value) / bound at which the search may stop.
    `progress` is called between steps; `cancel` is asked between steps, and True ends the search with what is known.
    `seed` makes the search repeatable as long as no time limit ends it.
    """

    time_s: float = 150.0
    gap: float = 0.0
    seed: int = 1
    progress: Callable[[Progress], None] | None = None
    cancel: Callable[[], bool] | None = None
    started: float = field(default_factory=time.perf_counter, repr=False)

    @property
    def elapsed_s(self) -> float:
        return time.perf_counter() - self.started

    @property
    def left_s(self) -> float:
        return max(0.0, self.time_s - self.elapsed_s)

    def restart(self) -> "Limits":
        """Return the same limits with the clock at zero."""
        return Limits(self.time_s, self.gap, self.seed, self.progress, self.cancel)

    def tell(self, stage: str, value: float, bound: float) -> None:
        """Report where the search stands."""
        if self.progress is not None:
            self.progress(Progress(stage, value, bound, self.elapsed_s))

    def over(self) -> Reason | None:
        """Return why the search has to end now, or None."""
        if self.cancel is not None and self.cancel():
            return Reason.CANCELLED
        return Reason.TIME if self.left_s <= 0 else None


@dataclass(frozen=True)
class Answer:
    """Which sites to open, and how good that is.

    `sites` (n_open,): chosen sites in ascending order, fixed ones included; `new` (n_new,): without the fixed ones.
    `value`: what the sites achieve (covered weight, or a cost or distance where that is what is minimised).
    `bound`: no choice is better than this. `gap`: |bound − value| / max(|bound|, |value|).
    `total`: all weight; `before`: the value of the fixed sites alone; `covered`: the value by named part.
    `marginal` (n_open,): how much worse the value gets when this site alone closes.
    `replacement` (n_new,): the best other site in place of each new one, −1 if none fits; `replacement_change` (n_new,):
    what that exchange adds to the value. `memory_mib`: the highest resident memory of the process so far.
    """

    sites: npt.NDArray[np.int64]
    new: npt.NDArray[np.int64]
    value: float
    bound: float
    total: float
    before: float
    reason: Reason
    elapsed_s: float
    memory_mib: float
    covered: dict[str, float] = field(default_factory=dict)
    marginal: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    replacement: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    replacement_change: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def gap(self) -> float:
        scale = max(abs(self.bound), abs(self.value))
        return abs(self.bound - self.value) / scale if scale else 0.0

    @property
    def proven(self) -> bool:
        return self.reason is Reason.PROVEN


def memory_mib() -> float:
    """Return the highest resident memory of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
