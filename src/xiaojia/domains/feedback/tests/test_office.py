"""Does an officer see the reports within reach, and does what is done with them leave a line?"""

from uuid import uuid4

import pytest
from django.utils import timezone

from xiaojia.domains.feedback.actions import mark_done, mark_seen, report_problem
from xiaojia.domains.feedback.models import Report
from xiaojia.domains.feedback.rules import FeedbackError
from xiaojia.domains.feedback.views.panels import today_card
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.kernel.audit.models import Entry


@pytest.fixture
def report(cast):
    return report_problem(
        station=cast.own, kind="no_entry", why="locked", key=uuid4(), device=b"1" * 16, now=timezone.now()
    )


def _lines(verb: str) -> int:
    return Entry.objects.filter(verb=verb).count()


def test_the_list_shows_what_lies_within_reach(report, cast, sign_in):
    page = sign_in("district", cast).get("/office/reports/?kind=no_entry&state=open")
    assert [row.report for row in page.context["rows"]] == [report]
    assert "门锁了" in page.content.decode()


@pytest.mark.parametrize("role", ["admin", "officer", "district", "auditor", "leader"])
def test_readers_may_open_it(report, cast, sign_in, role):
    assert sign_in(role, cast).get(f"/office/reports/{report.pk}/").status_code == 200


@pytest.mark.parametrize("role", ["outsider", "clerk", "keeper"])
def test_others_see_nothing(report, cast, sign_in, role):
    assert sign_in(role, cast).get(f"/office/reports/{report.pk}/").status_code == 404


def test_a_stranger_is_sent_to_sign_in(report, client):
    assert client.get("/office/reports/").status_code == 302


def test_seen_then_done_with_an_answer(report, cast, sign_in):
    desk = sign_in("district", cast)
    desk.post(f"/office/reports/{report.pk}/seen/")
    desk.post(f"/office/reports/{report.pk}/seen/")
    assert _lines("feedback.seen") == 1
    empty = desk.post(f"/office/reports/{report.pk}/done/", {"answer": " "})
    assert empty.status_code == 400 and "请写一句怎么处理的" in empty.content.decode()
    assert desk.post(f"/office/reports/{report.pk}/done/", {"answer": "已配备用钥匙"}).status_code == 302
    kept = Report.objects.get()
    assert (kept.state, kept.answer, kept.handled_by) == ("done", "已配备用钥匙", "测试district")
    again = desk.post(f"/office/reports/{report.pk}/done/", {"answer": "再来一次"})
    assert again.status_code == 400 and "再来一次</textarea>" not in again.content.decode()
    assert _lines("feedback.done") == 1


@pytest.mark.parametrize("role", ["auditor", "leader", "outsider", "keeper", "clerk"])
def test_who_may_not_write_changes_nothing(report, cast, role):
    actor = cast.actor(role)
    for verb in (
        lambda: mark_seen(actor=actor, report_id=report.pk),
        lambda: mark_done(actor=actor, report_id=report.pk, answer="x"),
    ):
        with pytest.raises(FeedbackError) as refused:
            verb()
        assert refused.value.code == "not_found"
    assert Report.objects.get().state == "new" and _lines("feedback.seen") == 0


def test_a_reader_of_the_ground_alone_may_not_write(cast):
    banks = report_problem(station=cast.banks, kind="dirty", key=uuid4(), device=None, now=timezone.now())
    with pytest.raises(FeedbackError):
        mark_seen(actor=cast.actor("district"), report_id=banks.pk)
    mark_seen(actor=cast.actor("officer"), report_id=banks.pk)


def test_the_desk_counts_what_is_open(report, cast, rf):
    request = rf.get("/office/")
    card = today_card(request, actor=cast.actor("district"))
    assert (card["number"], card["kind"]) == (1, "bad")
    mark_done(actor=cast.actor("district"), report_id=report.pk, answer="开了")
    assert today_card(request, actor=cast.actor("district"))["number"] == 0
    assert today_card(request, actor=cast.actor("outsider"))["number"] == 0


def test_the_photo_is_for_readers_only(report, cast, sign_in):
    assert sign_in("officer", cast).get(f"/office/reports/{report.pk}/photo/full.jpg").status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_one_report_or_ten(
    report, cast, sign_in, django_assert_max_num_queries
):
    desk = sign_in("officer", cast)
    desk.get("/office/reports/")
    for _n in range(9):
        report_problem(station=cast.banks, kind="dirty", key=uuid4(), device=None, now=timezone.now())
    kinds()  # the names of facilities are kept for a minute
    with django_assert_max_num_queries(6):
        assert len(desk.get("/office/reports/").context["rows"]) == 10
