"""Is the JSON-LD of station pages schema.org? The TypeScript compiler checks it against schema-dts, the vocabulary's typings."""

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from typing import Any

from bench.side.peers import npm
from prove.side.product import address

PACKAGES = ("schema-dts@2.0.0", "typescript@5.9.3")
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
PLANTED: dict[str, Any] = {"@context": "https://schema.org", "@type": "CivicStructure", "name": 17, "openingTimes": "x"}
"""Two faults that must be found, or the check itself is broken."""


def main(given: str = "") -> int:
    """Print each fault and the total; return 1 when there is any."""
    with address(given) as base:
        found = dict(blocks(base))
    folder = npm("jsonld", *PACKAGES)
    lines = ['import type { CivicStructure, WithContext } from "schema-dts";']
    names = [*found, "planted"]
    for number, said in enumerate([*found.values(), PLANTED]):
        lines.append(f"export const s{number}: WithContext<CivicStructure> = {json.dumps(said, ensure_ascii=False)};")
    (folder / "said.ts").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = ["node_modules/.bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--pretty", "false", "said.ts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    hits = [
        (int(number) - 2, text)
        for number, text in re.findall(r"^said\.ts\((\d+),\d+\): error (.*)$", done.stdout, re.M)
    ]
    planted = [text for place, text in hits if place == len(found)]
    faults = [(names[place], text) for place, text in hits if place != len(found)]
    for name, text in faults:
        print(f"{name}: {text[:300]}")
    if not planted or (done.returncode and not hits):
        print(f"the check does not bite: {done.stdout[:300]}{done.stderr[:300]}")
        return 1
    print(f"jsonld: {len(found)} pages, {len(faults)} faults (planted faults found: {len(planted)})")
    return 1 if faults or not found else 0


def blocks(base: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the code and the data block of every station of the feed."""
    with _open(f"{base}/hsds/services?per_page=1000") as answer:
        services = json.load(answer)["contents"]
    for service in services:
        path = "/s/" + service["url"].rstrip("/").rsplit("/", 1)[-1] + "/"
        with _open(base + path) as answer:
            page = answer.read().decode()
        (block,) = BLOCK.findall(page)
        yield path, json.loads(block)


def _open(url: str) -> Any:
    return urllib.request.urlopen(url, timeout=60)  # noqa: S310 - the address is given by hand
