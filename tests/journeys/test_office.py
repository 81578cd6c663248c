"""Does an officer's day run in a browser? Gaps, hours, two people at one field, roles, bulk, merging, links, the keyboard."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.phone import origin, plate_link

ADDRESS = "input[name=address]"
NOTE = "input[name=access_note]"


def said(page: Any) -> str:
    """The text of the page's main part, spaces closed up."""
    return " ".join(str(page.inner_text("main")).split())


def save(page: Any, label: str = "保存") -> None:
    page.click(f"main button:text-is('{label}')")
    page.wait_for_load_state()


def in_summer() -> bool:
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
    return (5, 1) <= (today.month, today.day) <= (9, 30)


def test_from_a_gap_to_seasonal_hours_that_everybody_sees(office: Callable[..., Any]) -> None:
    page = office("shi", "/office/stations/")
    page.select_option("select[name=division]", label="海棠区")
    page.wait_for_url("**division=*")
    page.select_option("select[name=gap]", "any")
    page.wait_for_url("**gap=any*")
    rows = page.locator("#stations tbody tr")
    assert rows.count() > 0
    assert all("海棠区" in text for text in rows.all_inner_texts())
    page.click("a[data-row-link]:text('江林志愿者驿站')")
    page.click("#panel a:text('江林志愿者驿站')")
    page.wait_for_url("**/office/stations/SY-0060/")
    page.click("a:text('改开放时间')")
    for day in range(5):
        page.fill(f"input[name=w-{day}-0-start]", "7:10")
        page.fill(f"input[name=w-{day}-0-end]", "19:40")
    page.check("input[name=policy][value=closed]")
    page.click("summary:text('加一个季节')")
    page.fill("input[name=s0-name]", "夏令")
    page.fill("input[name=s0-first]", "5-1")
    page.fill("input[name=s0-last]", "9-30")
    for day in range(7):
        page.fill(f"input[name=s0-{day}-0-start]", "6:20")
        page.fill(f"input[name=s0-{day}-0-end]", "20:50")
    save(page)
    assert "已保存" in page.inner_text(".msgs")
    page.goto(origin(page) + "/office/stations/SY-0060/")
    told = said(page)
    assert "夏令" in told and "6:20–20:50" in told and "7:10–19:40" in told
    step = page.locator(".line li", has_text="修改开放时间").first.inner_text()
    assert "演示·市经办" in step and "夏令" in step and re.match(r"\d{1,2}:\d{2}", step)
    page.goto(origin(page) + "/s/SY-0060/")
    assert ("6:20–20:50" if in_summer() else "7:10–19:40") in said(page)


def test_two_officers_at_one_field_lose_nothing(office: Callable[..., Any]) -> None:
    path = "/office/stations/SY-0061/edit/access/"
    first, second = office("shi", path), office("guanli", path)
    first.fill(NOTE, "从东门进，找前台")
    save(first)
    second.fill(NOTE, "从西门进")
    second.fill("input[name=public_phone]", "0898-88880061")
    save(second)
    assert "别人也改了" in second.inner_text("h1")
    table = second.inner_text("table.clash")
    assert "从西门进" in table and "从东门进，找前台" in table and "对外电话" not in table
    second.check("input[name=choose-access_note][value=theirs]")
    save(second, "按这样保存")
    second.goto(origin(second) + path)
    assert second.input_value(NOTE) == "从东门进，找前台"
    assert second.input_value("input[name=public_phone]") == "0898-88880061"
    second.goto(origin(second) + "/office/stations/SY-0061/")
    steps = second.inner_text(".line >> nth=-1")
    assert "演示·市经办" in steps and "演示·管理员" in steps


def test_edits_of_different_fields_merge_by_themselves(office: Callable[..., Any]) -> None:
    path = "/office/stations/SY-0063/edit/access/"
    first, second = office("shi", path), office("guanli", path)
    first.fill(NOTE, "走侧门")
    save(first)
    second.fill("input[name=public_phone]", "0898-88880063")
    save(second)
    assert "两边都留下了" in second.inner_text(".msgs")
    assert (second.input_value(NOTE), second.input_value("input[name=public_phone]")) == ("走侧门", "0898-88880063")


