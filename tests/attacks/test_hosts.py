"""Can a header make the product believe who asks, by which name, or over what?"""

from ipaddress import ip_network

import pytest
from django.conf import settings as live
from django.test import Client, RequestFactory

from xiaojia.kernel.orgs.models import Post
from xiaojia.web.proxies import TrustedProxyMiddleware

FORGED = {
    "HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_REAL_IP": "203.0.113.9",
    "HTTP_FORWARDED": "for=203.0.113.9;proto=https;host=evil.example",
    "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_CLIENT_IP": "203.0.113.9",
    "HTTP_TRUE_CLIENT_IP": "203.0.113.9", "HTTP_X_FORWARDED_SSL": "on", "HTTP_X_FORWARDED_PORT": "443",
    "HTTP_X_ORIGINAL_URL": "/office/", "HTTP_X_REWRITE_URL": "/office/", "HTTP_X_FORWARDED_PREFIX": "/evil",
}  # fmt: skip


def seen(settings, peer: str, trusted: tuple[str, ...] = (), **headers: str) -> tuple[str, bool, str]:
    """Return the address, whether it counts as HTTPS, and the host, as the product sees a request."""
    settings.TRUSTED_PROXIES = tuple(ip_network(one) for one in trusted)
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    TrustedProxyMiddleware(lambda r: r)(request)  # type: ignore[arg-type,return-value]
    return request.client_ip, request.is_secure(), request.get_host()  # type: ignore[attr-defined]


def test_a_stranger_is_believed_nothing(settings):
    assert seen(settings, "198.51.100.7", **FORGED) == ("198.51.100.7", False, "testserver")
    assert seen(settings, "198.51.100.7", ("10.0.0.0/8",), **FORGED) == ("198.51.100.7", False, "testserver")


def test_of_a_proxys_chain_only_what_it_added_counts(settings):
    chain = "6.6.6.6, 203.0.113.9, 10.0.0.2"
    found = seen(
        settings, "10.0.0.1", ("10.0.0.0/8",), HTTP_X_FORWARDED_FOR=chain, HTTP_X_FORWARDED_HOST="evil.example"
    )
    assert found == ("203.0.113.9", False, "testserver")


@pytest.mark.parametrize(
    "junk", ["", "unknown", "<script>", "1.2.3.4:99, x", "999.1.1.1", "a" * 9000, "::ffff:1.2.3.4, ,"]
)
def test_junk_in_the_chain_does_no_harm(settings, junk):
    address, _secure, _host = seen(settings, "10.0.0.1", ("10.0.0.0/8",), HTTP_X_FORWARDED_FOR=junk)
    assert address in ("10.0.0.1", "::ffff:1.2.3.4")


def test_no_setting_believes_a_host_or_a_scheme_by_header():
    assert not live.USE_X_FORWARDED_HOST
    assert not live.USE_X_FORWARDED_PORT
    assert live.SECURE_PROXY_SSL_HEADER is None


OTHERS = [
    "evil.example",
    "hall.example.evil.example",
    "hall.example@evil.example",
    "hall.example:80:80",
    "evil.example:443",
    "",
]


@pytest.mark.parametrize("host", OTHERS)
def test_another_host_is_refused_where_the_own_is_known(settings, cast, host):
    settings.ALLOWED_HOSTS = ["hall.example", "localhost", "127.0.0.1", "[::1]"]
    client = Client(raise_request_exception=False)
    assert client.get("/office/sign-in/", HTTP_HOST=host).status_code == 400
    assert client.get("/office/sign-in/", HTTP_HOST="hall.example").status_code == 200


def test_a_one_time_link_names_the_operators_address_whatever_the_request_says(settings, sign_in, cast):
    settings.XIAOJIA_URL = "https://hall.example"
    client = sign_in("admin", cast)
    post = Post.objects.get(person__account=cast.account("leader"))
    page = client.post(
        f"/office/people/{post.pk}/link/", HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="evil.example"
    )
    assert page.context["link"].startswith("https://hall.example/office/link/")
    assert "evil.example" not in page.content.decode()


def test_a_devices_link_names_the_operators_address(settings, sign_in, cast):
    settings.XIAOJIA_URL = "https://hall.example"
    client = sign_in("district", cast)
    client.post(f"/office/stations/{cast.own.code}/devices/", {"label": "柜台"})
    page = client.get(f"/office/stations/{cast.own.code}/devices/", HTTP_HOST="evil.example").content.decode()
    assert "https://hall.example/k/claim/" in page
    assert "evil.example" not in page


@pytest.mark.parametrize("header", ["HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD"])
def test_a_method_is_what_it_is(sign_in, cast, header):
    client = sign_in("admin", cast)
    post = Post.objects.get(person__account=cast.account("leader"))
    assert client.get(f"/office/people/{post.pk}/link/", **{header: "POST"}).status_code == 405
    answer = client.post("/office/people/", {"_method": "DELETE"}, **{header: "DELETE"})
    assert answer.status_code in (200, 405)
    assert Post.objects.filter(pk=post.pk).exists()


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "X" * 40])
def test_odd_methods_change_nothing_and_break_nothing(cast, method):
    answer = Client(raise_request_exception=False).generic(method, f"/s/{cast.own.code}/report/")
    assert answer.status_code in (400, 403, 405)
    assert b"HTTP_" not in answer.content
