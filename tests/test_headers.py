"""Is every browser told the same, whatever answers? Policy, transport, caching and cookies on all addresses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.cast import Cast, enter
from tests.permissions import PAGES, WORKER
from tests.test_scoping import ARGUMENTS, cases, url_of
from xiaojia.web.security import SecurityMiddleware, unwrap_cookies, wrap_cookies

NEEDED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OPEN_DOORS = ("/api/", "/hsds/", "/feeds/")
"""What other sites' pages may read: public answers to programs, without cookies."""
STRICTER = {"Referrer-Policy": "no-referrer"}
YEAR = "max-age=31536000; includeSubDomains"
PAGE_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def policy(answer: Any) -> dict[str, str]:
    parts = [part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: value[0] if value else "" for name, *value in parts}


def faults(url: str, answer: Any) -> Iterator[str]:
    """Yield what an answer lacks, and what it must not have."""
    for name, value in NEEDED.items():
        other = (
            "cross-origin" if name.endswith("Resource-Policy") and url.startswith(OPEN_DOORS) else STRICTER.get(name)
        )
        if answer.get(name) not in (value, other):
            yield f"{url}: {name} {answer.get(name)}"
    if "geolocation=(self)" not in answer.get("Permissions-Policy", ""):
        yield f"{url}: Permissions-Policy"
    found = policy(answer) if "Content-Security-Policy" in answer else {}
    if any(word in str(found) for word in ("unsafe", "*", "http:", "nonce")):
        yield f"{url}: a loose policy {found}"
    html = answer.get("Content-Type", "").startswith("text/html")
    strict = PAGE_POLICY if html else {"default-src": found.get("default-src", ""), "frame-ancestors": "'none'"}
    if any(found.get(name) != value for name, value in strict.items()) or not strict["default-src"]:
        yield f"{url}: policy {found}"
    if url.startswith(("/office/", "/k/")) and not re.search(
        "no-store|private, max-age", answer.get("Cache-Control", "")
    ):
        yield f"{url}: may be cached: {answer.get('Cache-Control')}"
    kind, disposed = answer.get("Content-Type", ""), answer.get("Content-Disposition", "")
    if (
        "svg" in kind
        and not url.startswith("/static/")
        and not disposed.startswith("attachment")
        and "sandbox" not in found
    ):
        yield f"{url}: a drawing that could run"


def every_answer(cast: Cast) -> Iterator[tuple[str, Any]]:
    """Yield what each address answers to GET and POST, for somebody who may and for a stranger."""
    for name in sorted(set(PAGES) & set(ARGUMENTS)):
        page = PAGES[name]
        may = page.get or page.post or frozenset()
        role = next((r for r in ("admin", "keeper", "clerk") if r in may and WORKER not in may), WORKER)
        client = Client(raise_request_exception=False)
        if role != WORKER:
            enter(client, cast.account(role))
        for _, kwargs, _, _ in cases(name, page, cast):
            url = url_of(name, kwargs)
            for one, method in ((client, "get"), (client, "post"), (Client(raise_request_exception=False), "get")):
                with transaction.atomic():
                    answer = getattr(one, method)(url, page.data(cast))
                    transaction.set_rollback(True)
                yield url, answer


def test_every_address_tells_the_same(cast: Cast) -> None:
    found: dict[str, None] = {}
    for url, answer in every_answer(cast):
        found |= dict.fromkeys(faults(url, answer))
        if answer.streaming:
            answer.close()
    assert list(found) == []


