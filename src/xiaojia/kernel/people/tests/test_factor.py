"""Is nobody in who reads the desk without a second factor, is a code good once, and can a lost one be reset?"""

import pytest
from allauth.core.internal.httpkit import serialize_request
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from tests.cast import enter
from tests.permissions import PAGES
from tests.test_scoping import cases, url_of
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.orgs.middleware import OPEN
from xiaojia.kernel.orgs.models import Post
from xiaojia.kernel.orgs.rules import needs_factor
from xiaojia.kernel.people.models import Account, SignIn
from xiaojia.kernel.people.tests.desk import PASSWORD, code_at, code_of, knock, set_up, with_password

SET_UP = "/office/me/two-step/on/"


@pytest.fixture
def officer(cast):
    return with_password(cast.account("officer"))


def test_who_reads_the_desk_needs_one_and_the_floor_cannot_be_lowered():
    needing = {role for role in ("admin", "officer", "leader", "auditor", "clerk", "keeper") if needs_factor({role})}
    assert needing == {"admin", "officer", "leader", "auditor"}
    assert needs_factor({"keeper"}, ("keeper",)) and not needs_factor(set(), ("keeper",))
    assert needs_factor({"keeper", "leader"})


def test_the_first_sign_in_leads_to_the_set_up_and_on(client, officer):
    assert knock(client, "test-officer")["Location"] == "/office/"
    led = client.get("/office/stations/?q=a")
    assert led["Location"] == SET_UP + "?next=%2Foffice%2Fstations%2F%3Fq%3Da"
    page = client.get(SET_UP)
    assert "要先打开两步验证" in page.content.decode()
    key = client.session.session_key
    done = set_up(client)
    assert done.status_code == 200
    assert len(done.context["unused_codes"]) == 10
    assert client.session.session_key != key
    assert client.get("/office/stations/").status_code == 200
    assert Entry.objects.filter(verb="people.factor_set_up", subject_label="test-officer").count() == 1


def test_without_it_every_page_meets_a_stranger(cast):
    """Each address answers an unfinished sign-in as it answers a stranger, but for the three that finish or end it."""
    mine, theirs = Client(raise_request_exception=False), Client(raise_request_exception=False)
    enter(mine, cast.account("admin"), factor="")
    wrong = []
    for name in sorted(set(PAGES) - OPEN):
        data = PAGES[name].data(cast)
        for _, kwargs, _, _ in cases(name, PAGES[name], cast):
            url = url_of(name, kwargs)
            for method in ("get", "post"):
                ours, strangers = (answered(client, method, url, data) for client in (mine, theirs))
                expected = SET_UP if strangers == django_settings.LOGIN_URL else strangers
                wrong += [f"{method} {url}: {ours}, a stranger {strangers}"] if ours != expected else []
    assert wrong == []


def answered(client, method, url, data):
    """Where a request was led, or its status; what it wrote is undone."""
    with transaction.atomic():
        answer = getattr(client, method)(url, data)
        if answer.streaming:
            answer.close()
        transaction.set_rollback(True)
    return answer["Location"].split("?")[0] if answer.status_code == 302 else answer.status_code


def test_parts_programs_and_forms_are_no_way_round(client, officer, cast):
    knock(client, "test-officer")
    part = client.get("/office/stations/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"].split("?")[0], part.content) == (200, SET_UP, b"")
    assert client.post("/office/me/", {"name": "新名字"})["Location"] == SET_UP
    assert client.get("/office/nowhere/").status_code == 404
    assert "test-officer" not in client.get("/office/nowhere/").content.decode()
    code = cast.own.code
    assert "我的账号" not in client.get(f"/s/{code}/").content.decode()
    asked = client.post("/office/me/password/", {"oldpassword": PASSWORD})
    assert asked["Location"].startswith(SET_UP)
    stashed = RequestFactory().post("/office/me/two-step/codes/new/")
    stashed.session = state = client.session
    state["account_reauthentication_state"] = {"request": serialize_request(stashed)}
    state.save()
    again = client.post("/office/sign-in/again/?next=/office/me/two-step/codes/new/", {"password": PASSWORD})
    assert again["Location"] == "/office/me/two-step/codes/new/"
    assert not Authenticator.objects.exists()


