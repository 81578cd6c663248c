"""Has every request one number, in header, page and log line, and does the line say nothing that it should not?"""

import logging
from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import Client

from xiaojia.web import requests
from xiaojia.web.requests import GIVEN, HEADER, Done, RequestMiddleware, request_id

OURS = r"[0-9a-f]{16}"


@pytest.fixture
def send(rf, settings):
    """Send through the middleware alone; the number that the view saw and the one in the answer."""

    def go(given: str, peer: str = "10.0.0.7") -> tuple[str, str]:
        settings.TRUSTED_PROXIES = (ip_network("10.0.0.0/8"),)
        seen = []

        def view(request):
            seen.append((request_id(request), request_id()))
            return HttpResponse()

        answer = RequestMiddleware(view)(rf.get("/", HTTP_X_REQUEST_ID=given, REMOTE_ADDR=peer))
        assert seen[0][0] == seen[0][1]
        return seen[0][0], answer.headers[HEADER]

    return go


@pytest.mark.parametrize("given", ["8f14e45fceea167a5a36dedd4bea2543", "a-proxy.4711_x"])
def test_the_number_of_a_trusted_proxy_is_kept(send, given):
    assert send(given) == (given, given)


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "with space1", "line\nbreak12", "<script>alert", "编号编号编号编号"]
)
def test_what_is_no_number_is_replaced(send, given):
    inside, outside = send(given)
    assert inside == outside != given
    assert GIVEN.fullmatch(inside) and len(inside) == 16


def test_a_strangers_number_is_not_believed(send):
    inside, _ = send("8f14e45fceea167a5a36dedd4bea2543", peer="203.0.113.9")
    assert len(inside) == 16


def test_outside_of_a_request_there_is_no_number():
    assert request_id() == ""


def test_an_error_page_asks_to_pass_its_number_on(cast, settings, monkeypatch):
    from xiaojia.web import pages

    def broken(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(pages, "_back", broken)
    client = Client(raise_request_exception=False)
    answer = client.post("/set/language/", {"language": "en"}, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 500
    assert f'请把这个编号告诉管理员：<b class="num">{answer.headers[HEADER]}</b>' in answer.content.decode()


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="xiaojia.request")
    return lambda: [record for record in caplog.records if record.name == "xiaojia.request"]


def test_a_line_names_the_route_and_never_a_position(client, cast, lines):
    client.get(f"/s/{cast.own.code}/?lng=109.5119&lat=18.2528")
    (line,) = lines()
    assert (line.route, line.method, line.status) == ("/s/<str:code>/", "GET", 200)
    assert line.duration_ms > 0
    assert not hasattr(line, "actor")
    assert "109.5" not in line.getMessage() and cast.own.code not in line.getMessage()


def test_on_the_desk_the_account_stands_in_the_line(sign_in, cast, lines):
    sign_in("officer", cast).get("/office/stations/")
    (line,) = lines()
    assert line.actor == str(cast.account("officer").pk)


def test_probes_and_files_leave_no_line_but_are_counted(client, db, lines, monkeypatch):
    seen: list[Done] = []
    monkeypatch.setattr(requests, "OBSERVERS", [seen.append])
    client.get("/healthz")
    client.get("/static/nothing.css")
    assert lines() == []
    assert [(done.route, done.status) for done in seen] == [("/healthz", 200), ("static", 404)]


def test_an_address_that_leads_nowhere_is_not_kept(client, db, lines):
    client.get("/office/link/somebodys-secret/x/y/")
    (line,) = lines()
    assert (line.route, line.status) == ("unknown", 404)
