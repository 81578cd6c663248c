"""A worker's words and photo go when the case has long been closed; what was wrong stays for the figures."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from xiaojia.domains.feedback.actions import mark_done, report_problem
from xiaojia.domains.feedback.models import Report
from xiaojia.kernel.files.actions import store
from xiaojia.kernel.files.queries import path_of
from xiaojia.kernel.retention.actions import run

NOW = timezone.now()


def report(cast, *, done_days_ago=None, days_ago=200):
    at = NOW - timedelta(days=days_ago)
    made = report_problem(
        station=cast.own,
        kind="other",
        key=uuid4(),
        device=b"d" * 16,
        now=at,
        why="",
        facility="",
        text="张三说门锁了",
        photo=b"",
    )
    photo = store(uuid4().bytes, kind="photo", media_type="image/jpeg")
    Report.objects.filter(pk=made.pk).update(photo=photo)
    if done_days_ago is not None:
        mark_done(actor=cast.actor("district"), report_id=made.pk, answer="已开门")
        Report.objects.filter(pk=made.pk).update(handled_at=NOW - timedelta(days=done_days_ago))
    return made, photo


def test_words_and_photo_of_a_closed_case_go_and_the_rest_stays(cast):
    old, photo = report(cast, done_days_ago=181)
    kept, _photo = report(cast, done_days_ago=179)
    open_case, _photo = report(cast)
    assert [o.cleared for o in run(NOW, keys=("feedback.words",))] == [1]
    old.refresh_from_db()
    assert (old.text, old.photo, old.kind, old.state, old.answer) == ("", None, "other", "done", "已开门")
    assert not path_of(photo).exists()
    for row in (kept, open_case):
        row.refresh_from_db()
        assert row.text == "张三说门锁了"
        assert row.photo is not None
    assert [o.cleared for o in run(NOW, keys=("feedback.words",))] == [0]


def test_a_phones_mark_goes_after_a_week(cast):
    old, _photo = report(cast, days_ago=8)
    fresh, _photo = report(cast, days_ago=6)
    assert [o.cleared for o in run(NOW, keys=("feedback.marks",))] == [1]
    assert (bytes(Report.objects.get(pk=old.pk).device), bytes(Report.objects.get(pk=fresh.pk).device)) == (
        b"",
        b"d" * 16,
    )
