"""How does a figure become a row? Printed as a table, and kept in docs/benchmarks.md with the machine that gave it."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bench.side.peers import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def publish(
    name: str, title: str, rows: Sequence[Mapping[str, Any]], notes: Sequence[str] = (), *, keep: bool = False
) -> None:
    """Print the rows as a table with their notes; with `keep` they replace the section of this name in the page."""
    text = "\n".join([table(rows), "", *(f"- {note}" for note in notes)]).rstrip() + "\n"
    print(f"\n## {title}\n\n{text}")
    if keep:
        _keep(name, f"## {title}\n\n`script/bench {name}`, {date.today()}, {machine()}.\n\n{text}")


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as Markdown; the first row names the columns."""
    if not rows:
        return ""
    head = list(rows[0])
    lines = [[_cell(row.get(name, "")) for name in head] for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *lines))


def machine() -> str:
    """Return what the figures depend on: cores, processor, memory, system, Python."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*: (.+)", info)
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    release = Path("/etc/os-release")
    system = re.search(r'PRETTY_NAME="([^"]+)"', release.read_text(encoding="utf-8")) if release.exists() else None
    cpu = model[1].strip() if model else platform.machine()
    return (
        f"{len(os.sched_getaffinity(0))} cores ({cpu}), {memory_gib:.0f} GiB, "
        f"{system[1] if system else platform.platform()}, Python {platform.python_version()}"
    )


def peak_mib(pid: int | str = "self") -> float:
    """Return the highest resident memory of a process, in MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    return int(found[1]) / 1024 if found else float("nan")


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _keep(name: str, text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = f"<!-- bench: {name} -->\n{text}<!-- /bench -->"
    pattern = re.compile(rf"<!-- bench: {re.escape(name)} -->.*?<!-- /bench -->", re.DOTALL)
    page = pattern.sub(lambda _: section, page) if pattern.search(page) else f"{page.rstrip()}\n\n{section}\n"
    PAGE.write_text(page, encoding="utf-8")
