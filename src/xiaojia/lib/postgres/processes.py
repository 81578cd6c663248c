"""Is this server's process alive? A pid file alone proves nothing: the pid may be reused, or a zombie."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path


def postmaster_pid(data: Path) -> int | None:
    """The pid of the running server of this data folder, None when its pid file is absent or stale."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if _is_server(pid, data) else None


def remove_stale_locks(data: Path, sockets: Path) -> None:
    """Take away the lock files of a server that is no more; the caller has checked that it is."""
    for path in (data / "postmaster.pid", sockets / ".s.PGSQL.5432", sockets / ".s.PGSQL.5432.lock"):
        path.unlink(missing_ok=True)


def quit_orphans(data: Path) -> int:
    """Tell the children that a killed server left behind to quit; the number of processes told."""
    told = 0
    for entry in Path("/proc").glob("[0-9]*"):
        if _is_server(int(entry.name), data):
            with suppress(OSError):
                os.kill(int(entry.name), signal.SIGQUIT)
                told += 1
    return told


def wait_gone(data: Path, wait_s: float) -> bool:
    """Wait until no server runs on this folder; False when it still runs after `wait_s`."""
    until = time.monotonic() + wait_s
    while postmaster_pid(data) is not None:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _is_server(pid: int, data: Path) -> bool:
    if not Path("/proc/self/stat").exists():  # no Linux: believe the pid
        with suppress(OSError):
            os.kill(pid, 0)
            return True
        return False
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        name, state = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2]
        return name == "postgres" and state not in "ZX" and Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except (OSError, ValueError):
        return False
