"""Does a sheet come in, change what it changes, leave alone what it does not say, and go out again?"""

import pytest

from xiaojia.domains.stations.actions import change_station
from xiaojia.domains.stations.models import Evidence, Station
from xiaojia.domains.stations.tests.sheets import (
    HEADER,
    ROWS,
    as_csv,
    as_xlsx,
    codes,
    commit,
    officer_of,
    stage,
    verdicts,
    with_cell,
)
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.imports import actions
from xiaojia.kernel.imports.models import Batch, ColumnMemory, Row
from xiaojia.kernel.imports.rules import BatchError
from xiaojia.kernel.orgs.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def root(zhengzhou):
    return zhengzhou.root


def station(key):
    return Station.objects.get(source_keys__key=key)


def test_a_list_becomes_stations_with_hours_facilities_and_owner(root):
    batch = commit(stage(root, as_xlsx(), "名单.xlsx"))
    one, two, three = station("A1"), station("A2"), station("A3")
    assert (one.code, one.name, one.division_id, one.org.name) == ("ZZ-0001", "测试一号驿站", "410102", "中原区总工会")
    assert (one.lng, one.lat, one.received_datum, one.position_source) == (113.547, 34.787, "wgs84", "import")
    assert (one.hours_osm, one.hours_text) == ("Mo-Fr 08:30-17:30", "周一至周五 8:30-17:30")
    assert (one.public_phone, float(one.area_m2), one.have) == ("0371-11112222", 60.0, ["microwave", "water"])
    assert one.facilities.get(kind="microwave").count == 2
    assert (two.lng, two.division_id, two.public_phone, two.broken) == (None, "410103", "", ["water"])
    assert (three.district_named, three.division_id, three.hours) == ("管城区", "410104", None)
    assert three.hours_text == "以现场公告为准"
    assert three.hours_note != ""
    assert batch.counts["warning:unplaced"] == 1
    assert codes(batch, 2, "warnings") == ["mobile_dropped", "unplaced"]
    assert codes(batch, 3, "warnings") == ["hours_not_understood"]


def test_a_commit_is_logged_once_for_the_batch(root):
    commit(stage(root, as_csv()))
    entry = Entry.objects.get(verb="imports.committed")
    assert (entry.subject_label, entry.details["create"], entry.actor_label) == ("list.csv", 3, "测试经办人")


def test_a_changed_sheet_changes_only_the_changed_fields(root):
    commit(stage(root, as_csv()))
    before = station("A1").version, station("A3").version
    batch = stage(root, as_csv(with_cell(1, "地址", "建设路甲1号附2")))
    assert verdicts(batch) == ["change", "same", "same"]
    assert batch.rows.get(values__source_key="A1").values["_changes"] == {"address": ["建设路甲1号", "建设路甲1号附2"]}
    commit(batch)
    assert (station("A1").address, station("A1").version) == ("建设路甲1号附2", before[0] + 1)
    assert station("A3").version == before[1]


def test_what_an_officer_changed_since_is_no_news_to_the_same_sheet(root):
    commit(stage(root, as_csv()))
    one = station("A1")
    change_station(actor=officer_of(root), station_id=one.pk, version=one.version, values={"address": "建设路甲9号"})
    assert verdicts(stage(root, as_csv())) == ["same", "same", "same"]
    batch = stage(root, as_csv(with_cell(1, "地址", "建设路甲10号")))
    assert verdicts(batch)[0] == "change"
    assert codes(batch, 1, "warnings") == ["both_changed"]


def test_a_blank_cell_takes_nothing_away(root):
    commit(stage(root, as_csv()))
    batch = stage(root, as_csv(with_cell(1, "电话", "", with_cell(1, "开放时间", ""))))
    assert verdicts(batch) == ["same", "same", "same"]


def test_undo_puts_back_what_a_batch_changed(root):
    commit(stage(root, as_csv()))
    rows = with_cell(1, "地址", "新地址", with_cell(1, "微波炉", "坏", with_cell(1, "经度", "113.55")))
    batch = commit(stage(root, as_csv(rows)))
    one = station("A1")
    assert (one.address, one.broken, one.lng) == ("新地址", ["microwave"], 113.55)
    outcome = actions.undo(actor=officer_of(root), batch=batch)
    one = station("A1")
    assert (outcome.removed, outcome.restored, outcome.kept) == (0, 1, [])
    assert (one.address, one.broken, one.have, one.lng) == ("建设路甲1号", [], ["microwave", "water"], 113.547)
    assert float(one.area_m2) == 60.0


def test_undo_keeps_a_station_that_was_used_and_says_so(root):
    batch = commit(stage(root, as_csv()))
    Evidence.objects.create(station=station("A2"), kind="checkin_near", at=batch.committed_at)
    outcome = actions.undo(actor=officer_of(root), batch=batch)
    assert (outcome.removed, [number for number, _label, _why in outcome.kept]) == (2, [3])
    assert Station.objects.get().name == "测试二号驿站"
    with pytest.raises(BatchError) as refusal:
        actions.undo(actor=officer_of(root), batch=batch)
    assert refusal.value.code == "not_committed"


def test_after_an_undo_the_sheet_can_come_again(root):
    actions.undo(actor=officer_of(root), batch=commit(stage(root, as_csv())))
    assert Station.objects.count() == 0
    assert verdicts(stage(root, as_csv())) == ["create"] * 3


