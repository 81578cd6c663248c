"""What happens at the door? Scan, one tap, counted once; a locked door is said and mended; a weak line loses nothing."""

import datetime
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.phone import origin, pill, plate_link, round_the_clock, visits
from tests.journeys.product import Product

KEPT = "没发出去，已存在手机里，联网后自动补上"
WRONG_CLOCK = """(() => { const Real = Date, shift = 3600e3;
  window.Date = class extends Real { constructor(...given) { given.length ? super(...given) : super(Real.now() + shift); }
    static now() { return Real.now() + shift; } }; })();"""


@pytest.fixture
def door(visit: Callable[..., Any], request: pytest.FixtureRequest) -> tuple[Any, str]:
    """A phone and a station of the test's own that never closes: tests take them in order of their place in the file."""
    page = visit("/")
    order = sorted(name for name in request.module.__dict__ if name.startswith("test_"))
    return page, round_the_clock(page)[order.index(request.function.__name__)]


def scan(page: Any, code: str) -> Any:
    page.goto(origin(page) + plate_link(page, code))
    return page


def total(counts: Any) -> int:
    return int(counts.inner_text(".sum-no >> nth=0").replace(",", ""))


def within_the_hour() -> None:
    """Wait over the end of an hour that would fall between two taps."""
    left_s = 3600 - time.time() % 3600
    if left_s < 20:
        time.sleep(left_s + 1)


def test_scan_one_tap_and_the_office_sees_it(door: tuple[Any, str], office: Callable[..., Any], demo: Product) -> None:
    within_the_hour()
    page, code = door
    before = len(visits(demo, code))
    counts = office("shi", "/office/visits/")
    all_before = total(counts)
    scan(page, code)
    page.dblclick("text=我到了")
    page.wait_for_url("**/in/done/**")
    assert page.inner_text("h1") == "记下了，歇会儿吧"
    assert len(visits(demo, code)) == before + 1
    page.click("text=外卖")
    page.wait_for_load_state()
    assert "外卖" in page.inner_text("summary >> nth=0")
    scan(page, code)
    page.click("text=我到了")
    page.wait_for_url("**/in/done/**")
    assert page.inner_text("h1") == "这个小时已经记过了"
    assert len(visits(demo, code)) == before + 1
    counts.reload()
    assert total(counts) >= all_before + 1
    name = page.inner_text(".under >> nth=0").replace("演示数据", "").split(" · ")[0].strip()
    counts.goto(origin(counts) + "/office/visits/rows/?station=" + code)
    assert name in counts.inner_text("tbody tr >> nth=0") and "外卖" in counts.inner_text("tbody")
    counts.goto(origin(counts) + f"/office/stations/{code}/")
    assert "人次" in counts.inner_text("main")


def test_a_forged_link_counts_nothing_and_says_what_to_do(door: tuple[Any, str], demo: Product) -> None:
    page, code = door
    before = len(visits(demo, code))
    link = plate_link(page, code)
    answer = page.goto(origin(page) + link[:-1] + ("x" if link[-1] != "x" else "y"))
    assert answer.status == 404
    assert "请直接扫门口牌子上的码" in page.inner_text("main")
    assert page.locator("form[data-checkin]").count() == 0
    assert len(visits(demo, code)) == before


def test_without_a_script_list_station_report_and_check_in_work(
    door: tuple[Any, str], visit: Callable[..., Any], demo: Product
) -> None:
    page, code = door
    before = len(visits(demo, code))
    plain = visit("/?open=0&q=" + code, java_script_enabled=False)
    plain.click(".station-name a")
    assert plain.locator(".week tr").count() == 7
    plain.click("text=进不去、坏了、不卫生")
    plain.click("text=不卫生")
    plain.fill("textarea", "地上有水") if plain.locator("textarea").count() else None
    plain.click("text=报上")
    assert "报上了" in plain.inner_text("h1")
    scan(plain, code)
    plain.click("text=我到了")
    assert plain.inner_text("h1") == "记下了，歇会儿吧"
    assert len(visits(demo, code)) == before + 1


def test_two_people_who_cannot_get_in_close_it_and_the_keepers_scan_opens_it(
    door: tuple[Any, str], visit: Callable[..., Any], office: Callable[..., Any]
) -> None:
    page, code = door
    device = _claimed(office, visit, code)
    _keeper_opens(device, code)
    assert pill(page, code).startswith("开放中")
    for expected in ("待确认", "未开放"):
        stranger = visit(f"/s/{code}/")
        stranger.click("text=进不去、坏了、不卫生")
        stranger.click(".pick >> text=进不去")
        stranger.click("text=门锁了")
        assert "报上了" in stranger.inner_text("h1")
        assert pill(page, code).startswith(expected)
        page.goto(f"{origin(page)}/s/{code}/")
        assert page.inner_text(".now .pill").strip() == expected
    _keeper_opens(device, code)
    assert pill(page, code).startswith("开放中")
    page.goto(f"{origin(page)}/s/{code}/")
    assert "站点扫码核实" in page.inner_text(".why")


def _claimed(office: Callable[..., Any], visit: Callable[..., Any], code: str) -> Any:
    """A phone at the counter that the office has made the station's device."""
    desk = office("shi", f"/office/stations/{code}/devices/")
    desk.fill("input[name=label]", "前台手机")
    desk.click("text=生成登记二维码")
    url = desk.locator("button[data-copy]").first.get_attribute("data-copy")
    device = visit("/" + url.split("/", 3)[3])
    device.click("text=就用这台设备")
    device.wait_for_url(f"**/k/{code}/**")
    return device


def _keeper_opens(device: Any, code: str) -> None:
    scan(device, code)
    assert f"/k/{code}/" in device.url
    device.click(".pick >> text=开门")
    device.click("text=确认：门开了")
    assert "已记下：开门了" in device.inner_text("main")


def test_a_tap_without_a_line_is_kept_and_sent_later(door: tuple[Any, str], demo: Product) -> None:
    page, code = door
    before = len(visits(demo, code))
    scan(page, code)
    page.context.set_offline(True)
    page.click("button:has-text('我到了')")
    page.wait_for_selector("[data-kept]:not([hidden])")
    assert KEPT in page.inner_text("[data-kept]")
    assert len(visits(demo, code)) == before
    page.context.set_offline(False)
    page.wait_for_url("**/in/done/**")
    assert len(visits(demo, code)) == before + 1


def test_the_last_list_opens_without_a_line_and_says_its_age(visit: Callable[..., Any]) -> None:
    page = visit("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.reload()
    names = page.locator(".station-name").all_inner_texts()
    page.wait_for_function("caches.match('/?kept').then(found => Boolean(found))")
    page.context.set_offline(True)
    page.reload()
    assert page.locator(".station-name").all_inner_texts() == names
    assert page.inner_text(".age-line").startswith("没有网络，这份列表是")
    page.goto(origin(page) + "/places/")
    assert "没有网络" in page.inner_text("h1")
    assert page.locator("[data-kept-list]").inner_text().startswith("上次的列表是")


def test_a_clock_an_hour_wrong_does_not_change_the_hour(door: tuple[Any, str], demo: Product) -> None:
    within_the_hour()
    page, code = door
    page.context.add_init_script(WRONG_CLOCK)
    scan(page, code)
    assert abs(page.evaluate("Date.now()") / 1000 - time.time() - 3600) < 60
    page.click("button:has-text('我到了')")
    page.wait_for_url("**/in/done/**")
    hour = visits(demo, code)[-1][1]
    now = datetime.datetime.now(datetime.UTC)
    assert hour == now.replace(minute=0, second=0, microsecond=0)
