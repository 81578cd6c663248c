"""Does a run clear exactly what is due, leave the rest, and say so in numbers alone?"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.files.actions import store
from xiaojia.kernel.files.models import File
from xiaojia.kernel.files.queries import path_of
from xiaojia.kernel.imports.models import Batch, Row
from xiaojia.kernel.notices.models import Notice
from xiaojia.kernel.orgs.actions import give_post
from xiaojia.kernel.orgs.models import Post
from xiaojia.kernel.people.actions import issue_one_time_link, open_account, phone_of, register_person
from xiaojia.kernel.people.models import OneTimeLink
from xiaojia.kernel.retention.actions import run
from xiaojia.kernel.retention.models import Run
from xiaojia.kernel.retention.queries import due
from xiaojia.kernel.retention.registry import TERMS
from xiaojia.lib.terms import Term

NOW = timezone.now()


def ago(days):
    return NOW - timedelta(days=days)


def ran(key):
    return next(outcome for outcome in run(NOW, keys=(key,)) if outcome.key == key)


def cleared(key):
    """Clear one term; check that the dry count said so before, and that a second run finds nothing."""
    counted = due(NOW)[key][2]
    first, second = ran(key), ran(key)
    assert (first.fault, second.fault, counted, second.cleared) == ("", "", first.cleared, 0)
    return first.cleared


def test_ended_sessions(db):
    for days in (0, 2, 3):
        Session.objects.create(session_key=f"k{days}", session_data="", expire_date=ago(days) + timedelta(hours=1))
    assert cleared("house.sessions") == 1 + 1
    assert [row.pk for row in Session.objects.all()] == ["k0"]


def test_stale_cache_rows(db):
    cache.set("old", 1, timeout=-10)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO xiaojia_cache (cache_key, value, expires) VALUES ('x', 'y', %s)", [ago(1)])
    cache.set("fresh", 1, timeout=3600)
    assert cleared("house.cache") == 1
    assert cache.get("fresh") == 1


def test_used_and_old_links(cast):
    issue_one_time_link(actor=SYSTEM, account=cast.account("leader"), now=ago(40))
    issue_one_time_link(actor=SYSTEM, account=cast.account("officer"), now=ago(5))
    assert cleared("people.links") == 1
    assert OneTimeLink.objects.count() == 1


def test_old_news(cast):
    for days in (1, 179, 181):
        Notice.objects.create(account=cast.account("officer"), kind="x", text="x", created_at=ago(days))
    assert cleared("notices.all") == 1
    assert Notice.objects.count() == 2


def test_a_leavers_numbers_go_and_the_account_closes(cast):
    person = register_person(actor=SYSTEM, name="测试离任", purpose="测试", phone="13900000000")
    account = open_account(actor=SYSTEM, person=person, username="gone")
    type(person).objects.filter(pk=person.pk).update(created_at=ago(900))
    give_post(
        actor=SYSTEM, person=person, org=cast.district, role="officer", since=ago(800).date(), until=ago(200).date()
    )
    assert cleared("people.numbers") == 1
    person.refresh_from_db()
    account.refresh_from_db()
    assert (phone_of(person), person.phone_hash, person.name, account.is_active) == ("", "", "测试离任", False)


def test_whoever_holds_a_post_or_keeps_a_station_keeps_her_number(cast):
    keeper = cast.account("keeper").person
    type(keeper).objects.filter(pk=keeper.pk).update(created_at=ago(900), phone_hash="x")
    assert cleared("people.numbers") == 0
    Post.objects.filter(person=keeper).update(until=ago(400).date())
    assert cleared("people.numbers") == 0
    cast.own.keepers.update(until=ago(400).date())
    assert cleared("people.numbers") == 1


def batch(cast, state, **values):
    file = store(uuid4().bytes, kind="sheet", media_type="text/csv", original_name="a.csv")
    made = Batch.objects.create(kind="stations", org=cast.district, file=file, filename="a.csv", created_by="x", state=state,
                                **({"created_at": NOW} | values))  # fmt: skip
    Row.objects.create(batch=made, number=1, raw={"联系人": "甲"}, verdict="create")
    return made


def test_sheets_that_are_in_go_with_rows_and_bytes(cast):
    old = batch(cast, "committed", committed_at=ago(181))
    undone = batch(cast, "undone", committed_at=ago(500), undone_at=ago(1))
    fresh = batch(cast, "committed", committed_at=ago(179))
    path = path_of(old.file)
    assert cleared("imports.ended") == 1
    assert set(Batch.objects.values_list("pk", flat=True)) == {undone.pk, fresh.pk}
    assert (path.exists(), Row.objects.count(), File.objects.count()) == (False, 2, 2)


def test_sheets_that_were_given_up(cast):
    batch(cast, "ready", created_at=ago(31))
    kept = batch(cast, "asking", created_at=ago(29))
    assert cleared("imports.given_up") == 1
    assert Batch.objects.get().pk == kept.pk


def test_files_of_nobody(cast, settings, tmp_path):
    import os

    settings.MEDIA_ROOT = tmp_path
    used = batch(cast, "ready").file
    lonely = store(b"lonely", kind="photo", media_type="image/jpeg", thumb=b"small")
    File.objects.filter(pk__in=[used.pk, lonely.pk]).update(created_at=ago(3))
    fresh = store(b"fresh", kind="photo", media_type="image/jpeg")
    stray = tmp_path / "photo" / "ab" / ("ab" * 32)
    cut_off = tmp_path / "incoming" / "tmp123"
    for path in (stray, cut_off):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (ago(3).timestamp(),) * 2)
    assert cleared("files.orphans") == 3
    assert set(File.objects.values_list("pk", flat=True)) == {used.pk, fresh.pk}
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted([used.sha256, fresh.sha256])


def test_a_run_leaves_one_line_with_numbers_and_the_last_result(cast):
    Notice.objects.create(account=cast.account("officer"), kind="x", text="秘密", created_at=ago(181))
    before = Entry.objects.count()
    run(NOW)
    line = Entry.objects.get(verb="retention.ran")
    assert (line.actor_id, line.details) == ("system", {"cleared": {"notices.all": 1}})
    assert Run.objects.get(pk="notices.all").cleared == 1
    run(NOW)
    assert (Entry.objects.count(), Run.objects.get(pk="notices.all").cleared) == (before + 1, 0)
    assert set(Run.objects.values_list("pk", flat=True)) == set(TERMS)


def test_a_changed_length_counts(cast):
    from xiaojia.kernel.retention.models import Version

    Notice.objects.create(account=cast.account("officer"), kind="x", text="x", created_at=ago(20))
    today = timezone.localdate(NOW)
    Version.objects.create(key="notices.all", days=30, effective_on=today, reason="x", entered_by="x", entered_at=NOW)
    assert cleared("notices.all") == 0
    Version.objects.update(days=14)
    assert cleared("notices.all") == 1


def test_a_fault_in_one_term_leaves_the_others_alone(cast, monkeypatch):
    def breaks(cutoff, most):
        raise OSError("disk gone")

    broken = Term("a.broken", "坏", "坏", "坏", "坏", 1, 0, 9, lambda cutoff: 0, breaks)
    monkeypatch.setitem(TERMS, "a.broken", broken)
    Notice.objects.create(account=cast.account("officer"), kind="x", text="x", created_at=ago(181))
    found = {outcome.key: outcome for outcome in run(NOW)}
    assert (found["a.broken"].fault, found["notices.all"].cleared) == ("OSError", 1)
    assert Run.objects.get(pk="a.broken").fault == "OSError"


def test_work_is_done_in_batches(db, monkeypatch):
    asked = []
    left = [5000]

    def some(cutoff, most):
        asked.append(most)
        taken = min(most, left[0])
        left[0] -= taken
        return taken

    monkeypatch.setitem(TERMS, "a.many", Term("a.many", "多", "多", "多", "多", 1, 0, 9, lambda cutoff: left[0], some))
    assert ran("a.many").cleared == 5000
    assert asked == [2000, 2000, 2000, 2000]


@pytest.mark.parametrize("key", sorted({"notices.all"}))
def test_the_dry_run_changes_nothing(cast, key, capsys):
    from click.testing import CliRunner

    from xiaojia.kernel.retention.cli import retention

    Notice.objects.create(account=cast.account("officer"), kind="x", text="x", created_at=ago(181))
    said = CliRunner().invoke(retention, ["--dry-run", "--only", key, "--json"])
    assert (said.exit_code, '"due": 1' in said.output) == (0, True)
    assert Notice.objects.count() == 1
    assert CliRunner().invoke(retention, ["--only", key]).output.startswith("1 rows cleared.")
    assert Notice.objects.count() == 0
    assert CliRunner().invoke(retention, ["--only", "none.such"]).exit_code == 2
