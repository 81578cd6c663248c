"""Does the page that a plate opens count exactly what it should, and say what it did?"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone

from xiaojia.domains.stations.actions import merge_stations
from xiaojia.domains.stations.actions.keeping import create_device_link
from xiaojia.domains.stations.models import Evidence
from xiaojia.domains.visits.actions import forget_limits
from xiaojia.domains.visits.models import Answer, Visit
from xiaojia.domains.visits.queries.links import checkin_path, pass_text, rotating_path, screen_path
from xiaojia.domains.visits.rules.hours import SHANGHAI
from xiaojia.domains.visits.rules.limits import ADDRESS, DEVICE
from xiaojia.web.device import device_of


@pytest.fixture(autouse=True)
def _full_buckets() -> Iterator[None]:
    forget_limits()
    yield
    forget_limits()


def form_of(page: Any) -> dict[str, str]:
    """Return the hidden fields of the check-in form."""
    text = page.content.decode()
    return {name: re.search(f'name="{name}" value="([^"]*)"', text)[1] for name in ("key", "pass")}  # type: ignore[index]


def scan(phone: Client, station: Any) -> dict[str, str]:
    page = phone.get(checkin_path(station.code))
    assert page.status_code == 200
    return form_of(page)


def tap(phone: Client, station: Any, form: dict[str, str], **more: str) -> Any:
    return phone.post(f"/s/{station.code}/in/", form | more, follow=True)


def test_looking_counts_nothing(cast: Any, client: Client) -> None:
    for address in (checkin_path(cast.own.code), f"/s/{cast.own.code}/in/", f"/s/{cast.own.code}/in/?t=forged"):
        client.get(address)
        client.head(address)
    assert not Visit.objects.exists()


def test_one_tap_counts_and_the_answer_does_not_count_again(cast: Any, client: Client) -> None:
    answer = tap(client, cast.own, scan(client, cast.own))
    page = answer.content.decode()
    assert "记下了，歇会儿吧" in page
    assert cast.own.name in page
    assert "人次" not in page.replace("名和位置", "")
    for _ in range(3):
        assert client.get(answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"]).status_code == 200
    row = Visit.objects.get()
    assert (row.source, row.near, row.occupation) == ("qr", None, "")
    assert Evidence.objects.get().kind == "checkin_far"
    assert device_of(_request_with(client)) == bytes(row.device)


def _request_with(client: Client) -> Any:
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return request


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/s/{code}/in/", 200, "请扫门口牌子上的码"),
        ("/s/{code}/in/?t=AAAAAAAAAAAAAAAA", 404, "不完整或被改过"),
        ("/s/{code}/in/?t={other}", 404, "不完整或被改过"),
        ("/s/{code}/in/?c=AAAAAAAAAAAAAAAA", 404, "每分钟换一次"),
        ("/s/NO-9999/in/?t={own}", 404, "没有找到这个站点"),
    ],
)
def test_a_forged_or_edited_link_says_to_scan_the_plate(
    cast: Any, client: Client, address: str, status: int, words: str
) -> None:
    signatures = {"own": checkin_path(cast.own.code)[-16:], "other": checkin_path(cast.banks.code)[-16:]}
    page = client.get(address.format(code=cast.own.code, **signatures))
    assert page.status_code == status
    assert words in page.content.decode()
    assert "我到了</button>" not in page.content.decode()


@pytest.mark.parametrize("wrong", ["", "qr.1.x", "other"])
def test_a_tap_without_the_pages_own_pass_counts_nothing(cast: Any, client: Client, wrong: str) -> None:
    form = scan(client, cast.own)
    form["pass"] = scan(client, cast.banks)["pass"] if wrong == "other" else wrong
    page = tap(client, cast.own, form)
    assert page.status_code == 400
    assert "请直接扫门口牌子上的码" in page.content.decode()
    assert tap(client, cast.own, {"pass": form["pass"], "key": "no uuid"}).status_code == 400
    assert not Visit.objects.exists()


def test_a_double_tap_a_retry_and_a_second_page_are_one_visit(cast: Any, client: Client) -> None:
    form = scan(client, cast.own)
    assert "记下了" in tap(client, cast.own, form).content.decode()
    assert "记下了" in tap(client, cast.own, form).content.decode()
    assert "这个小时已经记过了" in tap(client, cast.own, scan(client, cast.own)).content.decode()
    assert Visit.objects.count() == 1


def test_a_script_gets_the_outcome_as_json(cast: Any, client: Client) -> None:
    form = scan(client, cast.own)
    answer = client.post(f"/s/{cast.own.code}/in/", form, headers={"Accept": "application/json"})
    assert answer.json()["outcome"] == "accepted"
    assert answer.json()["url"].startswith(f"/s/{cast.own.code}/in/done/?d=")
    answer = client.post(f"/s/{cast.own.code}/in/", form | {"pass": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_code")


def test_a_tap_kept_on_the_phone_belongs_to_its_hour(cast: Any, client: Client) -> None:
    opened = timezone.now() - timedelta(hours=3, minutes=1)
    form = {"key": str(uuid4()), "pass": pass_text(cast.own.code, "qr", opened), "age_s": str(3 * 3600)}
    tap(client, cast.own, form)
    row = Visit.objects.get()
    assert abs((timezone.now() - timedelta(hours=3) - row.seen_at).total_seconds()) < 5
    assert row.hour == row.seen_at.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)
    late = tap(client, cast.own, {"key": str(uuid4()), "pass": form["pass"], "age_s": "90000"})
    assert (late.status_code, "不能补记" in late.content.decode()) == (400, True)
    assert Visit.objects.count() == 1


def test_a_tap_is_never_older_than_its_page(cast: Any, client: Client) -> None:
    tap(client, cast.own, scan(client, cast.own), age_s="7200")
    assert (timezone.now() - Visit.objects.get().seen_at).total_seconds() < 5


def test_near_is_a_yes_or_no_and_proof(cast: Any, client: Client) -> None:
    tap(client, cast.own, scan(client, cast.own), near="1")
    assert Visit.objects.get().near is True
    assert Evidence.objects.get().kind == "checkin_near"


def test_a_group_comes_with_the_same_tap_or_afterwards(cast: Any, client: Client) -> None:
    answer = tap(client, cast.own, scan(client, cast.own), people="4")
    assert "同来的 4 人也记下了" in answer.content.decode()
    second = Client()
    answer = tap(second, cast.own, scan(second, cast.own))
    done = {"d": answer.context["d"], "people": "3"}
    page = second.post(f"/s/{cast.own.code}/in/more/", done, follow=True)
    assert "同来的 3 人也记下了" in page.content.decode()
    second.post(f"/s/{cast.own.code}/in/more/", done)
    rows = Visit.objects.order_by("source", "people").values_list("source", "people")
    assert list(rows) == [("group", 3), ("group", 4), ("qr", 1), ("qr", 1)]


@pytest.mark.parametrize("people", ["21", "-1", "many", "99999"])
def test_a_group_too_large_counts_nobody(cast: Any, client: Client, people: str) -> None:
    page = tap(client, cast.own, scan(client, cast.own), people=people)
    assert page.status_code == 400
    assert "20" in page.content.decode()
    assert not Visit.objects.exists()


def test_the_trade_is_kept_on_the_phone_and_sent_with_the_next_tap(cast: Any, client: Client) -> None:
    answer = tap(client, cast.own, scan(client, cast.own))
    assert "你做哪一行" in answer.content.decode()
    client.post(f"/s/{cast.own.code}/in/trade/", {"d": answer.context["d"], "occupation": "courier"})
    assert client.cookies["xj_work"].value == "courier"
    assert list(Answer.objects.values_list("kind", "value")) == [("work", "courier")]
    answer = tap(client, cast.banks, scan(client, cast.banks))
    assert "你做哪一行" not in answer.content.decode()
    assert list(Visit.objects.order_by("seen_at").values_list("occupation", flat=True)) == ["", "courier"]
    assert (
        client.post(f"/s/{cast.own.code}/in/trade/", {"d": answer.context["d"], "occupation": "spy"}).status_code == 404
    )


def test_thanks_are_one_tap_and_only_for_who_came(cast: Any, client: Client) -> None:
    answer = tap(client, cast.own, scan(client, cast.own))
    page = client.post(f"/s/{cast.own.code}/in/good/", {"d": answer.context["d"]}, follow=True)
    assert "谢谢" in page.content.decode()
    assert client.post(f"/s/{cast.own.code}/in/good/", {"d": "forged"}).status_code == 400
    assert Answer.objects.filter(kind="good").count() == 1


def test_the_days_number_is_shown_from_five_on(cast: Any) -> None:
    for number in range(1, 6):
        phone = Client()
        page = tap(phone, cast.own, scan(phone, cast.own)).content.decode()
        assert (f"今天第 {number} 人次" in page) is (number == 5)


def test_a_phone_without_cookies_still_counts(cast: Any) -> None:
    form = scan(Client(), cast.own)
    assert Client(enforce_csrf_checks=True).post(f"/s/{cast.own.code}/in/", form).status_code == 302
    assert Client().post(f"/s/{cast.own.code}/in/", form).status_code == 302
    assert Visit.objects.count() == 1


def test_a_phone_that_taps_too_fast_is_asked_to_wait(cast: Any, client: Client) -> None:
    form = scan(client, cast.own)
    for _ in range(DEVICE.burst):
        assert tap(client, cast.own, form).status_code == 200
    page = tap(client, cast.own, form)
    assert page.status_code == 429
    assert 1 <= int(page["Retry-After"]) <= 6
    assert "请等" in page.content.decode()
    other = Client()
    assert tap(other, cast.own, scan(other, cast.own)).status_code == 200


def test_a_carriers_nat_is_not_locked_out(cast: Any) -> None:
    """Hundreds of phones behind one address: those known before pass even when new ones have used the address up."""
    known = Client(REMOTE_ADDR="100.64.0.1")
    form = scan(known, cast.own)
    from xiaojia.domains.visits.actions import allow_new_phone

    taken = sum(allow_new_phone(address="100.64.0.1") for _ in range(ADDRESS.burst + 5))
    assert ADDRESS.burst - 10 <= taken <= ADDRESS.burst + 5
    stranger = Client(REMOTE_ADDR="100.64.0.1")
    page = stranger.get(checkin_path(cast.own.code))
    assert page.status_code == 200
    assert "xj_known" not in stranger.cookies
    assert stranger.post(f"/s/{cast.own.code}/in/", form_of(page)).status_code == 429
    made_up = Client(REMOTE_ADDR="100.64.0.1")
    made_up.cookies["xj_device"] = f"{timezone.now().astimezone(SHANGHAI):%Y-%m}.{'a' * 24}"
    made_up.cookies["xj_known"] = "AAAAAAAAAAAAAAAA"
    assert made_up.post(f"/s/{cast.own.code}/in/", form_of(page)).status_code == 429
    assert tap(known, cast.own, form).status_code == 200
    assert Visit.objects.count() == 1


def test_a_phone_has_another_hash_next_month() -> None:
    request = RequestFactory().get("/")
    may, june = (datetime(2026, month, 15, tzinfo=SHANGHAI) for month in (5, 6))
    token = "t" * 24
    request.COOKIES = {"xj_device": f"2026-05.{token}"}
    first = device_of(request, may)
    assert device_of(request, june) is None
    request.COOKIES = {"xj_device": f"2026-06.{token}"}
    assert first is not None
    assert (len(first), device_of(request, june) != first) == (16, True)
    assert token.encode() not in first


def test_an_old_plate_leads_to_the_station_that_was_kept(cast: Any, client: Client) -> None:
    old, kept = cast.other.code, cast.own.code
    signed = checkin_path(old)
    merge_stations(actor=cast.actor("officer"), keep_id=cast.own.pk, drop_id=cast.other.pk)
    assert client.get(signed)["Location"] == checkin_path(kept)
    assert client.get(signed, follow=True).status_code == 200
    assert client.get(f"/s/{old}/in/?t=AAAAAAAAAAAAAAAA").status_code == 404


def test_a_screens_code_changes_and_is_proof(cast: Any, client: Client) -> None:
    page = client.get(screen_path(cast.own.code))
    assert (page.status_code, page["Refresh"], page.content.decode().count('class="qr"')) == (200, "30", 1)
    assert client.get(f"/s/{cast.own.code}/screen/?k=AAAAAAAAAAAAAAAA").status_code == 404
    form = form_of(client.get(rotating_path(cast.own.code, timezone.now())))
    tap(client, cast.own, form)
    assert Visit.objects.get().source == "code"
    assert Evidence.objects.get().kind == "checkin_code"
    stale = rotating_path(cast.own.code, timezone.now() - timedelta(minutes=3))
    assert client.get(stale).status_code == 404
    old = {"key": str(uuid4()), "pass": pass_text(cast.own.code, "code", timezone.now() - timedelta(minutes=11))}
    assert tap(Client(), cast.own, old).status_code == 400


def test_a_plate_scanned_by_the_stations_device_opens_its_four_buttons(cast: Any) -> None:
    phone = Client()
    _link, path = create_device_link(
        actor=cast.actor("officer"), station_id=cast.own.pk, label="前台", now=timezone.now()
    )
    phone.post(path)
    opened = phone.get(checkin_path(cast.own.code))
    assert opened["Location"].startswith(f"/k/{cast.own.code}/?scan=")
    page = phone.get(opened["Location"])
    assert page.context["scanned"] is True
    phone.post(f"/k/{cast.own.code}/tap/", {"do": "open", "scan": page.context["scan"]})
    assert Evidence.objects.get().kind == "keeper_open"
    assert phone.get(page.context["visit_url"]).status_code == 200
    assert phone.get(checkin_path(cast.banks.code)).status_code == 200
    key = page.context["panels"][0]["key"]
    for _ in range(2):
        phone.post(f"/k/{cast.own.code}/add/", {"key": str(key), "people": "3"})
    assert list(Visit.objects.values_list("source", "people")) == [("keeper", 3)]
    full = phone.post(f"/k/{cast.own.code}/add/", {"key": str(uuid4()), "people": "48"}, follow=True)
    assert "还可以补记 47 人次" in full.content.decode()
    Client().post(f"/k/{cast.own.code}/add/", {"key": str(uuid4()), "people": "1"})
    assert Visit.objects.count() == 1


def test_the_page_is_light(cast: Any, client: Client, django_assert_num_queries: Callable[..., Any]) -> None:
    scan(client, cast.own)
    with django_assert_num_queries(3):
        page = client.get(checkin_path(cast.own.code))
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert len(page.content) < 9_000
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_the_page_speaks_english_too(cast: Any) -> None:
    phone = Client(headers={"Accept-Language": "en-GB,en;q=0.9"})
    page = phone.get(checkin_path(cast.own.code)).content.decode()
    assert "I'm here</button>" in page
    assert "Checked in. Have a rest!" in tap(phone, cast.own, scan(phone, cast.own)).content.decode()
