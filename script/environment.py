"""How does the clone get its Python? Made once per lock file, resumed when broken off, explained when it fails."""

# ruff: noqa: T201 - these programs speak to a person

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = (ROOT, ROOT / "packages" / "locate")  # the product, and the siting library that its command uses
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
NEEDED_MB = {"run": 1000, "dev": 1500}
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")


class Trouble(Exception):
    """The environment cannot be made: a sentence in English and one in Chinese."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(f"{english}\n{chinese}")


def say(english: str, chinese: str = "") -> None:
    """Print a sentence and its Chinese line at once."""
    print(english if not chinese else f"{english}\n{chinese}", flush=True)


def folder() -> Path:
    """Where the environment lies: XIAOJIA_VENV, else .venv in the clone."""
    return Path(os.environ.get("XIAOJIA_VENV") or ROOT / ".venv").expanduser().absolute()


def program(name: str) -> str:
    """A program of the environment."""
    return str(folder() / "bin" / name)


def ensure(kind: str) -> None:
    """Install the lock of `kind` (run or dev) and the project, unless exactly that is there already."""
    stamp, wanted = folder() / f".xiaojia-{kind}", fingerprint(kind)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted and Path(program("python")).exists():
        return
    _check_space(kind)
    say(f"Preparing the environment in {folder()} …", "正在准备运行环境（首次需要几分钟）……")
    for old in folder().glob(".xiaojia-*"):
        old.unlink()
    _make_venv()
    downloaded_mb = _install(kind)
    _run([program("python"), *PIP, "install", "--quiet", "--no-deps", *(f"--editable={part}" for part in PARTS)])
    size_mb = sum(path.lstat().st_blocks * 512 for path in folder().rglob("*")) / 1e6
    say(
        f"Environment ready: {size_mb:.0f} MB on disk, packages of {downloaded_mb:.0f} MB fetched.",
        f"运行环境已就绪：占用磁盘 {size_mb:.0f} MB，软件包 {downloaded_mb:.0f} MB。",
    )
    for name in ("run", "dev") if kind == "dev" else ("run",):
        (folder() / f".xiaojia-{name}").write_text(fingerprint(name), encoding="utf-8")


def fingerprint(kind: str) -> str:
    """What an environment depends on: its lock, the project's own file, the clone's place, the Python."""
    digest = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
    for name in (LOCKS[kind], "pyproject.toml", "packages/locate/pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _check_space(kind: str) -> None:
    place = next(path for path in (folder(), *folder().parents) if path.exists())
    free_mb = shutil.disk_usage(place).free // 1_000_000
    if free_mb < NEEDED_MB[kind]:
        raise _full(place, free_mb, NEEDED_MB[kind])


def _full(place: Path, free_mb: int, needed_mb: int) -> Trouble:
    return Trouble(
        f"The disk of {place} is nearly full: {free_mb} MB free, about {needed_mb} MB needed. "
        "Free some space, or put the environment elsewhere with XIAOJIA_VENV, and start again.",
        f"{place} 所在磁盘空间不足：剩余 {free_mb} MB，约需 {needed_mb} MB。请清理后重试，或用 XIAOJIA_VENV 另选位置。",
    )


def _make_venv() -> None:
    """Create the environment, or make a broken one anew; nothing but a virtual environment is ever removed."""
    target = folder()
    if Path(program("python")).exists() and _works([program("python"), *PIP, "--version"]):
        return
    if target.exists() and any(target.iterdir()):
        if not (target / "pyvenv.cfg").exists():
            raise Trouble(
                f"{target} is not a virtual environment and not empty. Name another folder with XIAOJIA_VENV.",
                f"{target} 不是虚拟环境且不为空。请用 XIAOJIA_VENV 另选目录。",
            )
        shutil.rmtree(target)
    made = subprocess.run([sys.executable, "-m", "venv", str(target)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(target, ignore_errors=True)
        text = made.stdout + made.stderr
        if "No space left" in text:
            raise _full(target.parent, 0, NEEDED_MB["run"])
        if "ensurepip" in text:
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            raise Trouble(
                f"This Python has no venv module. Install it (Debian: apt-get install python{version}-venv) and start again.",
                f"当前 Python 缺少 venv 模块。请安装（Debian：apt-get install python{version}-venv）后重试。",
            )
        raise Trouble(f"The environment cannot be made in {target}: {text.strip()}", "无法创建运行环境，原因见上。")


def _install(kind: str) -> float:
    """Install the lock with a line per package; the megabytes of all packages."""
    lock = ROOT / LOCKS[kind]
    total = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if re.match(r"[A-Za-z0-9]", line))
    command = [program("python"), *PIP, "install", "--progress-bar=off", "--retries=2", "--timeout=20", "-r", str(lock)]
    seen, size_mb, lines = 0, 0.0, []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            lines = [*lines[-40:], line.rstrip()]
            if match := re.match(r"\s*(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)", line):
                seen += 1
                _show(f"[{min(seen, total):>3}/{total}] {match[1].split('==')[0]}")
            elif match := re.match(r"\s*(?:Downloading|Using cached) \S+ \(([\d.]+) (kB|MB|GB|bytes)\)", line):
                size_mb += float(match[1]) * {"bytes": 1e-6, "kB": 1e-3, "MB": 1, "GB": 1e3}[match[2]]
            elif line.startswith("Installing collected packages"):
                _show(f"{size_mb:.0f} MB of packages; unpacking …\n")
    if process.returncode:
        raise _explain("\n".join(lines))
    return size_mb


def _show(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\x1b[K{text}", end="", flush=True)
    elif text.endswith("\n") or re.match(r"\[ *(\d*0|1)/", text):
        print(text.rstrip(), flush=True)


def _explain(output: str) -> Trouble:
    """Turn pip's last lines into a sentence."""
    if "No space left" in output or "Errno 28" in output:
        return _full(folder(), shutil.disk_usage(folder()).free // 1_000_000, NEEDED_MB["run"])
    signs = ("NewConnectionError", "Max retries", "ConnectTimeout", "ReadTimeout", "Connection broken", "ProxyError")
    signs += ("Could not fetch URL", "Temporary failure in name resolution", "SSLError", "from versions: none")
    if any(sign in output for sign in signs):
        return Trouble(
            "No package index answered. Check the network or the proxy (HTTPS_PROXY), or name a mirror that this machine "
            "reaches: PIP_INDEX_URL=https://… script/server. What was fetched is kept; start again afterwards.",
            "无法连接软件包仓库。请检查网络或代理（HTTPS_PROXY），或用 PIP_INDEX_URL=https://… 指定可用的镜像，"
            "然后重新运行；已下载的内容会保留。",
        )
    return Trouble(f"A package could not be installed:\n{output[-1500:]}", "有软件包安装失败，原因见上。")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise _explain(done.stdout + done.stderr)


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
