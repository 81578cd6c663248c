"""Do the machine doors keep what their descriptions promise? schemathesis, all phases, on our API and on HSDS.

`script/prove schemathesis [ADDRESS] [api|hsds] [EXAMPLES]`. A demo of our own is asked with a partner's key and with
limits that are out of reach; at an address that was given nothing is made: it is asked without a key.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request

from bench.side import peers
from prove.side.partner import partner
from prove.side.product import target

DOORS = {"api": "/api/v1/openapi.json", "hsds": "/hsds/openapi.json"}
EXAMPLES = "30"
PLURALS = ("services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms")


def main(*words: str) -> int:
    """Print cases and failures by door and return the number of doors with failures."""
    given = next((word for word in words if "://" in word), "")
    doors = [word for word in words if word in DOORS] or list(DOORS)
    examples = next((word for word in words if word.isdigit()), EXAMPLES)
    python = str(peers.python("schemathesis", "schemathesis==4.32.5"))
    with target(given) as product:
        key = partner(product.home) if product.home else ""
        results = {
            door: ask(python, product.url + DOORS[door], key if door == "api" else "", examples) for door in doors
        }
    for door, (cases, failures, _code) in results.items():
        print(f"schemathesis: {door}: {cases} cases, {failures} failures")
    failed = sum(failures > 0 or code != 0 for _cases, failures, code in results.values())
    print(f"schemathesis: {failed} doors with failures")
    return failed


def ask(python: str, address: str, key: str, examples: str) -> tuple[int, int, int]:
    """Run all phases against one description; return the cases, the distinct failures and the exit code."""
    command = [python, "-m", "schemathesis.cli", "run", address, "--phases=examples,coverage,fuzzing,stateful"]
    command += ["--continue-on-failure", f"--max-examples={examples}", "--seed=1", "--request-timeout=20"]
    environment = os.environ | {
        "PYTHONPATH": str(peers.ROOT), "SCHEMATHESIS_HOOKS": "prove.side.hooks", "PARTNER_KEY": key,
        "REAL_IDS": json.dumps(real_ids(address.removesuffix("/openapi.json"))),
    }  # fmt: skip
    print(f"\n== {address}", flush=True)
    lines = []
    with subprocess.Popen(command, cwd=peers.ROOT, env=environment, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            sys.stdout.write(line)
            lines.append(line)
    said = "".join(lines)
    return counted(r"([\d,]+) generated", said), counted(r"([\d,]+) unique failure", said), running.returncode


def real_ids(door: str) -> dict[str, list[str]]:
    """Return some ids of each list of HSDS by the path that takes them; none for another door."""
    found = {}
    for plural in PLURALS if door.endswith("/hsds") else ():
        url = f"{door}/{plural}?per_page=9"
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - the address is given by hand
            found[f"/{plural}/{{id}}"] = [each["id"] for each in json.load(answer)["contents"]]
    return found


def counted(pattern: str, said: str) -> int:
    """Return the last number of a report that stands so."""
    found = re.findall(pattern, said)
    return int(found[-1].replace(",", "")) if found else 0
