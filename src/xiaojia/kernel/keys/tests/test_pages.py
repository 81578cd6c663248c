"""Does an administrator get from no key to one, see its secret once, and end it?"""

from datetime import timedelta

from django.utils import timezone

from xiaojia.kernel.keys.access import caller
from xiaojia.kernel.keys.models import Key

NEW = "/office/keys/new/"


def given(cast, **changed):
    day = (timezone.localdate() + timedelta(days=90)).isoformat()
    return {
        "label": "甲门禁厂商",
        "org": cast.district.pk,
        "scopes": ["visits:write"],
        "expires_on": day,
    } | changed


def test_the_empty_page_teaches(sign_in, cast):
    page = sign_in("admin", cast).get("/office/keys/").content.decode()
    assert "还没有密钥" in page
    assert NEW in page


def test_a_key_is_shown_once(sign_in, cast):
    client = sign_in("admin", cast)
    page = client.post(NEW, given(cast))
    token = page.context["token"]
    assert page["Cache-Control"].startswith("max-age=0")
    assert f'data-copy="{token}"' in page.content.decode()
    assert caller(token, timezone.localdate())[0].org_path == cast.district.path
    listed = client.get("/office/keys/").content.decode()
    assert f"xj_{Key.objects.get().prefix}…" in listed
    assert token not in listed
    assert "甲门禁厂商" in listed
    assert "提交到访登记" in listed


def test_nothing_typed_is_lost(sign_in, cast):
    client = sign_in("admin", cast)
    page = client.post(NEW, given(cast, expires_on="2020-01-01"))
    assert page.context["form"].errors["expires_on"] == ["到期日要在今天以后、两年以内。"]
    assert "甲门禁厂商" in page.content.decode()
    page = client.post(NEW, given(cast, scopes=[]))
    assert list(page.context["form"].errors) == ["scopes"]
    assert Key.objects.count() == 0


def test_a_key_is_revoked_after_a_question(sign_in, cast):
    client = sign_in("admin", cast)
    client.post(NEW, given(cast))
    row = Key.objects.get()
    address = f"/office/keys/{row.pk}/revoke/"
    assert f"xj_{row.prefix}…" in client.get(address).content.decode()
    assert Key.objects.get().revoked_at is None
    assert client.post(address).status_code == 302
    assert Key.objects.get().revoked_by == "测试admin"
    assert "已停用" in client.get("/office/keys/").content.decode()


def test_the_list_costs_the_same_for_many(sign_in, cast, django_assert_max_num_queries):
    client = sign_in("admin", cast)
    for n in range(5):
        client.post(NEW, given(cast, label=f"平台{n}"))
    with django_assert_max_num_queries(8):
        client.get("/office/keys/")
