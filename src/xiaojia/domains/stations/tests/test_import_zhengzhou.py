"""Does the real list of Zhengzhou come in as the walk says: staged, held, asked, committed, repeated, undone?"""

import pytest

from xiaojia.domains.stations.models import SourceKey, Station
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.imports import actions
from xiaojia.kernel.imports.models import Batch, Row
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.rules import Grant

pytestmark = pytest.mark.django_db

ZONES = {
    "高新区": ["410102"],
    "经开区": ["410104"],
    "郑东新区": ["410104"],
    "航空港区": ["410184"],
}


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sheet(data_dir):
    return data_dir / "demo" / "stations" / "zhengzhou_union_stations.csv"


@pytest.fixture
def actor(zhengzhou):
    root = zhengzhou.root
    return Actor(label="命令行", grants=(Grant(root.pk, root.path, root.name, "admin", "4101"),))


def staged(actor, sheet, zhengzhou, datum="gcj02"):
    return actions.stage(
        actor=actor, org=zhengzhou.root, kind="stations", filename=sheet.name, path=sheet, options={"datum": datum}
    )


def answered(actor, batch):
    for word, codes in ZONES.items():
        actions.answer(actor=actor, batch=batch, field="district", word=word, meaning={"zone": word, "lies_in": codes})
    return actions.judge(batch, actor=actor)


def keys(batch, **filters):
    return [row.values["source_key"] for row in batch.rows.filter(**filters)]


def test_before_the_mapping_three_rows_err_and_twelve_ask(actor, sheet, zhengzhou):
    batch = staged(actor, sheet, zhengzhou)
    assert batch.rows_total == 82
    assert batch.state == Batch.State.ASKING
    assert keys(batch, verdict="error") == ["ZZ061", "ZZ077", "ZZ079"]
    assert len(keys(batch, verdict="ask")) == 12
    assert {k: v for k, v in batch.counts.items() if k in Row.Verdict.values} == {"create": 67, "ask": 12, "error": 3}
    assert batch.notes == []
    found = {
        q["word"]: {c["name"]: c["rows"] for c in q["details"]["candidates"] if c["rows"]} for q in batch.questions
    }
    assert found == {
        "高新区": {"中原区": 7, "管城回族区": 1},
        "经开区": {"管城回族区": 2},
        "郑东新区": {"管城回族区": 1},
        "航空港区": {"新郑市": 1},
    }
    suggested = {q["word"]: [c["code"] for c in q["details"]["candidates"] if c["suggested"]] for q in batch.questions}
    assert suggested == ZONES


def test_after_the_mapping_the_fourth_error_shows_and_78_come_in(actor, sheet, zhengzhou):
    batch = answered(actor, staged(actor, sheet, zhengzhou))
    assert batch.state == Batch.State.READY
    assert keys(batch, verdict="error") == ["ZZ008", "ZZ061", "ZZ077", "ZZ079"]
    assert batch.counts["create"] == 78
    batch = actions.commit(actor=actor, batch=batch, only_good=True)
    assert Station.objects.count() == 78
    assert SourceKey.objects.count() == 78
    border = Station.objects.get(source_keys__key="ZZ037")
    assert (border.position_flags, border.division_id, border.org.name) == (["border"], "410103", "二七区总工会")
    zone = Organisation.objects.get(kind="zone", name="高新区")
    assert [d.code for d in zone.lies_in.all()] == ["410102"]
    first = Station.objects.get(source_keys__key="ZZ001")
    assert (first.org, first.division_id, first.district_named) == (zone, "410102", "高新区")
    assert (first.received_x, first.received_y, first.received_datum) == (113.564525, 34.819187, "gcj02")
    assert round(first.lng, 3) == 113.558
    assert first.position_source == "map_poi"
    always = Station.objects.get(source_keys__key="ZZ054")
    assert always.hours_osm != ""
    assert always.hours_text == "24小时"


def test_the_fixed_rows_are_far_and_the_border_row_is_near(actor, sheet, zhengzhou):
    batch = answered(actor, staged(actor, sheet, zhengzhou))
    far = {
        row.values["source_key"]: float(e["params"]["km"])
        for row in batch.rows.filter(verdict="error")
        for e in row.errors
    }
    assert far == {"ZZ008": 11.7, "ZZ061": 1.2, "ZZ077": 12.3, "ZZ079": 16.8}
    row = batch.rows.get(values__source_key="ZZ037")
    assert [(w["code"], w["params"]["m"]) for w in row.warnings if w["code"] == "border"] == [("border", 894)]


def test_mobiles_are_not_published(actor, sheet, zhengzhou):
    batch = answered(actor, staged(actor, sheet, zhengzhou))
    actions.commit(actor=actor, batch=batch, only_good=True)
    phones = dict(SourceKey.objects.values_list("key", "station__public_phone"))
    assert phones["ZZ004"] == "0371-55269597"
    assert phones["ZZ006"] == ""
    assert phones["ZZ028"] == "0371-67956331;0371-60223349"
    assert not any("*" in phone for phone in phones.values())


def test_a_second_run_changes_nothing(actor, sheet, zhengzhou):
    actions.commit(actor=actor, batch=answered(actor, staged(actor, sheet, zhengzhou)), only_good=True)
    versions = dict(Station.objects.values_list("code", "version"))
    lines = Entry.objects.filter(verb__startswith="stations.").count()
    again = staged(actor, sheet, zhengzhou)
    assert again.questions == []
    assert {k: v for k, v in again.counts.items() if k in Row.Verdict.values} == {"same": 78, "error": 4}
    actions.commit(actor=actor, batch=again, only_good=True)
    assert dict(Station.objects.values_list("code", "version")) == versions
    assert Entry.objects.filter(verb__startswith="stations.").count() == lines
    assert Organisation.objects.filter(kind="zone").count() == 4


def test_the_undo_takes_them_out_and_keeps_what_was_touched(actor, sheet, zhengzhou):
    from xiaojia.domains.stations.actions import change_station

    batch = actions.commit(actor=actor, batch=answered(actor, staged(actor, sheet, zhengzhou)), only_good=True)
    touched = Station.objects.get(source_keys__key="ZZ002")
    change_station(actor=actor, station_id=touched.pk, version=touched.version, values={"floor": "1楼"})
    outcome = actions.undo(actor=actor, batch=batch)
    assert (outcome.removed, outcome.restored, [k[0] for k in outcome.kept]) == (77, 0, [3])
    assert [s.pk for s in Station.objects.all()] == [touched.pk]
    batch.refresh_from_db()
    assert batch.state == Batch.State.UNDONE


def test_a_wrong_datum_is_said_and_nothing_is_moved(actor, sheet, zhengzhou):
    for datum in ("wgs84", "bd09"):
        batch = staged(actor, sheet, zhengzhou, datum)
        codes = [note["code"] for note in batch.notes]
        assert codes == ["datum_title", "datum_title", "datum_doubt"]
        assert batch.notes[2]["params"]["better"].startswith("GCJ-02")
        batch = answered(actor, batch)
        assert [note["code"] for note in batch.notes][2] == "datum_doubt"


def test_the_sheet_comes_back_annotated(actor, sheet, zhengzhou):
    batch = answered(actor, staged(actor, sheet, zhengzhou))
    name, data = actions.annotated(batch)
    lines = data.decode("utf-8-sig").splitlines()
    assert name.endswith(".csv")
    assert lines[0].endswith("导入提示")
    assert "坐标却落在中原区，离新郑市约12.3公里" in lines[77]
    assert lines[9].endswith(",")
