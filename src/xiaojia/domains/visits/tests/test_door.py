"""Does the short way at the door count as the long way does, and leave everything else to it?"""

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone

from xiaojia.domains.stations.models import Evidence
from xiaojia.domains.visits.actions import forget_limits
from xiaojia.domains.visits.models import Visit
from xiaojia.domains.visits.queries.links import checkin_path, pass_text
from xiaojia.domains.visits.rules.limits import DEVICE
from xiaojia.web.door import Door

Answer = tuple[str, dict[str, str], dict[str, Any]]


@pytest.fixture
def asked() -> list[str]:
    """The addresses that were left to Django."""
    return []


@pytest.fixture
def send(cast: Any, client: Client, asked: list[str]) -> Callable[..., Answer]:
    """Send a form through the door as a phone that has opened the page before: status, headers, JSON."""
    forget_limits()
    client.get(checkin_path(cast.own.code))
    django = WSGIHandler()

    def long_way(environ: dict[str, Any], start_response: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)  # the test's transaction lives on the connection
        return django(environ, start_response)

    def send_form(**values: Any) -> Answer:
        fields = {"key": uuid4(), "pass": pass_text(cast.own.code, "qr", timezone.now()), "near": ""} | values
        code, cookies = fields.pop("code", cast.own.code), fields.pop("cookies", client.cookies)
        more = fields.pop("environ", {})
        environ = _environ(code, urlencode(fields).encode(), "; ".join(f"{k}={v.value}" for k, v in cookies.items()))
        environ |= more
        told: list[Any] = []
        body = b"".join(
            Door(long_way)(environ, lambda status, headers, info=None: told.extend((status, dict(headers))))
        )
        return told[0], told[1], json.loads(body) if body[:1] == b"{" else {}

    return send_form


def _environ(code: str, form: bytes, cookies: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/s/{code}/in/", "SCRIPT_NAME": "", "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(form),
        "wsgi.errors": io.StringIO(), "CONTENT_LENGTH": str(len(form)), "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "HTTP_ACCEPT": "application/json", "HTTP_COOKIE": cookies,
    }  # fmt: skip


def test_a_plain_tap_is_counted_at_the_door(cast: Any, send: Callable[..., Answer], asked: list[str]) -> None:
    key = uuid4()
    status, headers, told = send(key=key)
    assert (status, told["outcome"], asked) == ("200 OK", "accepted", [])
    assert told["url"].startswith(f"/s/{cast.own.code}/in/done/?d=accepted.")
    row = Visit.objects.get()
    assert (row.key, row.source, row.station_id, row.org_path) == (key, "qr", cast.own.pk, cast.own.org.path)
    assert Evidence.objects.get().kind == "checkin_far"
    assert send(key=key)[2]["outcome"] == "repeated"
    assert send()[2]["outcome"] == "same_hour"
    assert (Visit.objects.count(), asked) == (1, [])


def test_the_page_behind_a_tap_at_the_door_opens(cast: Any, send: Callable[..., Answer], client: Client) -> None:
    page = client.get(send()[2]["url"])
    assert page.status_code == 200
    assert "记下了，歇会儿吧" in page.content.decode()


def test_both_ways_answer_with_the_same_headers(cast: Any, send: Callable[..., Answer], asked: list[str]) -> None:
    short = send()[1]
    long = send(key="none")[1]  # refused behind the door
    assert asked == [f"/s/{cast.own.code}/in/"]
    changing = {"X-Request-ID", "Content-Length", "Set-Cookie", "Retry-After"}
    assert {name: short[name] for name in short.keys() - changing} == {
        name: long[name] for name in long.keys() - changing
    }
    assert short["X-Request-ID"] != long["X-Request-ID"]
    assert (short["Cache-Control"], short["X-Content-Type-Options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"pass": "qr.1.AAAAAAAAAAAAAAAA"}, "400", "wrong_code"),
        ({"key": "none"}, "400", "bad_key"),
        ({"age_s": "86401"}, "400", "too_old"),
        ({"people": "2"}, "200", ""),
        ({"cookies": {}}, "200", ""),
        ({"environ": {"CONTENT_LENGTH": "5000"}}, "", ""),
        ({"environ": {"HTTP_ACCEPT": "text/html"}}, "302", ""),
    ],
)
def test_what_is_not_plain_is_left_to_the_long_way(
    cast: Any, send: Callable[..., Answer], asked: list[str], values: dict[str, Any], status: str, code: str
) -> None:
    if "age_s" in values:
        values = values | {"pass": pass_text(cast.own.code, "qr", timezone.now() - timezone.timedelta(days=2))}
    answer = send(**values)
    assert asked == [f"/s/{cast.own.code}/in/"]
    assert answer[0].startswith(status)
    assert answer[2].get("code", "") == code


def test_a_removed_station_and_an_unknown_one_are_left_to_the_long_way(
    cast: Any, send: Callable[..., Answer], asked: list[str]
) -> None:
    cast.own.status = "removed"
    cast.own.save(update_fields=["status"])
    assert send()[2]["code"] == "removed"
    assert send(code="SY-9999", **{"pass": pass_text("SY-9999", "qr", timezone.now())})[0].startswith("404")
    assert len(asked) == 2
    assert not Visit.objects.exists()


def test_the_limits_are_those_of_the_long_way(cast: Any, send: Callable[..., Answer], asked: list[str]) -> None:
    assert [send()[0] for _ in range(DEVICE.burst)] == ["200 OK"] * DEVICE.burst
    status, headers, told = send()
    assert (status.split()[0], told["code"]) == ("429", "too_fast")
    assert 1 <= int(headers["Retry-After"]) <= 6
    assert len(asked) == 1


def test_over_https_only_the_bound_cookies_name_a_phone(
    cast: Any, send: Callable[..., Answer], asked: list[str], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SECURE_COOKIES", True)
    send()
    assert len(asked) == 1, "a plain cookie was not set by us"
    bound = {f"__Host-{name}": morsel for name, morsel in client.cookies.items()}
    assert send(cookies=bound)[0] == "200 OK"
    assert len(asked) == 1
