"""Can an administrator hand out and delete what is kept about one person, and nobody else?"""

import io
import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.notices.models import Notice
from xiaojia.kernel.orgs.actions import end_post, give_post
from xiaojia.kernel.people.actions import open_account, register_person
from xiaojia.kernel.people.models import Account, Person
from xiaojia.kernel.retention.actions import export_person, forget_person
from xiaojia.kernel.retention.rules import RetentionError

PHONE = "13812345678"


@pytest.fixture
def leaver(cast):
    """A person of the district whose only post has ended, with an account, a number and news in the inbox."""
    person = register_person(actor=SYSTEM, name="测试离任者", purpose="工会岗位履职", phone=PHONE)
    account = open_account(actor=SYSTEM, person=person, username="leaver")
    post = give_post(actor=SYSTEM, person=person, org=cast.district, role="officer", since=date(2024, 1, 1))
    end_post(actor=SYSTEM, post=post, on=timezone.localdate() - timedelta(days=1))
    Notice.objects.create(account=account, kind="x", text="=1+1", created_at=timezone.now())
    return person


def test_everything_is_handed_out_and_the_reading_recorded(cast, leaver):
    person, sections = export_person(actor=cast.actor("admin"), person_id=leaver.pk, form="json")
    said = {section.title: section.rows for section in sections}
    assert ("手机号", PHONE) in said["身份与账号"]
    assert said["任职"][0][:2] == ("吉阳区总工会", "经办人")
    assert [row[1] for row in said["站内消息"]] == ["=1+1"]
    assert {row[2] for row in said["操作记录"]} >= {"登记人员", "导出个人信息"}
    line = Entry.objects.get(verb="retention.person_exported")
    assert (line.subject_id, line.actor_label, PHONE in str(line.details)) == (str(person.pk), "测试admin", False)


def test_files_for_the_person(sign_in, cast, leaver):
    client = sign_in("admin", cast)
    answer = client.post(f"/office/retention/people/{leaver.pk}/export.json")
    assert PHONE in json.dumps(answer.json(), ensure_ascii=False)
    book = load_workbook(io.BytesIO(client.post(f"/office/retention/people/{leaver.pk}/export.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]
    assert client.post(f"/office/retention/people/{leaver.pk}/export.exe").status_code == 404
    assert client.get(f"/office/retention/people/{leaver.pk}/export.json").status_code == 405


def test_the_page_finds_by_whole_number_only(sign_in, cast, leaver):
    client = sign_in("admin", cast)
    assert "测试离任者" in client.get("/office/retention/people/", {"q": PHONE}).content.decode()
    assert "测试离任者" not in client.get("/office/retention/people/", {"q": PHONE[:7]}).content.decode()
    page = client.post(f"/office/retention/people/{leaver.pk}/").content.decode()
    assert PHONE in page
    assert Entry.objects.filter(verb="retention.person_read").count() == 1


def test_forgetting_empties_the_person_and_deletes_the_account(cast, leaver):
    today = timezone.localdate()
    forget_person(actor=cast.actor("admin"), person_id=leaver.pk, reason="asked", today=today)
    leaver.refresh_from_db()
    assert (leaver.name, leaver.phone_encrypted, leaver.phone_hash, leaver.account, leaver.purpose) == (
        "已删除人员",
        None,
        "",
        None,
        "",
    )
    assert not Account.objects.filter(username="leaver").exists()
    assert not Notice.objects.filter(text="=1+1").exists()
    assert leaver.posts.count() == 1
    line = Entry.objects.get(verb="retention.person_forgotten")
    assert (line.subject_label, line.details) == ("", {"reason": "本人提出"})


def test_who_is_still_needed_is_not_forgotten(cast, leaver):
    keeper, today = cast.account("keeper").person, timezone.localdate()
    with pytest.raises(RetentionError) as refused:
        forget_person(actor=cast.actor("admin"), person_id=keeper.pk, reason="asked", today=today)
    assert (refused.value.code, str(refused.value)) == (
        "still_needed",
        "还不能删除：还有没有结束的岗位，请先结束任职。",
    )
    keeper.posts.update(until=today - timedelta(days=1))
    with pytest.raises(RetentionError) as refused:
        forget_person(actor=cast.actor("admin"), person_id=keeper.pk, reason="asked", today=today)
    assert str(refused.value) == "还不能删除：还是站点负责人，请先卸任。"
    assert Person.objects.get(pk=keeper.pk).name == "测试keeper"
    with pytest.raises(RetentionError) as refused:
        forget_person(actor=cast.actor("admin"), person_id=leaver.pk, reason="because", today=today)
    assert refused.value.code == "bad_reason"


@pytest.mark.parametrize("role", ["officer", "district", "leader", "auditor", "outsider", "keeper", "clerk"])
def test_others_reach_nobody(cast, leaver, role):
    for verb, more in (
        (export_person, {"form": "json"}),
        (forget_person, {"reason": "asked", "today": timezone.localdate()}),
    ):
        with pytest.raises(RetentionError) as refused:
            verb(actor=cast.actor(role), person_id=leaver.pk, **more)
        assert refused.value.code == "not_found"
    leaver.refresh_from_db()
    assert leaver.name == "测试离任者"
    assert not Entry.objects.filter(verb__startswith="retention.").exists()


def test_a_districts_administrator_reaches_her_own_alone(cast, leaver):
    from xiaojia.kernel.orgs.access import actor_of
    from xiaojia.kernel.retention.queries import find

    person = register_person(actor=SYSTEM, name="测试区管理员", purpose="测试")
    account = open_account(actor=SYSTEM, person=person, username="district-admin")
    give_post(actor=SYSTEM, person=person, org=cast.district, role="admin", since=date(2024, 1, 1))
    names = set(find(actor_of(account), "").values_list("name", flat=True))
    assert names == {"测试离任者", "测试区管理员", "测试district", "测试keeper"}


def test_twice_is_harmless(cast, leaver):
    for _ in range(2):
        forget_person(actor=cast.actor("admin"), person_id=leaver.pk, reason="done", today=timezone.localdate())
    leaver.refresh_from_db()
    assert leaver.name == "已删除人员"
