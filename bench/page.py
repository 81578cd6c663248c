"""How good are the worker's first pages on a slow phone? Lighthouse (mobile, its own throttling), with bytes and requests."""

import html
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from bench.side import peers
from bench.side.product import running
from bench.side.report import publish

BARE = "/s/SY-0001/in/"
CATEGORIES = ("performance", "accessibility", "best-practices")
AIM = {"performance": 95, "accessibility": 100, "best-practices": 100}
RUNS = 3


def main(*words: str) -> int:
    """Print scores (median of three runs), bytes and requests; return 1 when an aim is missed."""
    tool = peers.npm("lighthouse", "lighthouse@12")
    given = next((word for word in words if word.startswith("http")), "")
    with running() if not given else _as_is(given) as product:
        rows = [
            row(name, [lighthouse(tool, product.url + path) for _ in range(RUNS)]) for name, path in paths(product.url)
        ]
    short = [f"{r['page']}: {name}" for r in rows for name in CATEGORIES if int(r[name]) < AIM[name]]
    notes = ["Performance is the median of three runs; the other scores did not vary.", "Aims: 95, 100, 100."]
    publish(
        "page",
        "The worker's pages on a slow phone",
        rows,
        [*notes, *(f"missed: {s}" for s in short)],
        keep="--keep" in words,
    )
    return 1 if short else 0


def paths(base: str) -> list[tuple[str, str]]:
    """The three pages; the check-in page by the signed link that a demo shows where a plate would be scanned."""
    with urllib.request.urlopen(base + BARE, timeout=20) as answer:
        link = re.search(rf'href="({BARE}\?[^"]+)"', answer.read().decode())
    if link is None:
        raise SystemExit(f"{BARE} shows no signed link: is this a demo?")
    return [("list", "/"), ("station", "/s/SY-0001/"), ("check-in", html.unescape(link[1]))]


class _as_is:  # noqa: N801 - a context like `running`
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def __enter__(self) -> "_as_is":
        return self

    def __exit__(self, *_: object) -> None:
        return None


def lighthouse(tool: Path, url: str) -> dict[str, Any]:
    """Return Lighthouse's report for one address."""
    chromium = os.environ.get("XIAOJIA_CHROMIUM") or shutil.which("chromium") or ""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "report.json"
        command = [str(tool / "node_modules/.bin/lighthouse"), url, "--output=json", f"--output-path={out}", "--quiet"]
        command += [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"]
        env = os.environ | {"CHROME_PATH": chromium}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=180)
        if not out.exists():
            raise SystemExit(done.stdout + done.stderr)
        return dict(json.loads(out.read_text()))


def row(name: str, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one line of the table."""
    last = reports[-1]
    score = {c: round(100 * statistics.median(r["categories"][c]["score"] for r in reports)) for c in CATEGORIES}
    items = last["audits"]["network-requests"]["details"]["items"]
    largest = statistics.median(r["audits"]["largest-contentful-paint"]["numericValue"] for r in reports)
    for category in CATEGORIES:
        for ref in last["categories"][category]["auditRefs"]:
            audit = last["audits"][ref["id"]]
            if ref["weight"] and audit["score"] is not None and audit["score"] < 1:
                print(f"{name}: {category}: {ref['id']}: {audit['score']} {audit.get('displayValue', '')}")
    return {
        "page": name, **score, "LCP ms": float(largest), "requests": len(items),
        "bytes": sum(item.get("transferSize", 0) for item in items),
    }  # fmt: skip
