"""Does an office bring its own sheet in? Upload, columns, one question, preview, the good rows, the place of the rest, and back."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.journeys.product import Product, command
from xiaojia.kernel.people.tests.desk import code_at

ROWS = [
    ("站名", "所在区", "详细地址", "经度", "纬度", "写给来的人"),
    ("月亮湾驿站", "吉阳区", "月亮湾路1号", 109.5258, 18.2672, "推门就进"),
    ("渔港路驿站", "天涯区", "渔港路8号", 109.4926, 18.2571, ""),
    ("山那边驿站", "吉阳区", "山那边路2号", None, None, "还没有坐标"),
    ("走错门驿站", "崖州区", "走错路3号", 109.5300, 18.2700, ""),
    ("椰梦驿站", "亚龙湾旅游度假区", "椰梦路5号", 109.6300, 18.2350, ""),
]


@pytest.fixture(scope="module")
def sanya(folder: Path) -> Iterator[tuple[Product, str]]:
    """An instance of its own, empty, and the path of its administrator's one-time link."""
    home = folder / "import"
    done = command(home, "init", "--division", "460200", "--name", "三亚市总工会")
    assert done.returncode == 0, done.stdout + done.stderr
    link = re.search(r"/office/link/\S+", done.stdout)
    assert link is not None
    product = Product(home, words=("serve",)).start()
    yield product, link[0]
    assert product.stop() == 0


def sheet() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def sign_in(visit: Callable[..., Any], product: Product, link: str) -> Any:
    page = visit(link, "desk", base=product.url)
    username = page.inner_text("main form b")
    for field in page.locator("main input[type=password]").all():
        field.fill("yalong-2026-lamp")
    page.click("main button[type=submit]")
    page.wait_for_url("**/sign-in/**")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", "yalong-2026-lamp")
    page.click("main button[type=submit]")
    page.wait_for_url("**/two-step/on/**")  # a real instance asks everybody who reads the desk for a second factor
    page.fill("input[name=code]", code_at(page.inner_text(".secret").strip()))
    page.click("main form.card button[type=submit]")
    page.wait_for_url("**/codes/**")
    page.click("text=已经抄好，进办公")
    page.wait_for_url(re.compile(r"/office/$"))
    return page


def press(page: Any, text: str) -> None:
    page.click(f"main button:has-text('{text}')")
    page.wait_for_load_state()


def names(page: Any, product: Product, path: str) -> set[str]:
    page.goto(product.url + path)
    return set(page.locator("#stations a.name").all_inner_texts())


def test_a_sheet_comes_in_and_goes_out_again(visit: Callable[..., Any], sanya: tuple[Product, str]) -> None:
    product, link = sanya
    page = sign_in(visit, product, link)
    assert "新增" in page.inner_text("main") or "导入" in page.inner_text("main"), "an empty desk says what to do"

    page.goto(product.url + "/office/imports/new/stations/")
    page.set_input_files("input[type=file]", {"name": "驿站名单.xlsx", "mimeType": "", "buffer": sheet()})
    page.check("input[type=radio][value=wgs84]")
    press(page, "上传并核对")

    page.goto(page.url.split("/columns/")[0].split("/questions/")[0].rstrip("/") + "/columns/")
    chosen = page.locator("select.pick-one").evaluate_all("all => all.map(box => box.value)")
    assert chosen[:5] == ["name", "district", "address", "lng", "lat"] and chosen[5] == ""
    page.select_option("#column-5", "description")
    press(page, "就这样对应")

    assert "亚龙湾旅游度假区" in page.inner_text("main")
    if "/questions/" not in page.url:
        page.click("a:has-text('去说明')")
    page.check("label.choice:has-text('吉阳区') input[name$=lies_in]")
    press(page, "就这样，继续核对")

    wrong = page.inner_text("table")
    assert page.locator("tr.row-error").count() == 1
    assert "走错门驿站" in wrong and "崖州区" in wrong and "吉阳区" in wrong
    assert names(visit("/office/stations/", "desk", base=product.url), product, "/?open=0") == set()
    page.click(".tab:has-text('新增')")
    page.wait_for_load_state()
    assert page.locator("tbody tr").count() == 4 and "山那边驿站" in page.inner_text("tbody")
    press(page, "提交没问题的 4 行")
    batch = page.url

    with page.expect_download() as taken:
        page.click("a:has-text('下载带提示的原表')")
    marked = openpyxl.load_workbook(io.BytesIO(taken.value.path().read_bytes())).active
    lines = [" ".join(str(cell) for cell in row if cell is not None) for row in marked.iter_rows(values_only=True)]
    assert any("走错门驿站" in line and "错误" in line for line in lines), lines
    assert not any("月亮湾驿站" in line and "错误" in line for line in lines)

    assert names(page, product, "/office/stations/") == {"月亮湾驿站", "渔港路驿站", "山那边驿站", "椰梦驿站"}
    page.goto(product.url + "/office/stations/unplaced/")
    assert "1 家" in page.inner_text(".facts") and "山那边驿站" in page.inner_text("h2")
    page.fill("input[name=paste]", "109.51,18.25")
    page.check("input[name=datum][value=wgs84]")
    press(page, "就是这里，下一家")
    if "都有位置了" not in page.inner_text("main"):
        page.click("button[name=sure] >> nth=0")
        page.wait_for_load_state()
    assert "都有位置了" in page.inner_text("main")
    place = page.request.get(product.url + "/stations.json?open=0").json()["stations"]
    assert [(row["lng"], row["lat"]) for row in place if row["name"] == "山那边驿站"] == [(109.51, 18.25)]

    page.goto(batch)
    page.click("a:has-text('撤销这个批次')")
    press(page, "撤销这个批次")
    told = page.inner_text("main")
    assert "已撤销" in told and "山那边驿站" in told, "the one that was touched since is named and stays"
    assert names(page, product, "/office/stations/") == {"山那边驿站"}
