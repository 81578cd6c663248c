"""What does an installation without internet need? Wheels for this Python and machine, an installer, licences, hashes."""

import argparse
import email.parser
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from environment import PARTS, PIP, ROOT, Trouble, program, say

TRIED = Path(__file__).with_name("try_bundle.py")
LICENCE_FILES = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
COPIED = (
    "deploy",
    "docs/ops",
    "docs/howto",
    "LICENSE",
    "requirements.txt",
    "README.md",
    "README.zh-CN.md",
    "CHANGELOG.md",
)


def version() -> str:
    """The product's version."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def name() -> str:
    """The bundle's name: version, Python, machine."""
    return f"xiaojia-{version()}-py{sys.version_info[0]}{sys.version_info[1]}-{sys.platform}-{platform.machine()}"


def collect_wheels(target: Path) -> int:
    """Fetch or build a wheel of each package of the lock, and of the product; their number."""
    pip = [program("python"), *PIP, "wheel", "--quiet", "--wheel-dir", str(target)]
    for more in (["--requirement", str(ROOT / "requirements.txt")], ["--no-deps", *map(str, PARTS)]):
        done = subprocess.run([*pip, *more], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Trouble(
                f"A wheel could not be had:\n{(done.stdout + done.stderr)[-1500:]}", "有软件包获取失败，原因见上。"
            )
    return len(list(target.glob("*.whl")))


def licences(wheel: Path, target: Path) -> tuple[str, str, str]:
    """Copy a wheel's licence texts below `target`; its name, version and licence as it says itself."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        meta = next(one for one in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", one))
        about = email.parser.Parser().parsestr(archive.read(meta).decode("utf-8", "replace"))
        package = about["Name"]
        for one in names:
            path = Path(one)
            if ".dist-info" in path.parts[0] and LICENCE_FILES.search(path.name) and not one.endswith("/"):
                place = target / package / "-".join(path.parts[1:])
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(archive.read(one))
    return package, about["Version"], licence_of(about)


def licence_of(about: "email.message.Message[str, str]") -> str:
    """The licence: the expression, else the classifiers, else the first line of the old field."""
    if about["License-Expression"]:
        return str(about["License-Expression"])
    kinds = [one.split(" :: ")[-1] for one in about.get_all("Classifier", []) if one.startswith("License ::")]
    return " and ".join(kinds) or str(about["License"] or "see its files").strip().split("\n")[0]


def sums(folder: Path) -> Iterator[str]:
    """A line of SHA256SUMS for each file, in order of names."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.name != "SHA256SUMS"):
        with path.open("rb") as file:
            yield f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(folder).as_posix()}\n"


def fill(folder: Path) -> None:
    """Put everything into the bundle's folder."""
    count = collect_wheels(folder / "wheelhouse")
    rows = sorted(licences(wheel, folder / "licences") for wheel in (folder / "wheelhouse").glob("*.whl"))
    table = "".join(f"{package} {number}: {licence}\n" for package, number, licence in rows)
    (folder / "licences" / "LIST.txt").write_text(table, encoding="utf-8")
    for one in COPIED:
        source, place = ROOT / one, folder / one
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place, ignore=shutil.ignore_patterns("bundle"))
        else:
            shutil.copy2(source, place)
    shutil.copy2(ROOT / "deploy" / "bundle" / "install", folder / "install")
    facts = {"VERSION": version(), "PYTHON": "{}.{}".format(*sys.version_info[:2]), "MACHINE": platform.machine()}
    (folder / "bundle.env").write_text("".join(f"XIAOJIA_{key}={value}\n" for key, value in facts.items()))
    (folder / "SHA256SUMS").write_text("".join(sums(folder)), encoding="utf-8")
    say(f"{count} wheels with their licences.", f"{count} 个软件包及其许可证。")


def pack(target: Path) -> Path:
    """Write the bundle below `target` with its own hash beside it; its path."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xiaojia-bundle-") as work:
        folder = Path(work) / name()
        (folder / "wheelhouse").mkdir(parents=True)
        (folder / "licences").mkdir()
        fill(folder)
        path = target / f"{name()}.tar"
        with tarfile.open(path, "w") as tar:
            tar.add(folder, folder.name, filter=_plain)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    path.with_suffix(".tar.sha256").write_text(f"{digest}  {path.name}\n", encoding="utf-8")
    return path


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    info.mode = 0o755 if info.isdir() or info.mode & 0o100 else 0o644
    return info


def try_it(path: Path) -> int:
    """Install the bundle in a network namespace without a route and ask its demo; 0 when it answers."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        say("NOT TRIED: a network namespace needs root and unshare.", "未试装：网络命名空间需要 root 和 unshare。")
        return 0
    return subprocess.run(["unshare", "--net", sys.executable, str(TRIED), str(path)], check=False).returncode


def main(arguments: list[str]) -> int:
    """Make the bundle, and try it when asked."""
    parser = argparse.ArgumentParser(prog="script/bundle", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the bundle goes (dist)")
    parser.add_argument(
        "--try", dest="tried", action="store_true", help="install it without a network and look at the demo"
    )
    given = parser.parse_args(arguments)
    path = pack(given.out.absolute())
    say(f"{path}: {path.stat().st_size / 1e6:.0f} MB", f"安装包已生成：{path.stat().st_size / 1e6:.0f} MB")
    return try_it(path) if given.tried else 0
