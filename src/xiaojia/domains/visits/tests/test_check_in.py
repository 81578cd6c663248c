"""Does a tap become exactly one row, whatever happens on the way?"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction

from tests.cast import make_cast
from xiaojia.domains.stations.models import Evidence
from xiaojia.domains.visits.actions import Outcome, add_by_keeper, answer, check_in, ensure_partitions
from xiaojia.domains.visits.models import Answer, CountingRule, Visit
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.domains.visits.rules.hours import SHANGHAI
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import Who

NOW = datetime(2026, 11, 24, 12, 20, tzinfo=SHANGHAI)
PHONE, OTHER = b"p" * 16, b"o" * 16
DEVICE = Who("keeper-device:1", "站点设备：前台")


def tap(cast: Any, **values: Any) -> Any:
    return check_in(**({"station": cast.own, "device": PHONE, "key": uuid4(), "now": NOW} | values))


def kinds() -> list[str]:
    return list(Evidence.objects.order_by("at").values_list("kind", flat=True))


def test_a_tap_is_one_row_with_the_scope_of_the_day(cast: Any) -> None:
    result = tap(cast, occupation="courier", near=True)
    row = Visit.objects.get()
    assert result.outcome is Outcome.ACCEPTED
    assert (row.pk, row.hour, row.seen_at) == (result.visit_id, NOW.replace(minute=0), NOW)
    assert (row.station_id, row.org_path, row.division_code) == (cast.own.pk, cast.district.path, "460203")
    assert (row.source, row.people, row.occupation, row.near, bytes(row.device)) == ("qr", 1, "courier", True, PHONE)
    assert kinds() == ["checkin_near"]


def test_the_same_key_is_the_same_row(cast: Any) -> None:
    key = uuid4()
    first, again = tap(cast, key=key), tap(cast, key=key, now=NOW + timedelta(minutes=5))
    assert (again.outcome, again.visit_id) == (Outcome.REPEATED, first.visit_id)
    assert Visit.objects.count() == 1
    assert len(kinds()) == 1


def test_a_retry_over_the_end_of_the_hour_is_the_same_row(cast: Any) -> None:
    key, late = uuid4(), NOW.replace(minute=59, second=59)
    first = tap(cast, key=key, now=late)
    again = tap(cast, key=key, now=late + timedelta(seconds=2))
    assert (again.outcome, again.visit_id, again.hour) == (Outcome.REPEATED, first.visit_id, NOW.replace(minute=0))


def test_another_key_in_the_same_hour_is_already_noted(cast: Any) -> None:
    first, again = tap(cast), tap(cast, now=NOW + timedelta(minutes=20))
    assert (again.outcome, again.visit_id) == (Outcome.SAME_HOUR, first.visit_id)
    assert Visit.objects.count() == 1


def test_the_next_hour_another_phone_another_station_are_new(cast: Any) -> None:
    taps = [tap(cast), tap(cast, now=NOW + timedelta(hours=1)), tap(cast, device=OTHER), tap(cast, station=cast.banks)]
    assert [result.outcome for result in taps] == [Outcome.ACCEPTED] * 4
    assert Visit.objects.count() == 4


def test_a_kept_tap_is_dated_by_its_age_and_not_by_a_clock(cast: Any) -> None:
    """The phone's clock may be an hour wrong: only the seconds since the tap arrive."""
    result = tap(cast, age_s=3000)
    assert Visit.objects.get().seen_at == NOW - timedelta(minutes=50)
    assert result.hour == datetime(2026, 11, 24, 11, tzinfo=SHANGHAI)
    assert Evidence.objects.get().at == NOW - timedelta(minutes=50)
    assert tap(cast, age_s=-3600).hour == datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)


def test_a_tap_kept_for_more_than_a_day_is_refused(cast: Any) -> None:
    with pytest.raises(VisitError) as refused:
        tap(cast, age_s=24 * 3600 + 1)
    assert refused.value.code == "too_old"
    assert not Visit.objects.exists()


