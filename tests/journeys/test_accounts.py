"""Does a new administrator of a real instance get in, with a second factor, and out again for good?"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.product import Product, command
from xiaojia.kernel.people.rules import STEP_S
from xiaojia.kernel.people.tests.desk import code_at

PASSWORD = "a-long-quiet-evening"


@pytest.fixture(scope="module")
def union(folder: Path) -> Iterator[tuple[Product, str]]:
    """A real instance, running, and the path of its first administrator's link."""
    home = folder / "union"
    done = command(home, "init", "--division", "460200", "--name", "三亚市总工会")
    assert done.returncode == 0, done.stdout + done.stderr
    path = next(word for word in done.stdout.split() if "/office/link/" in word)
    product = Product(home, words=("serve",)).start()
    yield product, "/office/link/" + path.split("/office/link/")[1]
    assert product.stop() == 0


def test_an_administrators_first_day(union: tuple[Product, str], visit: Any) -> None:
    product, link = union
    page = visit(link, "phone", base=product.url)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/sign-in/**")

    sign_in(page)
    page.wait_for_url("**/two-step/on/**")
    page.goto(product.url + "/office/people/")
    assert "/two-step/on/" in page.url, "nothing else is reached"
    secret = page.inner_text(".secret").strip()
    page.fill("input[name=code]", code_at(secret))
    page.click("main form.card button[type=submit]")
    page.wait_for_url("**/codes/**")
    recovery, spare = page.locator("main li b").all_inner_texts()[:2]
    page.click("text=已经抄好，进办公")
    page.wait_for_url("**/office/")
    page.goto(product.url + "/office/people/")
    assert page.locator("h1").inner_text() == "人员与岗位"

    page.goto(product.url + "/office/sign-out/")
    page.click("main button[type=submit]")
    page.wait_for_url("**/sign-in/**")
    page.go_back()
    page.go_back()
    assert page.locator("text=人员与岗位").count() == 0, "the back button shows nothing of the desk"

    page.goto(product.url + "/office/sign-in/")
    sign_in(page)
    page.wait_for_url("**/sign-in/code/**")
    page.fill("input[name=code]", recovery)
    page.click("main button[type=submit]")
    page.wait_for_url("**/office/")
    page.goto(product.url + "/office/me/")
    assert page.locator(".sessions li").count() == 1

    elsewhere = visit("/office/sign-in/", "desk", base=product.url)
    sign_in(elsewhere)
    elsewhere.wait_for_url("**/sign-in/code/**")
    elsewhere.fill("input[name=code]", code_at(secret, fresh_step()))
    elsewhere.click("main button[type=submit]")
    elsewhere.wait_for_url("**/office/")
    page.reload()
    assert page.locator(".sessions li").count() == 2
    page.click("text=结束其他所有登录")
    page.wait_for_url("**/code-again/**")
    page.fill("input[name=code]", spare)
    page.click("main button[type=submit]")
    page.wait_for_url("**/office/me/")
    elsewhere.goto(product.url + "/office/people/")
    assert "/sign-in/" in elsewhere.url
    assert "这里的登录已经结束" in elsewhere.content()


def sign_in(page: Any) -> None:
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def fresh_step() -> int:
    """The code of the next half minute, which no earlier sign-in can have used; not so late that it is past the drift."""
    while time.time() % STEP_S > STEP_S - 3:
        time.sleep(0.5)
    return 1
