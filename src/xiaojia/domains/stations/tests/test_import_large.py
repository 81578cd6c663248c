"""Are many rows written at once as carefully as one, and does everybody see how far the worker is?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from xiaojia.domains.stations.models import FacilityKind, SourceKey, Station
from xiaojia.domains.stations.tests.sheets import HEADER, ROWS, as_csv, codes, commit, officer_of, stage, verdicts
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.imports import actions, jobs
from xiaojia.kernel.imports.actions.worker import GIVEN_UP, TRIES, is_stalled, revive
from xiaojia.kernel.imports.models import Batch, Work
from xiaojia.kernel.imports.rules import BatchError
from xiaojia.kernel.orgs.models import Unit

pytestmark = pytest.mark.django_db
MANY = [
    (f"N{n}", f"第{n}号测试驿站", f"测试路{n}号", "中原区", f"{113.5 + n % 40 * 0.002:.4f}", f"{34.77 + n // 40 * 0.002:.4f}",
     "周一至周五 8:30-17:30", "", "", "有", "")
    for n in range(600)
]  # fmt: skip


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def root(zhengzhou):
    return zhengzhou.root


def jobs_waiting(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'", [name])
        return cursor.fetchone()[0]


def test_each_station_has_one_line_in_the_log_with_all_that_the_row_said(root):
    commit(stage(root, as_csv()))
    one = Station.objects.get(source_keys__key="A1")
    line = Entry.objects.get(subject_id=str(one.pk))
    assert (line.verb, line.details["version"], one.version) == ("stations.registered", 1, 1)
    told = line.details["changes"]
    assert told["hours_osm"] == [None, "Mo-Fr 08:30-17:30"]
    assert (told["lng"], told["division"]) == ([None, 113.547], [None, "中原区"])
    assert told["facility:microwave"] == [None, ["present", "unknown", 2, ""]]
    assert one.status_changes.get().after == "running"


def test_codes_step_over_those_that_a_list_brought_along(root):
    now = timezone.now()
    Station.objects.create(code="ZZ-0002", name="老编号", org=root, created_at=now, updated_at=now)
    commit(stage(root, as_csv()))
    found = Station.objects.filter(source_keys__isnull=False).order_by("code").values_list("code", flat=True)
    assert list(found) == ["ZZ-0001", "ZZ-0003", "ZZ-0004"]


def test_a_host_named_twice_is_one_unit(root):
    header = (*HEADER, "共建单位")
    commit(stage(root, as_csv([(*row, "某某银行") for row in ROWS], header)))
    assert Unit.objects.filter(name="某某银行").count() == 1
    assert Entry.objects.filter(verb="orgs.unit_registered").count() == 1
    assert Station.objects.filter(host__name="某某银行").count() == 3


def test_one_row_that_cannot_be_written_holds_back_itself_or_all(root):
    batch = stage(root, as_csv())
    FacilityKind.objects.filter(pk="microwave").delete()
    with pytest.raises(BatchError) as refusal:
        commit(batch, only_good=False)
    assert (refusal.value.code, refusal.value.params["number"]) == ("row_failed", 2)
    assert (Station.objects.count(), Unit.objects.count()) == (0, 0)
    batch.refresh_from_db()
    assert (verdicts(batch)[0], codes(batch, 1)) == ("error", ["unknown_kind"])
    batch = commit(batch)
    assert verdicts(batch) == ["error", "error", "create"]
    assert SourceKey.objects.get().key == "A3"


def test_many_pieces_are_one_batch_and_one_undo(root):
    told = []
    batch = stage(root, as_csv(MANY))
    batch = actions.commit(
        actor=officer_of(root), batch=batch, only_good=False, progress=lambda done, all_: told.append((done, all_))
    )
    assert told == [(600, 600), (500, 600), (600, 600)]
    assert (batch.counts["create"], Station.objects.count()) == (600, 600)
    assert len(set(Station.objects.values_list("code", flat=True))) == 600
    outcome = actions.undo(actor=officer_of(root), batch=batch)
    assert (outcome.removed, outcome.kept, Station.objects.count()) == (600, [], 0)


def test_a_list_that_calls_all_its_stations_alike_is_judged_too(root):
    rows = [(f"N{n}", "同名测试驿站", "", "中原区", "", "", "", "", "", "", "") for n in range(1, 400)]
    batch = stage(root, as_csv(rows))
    assert verdicts(batch)[:2] == ["create", "duplicate"]


def test_a_row_without_a_district_and_off_the_map_is_an_error(root):
    row = ("A9", "界外测试驿站", "某路1号", "", "121.47", "31.23", "", "", "", "", "")
    batch = stage(root, as_csv([row]))
    assert (verdicts(batch), codes(batch, 1)) == (["error"], ["out_of_place"])


def test_the_page_says_how_far_the_worker_is_and_that_it_was_interrupted(sign_in, cast):
    client, root = sign_in("officer", cast), cast.instance.root
    batch = Batch.objects.create(
        kind="stations", org=root, file=stage(root, as_csv()).file, filename="大表.xlsx", rows_total=9000,
        created_by="x", created_at=timezone.now(),
    )  # fmt: skip
    actions.hand_over(batch, "commit", account_id=1, only_good=True)
    where = reverse("imports:batch", args=[batch.pk])
    assert "正在等后台" in client.get(where).content.decode()
    Work.objects.update(seen_at=timezone.now(), done=2500)
    page = client.get(reverse("imports:progress", args=[batch.pk])).content.decode()
    assert "后台正在提交" in page
    assert "2500 / 9000" in page.replace(",", "")
    Work.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    assert "上次处理中断了，没有写入任何内容" in client.get(where).content.decode()
    Work.objects.all().delete()
    assert client.get(reverse("imports:progress", args=[batch.pk]))["HX-Refresh"] == "true"


def test_stopped_work_begins_anew_and_is_let_go_with_words(root):
    batch, now = stage(root, as_csv()), timezone.now()
    actions.hand_over(batch, "judge", account_id=1)
    work = Work.objects.get()
    assert (revive(now), is_stalled(work, now)) == (0, False)
    for tries in range(1, TRIES):
        Work.objects.update(seen_at=now - timedelta(minutes=5))
        assert (revive(now), Work.objects.get().tries) == (1, tries)
    assert jobs_waiting("imports.judge") == 1
    Work.objects.update(seen_at=now - timedelta(minutes=5))
    assert (revive(now), Work.objects.count()) == (0, 0)
    batch.refresh_from_db()
    assert (batch.message, batch.state) == (GIVEN_UP, Batch.State.READY)


def test_the_worker_stages_commits_and_undoes_for_an_account(cast):
    root, account = cast.instance.root, cast.account("officer")
    batch = actions.receive(
        actor=officer_of(root), org=root, kind="stations", filename="list.csv", source=as_csv([ROWS[0]]),
        options={"datum": "wgs84"},
    )  # fmt: skip
    jobs.stage(str(batch.pk), account.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_total) == (Batch.State.READY, 1)
    jobs.commit(str(batch.pk), account.pk, only_good=False)
    batch.refresh_from_db()
    assert "不能提交" in batch.message
    jobs.commit(str(batch.pk), account.pk, only_good=True)
    jobs.undo(str(batch.pk), account.pk)
    batch.refresh_from_db()
    assert (batch.state, Work.objects.count()) == (Batch.State.UNDONE, 0)
