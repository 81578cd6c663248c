"""Does one get in with a user name and a password, and by a one-time link exactly once?"""

import pytest
from allauth.mfa.totp.internal import auth as totp

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.people.actions import issue_one_time_link, use_one_time_link
from xiaojia.web import panels

PASSWORD = "a-long-quiet-evening"


@pytest.fixture
def known(cast):
    """The officer with a password."""
    account = cast.account("officer")
    link = issue_one_time_link(actor=SYSTEM, account=account)
    use_one_time_link(secret=link.strip("/").rsplit("/", 1)[-1], password=PASSWORD)
    return account


def test_strangers_are_led_to_the_sign_in_and_back(client, known):
    asked = client.get("/office/stations/?q=a")
    assert asked["Location"] == "/office/sign-in/?next=/office/stations/%3Fq%3Da"
    page = client.post(
        "/office/sign-in/", {"login": "test-officer", "password": PASSWORD, "next": "/office/stations/?q=a"}
    )
    assert page["Location"] == "/office/stations/?q=a"
    assert client.get("/office/").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_name(client, known):
    html = client.post("/office/sign-in/", {"login": "test-officer", "password": "wrong"}).content.decode()
    assert 'role="alert"' in html
    assert 'value="test-officer"' in html


def test_nobody_signs_up(client, db):
    assert client.get("/office/sign-in/none/1/").status_code == 404
    assert "sign-up" not in client.get("/office/sign-in/").content.decode()


def test_demo_sign_ins_stand_only_on_a_demo(client, db, settings, monkeypatch):
    def listed(request):
        return [{"username": "demo-officer", "password": "demo", "label": "市总经办人", "note": ""}]

    monkeypatch.setitem(panels._slots, "signin.demo", [listed])
    assert "demo-officer" not in client.get("/office/sign-in/").content.decode()
    settings.IS_DEMO = True
    assert "demo-officer" in client.get("/office/sign-in/").content.decode()


def test_a_link_sets_a_password_once(client, cast):
    link = issue_one_time_link(actor=SYSTEM, account=cast.account("leader"))
    assert "test-leader" in client.get(link).content.decode()
    short = client.post(link, {"password": "short", "again": "short"})
    assert short.context["form"].errors["password"]
    unlike = client.post(link, {"password": PASSWORD, "again": PASSWORD + "x"})
    assert unlike.context["form"].errors["again"] == ["两次输入的不一样。"]
    assert client.post(link, {"password": PASSWORD, "again": PASSWORD})["Location"] == "/office/sign-in/"
    assert client.get(link).status_code == 410
    assert client.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 410
    assert client.post("/office/sign-in/", {"login": "test-leader", "password": PASSWORD})["Location"] == "/office/"


def test_the_own_name_changes_and_the_log_keeps_no_name(sign_in, cast):
    assert sign_in("officer", cast).post("/office/me/", {"name": "新名字"}).status_code == 302
    line = Entry.objects.get(verb="people.renamed")
    assert "新名字" not in str(line.details)


def test_signing_out_takes_a_post(client, known):
    client.post("/office/sign-in/", {"login": "test-officer", "password": PASSWORD})
    assert client.get("/office/sign-out/").status_code == 200
    assert client.get("/office/").status_code == 200
    client.post("/office/sign-out/")
    assert client.get("/office/").status_code == 302


def code_of(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def test_a_second_step_is_asked_for_once_it_is_on(client, known):
    client.post("/office/sign-in/", {"login": "test-officer", "password": PASSWORD})
    again = client.get("/office/me/two-step/on/")
    assert again["Location"].startswith("/office/sign-in/again/")
    client.post(again["Location"], {"password": PASSWORD})
    page = client.get("/office/me/two-step/on/")
    assert "data:image/svg+xml" in page.content.decode()
    done = client.post("/office/me/two-step/on/", {"code": code_of(page.context["form"].secret)}, follow=True)
    assert done.status_code == 200
    assert len(done.context["unused_codes"]) == 10
    client.post("/office/sign-out/")
    asked = client.post("/office/sign-in/", {"login": "test-officer", "password": PASSWORD})
    assert asked["Location"] == "/office/sign-in/code/"
    assert client.get("/office/").status_code == 302
    assert client.get("/office/sign-in/code/").status_code == 200
    recovery = done.context["unused_codes"][0]
    assert client.post("/office/sign-in/code/", {"code": recovery})["Location"] == "/office/"
    assert client.get("/office/").status_code == 200
