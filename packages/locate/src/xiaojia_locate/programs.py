"""How is a program handed to HiGHS? Silent, repeatable, in time, on one thread; and a refusal is never taken for an answer."""

import highspy

from xiaojia_locate.answer import Limits


def quiet(limits: Limits) -> highspy.Highs:
    """Return a solver that is silent, repeatable and stops in time.

    One thread, always: HiGHS refuses to run in a process where another solver has run with another number.
    """
    solver = highspy.Highs()
    options = {"output_flag": False, "log_to_console": False, "threads": 1, "random_seed": limits.seed}
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("time_limit", max(0.1, limits.left_s))
    return solver


def run(solver: highspy.Highs) -> None:
    """Run a solver; raises RuntimeError if it refuses, so that no empty answer is taken for one."""
    if solver.run() == highspy.HighsStatus.kError:
        raise RuntimeError(
            "HiGHS refused to run. If this process has used it with another number of threads, call "
            "highspy.Highs.resetGlobalScheduler(True) first."
        )
