"""What does a walk need? A running demo city, a real browser, and axe."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.product import Product

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZES = {"phone": {"width": 360, "height": 640}, "desk": {"width": 1280, "height": 800}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All walks carry the mark by which they can be left out where there is no browser."""
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder for data folders that an unprivileged database account can reach."""
    place = Path(tempfile.mkdtemp(prefix="xiaojia-walk-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def demo(folder: Path) -> Iterator[Product]:
    """The demo city, running."""
    product = Product(folder / "demo").start()
    yield product
    assert product.stop() == 0


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all walks."""
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, demo: Product) -> Iterator[Callable[..., Any]]:
    """Open a page in a context of its own: `visit("/", size="phone", **context)`; script errors fail the test."""
    contexts, errors = [], []

    def open_page(path: str, size: str = "phone", base: str = "", **more: Any) -> Any:
        settings = {"viewport": SIZES[size], "locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | more
        context = chromium.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda m: errors.append(f"{page.url}: {m.text}") if "Content Security Policy" in m.text else None,
        )
        page.goto((base or demo.url) + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def office(visit: Callable[..., Any]) -> Callable[..., Any]:
    """Sign in at the desk of the demo city: `office("shi", "/office/stations/")`."""

    def enter(user: str, path: str = "/office/", size: str = "desk", **more: Any) -> Any:
        page = visit("/office/sign-in/", size, **more)
        page.fill("input[name=login]", user)
        page.fill("input[name=password]", "xiaojia-demo")
        page.click("button[type=submit]")
        page.wait_for_url("**/office/**")
        origin = page.url.split("/office/")[0]
        page.goto(origin + path)
        return page

    return enter