def test_a_form_sent_twice_is_saved_once(office: Callable[..., Any]) -> None:
    page = office("shi", "/office/stations/SY-0064/edit/access/")
    page.fill(NOTE, "按门铃")
    page.dblclick("main button:text-is('保存')")
    page.wait_for_load_state("networkidle")
    page.goto(origin(page) + "/office/stations/SY-0064/")
    assert page.inner_text(".line >> nth=-1").count("按门铃") == 1


def test_a_district_officer_sees_the_own_ground_and_nothing_else(office: Callable[..., Any]) -> None:
    page = office("jiyang", "/office/stations/")
    told = page.locator("#stations tbody tr").all_inner_texts()
    assert len(told) > 20 and all("吉阳区" in text for text in told)
    city = office("shi", "/office/stations/?division=460203")
    assert page.inner_text(".facts b") == city.inner_text(".facts b"), "every station on the ground"
    for path in ("/office/stations/SY-0060/", "/office/stations/SY-0060/edit/basic/"):
        assert page.goto(origin(page) + path).status == 404
    assert page.goto(origin(page) + "/office/audit/").status in (403, 404)


@pytest.mark.parametrize("user", ["shenji", "lingdao"])
def test_who_only_looks_sees_all_and_changes_nothing(office: Callable[..., Any], user: str) -> None:
    page = office(user, "/office/stations/")
    assert int(page.inner_text(".facts b")) > 70, "the whole city"
    paths = ("/office/", "/office/stations/", "/office/stations/SY-0066/", "/office/closures/", "/office/reports/",
             "/office/visits/", "/office/standards/", "/office/organisations/", "/office/calendar/")  # fmt: skip
    for path in paths:
        assert page.goto(origin(page) + path).status == 200
        posts = page.locator("main form[method=post]").evaluate_all(
            "all => all.map(form => form.getAttribute('action'))"
        )
        assert [action for action in posts if "/columns/" not in str(action)] == [], path
        assert page.locator("main a[href*='/edit/'], main a[href*='/new/']").count() == 0, path
    assert (page.goto(origin(page) + "/office/audit/").status == 200) == (user == "shenji")
    page.goto(origin(page) + "/office/me/")
    token = page.input_value("input[name=csrfmiddlewaretoken] >> nth=0")
    for path in ("/office/stations/SY-0066/verify/", "/office/stations/SY-0066/edit/access/", "/office/closures/new/",
                 "/office/stations/bulk/", "/office/imports/new/stations/"):  # fmt: skip
        sent = page.request.post(
            origin(page) + path,
            form={"csrfmiddlewaretoken": token, "code": "SY-0066"},
            headers={"Referer": page.url},
            max_redirects=0,
        )
        assert sent.status in (403, 404), path


def test_all_that_match_are_counted_first_done_and_undone(office: Callable[..., Any]) -> None:
    page = office("shi", "/office/stations/?q=志愿者&division=460202")
    n = int(page.inner_text(".facts b"))
    assert n >= 3
    page.check("[data-select-row] >> nth=0")
    page.check("input[name=all]")
    page.click(".bulk button[value=status]")
    page.wait_for_load_state()
    assert f"{n} 家" in page.inner_text("h1")
    page.select_option("select[name=status]", "suspended")
    page.fill("input[name=reason]", "统一检修")
    save(page, f"办理这 {n} 家")
    assert f"{n} 家都办好了" in page.inner_text("h1")
    other = page.context.new_page()
    other.goto(origin(page) + "/office/stations/?q=志愿者&division=460202&status=suspended")
    assert int(other.inner_text(".facts b")) == n
    save(page, "撤销")
    assert f"已撤销 {n} 家" in page.inner_text(".msgs")
    page.goto(origin(page) + "/office/stations/?q=志愿者&division=460202&status=running")
    assert int(page.inner_text(".facts b")) == n


def test_the_plate_of_a_merged_station_opens_the_one_that_stays(office: Callable[..., Any]) -> None:
    page = office("shi", "/office/stations/?q=SY-0067")
    old_plate = plate_link(page, "SY-0067")
    page.goto(origin(page) + "/office/stations/merge/?a=SY-0066&b=SY-0067")
    page.check("input[name=keep][value=SY-0066]")
    save(page, "合并")
    assert "SY-0067" in page.inner_text(".msgs")
    page.goto(origin(page) + "/s/SY-0067/")
    assert page.url.endswith("/s/SY-0066/")
    page.goto(origin(page) + old_plate)
    assert "/s/SY-0066/in/" in page.url and page.locator("text=我到了").count() > 0
    page.goto(origin(page) + "/office/stations/SY-0067/")
    assert page.url.endswith("/office/stations/SY-0066/") and "旧二维码仍然有效" in said(page)


