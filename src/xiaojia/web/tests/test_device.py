"""Is a phone one device within a month, and another the month after?"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.test import RequestFactory

from xiaojia.web.device import COOKIE, begin_device, device_of, ensure_device

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 30, 23, 30, tzinfo=ZONE)


def _request(cookie: str = ""):
    request = RequestFactory().get("/")
    if cookie:
        request.COOKIES[COOKIE] = cookie
    return request


def test_a_phone_without_a_token_is_nobody_until_it_gets_one():
    request, response = _request(), HttpResponse()
    assert device_of(request, NOW) is None
    first = ensure_device(request, response, NOW)
    cookie = response.cookies[COOKIE]
    assert len(first) == 16 and cookie["max-age"] == 1800 and cookie["httponly"] and cookie["samesite"] == "Lax"
    assert device_of(_request(cookie.value), NOW) == first
    assert ensure_device(request, HttpResponse(), NOW) == first


def test_the_hash_known_before_the_answer_is_the_one_that_is_sent():
    request, response = _request(), HttpResponse()
    assert begin_device(request, NOW) == ensure_device(request, response, NOW)


def test_a_known_phone_gets_no_second_cookie():
    response = HttpResponse()
    ensure_device(_request(), response, NOW)
    again = HttpResponse()
    ensure_device(_request(response.cookies[COOKIE].value), again, NOW)
    assert COOKIE not in again.cookies


def test_next_month_the_same_cookie_is_nobody():
    response = HttpResponse()
    ensure_device(_request(), response, NOW)
    assert device_of(_request(response.cookies[COOKIE].value), NOW + timedelta(hours=1)) is None


def test_a_cookie_made_up_by_hand_is_nobody():
    assert device_of(_request("2026-11.short"), NOW) is None
    assert device_of(_request("hello"), NOW) is None
