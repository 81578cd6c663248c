"""What does an attacker's crawler find? wapiti on the demo: as a worker, and signed in as an officer."""

import json
import subprocess
import tempfile
from pathlib import Path

from bench.side import peers
from prove.side.pages import PASSWORD
from prove.side.product import address

MODULES = "sql,xss,permanentxss,file,exec,csp,http_headers,cookieflags,redirect"
CRAWL_S, MODULE_S = 120, 60  # for the crawl, and for each kind of attack
SIGN_OUT = "/office/sign-out/"


def main(given: str = "") -> int:
    """Print each finding; return 1 when there is any. The product that is attacked is full of rubbish afterwards."""
    with address(given, secure=True) as base:
        found = [*scan(base, "worker"), *scan(base, "officer", "shi")]
    for who, kind, each in found:
        print(f"{who}: {kind}: {each['method']} {each['path']} {each.get('parameter') or ''}: {each['info']}")
    print(f"wapiti: {len(found)} findings")
    return 1 if found else 0


def scan(base: str, who: str, user: str = "") -> list[tuple[str, str, dict[str, str]]]:
    """Return (who, kind, finding) for one visitor."""
    python = peers.python("wapiti", "wapiti3==3.2.3")
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        command = [str(python.parent / "wapiti"), "-u", base + ("/office/" if user else "/"), "-m", MODULES]
        command += ["--scope", "domain", "-f", "json", "-o", str(report), "--store-session", name, "--flush-session"]
        command += [
            "--max-scan-time",
            str(CRAWL_S),
            "--max-attack-time",
            str(MODULE_S),
            "--max-links-per-page",
            "60",
            "--max-files-per-dir",
            "40",
        ]
        command += ["-x", base + SIGN_OUT, "--verbose", "0", "--no-bugreport", "--verify-ssl", "0"]
        if user:
            form = ["--form-url", base + "/office/sign-in/", "--form-user", user, "--form-password", PASSWORD]
            command += form
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=2 * (CRAWL_S + 12 * MODULE_S)
        )
        if not report.exists():
            raise SystemExit(f"wapiti gave no report:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        told = json.loads(report.read_text())
    print(f"{who}: {told['infos'].get('crawled_pages_nbr', '?')} pages crawled")
    kinds = {**told["vulnerabilities"], **told["anomalies"]}
    return [(who, kind, each) for kind, all_of in kinds.items() for each in all_of]
