"""What does bandit find in the source? Each finding is explained, at its line (`noqa: S…`) or here, or it counts."""

import json
import re
import subprocess
from collections import Counter
from typing import Any

from bench.side import peers

EVERYWHERE = {
    "B404": "programs are started with lists of words, never through a shell",
    "B603": "programs are started with lists of words that the product made itself",
}
AT = {
    ("B105", "src/xiaojia/config/env.py"): "names of connection fields, not a password",
    ("B105", "src/xiaojia/config/instance/database.py"): "names of connection fields, not a password",
    ("B406", "src/xiaojia/domains/feeds/rules/sitemap.py"): "escape writes XML; nothing is parsed",
    ("B406", "src/xiaojia/lib/plates/svg.py"): "escape and quoteattr write XML; nothing is parsed",
    ("B406", "src/xiaojia/lib/sheets/beside.py"): "escape writes XML; nothing is parsed",
    ("B607", "src/xiaojia/lib/postgres/account.py"): "`test` of the system's own PATH, as root before privileges drop",
}
SAME = {"B703": "S308", "B308": "S308"}  # one finding under two numbers


def main(*_: str) -> int:
    """Print each finding that nobody explained and each explanation that explains nothing; return 1 if there is any."""
    python = peers.python("bandit", "bandit==1.9.4")
    command = [str(python), "-m", "bandit", "-q", "-r", "src", "-x", "*/tests/*", "-f", "json"]
    done = subprocess.run(command, cwd=peers.ROOT, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["results"]
    reasons = [(each, reason(each)) for each in found]
    open_ones = [each for each, why in reasons if not why]
    used = {(each["test_id"], each["filename"]) for each in found}
    idle = sorted(key for key in AT if key not in used)
    for each in open_ones:
        print(f"{each['filename']}:{each['line_number']}: {each['test_id']}: {each['issue_text']}")
    for key in idle:
        print(f"explains nothing any more: {key}")
    counts = Counter(each["test_id"] for each in found)
    print("explained:", ", ".join(f"{name} × {n}" for name, n in sorted(counts.items())))
    print(f"bandit: {len(found)} findings, {len(open_ones)} unexplained")
    return 1 if open_ones or idle else 0


def reason(each: dict[str, Any]) -> str:
    """Return why a finding is none, or an empty text."""
    test = each["test_id"]
    if test in EVERYWHERE:
        return EVERYWHERE[test]
    if (test, each["filename"]) in AT:
        return AT[test, each["filename"]]
    lines = (peers.ROOT / each["filename"]).read_text(encoding="utf-8").split("\n")
    rule = SAME.get(test, f"S{test[1:]}")
    span = range(each["line_range"][0] - 1, each["line_range"][-1])
    return next((lines[n].strip() for n in span if re.search(rf"# noqa:.*\b{rule}\b", lines[n])), "")
