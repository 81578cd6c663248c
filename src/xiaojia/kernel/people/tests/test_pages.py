"""Does one get in with a user name and a password, and by a one-time link exactly once?"""

import pytest
from django.test import Client

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.people.actions import issue_one_time_link
from xiaojia.kernel.people.tests.desk import PASSWORD, knock, set_up, with_password
from xiaojia.web import panels


@pytest.fixture
def known(cast):
    """The keeper with a password: of her no second factor is asked."""
    return with_password(cast.account("keeper"))


def test_strangers_are_led_to_the_sign_in_and_back(client, known):
    asked = client.get("/office/me/?q=a")
    assert asked["Location"] == "/office/sign-in/?next=/office/me/%3Fq%3Da"
    page = client.post("/office/sign-in/", {"login": "test-keeper", "password": PASSWORD, "next": "/office/me/?q=a"})
    assert page["Location"] == "/office/me/?q=a"
    assert client.get("/office/me/").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_name(client, known):
    html = knock(client, "test-keeper", "wrong").content.decode()
    assert 'role="alert"' in html
    assert 'value="test-keeper"' in html


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
    assert knock(client, "test-leader")["Location"] == "/office/"


@pytest.mark.parametrize("password", ["x" * 128 + " ü 密", "lower case words only", "83920175646372"])
def test_any_long_password_is_taken_as_it_was_typed(client, cast, password):
    link = issue_one_time_link(actor=SYSTEM, account=cast.account("keeper"))
    assert client.post(link, {"password": password, "again": password}).status_code == 302
    assert knock(client, "test-keeper", password + " ").status_code == 200
    assert knock(client, "test-keeper", password)["Location"] == "/office/"


@pytest.mark.parametrize("password", ["1234567890", "qwertyuiop", "gonghui-admin-1", "test-keeper1"])
def test_what_everybody_tries_first_is_refused(client, cast, password):
    link = issue_one_time_link(actor=SYSTEM, account=cast.account("keeper"))
    assert client.post(link, {"password": password, "again": password}).context["form"].errors["password"]
    assert client.get(link).status_code == 200, "the link still stands"


def test_a_link_ends_the_sessions_that_there_were(sign_in, cast):
    inside = sign_in("keeper", cast)
    assert inside.get("/office/me/").status_code == 200
    with_password(cast.account("keeper"))
    assert inside.get("/office/me/").status_code == 302


def test_the_own_name_changes_and_the_log_keeps_no_name(sign_in, cast):
    assert sign_in("officer", cast).post("/office/me/", {"name": "新名字"}).status_code == 302
    line = Entry.objects.get(verb="people.renamed")
    assert "新名字" not in str(line.details)


def test_signing_out_takes_a_post_and_ends_the_session_for_good(client, known):
    knock(client, "test-keeper")
    assert client.get("/office/sign-out/").status_code == 200
    kept = dict(client.cookies)
    assert client.get("/office/me/").status_code == 200
    gone = client.post("/office/sign-out/")
    assert gone["Clear-Site-Data"] == '"cache"'
    assert client.get("/office/me/").status_code == 302
    thief = Client()
    thief.cookies.update(kept)
    assert thief.get("/office/me/").status_code == 302
    assert list(
        Entry.objects.filter(verb__startswith="people.signed_").order_by("at").values_list("verb", flat=True)
    ) == [
        "people.signed_in",
        "people.signed_out",
    ]


def test_a_new_password_ends_the_sessions_elsewhere(client, known):
    elsewhere = Client()
    knock(elsewhere, "test-keeper")
    knock(client, "test-keeper")
    key = client.session.session_key
    new = "another-quiet-evening"
    wrong = {"oldpassword": "wrong", "password1": new, "password2": new}
    assert client.post("/office/me/password/", wrong).context["form"].errors["oldpassword"]
    done = client.post("/office/me/password/", wrong | {"oldpassword": PASSWORD})
    assert done["Location"] == "/office/me/"
    assert client.get("/office/me/").status_code == 200
    assert client.session.session_key != key
    assert elsewhere.get("/office/me/").status_code == 302
    assert Entry.objects.filter(verb="people.password_changed", subject_label="test-keeper").count() == 1


def test_with_an_authenticator_a_new_password_takes_a_code_first(client, cast):
    with_password(cast.account("officer"))
    knock(client, "test-officer")
    set_up(client)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    asked = client.get("/office/me/password/")
    assert asked["Location"].startswith("/office/sign-in/code-again/")
    new = {"oldpassword": PASSWORD, "password1": "another-quiet-evening", "password2": "another-quiet-evening"}
    assert client.post("/office/me/password/", new)["Location"].startswith("/office/sign-in/code-again/")
    assert cast.account("officer").__class__.objects.get(username="test-officer").check_password(PASSWORD)
