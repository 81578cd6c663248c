"""Where do the peers and provers live? Each in an environment of its own under `.peers`, installed once by name."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".peers"


def python(name: str, *packages: str) -> Path:
    """Return the Python of an environment that holds `packages`, as `eviltransform==0.1.1`."""
    folder = HOME / f"py-{name}"
    if _fresh(folder, packages):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, *packages], check=True)
        _seal(folder, packages)
    return folder / "bin" / "python"


def npm(name: str, *packages: str) -> Path:
    """Return a folder with `node_modules` that holds `packages`; no script of theirs is run at installation."""
    if shutil.which("npm") is None:
        raise SystemExit("npm is missing: apt-get install nodejs npm (Node 20 or newer).")
    folder = HOME / f"js-{name}"
    if _fresh(folder, packages):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"private": true}')
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(["npm", "install", *quiet, *packages], cwd=folder, check=True)
        _seal(folder, packages)
    return folder


def debian(*packages: str) -> None:
    """Install packages of Debian that are missing, or say which."""
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise SystemExit(f"As root: apt-get install {' '.join(missing)}")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    subprocess.run(install, check=True, env=quiet, stdout=subprocess.DEVNULL)


def _installed(name: str) -> bool:
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Status}", name], capture_output=True, text=True, check=False)
    return "install ok installed" in asked.stdout


def _mark(packages: tuple[str, ...]) -> str:
    return hashlib.sha256(" ".join((*packages, sys.version)).encode()).hexdigest()


def _fresh(folder: Path, packages: tuple[str, ...]) -> bool:
    stamp = folder / ".stamp"
    return not stamp.exists() or stamp.read_text() != _mark(packages)


def _seal(folder: Path, packages: tuple[str, ...]) -> None:
    (folder / ".stamp").write_text(_mark(packages))