def test_a_double_waits_for_a_person(root):
    commit(stage(root, as_csv()))
    same = [("", "一号测试驿站", "建设路甲1号", "中原区", "113.5471", "34.787", "", "", "", "", "")]
    batch = stage(root, as_csv(same))
    row = batch.rows.get()
    assert (row.verdict, row.target) == ("duplicate", str(station("A1").pk))
    assert row.confidence >= 0.75
    actions.decide(actor=officer_of(root), batch=batch, numbers=[2], decision="other")
    assert verdicts(actions.judge(batch, actor=officer_of(root))) == ["create"]
    actions.decide(actor=officer_of(root), batch=batch, numbers=[2], decision="same")
    batch = commit(actions.judge(batch, actor=officer_of(root)))
    assert verdicts(batch) == ["change"]
    assert Station.objects.count() == 3
    assert station("A1").name == "一号测试驿站"


def test_a_double_inside_the_sheet_waits_too(root):
    rows = [*ROWS, ("A4", "测试一号驿站", "建设路甲1号", "中原区", "113.547", "34.787", "", "", "", "", "")]
    batch = stage(root, as_csv(rows))
    assert verdicts(batch) == ["create", "create", "create", "duplicate"]
    actions.decide(actor=officer_of(root), batch=batch, numbers=[5], decision="same")
    assert verdicts(actions.judge(batch, actor=officer_of(root)))[3] == "skip"


def test_all_or_the_good_rows(root):
    batch = stage(root, as_csv(with_cell(3, "面积", "很大")))
    with pytest.raises(BatchError) as refusal:
        commit(batch, only_good=False)
    assert refusal.value.code == "rows_held"
    assert Station.objects.count() == 0
    batch = commit(batch, only_good=True)
    assert Station.objects.count() == 2
    assert (batch.state, batch.counts["error"]) == (Batch.State.COMMITTED, 1)


def test_a_batch_is_committed_once(root):
    batch = commit(stage(root, as_csv()))
    for deed in (commit, lambda b: actions.discard(actor=officer_of(root), batch=b)):
        with pytest.raises(BatchError):
            deed(batch)
    assert Station.objects.count() == 3


def test_columns_are_remembered_for_the_organisation(root):
    header = ("编号", "驿站叫什么", *HEADER[2:])
    batch = stage(root, as_csv(header=header))
    assert batch.state == Batch.State.ASKING
    assert batch.questions[0]["field"] == "_column"
    actions.match_columns(actor=officer_of(root), batch=batch, columns={**batch.columns, "驿站叫什么": "name"})
    batch.refresh_from_db()
    assert verdicts(actions.judge(batch, actor=officer_of(root))) == ["create"] * 3
    assert ColumnMemory.objects.get(title="驿站叫什么").field == "name"
    assert stage(root, as_csv(header=header)).columns["驿站叫什么"] == "name"


def test_the_datum_is_asked_for_when_there_are_coordinates(root):
    batch = stage(root, as_csv(), datum="")
    assert (batch.state, batch.questions[0]["word"]) == (Batch.State.ASKING, "datum")
    actions.choose(actor=officer_of(root), batch=batch, options={"datum": "gcj02"})
    batch.refresh_from_db()
    assert actions.judge(batch, actor=officer_of(root)).state == Batch.State.READY
    bare = [row[:4] for row in ROWS]
    assert stage(root, as_csv(bare, HEADER[:4]), datum="").state == Batch.State.READY


def test_a_zone_is_asked_once_and_may_be_skipped(root):
    batch = stage(root, as_csv(with_cell(2, "区县", "高新区")))
    assert verdicts(batch)[1] == "ask"
    with pytest.raises(BatchError) as refusal:
        commit(batch)
    assert refusal.value.code == "questions_open"
    actions.answer(actor=officer_of(root), batch=batch, field="district", word="高新区", meaning={"skip": True})
    assert verdicts(actions.judge(batch, actor=officer_of(root)))[1] == "skip"


def test_a_misspelt_district_can_be_given_its_meaning(root):
    batch = stage(root, as_csv(with_cell(1, "区县", "中元区")))
    assert codes(batch, 1) == ["unknown_district"]
    assert "中原区" in batch.rows.first().errors[0]["params"]["near"]
    actions.answer(actor=officer_of(root), batch=batch, field="district", word="中元区", meaning={"division": "410102"})
    assert verdicts(actions.judge(batch, actor=officer_of(root))) == ["create"] * 3


def test_a_district_officer_imports_into_the_own_union_alone(root):
    district = Organisation.objects.get(name="中原区总工会")
    mine = officer_of(district)
    with pytest.raises(BatchError) as refusal:
        stage(root, as_csv(), actor=mine)
    assert (refusal.value.code, refusal.value.status) == ("not_found", 404)
    batch = commit(stage(district, as_csv(), actor=mine))
    assert {s.org.name for s in Station.objects.all()} == {"中原区总工会"}
    with pytest.raises(BatchError):
        actions.undo(actor=officer_of(Organisation.objects.get(name="二七区总工会")), batch=batch)


def test_a_discarded_batch_leaves_nothing(root, tmp_path):
    batch = stage(root, as_csv())
    actions.discard(actor=officer_of(root), batch=batch)
    assert (Batch.objects.count(), Row.objects.count()) == (0, 0)
    assert [p for p in (tmp_path / "sheet").rglob("*") if p.is_file()] == []


def test_the_blank_template_reads_back_as_a_sheet(root):
    name, data = actions.blank_template("stations")
    assert name.endswith(".xlsx")
    from openpyxl import load_workbook

    page = load_workbook(__import__("io").BytesIO(data)).worksheets[0]
    assert page["B1"].value == "名称*"
    assert len(page.data_validations.dataValidation) >= 8
