"""Does a worker find a station that is open, see how to get in, and get there? On a phone, in WeChat, by keyboard, in English."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.journeys.phone import HERE, WECHAT, origin, stations
from tests.journeys.product import Product
from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.maplinks import links

FIRST_LOAD = 150_000
STYLE_AND_SCRIPT = 27_500


def metres(text: str) -> float:
    number, unit = text.split()
    return float(number) * (1000 if unit == "公里" else 1)


def test_the_list_is_there_before_any_permission_and_near_after_it(visit: Callable[..., Any]) -> None:
    page = visit("/", **HERE)
    assert page.locator(".station").count() >= 2
    assert page.locator(".station-far").count() == 0
    page.context.grant_permissions(["geolocation"])
    page.click("button[data-locate]")
    page.wait_for_url("**at=me**")
    far = [metres(text) for text in page.locator(".station-far").all_inner_texts()]
    assert far == sorted(far)
    assert all(re.fullmatch(r"[步骑]行约\d+分钟", text) for text in page.locator(".station-mins").all_inner_texts())
    assert "lng=109.5246" in page.url and "xj_place" in {cookie["name"] for cookie in page.context.cookies()}
    page.click(".chips >> text=现在开放")
    page.wait_for_url("**open=0**")
    everything = [metres(text) for text in page.locator(".station-far").all_inner_texts()]
    assert min(everything) < 1000, "open or not, by day and by night"


def test_two_whole_stations_show_where_wechat_takes_the_rest(visit: Callable[..., Any]) -> None:
    page = visit("/?lng=109.5246&lat=18.2677", viewport={"width": 360, "height": 560})
    second = page.locator(".station").nth(1).bounding_box()
    assert second["y"] + second["height"] <= 560
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_filters_by_facility_and_by_open_now(visit: Callable[..., Any]) -> None:
    page = visit("/?lng=109.5246&lat=18.2677")
    page.click(".chips >> text=现在开放")
    page.wait_for_url("**open=0**")
    everything = stations(page)
    now_open = page.request.get(origin(page) + "/stations.json").json()["stations"]
    assert len(now_open) < len(everything)
    page.click(".chips >> text=热饭")
    page.wait_for_url("**have=microwave**")
    assert page.locator(".chip[aria-current] >> text=热饭").count() == 1
    assert all("热饭" in text for text in page.locator(".station .haves").all_inner_texts())
    some = page.request.get(f"{origin(page)}/stations.json?open=0&have=microwave").json()["stations"]
    assert 0 < len(some) < len(everything)


def test_a_station_says_its_week_and_how_to_get_in(visit: Callable[..., Any]) -> None:
    page = visit("/?open=0&q=海月")
    page.click(".station-name a")
    page.wait_for_url("**/s/SY-0001/**")
    assert page.inner_text("h1") == "三亚湾海月广场驿站"
    assert page.locator(".week tr").count() == 7
    assert "今天" in page.inner_text(".week .is-today") and "7:00–12:00" in page.inner_text(".week .is-today")
    assert "不用登记，直接进" in page.inner_text(".say >> nth=0")
    assert page.locator(".grid4 li").count() >= 8


def test_the_three_map_links_open_at_the_right_point(visit: Callable[..., Any]) -> None:
    page = visit("/s/SY-0001/go/")
    row = next(row for row in stations(page) if row["code"] == "SY-0001")
    point = Wgs84(row["lng"], row["lat"])
    wanted = {link.key: link.url for link in links(row["name"], page.inner_text(".sub"), point)}
    places = {"amap": ("position", (point.to_gcj02().lng, point.to_gcj02().lat)),
              "baidu": ("location", (point.to_bd09().lat, point.to_bd09().lng))}  # fmt: skip
    for key in ("amap", "baidu", "tencent"):
        answer = page.request.get(f"{origin(page)}/s/SY-0001/go/{key}/", max_redirects=0)
        assert answer.status == 302 and answer.headers["referrer-policy"] == "no-referrer"
        found, expected = (parse_qs(urlsplit(url).query) for url in (answer.headers["location"], wanted[key]))
        assert found == expected
        if key in places:
            name, pair = places[key]
            assert [float(n) for n in found[name][0].split(",")] == pytest.approx(pair, abs=2e-6)
        else:
            gcj = point.to_gcj02()
            assert found["marker"][0].startswith(f"coord:{gcj.lat:.6f},{gcj.lng:.6f};")


def test_inside_wechat_tencent_comes_first_and_the_address_can_be_copied(visit: Callable[..., Any]) -> None:
    page = visit("/s/SY-0001/go/", user_agent=WECHAT)
    assert page.locator(".rows a").first.inner_text().strip() == "腾讯地图"
    assert "在浏览器打开" in page.inner_text("main")
    page.click("button[data-copy]")
    assert page.inner_text(".toast") == "地址已复制"
    elsewhere = visit("/s/SY-0001/go/")
    assert elsewhere.locator(".rows a").first.inner_text().strip() == "高德地图"
    assert "在浏览器打开" not in elsewhere.inner_text("main")


def test_the_keyboard_alone_finds_a_station_and_opens_it(visit: Callable[..., Any]) -> None:
    page = visit("/?lng=109.5246&lat=18.2677")
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => { const el = document.activeElement, style = getComputedStyle(el), box = el.getBoundingClientRect();
               const inside = el.querySelector('span') && getComputedStyle(el.querySelector('span'));
               const ring = [style, getComputedStyle(el, '::after'), inside].some(
                 s => s && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
               return {what: el.closest('.station') ? (el.closest('.station-name') ? 'name' : 'go')
                 : el.closest('.chips') ? 'chip' : el.tagName, ring, shown: box.width > 0}; }"""
        )
        assert at["ring"] and at["shown"], (at, seen)
        seen.append(at["what"])
        if at["what"] == "go":
            break
    assert seen.index("chip") < seen.index("name") < seen.index("go")
    page.keyboard.press("Enter")
    page.wait_for_url("**/go/")
    page.go_back()
    page.focus(".station-name a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/s/SY-\d{4}/$"))


