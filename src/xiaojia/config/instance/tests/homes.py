"""How do these tests get data folders of their own? Below /tmp, where root's server account can go; commands run for real."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FIRST = Path(__file__).parent / "data" / "first_issue.tar.gz"
"""A small union as the first version backed it up; see data/first_issue.py."""
FOREIGN = ("DATABASE_URL", "DATABASE_OWNER_URL", "XIAOJIA_URL", "PORT", "XIAOJIA_TEST_HOUSE")


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder that every account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="xj-instance-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command that works on `home` with the embedded server."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return kept | {"XIAOJIA_HOME": str(home)} | more


def command(*arguments: str) -> list[str]:
    """The command line of `xiaojia` in this Python."""
    return [sys.executable, "-m", "xiaojia.config.cli", *arguments]


def xiaojia(home: Path, *arguments: str, **more: str) -> tuple[int, dict[str, Any]]:
    """Run a command with --json; exit code and the object."""
    done = subprocess.run(
        command(*arguments, "--json"), env=environment(home, **more), capture_output=True, text=True, check=False
    )
    lines = done.stdout.strip().splitlines()
    return done.returncode, json.loads(lines[-1]) if lines else {"stderr": done.stderr}


def restored(folder: Path, **settings: str) -> tuple[Path, Path, dict[str, Any]]:
    """Restore the first version's small union below `folder`; the backup, the data folder, what the command said."""
    archive, home = folder / "first.tar", folder / "home"
    archive.write_bytes(gzip.decompress(FIRST.read_bytes()))
    code, said = xiaojia(home, "restore", str(archive), **settings)
    assert code == 0, said
    return archive, home, said