def test_language_and_sign_out_stay(client, officer):
    knock(client, "test-officer")
    assert client.post("/set/language/", {"language": "en", "next": "/"}).cookies["xj_lang"].value == "en"
    assert "two-step" in client.get(SET_UP, headers={"Accept-Language": "en"}).content.decode()
    assert client.post("/office/sign-out/")["Location"] == "/office/sign-in/"
    assert client.get(SET_UP)["Location"].startswith("/office/sign-in/")


def test_a_demo_asks_nobody(client, officer, settings):
    settings.IS_DEMO = True
    knock(client, "test-officer")
    assert client.get("/office/stations/").status_code == 200


def test_a_keeper_is_asked_only_where_the_union_wants_it(client, cast, settings):
    with_password(cast.account("keeper"))
    knock(client, "test-keeper")
    assert client.get("/office/me/").status_code == 200
    settings.MFA_ALSO = ("keeper",)
    assert client.get("/office/me/")["Location"].startswith(SET_UP)


def test_the_code_is_asked_for_and_is_good_once(client, officer):
    knock(client, "test-officer")
    set_up(client)
    used = code_of(officer)
    client.post("/office/sign-out/")
    assert knock(client, "test-officer")["Location"] == "/office/sign-in/code/"
    assert client.get("/office/stations/").status_code == 302
    refused = client.post("/office/sign-in/code/", {"code": used})
    assert "已经用过" in refused.content.decode(), "the code of the set-up does not sign in as well"
    next_one = code_of(officer, step=1)
    assert client.post("/office/sign-in/code/", {"code": next_one})["Location"] == "/office/"
    assert client.get("/office/stations/").status_code == 200
    other = Client()
    knock(other, "test-officer")
    assert "已经用过" in other.post("/office/sign-in/code/", {"code": next_one}).content.decode()
    assert "已经用过" in other.post("/office/sign-in/code/", {"code": code_of(officer, step=2)}).content.decode()


def test_a_recovery_code_is_good_once(client, officer):
    knock(client, "test-officer")
    first = set_up(client).context["unused_codes"][0]
    for expected in (302, 200):
        other = Client()
        knock(other, "test-officer")
        assert other.post("/office/sign-in/code/", {"code": first}).status_code == expected
    assert SignIn.objects.filter(account=officer, factor="own").count() == 2


def test_five_wrong_codes_wait_and_say_until_when(client, officer):
    knock(client, "test-officer")
    set_up(client)
    other = Client()
    knock(other, "test-officer")
    for _ in range(5):
        assert "不对" in other.post("/office/sign-in/code/", {"code": "000000"}).content.decode()
    right = other.post("/office/sign-in/code/", {"code": code_of(officer, step=1)})
    assert "以后再试" in right.content.decode()
    assert client.get("/office/stations/").status_code == 200, "who is in stays in"


def test_the_secret_is_sealed(client, officer):
    knock(client, "test-officer")
    secret = client.get(SET_UP).context["form"].secret
    set_up(client)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert "xj1." in kept


def test_it_cannot_be_turned_off_where_it_is_needed_but_replaced(client, officer):
    knock(client, "test-officer")
    set_up(client)
    elsewhere = Client()
    enter(elsewhere, officer)
    assert "不能关闭" in client.get("/office/me/two-step/off/").content.decode()
    client.post("/office/me/two-step/off/")
    assert Authenticator.objects.filter(type="totp").count() == 1
    old = Authenticator.objects.get(type="totp").pk
    secret = client.get("/office/me/two-step/replace/").context["form"].secret
    assert client.post("/office/me/two-step/replace/", {"code": "000000"}).context["form"].errors["code"]
    done = client.post("/office/me/two-step/replace/", {"code": code_at(secret)})
    assert done["Location"] == "/office/me/two-step/"
    assert Authenticator.objects.get(type="totp").pk != old
    assert client.get("/office/stations/").status_code == 200
    assert elsewhere.get("/office/stations/").status_code == 302
    assert Entry.objects.filter(verb="people.factor_replaced").count() == 1


