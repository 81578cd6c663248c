"""Is the markup of every page right? html-validate's recommended rules on every page × two languages."""

import json
import subprocess
import tempfile
from pathlib import Path

from bench.side import peers
from prove.side.pages import pages
from prove.side.product import address

RULES = {
    "extends": ["html-validate:recommended"],
    "rules": {
        "no-trailing-whitespace": "off",  # layout of the text of templates, not of the page
        "no-redundant-for": "off",  # the framework's own lists of choices wrap their boxes and name them as well
        "tel-non-breaking": "off",  # a number that is copied keeps its plain hyphens
        "long-title": "off",  # titles with the instance's name
        # Boxes that are ticked together and buttons that answer one question share a name: that is how forms send lists.
        "form-dup-name": ["error", {"shared": ["radio", "checkbox", "submit", "button"]}],
    },
}


def main(given: str = "") -> int:
    """Print each fault and the total; return 1 when there is any."""
    tool = peers.npm("html-validate", "html-validate@9")
    with tempfile.TemporaryDirectory() as name, address(given) as base:
        folder = Path(name)
        (folder / ".htmlvalidate.json").write_text(json.dumps(RULES | {"root": True}))
        count = 0
        for page, language, text in pages(base):
            count += 1
            (folder / f"{page.name}-{page.user or 'worker'}.{language}.html").write_text(text)
        command = [
            str(tool / "node_modules/.bin/html-validate"),
            f"--formatter=json={folder}/found.json",
            f"{folder}/*.html",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not (folder / "found.json").exists():
            print(done.stdout + done.stderr)
            return 1
        found = [
            (Path(each["filePath"]).stem, fault)
            for each in json.loads((folder / "found.json").read_text())
            for fault in each["messages"]
        ]
    for stem, fault in found:
        print(f"{stem}:{fault['line']}: {fault['ruleId']}: {fault['message']} {fault.get('selector') or ''}")
    print(f"html-validate: {count} pages, {len(found)} faults")
    return 1 if found else 0
