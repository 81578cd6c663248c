"""Which pinned packages have known holes? pip-audit asks the advisory service; unaudited packages are not called clean."""

import json
import subprocess

from bench.side import peers

IGNORED: dict[str, str] = {}  # advisory id -> why it does not concern us, and until when


def main(*_: str) -> int:
    """Return 0 when all is clean, 1 when there are holes, 3 when something could not be audited."""
    python = peers.python("pip-audit", "pip-audit==2.10.1")
    command = [str(python), "-m", "pip_audit", "-r", "requirements.txt", "--no-deps", "--disable-pip", "-f", "json"]
    command += ["--progress-spinner=off"]
    done = subprocess.run(command, cwd=peers.ROOT, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        print(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip-audit said nothing")
        print("pip-audit: nothing audited, the advisory service cannot be reached from here")
        return 3
    packages = json.loads(done.stdout)["dependencies"]
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    holes = [(each, hole) for each in packages for hole in each.get("vulns", ())]
    open_ones = [(each, hole) for each, hole in holes if hole["id"] not in IGNORED]
    for each, hole in open_ones:
        print(
            f"{each['name']} {each['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'none yet'}"
        )
    if skipped:
        print(f"not audited, the service does not know them from here: {len(skipped)} of {len(packages)}")
    print(f"pip-audit: {len(packages) - len(skipped)} audited, {len(holes)} holes, {len(open_ones)} unexplained")
    return 1 if open_ones else 3 if skipped else 0