def test_who_need_not_may_turn_it_off_and_other_sessions_end(client, cast):
    keeper = with_password(cast.account("keeper"))
    knock(client, "test-keeper")
    again = client.get(SET_UP)
    client.post(again["Location"], {"password": PASSWORD})
    set_up(client)
    elsewhere = Client()
    enter(elsewhere, keeper)
    assert client.post("/office/me/two-step/off/").status_code == 302
    assert not Authenticator.objects.exists()
    assert client.get("/office/me/").status_code == 200
    assert elsewhere.get("/office/me/").status_code == 302


def test_before_a_change_of_codes_one_is_asked_again(client, officer):
    knock(client, "test-officer")
    set_up(client)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    for page in ("off", "replace", "codes", "codes/new", "codes/file"):
        asked = client.get(f"/office/me/two-step/{page}/")
        assert asked["Location"].split("?")[0] == "/office/sign-in/code-again/", page


def test_a_new_password_by_link_does_not_spare_the_code(client, officer):
    knock(client, "test-officer")
    set_up(client)
    with_password(officer)
    other = Client()
    assert knock(other, "test-officer")["Location"] == "/office/sign-in/code/"
    assert other.get("/office/stations/").status_code == 302


# An administrator's reset: the five proofs


@pytest.fixture
def lost(client, officer, cast):
    """The officer, with an authenticator and a session, and the address of the reset."""
    knock(client, "test-officer")
    set_up(client)
    post = Post.objects.get(person__account=officer)
    return f"/office/people/{post.pk}/two-step/"


def test_a_reset_takes_factor_password_and_sessions_and_gives_a_link(client, officer, cast, lost):
    admin = Client()
    enter(admin, cast.account("admin"))
    assert "确认是本人" in admin.get(lost).content.decode()
    assert Authenticator.objects.filter(user=officer).count() == 2
    link = admin.post(lost).context["link"]
    assert not Authenticator.objects.filter(user=officer).exists()
    assert client.get("/office/stations/").status_code == 302
    assert not Account.objects.get(pk=officer.pk).has_usable_password()
    fresh = Client()
    assert 'role="alert"' in knock(fresh, "test-officer").content.decode(), "the old password is no way in"
    path = link.removeprefix("http://testserver")
    fresh.post(path, {"password": PASSWORD, "again": PASSWORD})
    knock(fresh, "test-officer")
    assert fresh.get("/office/stations/")["Location"].startswith(SET_UP)
    lines = Entry.objects.filter(verb="people.factor_reset")
    assert [(line.actor_label, line.subject_label) for line in lines] == [("测试admin", "test-officer")]


@pytest.mark.parametrize("role", ["officer", "district", "leader", "auditor", "outsider", "keeper"])
def test_nobody_else_resets_and_nothing_changes(cast, officer, lost, role):
    other = Client()
    enter(other, cast.account(role))
    assert other.post(lost).status_code == 404
    assert Authenticator.objects.filter(user=officer).count() == 2
    assert not Entry.objects.filter(verb="people.factor_reset").exists()


def test_a_reset_of_what_is_not_there_is_refused_and_twice_is_harmless(cast, officer, lost):
    admin = Client()
    enter(admin, cast.account("admin"))
    assert admin.post("/office/people/999999/two-step/").status_code == 404
    first, second = (admin.post(lost).context["link"] for _ in range(2))
    assert admin.get(first).status_code == 410
    assert admin.get(second).status_code == 200


def test_the_operator_resets_it_for_the_last_administrator(client, officer, lost):
    from xiaojia.config.instance.create import reset_link

    plain = reset_link("TEST-officer", timezone.now())
    assert Authenticator.objects.filter(user=officer).count() == 2
    link = reset_link("test-officer", timezone.now(), factor=True)
    assert not Authenticator.objects.filter(user=officer).exists()
    assert client.get("/office/stations/").status_code == 302
    assert client.get(plain).status_code == 410 and client.get(link).status_code == 200
    assert Entry.objects.get(verb="people.factor_reset").actor_label == "系统"
