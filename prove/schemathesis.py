"""Do the machine doors keep what their descriptions promise? schemathesis, all phases, on our API and on HSDS."""

import subprocess
import sys

from bench.side import peers
from prove.side.product import address

DOORS = {"api": "/api/v1/openapi.json", "hsds": "/hsds/openapi.json"}


def main(given: str = "", door: str = "", examples: str = "50") -> int:
    """Return the number of doors with failures."""
    python = peers.python("schemathesis", "schemathesis==4.32.5")
    failed = 0
    with address(given) as base:
        for name, path in DOORS.items():
            if door and name != door:
                continue
            print(f"\n== {name}", flush=True)
            command = [
                str(python.parent / "schemathesis"),
                "run",
                base + path,
                "--phases=examples,coverage,fuzzing,stateful",
            ]
            command += ["--continue-on-failure", f"--max-examples={examples}", "--seed=1", "--request-timeout=20"]
            failed += subprocess.run(command, check=False, stdout=sys.stdout).returncode != 0
    print(f"schemathesis: {failed} doors with failures")
    return failed
