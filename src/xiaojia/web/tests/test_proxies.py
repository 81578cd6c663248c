"""Whose word about the sender is believed? Only that of proxies which the operator named."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse

from xiaojia.web.proxies import TrustedProxyMiddleware


@pytest.fixture
def seen(rf, settings):
    def send(peer: str, forwarded: str = "", proto: str = "", trusted: str = "10.0.0.0/8") -> tuple[str, str]:
        settings.TRUSTED_PROXIES = (ip_network(trusted),) if trusted else ()
        request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded, HTTP_X_FORWARDED_PROTO=proto)
        TrustedProxyMiddleware(lambda _request: HttpResponse())(request)
        return request.client_ip, request.scheme

    return send


def test_a_strangers_header_is_ignored(seen):
    assert seen("203.0.113.9", "198.51.100.1", "https") == ("203.0.113.9", "http")
    assert seen("10.0.0.2", "198.51.100.1", "https", trusted="") == ("10.0.0.2", "http")


def test_a_named_proxy_is_believed_up_to_the_first_stranger_from_the_right(seen):
    assert seen("10.0.0.2", "198.51.100.1", "https") == ("198.51.100.1", "https")
    assert seen("10.0.0.2", "192.0.2.66, 198.51.100.1, 10.0.0.3") == ("198.51.100.1", "http")


@pytest.mark.parametrize(("header", "client"), [("", "10.0.0.2"), ("unknown", "10.0.0.2"), ("a, 10.0.0.5", "10.0.0.5")])
def test_what_is_no_address_is_passed_over(seen, header, client):
    assert seen("10.0.0.2", header)[0] == client
