"""What does the product look like? Pictures for README and docs, taken from a running demo with a real browser."""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bootstrap import browser
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "images"
LIMIT_BYTES = 150_000
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
AT = "?lng=109.5119&lat=18.2528"  # a square in the middle of the city


class Shot(NamedTuple):
    """A picture: its name, the page, who looks (empty = a worker), dark or light, a link to follow first."""

    name: str
    path: str
    user: str = ""
    dark: bool = False
    follow: str = ""


SHOTS = (
    Shot("list", f"/{AT}"),
    Shot("list-dark", f"/{AT}", dark=True),
    Shot("map", f"/map/{AT}"),
    Shot("station", "/s/SY-0001/"),
    Shot("check-in", "/s/SY-0001/", follow="a[href*='/in/']"),
    Shot("report", "/s/SY-0001/report/"),
    Shot("desk-list", "/office/stations/", "shi"),
    Shot("desk-station", "/office/stations/SY-0001/", "shi"),
    Shot("desk-hours", "/office/stations/SY-0001/edit/hours/", "shi"),
    Shot("desk-visits", "/office/visits/", "shi"),
)


def sign_in(page: Any, url: str, user: str) -> None:
    """Sign in with one of the demo's accounts."""
    sys.path.insert(0, str(ROOT / "src"))
    from xiaojia.domains.demo.rules.people import SIGN_INS

    password = next(one.password for one in SIGN_INS if one.username == user)
    page.goto(f"{url}/office/sign-in/")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{url}/office/")


def take(url: str) -> Iterator[tuple[str, Image.Image]]:
    """Yield each picture; phones are drawn at twice their pixels."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        try:
            for shot in SHOTS:
                window = {"viewport": DESK if shot.user else PHONE, "device_scale_factor": 1 if shot.user else 2}
                context = chromium.new_context(
                    **window, locale="zh-CN", color_scheme="dark" if shot.dark else "light", timezone_id="Asia/Shanghai"
                )
                page = context.new_page()
                if shot.user:
                    sign_in(page, url, shot.user)
                page.goto(url + shot.path, wait_until="networkidle")
                if shot.follow:
                    page.locator(shot.follow).first.click()
                    page.wait_for_load_state("networkidle")
                yield shot.name, Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                context.close()
        finally:
            chromium.close()


def overview(pictures: dict[str, Image.Image]) -> Image.Image:
    """Return the first picture of README: two phones and the desk side by side, of one height."""
    height, gap = 600, 20
    parts = [pictures[name] for name in ("list", "list-dark", "desk-list")]
    parts = [
        part.resize((round(part.width * height / part.height), height), Image.Resampling.LANCZOS) for part in parts
    ]
    whole = Image.new("RGB", (sum(part.width + gap for part in parts) - gap, height), "white")
    left = 0
    for part in parts:
        whole.paste(part, (left, 0))
        left += part.width + gap
    return whole


def write(name: str, picture: Image.Image) -> int:
    """Write a PNG with as many colours as fit the limit; return its size in bytes."""
    target = TARGET / f"{name}.png"
    for colours in (256, 128, 64, 32):
        picture.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size <= LIMIT_BYTES:
            break
    return target.stat().st_size


def main() -> int:
    """Take all pictures; exit code 1 when one is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="a running demo")
    url = parser.parse_args().url.rstrip("/")
    TARGET.mkdir(parents=True, exist_ok=True)
    pictures = dict(take(url))
    pictures["overview"] = overview(pictures)
    sizes = {name: write(name, picture) for name, picture in pictures.items()}
    for name, size in sizes.items():
        sys.stdout.write(f"{name}.png  {size / 1000:.0f} kB\n")
    return int(max(sizes.values()) > LIMIT_BYTES)


if __name__ == "__main__":
    sys.exit(main())
