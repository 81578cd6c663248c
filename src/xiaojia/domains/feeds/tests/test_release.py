"""Does nothing leave the house before the approval, and does each verb of the release prove its five things?"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from xiaojia.config.instance.roles import rights
from xiaojia.domains.feeds.actions import approve_release, withdraw_release
from xiaojia.domains.feeds.models import Approval, Withdrawal
from xiaojia.domains.feeds.queries import release
from xiaojia.domains.feeds.rules.errors import FeedError
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM

PAPER = {
    "authority": "三亚市自然资源和规划局", "document_no": "三自资审〔2026〕12号", "approved_on": date(2026, 1, 5),
    "scope": "站点名称、地址、坐标", "note": "一年一审",
}  # fmt: skip
CLOSED = ("/hsds/", "/hsds/services", "/hsds/openapi.json", "/feeds/stations.geojson")


def lines(verb: str) -> list[Entry]:
    return list(Entry.objects.filter(verb=verb))


def approve(cast: Any, role: str = "admin", **changed: Any) -> Approval:
    return approve_release(actor=cast.actor(role), **{**PAPER, **changed})


def test_an_approval_opens_the_doors(cast, client):
    for path in CLOSED:
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_released")
        assert answer.json()["message"].startswith("本单位尚未公开站点坐标")
    assert coordinates_released() is False
    made = approve(cast)
    assert coordinates_released() is True
    assert [client.get(path).status_code for path in CLOSED] == [200] * 4
    assert (made.org, made.recorded_by, made.note) == (cast.instance.root, "测试admin", "一年一审")


@pytest.mark.parametrize("role", ["officer", "district", "auditor", "leader", "keeper", "clerk", "outsider"])
def test_others_may_not_approve(cast, role):
    with pytest.raises(FeedError) as refused:
        approve(cast, role)
    assert refused.value.code == "not_found"
    assert Approval.objects.count() == 0
    assert coordinates_released() is False


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"authority": "  "}, "no_authority", "authority"),
        ({"document_no": ""}, "no_document", "document_no"),
        ({"scope": ""}, "no_scope", "scope"),
        ({"approved_on": timezone.localdate() + timedelta(days=1)}, "in_the_future", "approved_on"),
    ],
)
def test_an_approval_without_its_paper_is_refused(cast, changed, code, field):
    with pytest.raises(FeedError) as refused:
        approve(cast, **changed)
    assert refused.value.code == code
    assert list(refused.value.fields) == [field]
    assert Approval.objects.count() == 0


def test_an_approval_leaves_one_line(cast):
    made = approve(cast)
    (line,) = lines("feeds.release_approved")
    assert (line.actor_label, line.subject_id, line.subject_label) == ("测试admin", str(made.pk), str(made))
    assert line.details == {
        "authority": PAPER["authority"], "document_no": PAPER["document_no"], "scope": PAPER["scope"],
        "approved_on": "2026-01-05",
    }  # fmt: skip


def test_a_second_approval_is_refused_while_one_is_in_force(cast):
    approve(cast)
    with pytest.raises(FeedError) as refused:
        approve(cast, document_no="另一份")
    assert refused.value.code == "already_released"
    assert Approval.objects.count() == 1


def test_a_withdrawal_closes_the_doors_and_keeps_the_record(cast, client):
    made = approve(cast)
    withdraw_release(actor=cast.actor("admin"), approval_id=made.pk, reason="审核到期")
    assert coordinates_released() is False
    assert [client.get(path).status_code for path in CLOSED] == [404] * 4
    held = Approval.objects.get()
    assert (held.document_no, held.withdrawal.reason, held.withdrawal.withdrawn_by) == (
        PAPER["document_no"], "审核到期", "测试admin",
    )  # fmt: skip
    approve(cast, document_no="新的一份")
    assert coordinates_released() is True


@pytest.mark.parametrize("role", ["officer", "district", "auditor", "leader", "outsider"])
def test_others_may_not_withdraw(cast, role):
    made = approve(cast)
    with pytest.raises(FeedError) as refused:
        withdraw_release(actor=cast.actor(role), approval_id=made.pk, reason="x")
    assert refused.value.code == "not_found"
    assert coordinates_released() is True


def test_a_withdrawal_needs_a_reason(cast):
    made = approve(cast)
    with pytest.raises(FeedError) as refused:
        withdraw_release(actor=cast.actor("admin"), approval_id=made.pk, reason=" ")
    assert refused.value.code == "no_reason"
    assert Withdrawal.objects.count() == 0


def test_withdrawing_twice_changes_nothing_and_leaves_one_line(cast):
    made = approve(cast)
    withdraw_release(actor=cast.actor("admin"), approval_id=made.pk, reason="到期")
    withdraw_release(actor=cast.actor("admin"), approval_id=made.pk, reason="再来一次")
    assert Withdrawal.objects.get().reason == "到期"
    (line,) = lines("feeds.release_withdrawn")
    assert (line.subject_label, line.details) == (str(made), {"reason": "到期"})


def test_the_application_may_neither_change_nor_delete_the_record(cast):
    made = approve(cast)
    for statement in (
        "UPDATE feeds_approval SET note = ''",
        "DELETE FROM feeds_approval",
        "TRUNCATE feeds_approval CASCADE",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert rights("feeds_withdrawal") == rights("feeds_approval") == ("SELECT", "INSERT")
    assert Approval.objects.get().pk == made.pk


def test_a_demo_is_open_by_itself(cast, settings):
    settings.IS_DEMO = True
    assert coordinates_released() is True
    assert release.current() is None


def test_the_answer_is_asked_for_once_in_two_seconds(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [release.released() for _ in range(3)] == [False] * 3
    approve_release(actor=SYSTEM, **PAPER)
    assert release.released() is True


# The page


def test_the_page_takes_an_approval_and_takes_it_back(cast, sign_in):
    client = sign_in("admin", cast)
    page = client.get("/office/feeds/").content.decode()
    assert "坐标没有公开" in page and "不会公开" in page
    sent = {key: value for key, value in PAPER.items() if key != "note"}
    assert client.post("/office/feeds/", sent)["Location"] == "/office/feeds/"
    made = Approval.objects.get()
    page = client.get("/office/feeds/").content.decode()
    assert "坐标正在公开" in page and PAPER["document_no"] in page
    assert client.post(f"/office/feeds/{made.pk}/withdraw/", {"reason": ""}).status_code == 200
    assert client.post(f"/office/feeds/{made.pk}/withdraw/", {"reason": "到期"}).status_code == 302
    assert "到期" in client.get("/office/feeds/").content.decode()
    assert client.get(f"/office/feeds/{made.pk}/withdraw/").status_code == 404


def test_the_page_keeps_what_was_typed_when_it_refuses(cast, sign_in):
    client = sign_in("admin", cast)
    later = timezone.localdate() + timedelta(days=3)
    answer = client.post("/office/feeds/", PAPER | {"approved_on": later.isoformat()})
    assert answer.status_code == 200
    assert answer.context["form"].errors == {"approved_on": ["不能晚于今天"]}
    assert PAPER["document_no"] in answer.content.decode()
    assert Approval.objects.count() == 0


def test_an_administrator_below_sees_no_page(cast, sign_in):
    from xiaojia.kernel.orgs.actions import give_post

    person = cast.accounts["district"].person
    give_post(actor=SYSTEM, person=person, org=cast.district, role="admin", since=date(2023, 1, 1))
    client = sign_in("district", cast)
    assert client.get("/office/feeds/").status_code == 404
    assert client.post("/office/feeds/", PAPER).status_code == 404
    assert Approval.objects.count() == 0