def test_a_one_time_link_works_once(office: Callable[..., Any], visit: Callable[..., Any]) -> None:
    page = office("guanli", "/office/people/new/")
    page.fill("input[name=name]", "演示·新人")
    page.select_option("select[name=org]", label="崖州区总工会")
    page.select_option("select[name=role]", "officer")
    page.fill("input[name=username]", "walk.newcomer")
    save(page, "登记")
    link = page.inner_text(".secret")
    path = link[link.index("/office/link/") :]
    newcomer = visit(path, "phone")
    for field in newcomer.locator("main input[type=password]").all():
        field.fill("haijiao-2026-lamp")
    newcomer.click("main button[type=submit]")
    newcomer.wait_for_url("**/sign-in/**")
    newcomer.fill("input[name=login] >> nth=0", "walk.newcomer")
    newcomer.fill("input[name=password] >> nth=0", "haijiao-2026-lamp")
    newcomer.click("main button[type=submit] >> nth=0")
    newcomer.wait_for_url(re.compile(r"/office/$"))
    assert newcomer.inner_text("h1") == "今天"
    late = visit(path, "phone")
    assert late.locator("input[type=password]").count() == 0
    assert "已" in late.inner_text("main")


def test_a_device_opens_the_door_in_two_taps(office: Callable[..., Any], visit: Callable[..., Any]) -> None:
    desk = office("shi", "/office/stations/SY-0073/devices/")
    desk.fill("input[name=label]", "前台手机")
    save(desk, "生成登记二维码")
    link = desk.get_attribute("button[data-copy]", "data-copy")
    phone = visit(link[link.index("/k/claim/") :], "phone")
    phone.click("text=就用这台设备")
    phone.wait_for_url("**/k/SY-0073/**")
    phone.goto(origin(phone) + plate_link(phone, "SY-0073"))
    assert "/k/SY-0073/" in phone.url
    phone.click(".pick:has-text('开门')")
    phone.click("text=确认：门开了")
    phone.wait_for_load_state()
    assert "已记下：开门了" in phone.inner_text("main")
    desk.goto(origin(desk) + "/office/stations/SY-0073/")
    hours = [desk.inner_text(".page-head .pill"), desk.inner_text("main .notice >> nth=0")]
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    if 7 <= now.hour < 19:
        assert hours[0].strip() == "开放中" and "刚刚" in hours[1]
    assert "前台手机" in desk.inner_text(".line >> nth=-1") or "刚刚" in hours[1]
    desk.goto(origin(desk) + "/office/stations/SY-0073/devices/")
    assert "使用中" in desk.inner_text("tbody tr:has-text('前台手机')")


def test_the_keyboard_alone_signs_in_searches_edits_and_saves(visit: Callable[..., Any]) -> None:
    page = visit("/office/sign-in/", "desk")
    press = page.keyboard.press
    page.keyboard.type("shi")
    press("Tab")
    page.keyboard.type("xiaojia-demo")
    press("Enter")
    page.wait_for_url(re.compile(r"/office/$"))
    press("/")
    page.keyboard.type("SY-0069")
    press("Enter")
    page.wait_for_url("**q=SY-0069*")
    tab_to(page, "[data-row-link]")
    press("Enter")
    page.wait_for_selector("#panel a:text('编辑')")
    tab_to(page, "#panel a[href*='/edit/basic/']")
    press("Enter")
    page.wait_for_url("**/edit/basic/")
    tab_to(page, "input[name=brand]")
    press("Control+a")
    page.keyboard.type("键盘驿站")
    tab_to(page, "main button.btn-go[type=submit]")
    press("Enter")
    page.wait_for_load_state("networkidle")
    assert "已保存" in page.inner_text(".msgs")
    assert page.input_value("input[name=brand]") == "键盘驿站"


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the element has the focus; its focus must be seen."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", selector
            return
    raise AssertionError(f"the keyboard does not reach {selector}")
