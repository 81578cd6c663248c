"""Does a typhoon close two districts in one deed? Counted first, said at once, taken back, and over by itself."""

import datetime
import time
from collections.abc import Callable
from typing import Any

from tests.journeys.phone import origin, stations

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
REASON = "台风摩羯"
STORMY = ("海棠区", "崖州区")


def minute(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def preview(page: Any, districts: tuple[str, ...], reason: str, until: datetime.datetime) -> int:
    """Fill the form, ask how many, and return the number that the page says."""
    page.goto(origin(page) + "/office/closures/new/")
    for name in districts:
        page.check(f"label.tick:has-text('{name}') input")
    page.fill("input[name=reason]", reason)
    page.fill("input[name=ends_at]", minute(until))
    page.click("button[value=preview]")
    page.wait_for_load_state()
    counts = page.inner_text(".notice .num")
    assert all(name in counts for name in districts)
    return int("".join(filter(str.isdigit, page.inner_text("h1"))))


def close_all(page: Any) -> None:
    page.click("button[value=save]")
    page.wait_for_url("**/office/closures/")


def withdraw(page: Any, reason: str) -> None:
    page.goto(origin(page) + "/office/closures/")
    page.click(f"tr:has-text('{reason}'):has-text('正在关闭') button:has-text('撤回')")
    page.wait_for_load_state()


def states(page: Any) -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["state"], row["pill"]) for row in stations(page)}


def test_two_districts_close_until_tomorrow_noon_and_come_back(
    office: Callable[..., Any], visit: Callable[..., Any]
) -> None:
    desk, worker = office("shi"), visit("/")
    before = states(worker)
    tomorrow = datetime.datetime.now(SHANGHAI) + datetime.timedelta(days=1)
    n = preview(desk, STORMY, REASON, tomorrow.replace(hour=12, minute=0))
    assert n >= 10
    assert states(worker) == before, "asking closes nothing"
    close_all(desk)
    assert f"已临时关闭 {n} 家" in desk.inner_text(".msgs")
    row = desk.inner_text(f"tr:has-text('{REASON}')")
    assert "正在关闭" in row and str(n) in row and "12:00" in row
    during = states(worker)
    shut = {code for code in during if during[code] != before[code]}
    assert {during[code][0] for code in shut} == {"closed"}
    for code in ("SY-0062", "SY-0070"):
        worker.goto(origin(worker) + f"/s/{code}/")
        told = worker.inner_text("main")
        assert "未开放" in told and REASON in told and "明天 12:00" in told
        worker.goto(origin(worker) + f"/?q={code}&open=0")
        assert "未开放" in worker.inner_text(f"[data-station={code}]")
    withdraw(desk, REASON)
    assert f"已撤回：{REASON}" in desk.inner_text(".msgs")
    after = states(worker)
    assert {code for code in shut if after[code][0] == "closed"} == {c for c in shut if before[c][0] == "closed"}
    worker.goto(origin(worker) + "/s/SY-0062/")
    assert REASON not in worker.inner_text("main")


def test_a_closure_ends_by_itself(office: Callable[..., Any], visit: Callable[..., Any]) -> None:
    desk, worker = office("shi", "/office/stations/?q=SY-0070"), visit("/")
    desk.goto(origin(desk) + "/office/closures/new/?code=SY-0070")
    now = datetime.datetime.now(SHANGHAI)
    until = (now + datetime.timedelta(seconds=70 if now.second > 50 else 60)).replace(second=0, microsecond=0)
    desk.fill("input[name=reason]", "停电一分钟")
    desk.fill("input[name=ends_at]", minute(until))
    desk.click("button[value=preview]")
    desk.wait_for_load_state()
    desk.click("button[value=save]")
    desk.wait_for_url("**/office/closures/")
    assert states(worker)["SY-0070"][0] == "closed"
    time.sleep(max(0.0, (until - datetime.datetime.now(SHANGHAI)).total_seconds()) + 1)
    assert states(worker)["SY-0070"][0] != "closed", "open round the clock"
    desk.reload()
    assert "已恢复" in desk.inner_text("tr:has-text('停电一分钟')")
