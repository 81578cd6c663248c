"""How many faults has the whole grid? Every page × two widths × two languages × light and dark, by axe on a running demo."""

import shutil
import sys
from itertools import product
from typing import Any

from playwright.sync_api import sync_playwright

from tests.journeys.accessibility import faults
from tests.journeys.pages import DESK, WORKER, Page

SIZES = ({"width": 360, "height": 640}, {"width": 1280, "height": 800})


def main(base: str = "http://127.0.0.1:8000") -> int:
    """Print each fault and the total; return 1 when there is any."""
    total, seen = 0, 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for size, locale, scheme in product(SIZES, ("zh-CN", "en-US"), ("light", "dark")):
            for user in sorted({page.user for page in (*WORKER, *DESK)}):
                context = browser.new_context(viewport=size, locale=locale, color_scheme=scheme)
                tab = context.new_page()
                if user:
                    sign_in(tab, base, user)
                for page in (p for p in (*WORKER, *DESK) if p.user == user):
                    found = look(tab, base, page)
                    seen, total = seen + 1, total + len(found)
                    for fault in found:
                        print(f"{size['width']} {locale} {scheme} {page.name}: {fault}")
                context.close()
        browser.close()
    print(f"axe: {seen} pages looked at, {total} faults")
    return 1 if total else 0


def sign_in(tab: Any, base: str, user: str) -> None:
    tab.goto(base + "/office/sign-in/")
    tab.fill("input[name=login]", user)
    tab.fill("input[name=password]", "xiaojia-demo")
    tab.click("button[type=submit]")
    tab.wait_for_url("**/office/**")


def look(tab: Any, base: str, page: Page) -> list[str]:
    tab.goto(base + page.path)
    return faults(tab)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