def test_at_midnight_of_a_month_shanghai_decides(cast: Any) -> None:
    before = tap(cast, now=datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI))
    after = tap(cast, now=datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, tableoid::regclass::text FROM visits_visit")
        where = dict(cursor.fetchall())
    assert where == {before.visit_id: "visits_visit_y2026m11", after.visit_id: "visits_visit_y2026m12"}


def test_sources_weigh_differently_and_stand_beside_each_other(cast: Any) -> None:
    tap(cast)
    tap(cast, source="code", device=OTHER, now=NOW + timedelta(minutes=1))
    tap(cast, source="group", people=3)
    assert kinds() == ["checkin_far", "checkin_code"]
    assert list(Visit.objects.order_by("source").values_list("source", "people")) == [
        ("code", 1),
        ("group", 3),
        ("qr", 1),
    ]


@pytest.mark.parametrize(("people", "code"), [(21, "group_cap"), (0, "bad_number"), (-1, "bad_number")])
def test_a_group_is_capped_by_the_rule(cast: Any, people: int, code: str) -> None:
    with pytest.raises(VisitError) as refused:
        tap(cast, source="group", people=people)
    assert refused.value.code == code
    assert not Visit.objects.exists()
    assert tap(cast, source="group", people=20).outcome is Outcome.ACCEPTED


def test_one_group_per_phone_and_hour(cast: Any) -> None:
    tap(cast, source="group", people=4)
    again = tap(cast, source="group", people=9)
    assert (again.outcome, again.people) == (Outcome.SAME_HOUR, 4)


def test_a_suspended_station_still_counts_a_removed_one_does_not(cast: Any) -> None:
    cast.own.status = "suspended"
    assert tap(cast).outcome is Outcome.ACCEPTED
    cast.own.status = "removed"
    with pytest.raises(VisitError) as refused:
        tap(cast, device=OTHER)
    assert refused.value.code == "removed"


def test_the_keeper_adds_up_to_the_cap_of_the_day(cast: Any) -> None:
    def add(people: int, **values: Any) -> Any:
        return add_by_keeper(
            **({"actor": DEVICE, "station": cast.own, "people": people, "key": uuid4(), "now": NOW} | values)
        )

    key = uuid4()
    assert add(30, key=key).outcome is Outcome.ACCEPTED
    assert add(30, key=key).outcome is Outcome.REPEATED
    with pytest.raises(VisitError) as refused, transaction.atomic():
        add(21)
    assert (refused.value.code, refused.value.params) == ("keeper_cap", {"cap": 50, "left": 20})
    assert add(20).outcome is Outcome.ACCEPTED
    assert add(50, now=NOW + timedelta(days=1)).outcome is Outcome.ACCEPTED
    assert list(Visit.objects.order_by("seen_at", "-people").values_list("people", flat=True)) == [30, 20, 50]
    line = Entry.objects.filter(verb="visits.added_by_keeper").order_by("at").first()
    assert line is not None
    assert (line.actor_id, line.actor_label, line.details["people"]) == ("keeper-device:1", "站点设备：前台", 30)
    assert Evidence.objects.count() == 0


def test_an_answer_is_kept_once_and_the_visit_stays_as_it_is(cast: Any) -> None:
    visit = tap(cast)
    said = {"visit_id": visit.visit_id, "hour": visit.hour, "now": NOW}
    assert answer(kind="work", value="courier", **said) is True
    assert answer(kind="work", value="driver", **said) is False
    assert answer(kind="good", value="1", **said) is True
    assert answer(kind="work", value="spy", **said) is False
    assert list(Answer.objects.order_by("kind").values_list("kind", "value")) == [("good", "1"), ("work", "courier")]
    assert Visit.objects.get().occupation == ""


@pytest.mark.parametrize(
    "deed", ["UPDATE visits_visit SET people = 9", "DELETE FROM visits_visit", "TRUNCATE visits_visit"]
)
def test_the_application_cannot_change_a_visit(cast: Any, deed: str) -> None:
    tap(cast)
    with pytest.raises(ProgrammingError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    assert Visit.objects.get().people == 1


def test_the_seeded_rule_counts_every_source(db: None) -> None:
    rule = CountingRule.objects.get(name="2026-1")
    assert rule.sources == {"qr": True, "code": True, "group": True, "keeper": True}
    assert (rule.group_cap, rule.keeper_cap_day) == (20, 50)


def together(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work` in threads that start at one moment, each with its own connection; return results and errors."""
    results: list[Any] = [None] * number
    gate = threading.Barrier(number)

    def run(index: int) -> None:
        gate.wait()
        try:
            results[index] = work(index)
        except Exception as error:
            results[index] = error
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_key_at_the_end_of_the_hour_is_one_row_however_it_races(own_database: str) -> None:
    """Half of the retries fall into the next hour, where no unique key could see the first one."""
    cast = make_cast()
    end = NOW.replace(minute=59, second=59, microsecond=900_000)
    for _ in range(8):
        key = uuid4()
        results = together(
            10,
            lambda i, key=key, end=end: check_in(
                station=cast.own, device=PHONE, key=key, now=end + timedelta(seconds=i % 2)
            ),
        )
        assert [result.outcome for result in results].count(Outcome.ACCEPTED) == 1
        assert len({result.visit_id for result in results}) == 1
        assert Visit.objects.filter(key=key).count() == 1
        end += timedelta(hours=2)


def crowd(station: Any, keys: list[UUID], at_once: int = 50) -> list[Any]:
    """Send one check-in per key, `at_once` truly at the same time."""
    results: list[Any] = []
    for start in range(0, len(keys), at_once):
        part = keys[start : start + at_once]
        results += together(
            len(part),
            lambda i, part=part: check_in(station=station, device=PHONE, key=part[i], now=NOW),  # type: ignore[misc]
        )
    return results


@pytest.mark.parametrize("one_key", [True, False])
def test_five_hundred_at_once_are_one_row(own_database: str, one_key: bool) -> None:
    cast = make_cast()
    key = uuid4()
    results = crowd(cast.own, [key if one_key else uuid4() for _ in range(500)])
    outcomes = [result.outcome if not isinstance(result, Exception) else result for result in results]
    assert outcomes.count(Outcome.ACCEPTED) == 1
    assert outcomes.count(Outcome.REPEATED if one_key else Outcome.SAME_HOUR) == 499
    assert Visit.objects.count() == 1
    assert Evidence.objects.count() == 1
    assert len({result.visit_id for result in results}) == 1


def test_two_keepers_at_once_stay_under_the_cap(own_database: str) -> None:
    cast = make_cast()
    results = together(12, lambda i: add_by_keeper(actor=DEVICE, station=cast.own, people=10, key=uuid4(), now=NOW))
    assert sum(not isinstance(result, Exception) for result in results) == 5
    assert {result.code for result in results if isinstance(result, VisitError)} == {"keeper_cap"}
    assert sum(Visit.objects.values_list("people", flat=True)) == 50


def test_a_visit_without_a_month_is_kept_and_moved_when_the_month_is_made(own_database: str) -> None:
    cast = make_cast()
    far = datetime(2031, 5, 7, 12, 20, tzinfo=SHANGHAI)
    early = check_in(station=cast.own, device=PHONE, key=uuid4(), now=far)
    late = check_in(station=cast.own, device=PHONE, key=uuid4(), now=datetime(2031, 9, 1, 9, tzinfo=SHANGHAI))
    assert _tables() == {early.visit_id: "visits_visit_default", late.visit_id: "visits_visit_default"}
    made = ensure_partitions(far)
    assert [name for name in made if name.startswith("visits")] == [
        "visits_visit_y2031m04", "visits_visit_y2031m05", "visits_visit_y2031m06", "visits_visit_y2031m07", "visits_visit_y2031m08",
    ]  # fmt: skip
    assert sum(name.startswith("audit") for name in made) == 5
    assert _tables() == {early.visit_id: "visits_visit_y2031m05", late.visit_id: "visits_visit_default"}
    assert ensure_partitions(far) == []
    again = check_in(station=cast.own, device=PHONE, key=uuid4(), now=far)
    assert (again.outcome, again.visit_id) == (Outcome.SAME_HOUR, early.visit_id)


def _tables() -> dict[UUID, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, tableoid::regclass::text FROM visits_visit")
        return dict(cursor.fetchall())
