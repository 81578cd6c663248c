"""How much memory is free here?"""

from pathlib import Path


def free_mib() -> int:
    """Return the memory that is free on this machine, MiB 1 GiB where it does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    except OSError:
        pass
    return 1024
