"""What do the scripts beside this file do? Each prepares the environment it needs, then runs a few commands."""

# ruff: noqa: T201 - these programs speak to a person

import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment
from environment import ROOT, Trouble, program, say

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def server(arguments: list[str]) -> int:
    """Serve the demo city."""
    environment.ensure("run")
    command = [program("xiaojia"), "demo", *arguments]
    os.execv(command[0], command)  # noqa: S606 - becomes the product


def test(arguments: list[str]) -> int:
    """Run every check, then every test."""
    environment.ensure("dev")
    if "--database-only" in arguments:
        rest = [one for one in arguments if one != "--database-only"]
        return run(*pytest(), "-m", "not browser", "--ignore=src/xiaojia/lib", "--ignore=packages", *rest)
    missing = ensure_browser()
    selection = ["-m", "not browser"] if missing else []
    if missing:
        say(missing)
    failed = [] if arguments else failures(checks())
    code = run(*pytest(), *selection, *arguments)
    if missing:
        say(missing)
    for name in failed:
        say(f"✗ {name}")
    return code or bool(failed)


def check(arguments: list[str]) -> int:
    """Run every check; all of them, even after one has failed."""
    environment.ensure("dev")
    failed = failures(checks())
    say("All checks passed. 全部检查通过。" if not failed else f"Failed 未通过: {', '.join(failed)}")
    return bool(failed)


def fmt(arguments: list[str]) -> int:
    """Bring Python and templates into shape."""
    environment.ensure("dev")
    run(program("ruff"), "check", "--fix", "--exit-zero", "--quiet", ".")
    run(program("ruff"), "format", ".")
    return 0


def bench(arguments: list[str]) -> int:
    """Run the benchmarks."""
    environment.ensure("dev")
    return run(program("python"), "-m", "bench", *arguments)


def prove(arguments: list[str]) -> int:
    """Run an outside prover."""
    environment.ensure("dev")
    return run(program("python"), "-m", "prove", *arguments)


def bundle(arguments: list[str]) -> int:
    """Pack an installation for a machine without internet."""
    from bundle import main as make

    environment.ensure("run")
    return make(arguments)


def messages(arguments: list[str]) -> int:
    """Collect sentences and compile the catalogues of every package that has a locale folder."""
    environment.ensure("dev")
    if shutil.which("xgettext") is None:
        raise Trouble(
            "gettext is missing: apt-get install gettext. (Compiled catalogues are committed; only changing them needs it.)",
            "缺少 gettext：apt-get install gettext。（已编译的译文随代码提交，只有修改译文才需要它。）",
        )
    codes = []
    for folder in sorted((ROOT / "src" / "xiaojia").rglob("locale")):
        make = [program("python"), str(ROOT / "manage.py"), "makemessages", "--locale=en", "--no-wrap", "--no-obsolete"]
        make += ["--add-location=file", "--ignore=tests", "--ignore=vendor"]
        codes.append(run(*make, folder=folder.parent))
        codes.append(
            run(program("python"), str(ROOT / "manage.py"), "compilemessages", "--locale=en", folder=folder.parent)
        )
    return max(codes, default=0)


def checks() -> list[tuple[str, list[str]]]:
    """Every check: its name and its command."""
    django = [program("python"), "-W", "ignore", "manage.py"]
    return [
        ("ruff", [program("ruff"), "check", "."]),
        ("format", [program("ruff"), "format", "--check", "--quiet", "."]),
        ("floors", [program("lint-imports")]),
        ("types", [program("mypy"), "--strict", "--exclude=/tests/", *typed()]),
        ("templates", [program("djlint"), "--lint", "--quiet", *templates()]),
        ("migrations", [*django, "makemigrations", "--check", "--dry-run"]),
        ("openapi", [program("python"), "-W", "ignore", "script/docs.py", "--check"]),
        ("settings", [*django, "check", "--fail-level=ERROR"]),
        ("weight", [program("python"), "script/weight.py"]),
    ]


def typed() -> list[str]:
    """What is typed strictly: lib, this product's own running, and the rules and actions of every room."""
    source = ROOT / "src" / "xiaojia"
    paths = [source / "lib", source / "config" / "instance", source / "config" / "cli.py", source / "config" / "env.py"]
    for floor in ("kernel", "domains"):
        for name in ("rules", "actions"):
            paths += [*source.glob(f"{floor}/*/{name}.py"), *source.glob(f"{floor}/*/{name}")]
    return [str(path.relative_to(ROOT)) for path in sorted(paths) if path.exists()]


def templates() -> list[str]:
    """Every folder of templates."""
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "src" / "xiaojia").rglob("templates"))]


def failures(todo: list[tuple[str, list[str]]]) -> list[str]:
    """Run the commands, print what the failing ones say, return their names."""
    failed = []
    for name, command in todo:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        say(f"{'✗' if done.returncode else '✓'} {name}")
        if done.returncode:
            failed.append(name)
            say((done.stdout + done.stderr).strip()[-6000:])
    return failed


def pytest() -> list[str]:
    """The test command; two processes, as the suite is measured on two cores."""
    processes = os.environ.get("XIAOJIA_TEST_PROCESSES", "2")
    return [program("python"), "-m", "pytest", f"--numprocesses={processes}", "--dist=loadfile"]


def ensure_browser() -> str:
    """Install Debian's chromium and a Chinese font when that is allowed; else why the browser tests are left out."""
    needed = [] if browser() else ["chromium"]
    if not any("cjk" in path.name.lower() for folder in FONT_FOLDERS for path in folder.rglob("*.tt[cf]")):
        needed.append("fonts-noto-cjk")
    if not needed:
        return ""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installing {' and '.join(needed)} for the browser tests …", f"正在为浏览器测试安装 {'、'.join(needed)}……")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *needed]
        if subprocess.run(install, check=False, env=quiet, stdout=subprocess.DEVNULL).returncode == 0:
            return ""
    return (
        f"BROWSER TESTS LEFT OUT: {' and '.join(needed)} missing and not installable by this user. "
        f"As root: apt-get install {' '.join(needed)}\n浏览器测试未运行：缺少 {'、'.join(needed)}，"
        f"请以 root 运行 apt-get install {' '.join(needed)}"
    )


def browser() -> str | None:
    """The browser's path: XIAOJIA_CHROMIUM, else the first on the PATH."""
    return os.environ.get("XIAOJIA_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def run(*command: str, folder: Path = ROOT) -> int:
    """Run a command in the clone; its exit code."""
    return subprocess.run(command, cwd=folder, check=False).returncode


def main() -> int:
    """Run the script whose name is the first argument."""
    scripts = {
        "server": server,
        "test": test,
        "check": check,
        "fmt": fmt,
        "bench": bench,
        "prove": prove,
        "bundle": bundle,
        "messages": messages,
    }
    try:
        return int(scripts[sys.argv[1]](sys.argv[2:]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno != 28:
            raise
        print(
            f"The disk is full ({error.filename}). Free some space and start again.\n磁盘已满，请清理后重试。",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nStopped.\n已停止。", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
