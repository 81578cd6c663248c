"""What does a person see and press while it runs? Progress on standard error, and Ctrl-C that keeps what is known."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from xiaojia_locate.answer import Progress


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C end the search in order; a second one ends the process."""
    asked: list[bool] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(True)
        os.write(2, "\nStopping; the best known answer is kept. 正在停止，保留目前最好的方案。\n".encode())

    try:
        before = signal.signal(signal.SIGINT, stop)
    except ValueError:  # not in the main thread: nobody can press Ctrl-C there
        yield lambda: False
        return
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def told() -> Callable[[Progress], None]:
    """Return what shows the progress on standard error: value, bound, gap; every two seconds where nobody watches live."""
    fancy, last = sys.stderr.isatty(), [-2.0]

    def tell(progress: Progress) -> None:
        if progress.elapsed_s - last[0] < (0.1 if fancy else 2.0):
            return
        last[0] = progress.elapsed_s
        top = max(abs(progress.bound), abs(progress.value))
        known = top < float("inf") and top > 0
        gap = f"gap {abs(progress.bound - progress.value) / top:.2%}" if known else "no bound yet"
        bound = f"at most {progress.bound:,.0f}" if known else ""
        line = f"{progress.elapsed_s:7.1f} s  {progress.stage:<10} value {progress.value:,.0f}  {bound}  {gap}"
        sys.stderr.write(f"\r{line}\x1b[K" if fancy else line + "\n")
        sys.stderr.flush()

    return tell
