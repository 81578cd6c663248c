"""Can an administrator keep organisations, people and words, and nobody else?"""

import pytest

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.orgs.models import Instance, Organisation, Post
from xiaojia.kernel.people.models import Account, Person


def person(cast, **more):
    return {
        "name": "测试新人",
        "org": cast.district.pk,
        "role": "officer",
        "since": "2026-11-01",
        "username": "new-one",
    } | more


def test_a_new_person_gets_a_link_that_is_shown_once(sign_in, cast, client):
    page = sign_in("admin", cast).post("/office/people/new/", person(cast, phone="13800000000"))
    link = page.context["link"]
    assert link.startswith("http://testserver/office/link/")
    assert page["Cache-Control"].startswith("max-age=0")
    post = Post.objects.get(person__name="测试新人")
    assert (post.org, post.role, post.person.account.username) == (cast.district, "officer", "new-one")
    assert not post.person.account.has_usable_password()
    assert "13800000000" not in str(list(Entry.objects.values_list("details", flat=True)))
    assert client.get(link).status_code == 200


def test_an_auditor_must_be_dated_and_nothing_half_done_stays(sign_in, cast):
    page = sign_in("admin", cast).post("/office/people/new/", person(cast, role="auditor"))
    assert page.context["form"].errors["until"] == ["请填写截止日期"]
    assert not Person.objects.filter(name="测试新人").exists()


def test_a_taken_user_name_is_said_at_its_field(sign_in, cast):
    page = sign_in("admin", cast).post("/office/people/new/", person(cast, username="TEST-officer"))
    assert page.context["form"].errors["username"] == ["已有人使用"]
    assert not Person.objects.filter(name="测试新人").exists()


def test_a_post_ends_on_its_day(sign_in, cast):
    post = Post.objects.get(person__account=cast.account("leader"))
    assert sign_in("admin", cast).post(f"/office/people/{post.pk}/end/", {"on": "2024-01-01"}).status_code == 302
    assert sign_in("leader", cast).get("/office/stations/").status_code == 404
    assert Entry.objects.filter(verb="orgs.post_ended").count() == 1


def test_reading_a_phone_number_is_recorded(sign_in, cast):
    client = sign_in("admin", cast)
    client.post("/office/people/new/", person(cast, username="", phone="0898-12345678"))
    post = Post.objects.get(person__name="测试新人")
    assert "0898-12345678" in client.post(f"/office/people/{post.pk}/phone/").content.decode()
    line = Entry.objects.get(verb="people.phone_read")
    assert (line.actor_label, line.subject_id) == ("测试admin", str(post.person_id))


def test_a_new_link_ends_the_old_one(sign_in, cast, client):
    client = sign_in("admin", cast)
    post = Post.objects.get(person__account=cast.account("leader"))
    first, second = (client.post(f"/office/people/{post.pk}/link/").context["link"] for _ in range(2))
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_zone_names_the_districts_it_lies_in(sign_in, cast):
    client, root = sign_in("admin", cast), cast.instance.root
    address = f"/office/organisations/{root.pk}/new/"
    given = {"name": "三亚中央商务区工会", "kind": "zone"}
    assert client.post(address, given).context["form"].errors["lies_in"]
    assert client.post(address, given | {"lies_in": ["460203", "460204"]}).status_code == 302
    zone = Organisation.objects.get(name="三亚中央商务区工会")
    assert sorted(zone.lies_in.values_list("code", flat=True)) == ["460203", "460204"]
    assert zone.path == f"{root.path}{zone.pk}/"
    again = client.post(address, given | {"lies_in": ["460203"]})
    assert "同一上级下已有" in again.content.decode()


def test_only_a_root_administrator_changes_the_words(sign_in, cast):
    client = sign_in("admin", cast)
    assert client.post("/office/settings/", {"name": "三亚市总工会", "keeper_word": "联系人"}).status_code == 302
    instance = Instance.objects.get()
    assert (instance.keeper_word, instance.code_prefix) == ("联系人", "SY")
    assert Entry.objects.get(verb="orgs.instance_changed").details["changes"] == {"keeper_word": ["站长", "联系人"]}


@pytest.mark.parametrize("role", ["officer", "district", "leader", "auditor", "outsider", "keeper"])
def test_others_find_no_administration(sign_in, cast, role):
    client = sign_in(role, cast)
    for address in ("/office/people/", "/office/people/new/", "/office/settings/"):
        assert client.get(address).status_code == 404
    assert client.post("/office/people/new/", person(cast)).status_code == 404
    assert not Account.objects.filter(username="new-one").exists()


def test_the_list_of_people_costs_the_same_for_many(sign_in, cast, django_assert_num_queries):
    client = sign_in("admin", cast)
    client.get("/office/people/")
    with django_assert_num_queries(10):
        client.get("/office/people/")
    for n in range(5):
        client.post("/office/people/new/", person(cast, name=f"测试{n}", username=f"more-{n}"))
    with django_assert_num_queries(10):
        client.get("/office/people/")


def test_an_administrator_ends_somebodys_sessions(sign_in, cast, client):
    from django.test import Client

    from tests.cast import enter

    keeper, admin = Client(), sign_in("admin", cast)
    enter(keeper, cast.account("keeper"))
    post = Post.objects.get(person__account=cast.account("keeper"))
    address = f"/office/people/{post.pk}/sign-out/"
    assert address in admin.get("/office/people/").content.decode()
    for role in ("officer", "leader", "outsider"):
        other = Client()
        enter(other, cast.account(role))
        assert other.post(address).status_code == 404
    assert keeper.get("/office/me/").status_code == 200
    for _ in range(2):
        assert admin.post(address)["Location"] == "/office/people/"
    assert keeper.get("/office/me/").status_code == 302
    line = Entry.objects.get(verb="people.sessions_ended")
    assert (line.actor_label, line.subject_label) == ("测试admin", "test-keeper")
