"""How are child processes kept alive? Restarted with a growing pause, stopped together, never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S = 0.5, 30.0, 60.0
PR_SET_PDEATHSIG = 1


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


LIBC = _libc()


def _die_with_parent() -> None:
    """In the child, before exec: a supervisor killed with -9 takes its children along (Linux)."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One supervised process in a process group of its own; `shared` is a descriptor that it keeps open."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    shared: int
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    due: float = field(default=0.0)
    restarts: int = 0

    def start(self) -> None:
        """Start the process; standard output and error are the supervisor's."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(self.shared,),
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - the supervisor has one thread
        )

    def tend(self) -> str | None:
        """Restart a dead process when its pause is over; a log line when something happened."""
        now = time.monotonic()
        if self.process is None:
            if now < self.due:
                return None
            self.restarts += 1
            self.start()
            return f"{self.name}: restarted"
        code = self.process.poll()
        if code is None:
            return None
        self._signal(signal.SIGKILL)  # whatever the dead process left in its group
        if now - self.started > STEADY_S:
            self.pause_s = FIRST_PAUSE_S
        line = f"{self.name}: ended with {_describe(code)}; starting again in {self.pause_s:g} s"
        self.process, self.due = None, now + self.pause_s
        self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S)
        return line

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the process itself, which winds down its own workers."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self, until: float) -> bool:
        """Wait until `until` (monotonic), then kill the whole group; True when it ended by itself."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
            by_itself = True
        except subprocess.TimeoutExpired:
            by_itself = False
        self._signal(signal.SIGKILL)
        self.process.wait(5)
        return by_itself

    def _signal(self, number: int) -> None:
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def _describe(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"
