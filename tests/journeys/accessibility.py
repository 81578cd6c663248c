"""What does axe say of a page? WCAG 2.2 A and AA, each fault as one line."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def faults(page: Any) -> list[str]:
    """Return the violations on an open page as "rule: what (where)"."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {rule['help']} ({page.url} {node['target']})" for rule in found for node in rule["nodes"]]
