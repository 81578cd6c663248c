"""Does a bundle install and serve where no network is? Run inside an empty network namespace by script/bundle --try."""

# ruff: noqa: T201 - this program speaks to a person

import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from pathlib import Path

PORT, WAIT_S = 8799, 300


def main() -> int:
    """Unpack, install, serve the demo, ask it; 0 when everything was as it should be."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    no_way_out()
    with tempfile.TemporaryDirectory(prefix="xiaojia-offline-") as work:
        folder = Path(work)
        folder.chmod(0o755)
        with tarfile.open(sys.argv[1]) as tar:
            tar.extractall(folder, filter="data")
        (bundle,) = folder.iterdir()
        began = time.monotonic()
        subprocess.run([str(bundle / "install"), str(folder / "opt")], check=True)
        print(f"installed in {time.monotonic() - began:.0f} s without a network", flush=True)
        refuse_the_damaged(bundle, folder)
        return serve(folder)


def no_way_out() -> None:
    """Raise SystemExit unless this namespace has no route at all."""
    routes = subprocess.run(["ip", "route"], capture_output=True, text=True, check=True).stdout.strip()
    if routes:
        raise SystemExit(f"there is a route: {routes}")
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex(("192.0.2.1", 80)) == 0:
            raise SystemExit("an address outside answered")


def refuse_the_damaged(bundle: Path, folder: Path) -> None:
    """One changed byte in one wheel: the installer must refuse and install nothing."""
    wheel = sorted((bundle / "wheelhouse").glob("*.whl"))[0]
    wheel.write_bytes(wheel.read_bytes()[:-1] + b"?")
    done = subprocess.run([str(bundle / "install"), str(folder / "never")], capture_output=True, text=True, check=False)
    if done.returncode == 0 or "damaged" not in done.stderr or (folder / "never").exists():
        raise SystemExit(f"a damaged bundle was not refused: {done.stderr}")
    print("a damaged bundle is refused", flush=True)


def serve(folder: Path) -> int:
    """Run the installed demo and ask its pages."""
    kept = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    environment = kept | {"XIAOJIA_HOME": str(folder / "home"), "PORT": str(PORT)}
    command = [str(folder / "opt" / ".venv" / "bin" / "xiaojia"), "demo"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            said = wait(process)
        finally:
            process.send_signal(signal.SIGTERM)
    print(said, flush=True)
    return 0 if said.startswith("the demo answers") and process.returncode == 0 else 1


def wait(process: "subprocess.Popen[bytes]") -> str:
    """Ask until the demo is ready; what came of it."""
    began = time.monotonic()
    while time.monotonic() - began < WAIT_S and process.poll() is None:
        try:
            ready, page = ask("/readyz"), ask("/?lng=109.5119&lat=18.2528")
        except OSError:
            time.sleep(0.5)
            continue
        if '"ready"' in ready and "驿站" in page:
            return f"the demo answers after {time.monotonic() - began:.0f} s: {ready}"
        return f"the demo answers wrongly: {ready}"
    return f"the demo did not answer (exit code {process.poll()})"


def ask(path: str) -> str:
    """The body of a page."""
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=30) as answer:
        return str(answer.read().decode())


if __name__ == "__main__":
    os.environ.pop("PIP_INDEX_URL", None)
    sys.exit(main())
