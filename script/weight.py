"""How heavy is what a worker's page loads besides its text? Style, script and icons, gzipped; above the budget it fails."""

# ruff: noqa: T201 - this program speaks to a person

import gzip
import re
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "xiaojia"
BUDGET_BYTES, BUDGET_REQUESTS = 21_000, 6  # a first visit over a slow phone; the map loads apart
PAGES = ("stations/list.html", "stations/station.html", "stations/go.html", "visits/checkin.html", "visits/done.html",
         "feedback/report.html", "stations/filter.html")  # fmt: skip


def template(name: str) -> Path:
    """Return the file of a template of any room."""
    return next(path for path in SOURCE.glob(f"**/templates/{name}"))


def parts(name: str) -> list[str]:
    """Return the static files that a page and the pages it extends load at once."""
    text = template(name).read_text(encoding="utf-8")
    above = re.search(r'{% extends "([^"]+)" %}', text)
    loaded = re.findall(r"""<(?:link rel="stylesheet" href|script src)="{% static '([^']+)' %}""", text)
    if above:
        replaces = {
            block for block in ("styles", "scripts") if f"block {block} %}}" in text and "block.super" not in text
        }
        outer = [part for part in parts(above[1]) if not (part.endswith(".js") and "scripts" in replaces)]
        return [*outer, *loaded]
    return ["web/icons.svg", *loaded]


def size(name: str) -> int:
    """Return the gzipped bytes of a static file."""
    found = next(SOURCE.glob(f"**/static/{name}"))
    return len(gzip.compress(found.read_bytes(), 9))


def main() -> int:
    """Print each page's weight; return 1 when one is above the budget."""
    over = 0
    for page in PAGES:
        loaded = list(dict.fromkeys(parts(page)))
        total = sum(map(size, loaded))
        wrong = total > BUDGET_BYTES or len(loaded) > BUDGET_REQUESTS
        over += wrong
        print(
            f"{'✗' if wrong else '✓'} {page}: {total:,} of {BUDGET_BYTES:,} bytes in {len(loaded)} of {BUDGET_REQUESTS} files"
        )
    if over:
        print(
            "Make style or script smaller, or load what is not needed at once later.\n请减小样式或脚本，或改为用到时再加载。"
        )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