def test_large_type_and_english_switch_and_stay(visit: Callable[..., Any]) -> None:
    page = visit("/")
    page.click("text=关怀版")
    page.wait_for_selector("html[data-size=large]")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    page.click("text=English")
    page.wait_for_selector("html[lang=en]")
    page.goto(origin(page) + "/s/SY-0001/")
    assert page.get_attribute("html", "data-size") == "large" and page.get_attribute("html", "lang") == "en"
    assert "This week" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_first_load_is_small_and_asks_no_other_host(visit: Callable[..., Any], demo: Product) -> None:
    page = visit("/about/")
    page.context.clear_cookies()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send(
        "Network.setBypassServiceWorker", {"bypass": True}
    )  # at a first load there is none; this page installs it
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    hosts: set[str] = set()
    line.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    line.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])})
    )
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(demo.url + "/")
    page.wait_for_load_state("networkidle")
    code = sum(size for key, size in sizes.items() if kinds.get(key) in ("Stylesheet", "Script"))
    assert 5_000 < sum(sizes.values()) <= FIRST_LOAD, sizes
    assert 2_000 < code <= STYLE_AND_SCRIPT
    assert hosts == {urlsplit(demo.url).netloc}


def test_on_a_wide_screen_the_diagram_stands_beside_the_list(visit: Callable[..., Any]) -> None:
    page = visit("/?lng=109.5246&lat=18.2677", "desk")
    page.wait_for_selector(".list-map .spot")
    page.hover(".station >> nth=0")
    assert page.locator(".list-map .spot-box.is-on").count() == 1
    page.click(f".list-map [aria-label^='{page.locator('.station-name').first.inner_text()}']")
    assert page.locator("[data-map-card] .station-name").is_visible()


def test_names_on_the_diagram_never_lie_on_each_other(visit: Callable[..., Any]) -> None:
    for query in ("", "?lng=109.5246&lat=18.2677", "?open=0"):
        page = visit("/map/" + query)
        page.wait_for_selector(".spot, .cluster")
        page.wait_for_timeout(300)
        boxes = page.evaluate(
            """() => Array.from(document.querySelectorAll('.spot-name, .map-word span')).map(n => n.getBoundingClientRect())
               .concat().map((r, i, all) => r).filter((r, i) => r.width).map(r => [r.left, r.right, r.top, r.bottom])"""
        )
        shown = page.evaluate(
            """() => Array.from(document.querySelectorAll('.spot-name, .map-word span'))
               .filter(n => n.getBoundingClientRect().width).map(n => getComputedStyle(n).visibility)"""
        )
        kept = [box for box, how in zip(boxes, shown, strict=True) if how == "visible"]
        overlaps = [
            (a, b) for i, a in enumerate(kept) for b in kept[i + 1 :]
            if a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]
        ]  # fmt: skip
        assert overlaps == []
