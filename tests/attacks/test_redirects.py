"""Can an address of ours lead somewhere else, or carry a header of its own?"""

import pytest
from django.test import Client

AWAY = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example",
    "https:/evil.example", "javascript:alert(1)", "data:text/html,x", " //evil.example", "\t//evil.example", "/%09/evil.example",
    "https://testserver@evil.example/", "https://evil.example#testserver", "//evil.example\\@testserver", "\x00//evil.example",
    "/\t/evil.example", "/\n/evil.example", "http://testserver.evil.example/",
]  # fmt: skip
SPLIT = ["/\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie:%20a=b", "/\nLocation: https://evil.example"]


def leads_away(location: str) -> bool:
    """Return whether a browser would leave for another host, as browsers read addresses."""
    from urllib.parse import urljoin, urlsplit

    cleaned = "".join(c for c in location.strip() if c not in "\t\r\n").replace("\\", "/")
    found = urlsplit(urljoin("http://testserver/x/", cleaned))
    return found.scheme not in ("http", "https") or found.hostname != "testserver"


def test_the_judge_knows_a_trick():
    assert leads_away("/\\evil.example")
    assert leads_away("//evil.example")
    assert not leads_away("/office/?next=//evil.example")


@pytest.mark.parametrize("path", ["/set/language/", "/set/size/"])
def test_the_shells_choices_lead_back_inside(db, path):
    for target in AWAY + SPLIT:
        answer = Client().post(path, {"language": "en", "large": "1", "next": target})
        assert answer.status_code == 302
        assert not leads_away(answer["Location"]), target
        assert "\n" not in answer["Location"]
        assert "a" not in answer.cookies


def test_signing_in_leads_back_inside(cast):
    account = cast.account("keeper")
    account.set_password("a-long-enough-one-9")
    account.save()
    for target in (*AWAY[:4], *AWAY[8:11], AWAY[-2], *SPLIT[:1]):  # each takes a slow hash
        given = {"login": account.username, "password": "a-long-enough-one-9", "next": target}
        answer = Client().post("/office/sign-in/", given)
        assert answer.status_code == 302
        assert not leads_away(answer["Location"]), target
        assert "a" not in answer.cookies


def test_signing_out_leads_back_inside(sign_in, cast):
    for target in AWAY:
        answer = sign_in("officer", cast).post("/office/sign-out/", {"next": target})
        assert answer.status_code == 302
        assert not leads_away(answer["Location"]), target


@pytest.mark.parametrize(
    "code",
    ["//evil.example", "\\evil.example", "https:%2f%2fevil.example", "%2f%2fevil.example", "x%0d%0aSet-Cookie:a=b"],
)
def test_an_old_or_odd_code_leads_back_inside(cast, code):
    for path in (f"/s/{code}/", f"/s/{code}/in/", f"/s/{code}/report/", f"/k/{code}/", f"//{code}"):
        answer = Client(raise_request_exception=False).get(path)
        assert answer.status_code in (200, 301, 302, 400, 403, 404)
        assert "Location" not in answer or not leads_away(answer["Location"])
        assert "a" not in answer.cookies


def test_a_map_app_is_one_of_ours_and_its_link_https(cast):
    client = Client()
    for app in ("amap", "baidu", "tencent"):
        answer = client.get(f"/s/{cast.own.code}/go/{app}/", {"name": "//evil.example", "next": "https://evil.example"})
        assert answer.status_code in (200, 302)
        if answer.status_code == 302:
            assert answer["Location"].split("/")[2] in {
                "uri.amap.com",
                "api.map.baidu.com",
                "apis.map.qq.com",
                "map.qq.com",
            }
            assert "evil.example" not in answer["Location"]
    assert client.get(f"/s/{cast.own.code}/go/evil/").status_code == 404
