"""Is a reader who has just written known as such for some seconds, and nobody else?"""

from django.http import HttpResponse
from django.test import RequestFactory

from xiaojia.web.fresh import COOKIE, FreshMiddleware, wants_fresh


def _answered(request, status=302):
    return FreshMiddleware(lambda _request: HttpResponse(status=status))(request)


def test_what_is_sent_and_taken_leaves_a_cookie_for_ten_seconds():
    cookie = _answered(RequestFactory().post("/")).cookies[COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (10, True, "Lax")


def test_a_read_a_refusal_and_a_program_with_a_key_leave_none():
    make = RequestFactory()
    assert COOKIE not in _answered(make.get("/"), 200).cookies
    assert COOKIE not in _answered(make.post("/"), 400).cookies
    assert COOKIE not in _answered(make.post("/", headers={"Authorization": "Bearer x"})).cookies


def test_the_cookie_or_no_cache_asks_for_a_fresh_answer():
    make = RequestFactory()
    asked = make.get("/")
    assert not wants_fresh(asked)
    asked.COOKIES[COOKIE] = "1"
    assert wants_fresh(asked)
    assert wants_fresh(make.get("/", headers={"Cache-Control": "no-cache"}))
    assert not wants_fresh(make.get("/", headers={"Cache-Control": "max-age=0"}))
