"""How is HiGHS made ready? Its banner is kept off standard output, and one process keeps to one number of threads."""

import ctypes
import os
import sys

import highspy


def ready_highs() -> None:
    """Solve nothing once, on one thread and with standard output closed.

    HiGHS prints its name when the first solver of a process is made, whatever one sets; and a solver that asks for one
    thread is refused once another has run with more, so the process begins with one.
    """
    sys.stdout.flush()
    try:
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    except OSError:
        _first()
        return
    try:
        os.dup2(nowhere, 1)
        _first()
        ctypes.CDLL(None).fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _first() -> None:
    highspy.Highs.resetGlobalScheduler(True)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.addVar(0.0, 1.0)
    solver.run()