def test_errors_tell_the_same(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = Client(raise_request_exception=False, enforce_csrf_checks=True)
    answers = [quiet.get("/nowhere/"), quiet.get("/office/nowhere/"), quiet.post("/office/sign-in/", {"login": "a"})]
    answers.append(quiet.get("/%00"))
    from xiaojia.kernel.people.views import account

    monkeypatch.setattr(account.SignIn, "get_context_data", lambda self, **kw: 1 / 0)
    answers.append(quiet.get("/office/sign-in/"))
    assert [answer.status_code for answer in answers] == [404, 404, 403, 404, 500]
    assert [fault for answer in answers for fault in faults(answer.request["PATH_INFO"], answer)] == []


def test_a_static_file_tells_the_same(rf: Any) -> None:
    """Whitenoise answers before the pages' layers; the two outermost still have their say."""
    from csp.middleware import CSPMiddleware

    order = django_settings.MIDDLEWARE
    noise = order.index("whitenoise.middleware.WhiteNoiseMiddleware")
    assert order.index("csp.middleware.CSPMiddleware") < noise
    security = order.index("xiaojia.web.security.SecurityMiddleware")
    assert security < noise and security < order.index("xiaojia.web.express.ExpressMiddleware")
    files = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    for path, kind in (("web/desk.js", "text/javascript"), ("web/favicon.svg", "image/svg+xml")):
        files.add_file_to_dictionary(f"/static/{path}", str(Path(str(finders.find(path)))))
        answer = SecurityMiddleware(CSPMiddleware(files))(rf.get(f"/static/{path}"))
        assert answer.status_code == 200 and answer["Content-Type"].startswith(kind)
        assert list(faults(f"/static/{path}", answer)) == []
        answer.close()


def test_a_form_from_elsewhere_is_refused(cast: Cast) -> None:
    """Every address of the desk that takes a form asks for its token."""
    client, taken = Client(enforce_csrf_checks=True, raise_request_exception=False), []
    enter(client, cast.account("admin"))
    tried = 0
    for name in sorted(set(PAGES) & set(ARGUMENTS)):
        page = PAGES[name]
        if "admin" not in (page.post or ()) or WORKER in (page.post or ()):
            continue
        for _, kwargs, _, post in cases(name, page, cast):
            if "admin" in (post or ()):
                tried += 1
                with transaction.atomic():
                    answer = client.post(url_of(name, kwargs), page.data(cast), headers={"Origin": "https://elsewhere"})
                    transaction.set_rollback(True)
                taken += [url_of(name, kwargs)] if answer.status_code != 403 else []
    assert tried > 50 and taken == []


def test_an_upload_is_never_a_page(sign_in: Any, cast: Cast) -> None:
    """What pretends to be a photo is refused; nothing of it is ever sent back as HTML or as a drawing."""
    client = sign_in("admin", cast)
    evil = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    for name, kind in (("a.svg", "image/svg+xml"), ("a.jpg", "image/jpeg"), ("a.html", "text/html")):
        file = SimpleUploadedFile(name, evil, content_type=kind)
        answer = client.post(f"/office/stations/{cast.own.code}/edit/photos/", {"photos": file, "photo": file})
        assert b"alert(1)" not in answer.content
    assert not cast.own.photos.exists()


# HTTPS


@pytest.fixture
def https(settings: Any) -> Client:
    """An instance whose address is https, and a browser that came that way."""
    settings.SECURE_COOKIES = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return Client(headers={}, raise_request_exception=False)


def test_over_https_every_cookie_is_bound_to_this_host(https: Client, cast: Cast) -> None:
    answers = [
        https.get("/office/sign-in/", secure=True),
        https.post("/set/language/", {"language": "en"}, secure=True),
        https.post("/set/size/", {"large": "1"}, secure=True),
    ]
    cookies = [morsel for answer in answers for morsel in answer.cookies.values()]
    assert {morsel.key for morsel in cookies} >= {"__Host-xj_csrf", "__Host-xj_lang", "__Host-xj_large"}
    for morsel in cookies:
        assert (
            morsel.key.startswith("__Host-")
            and morsel["secure"] is True
            and morsel["path"] == "/"
            and not morsel["domain"]
            and morsel["samesite"]
        )
    assert 'lang="en"' in https.get("/office/sign-in/", secure=True).content.decode(), "it is read by its plain name"
    gone = https.post("/set/size/", {}, secure=True).cookies["__Host-xj_large"]
    assert gone["max-age"] == 0 and gone["secure"] is True


def test_a_session_over_https_is_http_only(https: Client, cast: Cast) -> None:
    from xiaojia.kernel.people.tests.desk import knock, with_password

    with_password(cast.account("keeper"))
    answer = knock(https, "test-keeper", secure=True)
    for name in ("__Host-xj_session", "__Host-xj_desk"):
        morsel = answer.cookies[name]
        assert morsel["httponly"] and morsel["secure"] and morsel["samesite"] == "Lax", name
    assert https.get("/office/me/", secure=True).status_code == 200


def test_a_planted_cookie_without_the_prefix_is_not_read(rf: Any, settings: Any) -> None:
    settings.SECURE_COOKIES = True
    request = rf.get("/")
    request.COOKIES = {"xj_session": "planted", "__Host-xj_lang": "en", "__Secure-xj_box": "1"}
    unwrap_cookies(request)
    assert request.COOKIES == {"xj_lang": "en", "xj_box": "1"}
    settings.SECURE_COOKIES = False
    request.COOKIES = {"xj_session": "mine", "__Host-xj_place": "109.5,18.2"}
    unwrap_cookies(request)
    assert request.COOKIES["xj_session"] == "mine" and request.COOKIES["xj_place"] == "109.5,18.2"


def test_a_cookie_for_a_part_of_the_site_keeps_its_path() -> None:
    answer = HttpResponse()
    answer.set_cookie("xj_box", "1", path="/office/")
    wrap_cookies(answer)
    assert answer.cookies["__Secure-xj_box"]["path"] == "/office/"


def test_transport_security_is_sent_over_https_alone(https: Client, db: None, settings: Any) -> None:
    assert https.get("/office/sign-in/", secure=True)["Strict-Transport-Security"] == YEAR
    assert https.get("/nowhere/", secure=True)["Strict-Transport-Security"] == YEAR
    settings.HSTS = ""
    assert "Strict-Transport-Security" not in https.get("/office/sign-in/", secure=True)
    settings.HSTS, settings.SECURE_COOKIES = YEAR, False
    assert "Strict-Transport-Security" not in https.get("/office/sign-in/")


def test_whom_to_tell_about_a_hole(client: Client, db: None, settings: Any) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT, settings.XIAOJIA_URL = "mailto:safe@example.cn", "https://xj.example.cn"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "Contact: mailto:safe@example.cn"
    assert re.fullmatch(r"Expires: \d{4}-\d\d-\d\dT00:00:00Z", lines[1])
    assert lines[2:] == ["Preferred-Languages: zh, en", "Canonical: https://xj.example.cn/.well-known/security.txt"]
