"""Do the registry's verbs work, refuse, log one line, and lose nobody's work?"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Closure, Station
from xiaojia.domains.stations.queries.detail import adopted_standard, completeness, find_public
from xiaojia.domains.stations.rules.errors import StationConflict, StationError
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM


def lines() -> int:
    return Entry.objects.count()


def test_register_gives_the_next_code_and_one_line(cast):
    before = lines()
    station = actions.register_station(actor=cast.actor("district"), org=cast.district, values={"name": "临春驿站"})
    assert (station.code, station.version, station.status) == ("SY-0004", 1, "running")
    assert lines() == before + 1
    assert (
        Entry.objects.filter(verb="stations.registered", subject_id=str(station.pk)).get().actor_label == "测试district"
    )


@pytest.mark.parametrize("role", ["leader", "auditor", "clerk", "keeper", "outsider"])
def test_readers_and_outsiders_change_nothing(cast, role):
    before = lines()
    actor = cast.actor(role)
    for attempt in (
        lambda: actions.register_station(actor=actor, org=cast.district, values={"name": "x"}),
        lambda: actions.change_station(actor=actor, station_id=cast.own.pk, version=4, values={"name": "x"}),
        lambda: actions.verify_station(actor=actor, station_id=cast.own.pk),
        lambda: actions.change_status(
            actor=actor, station_id=cast.own.pk, version=4, status="suspended", on=date(2026, 1, 1), reason="x"
        ),
    ):
        with pytest.raises(StationError) as refusal:
            attempt()
        assert refusal.value.code == "not_found"
    assert lines() == before


def test_a_district_reads_a_banks_station_on_its_ground_but_cannot_write_it(cast):
    from xiaojia.domains.stations.access import visible

    assert [s.name for s in visible(cast.actor("district"))] == ["月川路驿站", "河东路银行驿站"]
    with pytest.raises(StationError):
        actions.change_station(actor=cast.actor("district"), station_id=cast.banks.pk, version=4, values={"name": "x"})
    assert visible(cast.actor("outsider")).count() == 0


def test_two_officers_on_different_fields_both_win_and_on_the_same_field_the_second_is_asked(cast):
    actor = cast.actor("officer")
    base = cast.own.version
    actions.change_station(actor=actor, station_id=cast.own.pk, version=base, values={"floor": "二楼"})
    merged = actions.change_station(
        actor=cast.actor("district"), station_id=cast.own.pk, version=base, values={"brand": "小家"}
    )
    assert (merged.floor, merged.brand) == ("二楼", "小家")
    before = lines()
    with pytest.raises(StationConflict) as conflict:
        actions.change_station(actor=actor, station_id=cast.own.pk, version=base, values={"floor": "三楼"})
    assert conflict.value.changes == {"floor": ["三楼", "二楼"]}
    assert Station.objects.get(pk=cast.own.pk).floor == "二楼" and lines() == before


def test_saving_the_same_again_changes_nothing_not_even_the_version(cast):
    actor = cast.actor("officer")
    values = {"name": cast.own.name, "access": "free"}
    before = lines()
    station = actions.change_station(actor=actor, station_id=cast.own.pk, version=cast.own.version, values=values)
    assert station.version == cast.own.version and lines() == before


@pytest.mark.parametrize("phone", ["13800138000", "187****2336", "0898-1234567;13912345678"])
def test_a_mobile_number_is_not_published(cast, phone):
    with pytest.raises(StationError) as refusal:
        actions.change_station(
            actor=cast.actor("officer"),
            station_id=cast.own.pk,
            version=cast.own.version,
            values={"public_phone": phone},
        )
    assert refusal.value.code == "mobile_phone"


def test_leaving_service_needs_a_reason_and_is_history(cast):
    actor = cast.actor("officer")
    with pytest.raises(StationError) as refusal:
        actions.change_status(actor=actor, station_id=cast.own.pk, version=4, status="removed", on=date(2026, 1, 1))
    assert refusal.value.code == "no_reason"
    station = actions.change_status(
        actor=actor, station_id=cast.own.pk, version=4, status="suspended", on=date(2026, 1, 1), reason="装修"
    )
    step = station.status_changes.first()
    assert (step.before, step.after, step.reason, step.by) == ("running", "suspended", "装修", "测试officer")


def test_a_typhoon_closes_two_districts_in_one_deed_and_is_taken_back_once(cast):
    now = timezone.now()
    before = lines()
    closure = actions.close_stations(
        actor=cast.actor("officer"),
        station_ids=[cast.own.pk, cast.banks.pk, cast.other.pk],
        reason="台风",
        starts_at=now,
        ends_at=now + timedelta(hours=20),
    )
    assert closure.stations.count() == 3 and lines() == before + 1
    assert closure.org == cast.instance.root
    actions.withdraw_closure(actor=cast.actor("officer"), closure_id=closure.pk)
    actions.withdraw_closure(actor=cast.actor("officer"), closure_id=closure.pk)
    assert Closure.objects.get().withdrawn_by == "测试officer" and lines() == before + 2


def test_a_closure_out_of_reach_touches_nothing(cast):
    now = timezone.now()
    with pytest.raises(StationError):
        actions.close_stations(
            actor=cast.actor("district"),
            station_ids=[cast.own.pk, cast.banks.pk],
            reason="台风",
            starts_at=now,
            ends_at=now + timedelta(hours=1),
        )
    assert Closure.objects.count() == 0
    for reason, ends, code in (
        ("", now + timedelta(hours=1), "no_reason"),
        ("雨", now - timedelta(hours=1), "ends_before_start"),
    ):
        with pytest.raises(StationError) as refusal:
            actions.close_stations(
                actor=cast.actor("officer"), station_ids=[cast.own.pk], reason=reason, starts_at=now, ends_at=ends
            )
        assert refusal.value.code == code


def test_a_merge_keeps_the_old_code_alive(cast):
    kept = actions.merge_stations(actor=cast.actor("officer"), keep_id=cast.own.pk, drop_id=cast.other.pk)
    found = find_public(cast.other.code)
    assert found is not None and found.moved and found.station.pk == kept.pk
    assert "海月广场驿站" in kept.aliases
    assert Station.objects.get(pk=cast.other.pk).status == "removed"
    with pytest.raises(StationError) as refusal:
        actions.verify_station(actor=cast.actor("officer"), station_id=cast.other.pk)
    assert refusal.value.code == "removed"


def test_completeness_is_measured_by_the_adopted_standard_of_the_nearest_organisation_above(cast):
    from xiaojia.domains.stations.models import Standard

    six, ten = Standard.objects.get(key="six_ones_sanya_2021"), Standard.objects.get(key="ten_ones_sanya_2023")
    actions.adopt_standard(actor=SYSTEM, org=cast.instance.root, standard=ten, effective_on=date(2023, 11, 1))
    actions.adopt_standard(actor=SYSTEM, org=cast.district, standard=six, effective_on=date(2024, 1, 1))
    assert adopted_standard(cast.district, date(2023, 12, 1)) == ten
    assert adopted_standard(cast.district, date(2024, 1, 1)) == six
    assert adopted_standard(cast.instance.root, date(2023, 1, 1)) is None
    stand = completeness([cast.own], ten)[cast.own.pk]
    assert (stand.met, stand.total, stand.missing) == (1, 10, ("微波炉",))
    assert len(stand.unknown) == 8


def test_a_point_a_few_metres_over_the_border_keeps_the_named_county_and_is_marked(cast):
    from xiaojia.kernel.places.queries import area_of
    from xiaojia.lib.coordinates import Wgs84

    area = area_of("4602")
    border = area.shapes[area.codes.index("460203")].exterior.coords
    inside = next(
        (x + dx, y + dy)
        for x, y in border
        for dx in (-2e-4, 2e-4)
        for dy in (-2e-4, 2e-4)
        if area.locate(x + dx, y + dy) == "460204" and 0 < area.distance_m("460203", x + dx, y + dy) < 60
    )
    station = actions.place_station(
        actor=SYSTEM,
        station_id=cast.own.pk,
        version=cast.own.version,
        point=Wgs84(*inside),
        received=inside,
        datum="wgs84",
        source="import",
        keep_division=True,
    )
    assert station.division_id == "460203" and station.position_flags == ["border"]


def test_the_application_role_cannot_change_or_delete_the_log_or_visits(db):
    from django.db import connection, transaction
    from django.db.utils import ProgrammingError

    for table in ("audit_entry", "visits_visit"):
        for deed in (f"UPDATE {table} SET org_path = ''", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(deed)
