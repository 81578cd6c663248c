"""How many sessions has an account, when do they end, and what is kept of them?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import enter
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.orgs.actions import give_post
from xiaojia.kernel.people.models import SignIn
from xiaojia.kernel.people.rules import SEEN_EVERY, SessionRule
from xiaojia.kernel.people.tests.desk import PASSWORD, knock, with_password

PHONE = "Mozilla/5.0 (Linux; Android 13) Chrome/100.0 Mobile Safari/537.36"


@pytest.fixture
def keeper(cast):
    return with_password(cast.account("keeper"))


def signed_in(**more) -> Client:
    client = Client()
    assert knock(client, "test-keeper", **more).status_code == 302
    return client


def inside(client: Client) -> bool:
    return client.get("/office/me/").status_code == 200


def test_the_fourth_sign_in_ends_the_one_unused_for_longest(keeper):
    clients = [signed_in() for _ in range(3)]
    SignIn.objects.filter(account=keeper).update(seen_at=timezone.now() - timedelta(minutes=5))
    assert inside(clients[0]) and inside(clients[2])
    fourth = signed_in()
    assert [inside(client) for client in (*clients, fourth)] == [True, False, True, True]


def test_one_at_a_time_as_a_setting(keeper, settings):
    settings.SESSION_RULE = SessionRule(most=1)
    first, second = signed_in(), signed_in()
    assert (inside(first), inside(second)) == (False, True)


def test_a_session_ends_when_unused_and_says_why(keeper):
    client = signed_in()
    SignIn.objects.update(seen_at=timezone.now() - timedelta(minutes=61))
    led = client.get("/office/me/")
    assert led["Location"] == "/office/sign-in/?next=/office/me/&over=idle"
    assert "有一段时间没有操作" in client.get(led["Location"]).content.decode()
    assert not SignIn.objects.exists()


def test_a_session_ends_in_any_case(keeper):
    client = signed_in()
    SignIn.objects.update(began_at=timezone.now() - timedelta(hours=12, minutes=1))
    assert client.get("/office/me/")["Location"].endswith("over=whole")


def test_an_ended_part_leads_the_whole_page_to_the_sign_in(keeper):
    client = signed_in()
    SignIn.objects.all().delete()
    part = client.get("/office/inbox/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"].startswith("/office/sign-in/?next=")


def test_use_is_kept_to_the_minute(keeper):
    client = signed_in()
    exact = SignIn.objects.get().seen_at
    assert inside(client)
    assert SignIn.objects.get().seen_at == exact
    SignIn.objects.update(seen_at=exact - SEEN_EVERY)
    assert inside(client)
    assert SignIn.objects.get().seen_at > exact


def test_the_list_shows_no_more_than_serves(keeper):
    client = signed_in(HTTP_USER_AGENT=PHONE, REMOTE_ADDR="203.0.113.9")
    html = client.get("/office/me/").content.decode()
    assert "安卓手机 · Chrome" in html and "203.0.113.x" in html and "就是这里" in html
    row = SignIn.objects.get()
    assert "203.0.113.9" not in str(row.__dict__) and "100.0" not in row.device


def test_one_ends_one_and_all_others_of_ones_own(keeper, cast):
    mine, lost, third = signed_in(), signed_in(), signed_in()
    rows = list(SignIn.objects.filter(account=keeper).order_by("began_at"))
    asked = mine.post(f"/office/me/sessions/{rows[1].pk}/end/")
    assert asked["Location"].startswith("/office/sign-in/again/") and inside(lost), "who is it?"
    before = mine.session.session_key
    assert mine.post(asked["Location"], {"password": PASSWORD})["Location"] == "/office/me/"
    assert mine.session.session_key != before, "whoever has shown it again goes on under a new key"
    assert [inside(c) for c in (mine, lost, third)] == [True, False, True]
    stranger = Client()
    with_password(cast.account("clerk"))
    enter(stranger, cast.account("clerk"))
    stranger.post("/office/sign-in/again/", {"password": PASSWORD})
    assert stranger.post(f"/office/me/sessions/{rows[0].pk}/end/").status_code == 404
    assert inside(mine)
    assert mine.post("/office/me/sessions/end/")["Location"] == "/office/me/"
    assert [inside(c) for c in (mine, third)] == [True, False]
    assert Entry.objects.filter(verb="people.sessions_ended").count() == 2
    assert mine.post("/office/me/sessions/end/").status_code == 302
    assert Entry.objects.filter(verb="people.sessions_ended").count() == 2, "nothing ended, nothing is written"


def test_a_closed_account_is_out_at_once(keeper):
    client = signed_in()
    type(keeper).objects.filter(pk=keeper.pk).update(is_active=False)
    assert not inside(client)


def test_the_key_turns_at_sign_in_and_when_rights_change(keeper, cast):
    client = Client()
    client.get("/office/sign-in/")
    before = client.session.session_key
    knock(client, "test-keeper")
    assert client.session.session_key not in (None, before)
    assert inside(client)
    kept = client.session.session_key
    assert inside(client) and client.session.session_key == kept
    since = timezone.localdate() - timedelta(days=1)
    give_post(actor=SYSTEM, person=keeper.person, org=cast.district, role="clerk", since=since)
    assert inside(client)
    assert client.session.session_key != kept
    thief = Client()
    thief.cookies["xj_session"] = kept
    assert not inside(thief)


def test_a_session_without_its_row_is_nobodys(keeper):
    client = Client()
    client.force_login(keeper, backend="xiaojia.kernel.people.adapter.Backend")
    assert client.get("/office/me/")["Location"].endswith("over=ended")
