"""Who speaks on standard output? Only the command: HiGHS prints its name when its first solver is made, whatever one sets."""

import ctypes
import os
import sys

import highspy


def hush_highs() -> None:
    """Make this process's first solver with standard output closed, so that what it prints is lost."""
    sys.stdout.flush()
    try:
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    except OSError:
        return
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()
        ctypes.CDLL(None).fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
