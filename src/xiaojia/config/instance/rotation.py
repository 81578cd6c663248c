"""Which backups of a folder count, and which are old enough to go? Only whole ones count; a half-written one never does."""

import re
import tarfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from xiaojia.config.instance.archive import MANIFEST, SEAL

ZONE = ZoneInfo("Asia/Shanghai")
NAME = re.compile(r"xiaojia-(\d{8}T\d{6})\.tar")
STALE_PART = timedelta(days=1)


@dataclass(frozen=True)
class Found:
    """One backup file of the rotation: when it was made by its name, and whether it was written to its end."""

    path: Path
    made_at: datetime
    is_whole: bool


def name_for(now: datetime) -> str:
    """Return the file's name, by the clock of Shanghai."""
    return f"xiaojia-{now.astimezone(ZONE):%Y%m%dT%H%M%S}.tar"


def backups_in(folder: Path) -> list[Found]:
    """Return the rotation's own files, the newest first; files of other names are none of its business."""
    found = []
    for path in folder.glob("xiaojia-*.tar"):
        if match := NAME.fullmatch(path.name):
            made_at = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=ZONE)
            found.append(Found(path, made_at, has_end(path)))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def has_end(path: Path) -> bool:
    """Was the archive written to its last member? Looks at the members' heads only; `verify` looks at every byte."""
    try:
        with tarfile.open(path, "r:") as tar:
            last = tar.getnames()[-2:]
            size = path.stat().st_size
            return last == [MANIFEST, SEAL] and all(one.offset_data + one.size <= size for one in tar)
    except (OSError, tarfile.TarError, IndexError):
        return False


def rotate(folder: Path, keep: int, now: datetime) -> list[str]:
    """Delete whole backups beyond the `keep` newest, and parts that a crash left behind; return the names gone.

    A damaged file counts for nothing and is left for a person to look at.
    """
    gone = [one.path for one in backups_in(folder) if one.is_whole][keep:]
    oldest = (now - STALE_PART).timestamp()
    for pattern in ("xiaojia-*.tar.part", "xiaojia-*.tar.dump.part"):
        gone += [path for path in folder.glob(pattern) if path.stat().st_mtime < oldest]
    for path in gone:
        path.unlink(missing_ok=True)
    return [path.name for path in gone]
