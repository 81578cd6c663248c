"""After a month nobody can follow a phone: the marks go, the figures stay, and only the owner can do it."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection
from django.db.utils import DatabaseError

from tests.cast import make_cast
from xiaojia.domains.visits.actions import check_in
from xiaojia.domains.visits.models import Visit
from xiaojia.domains.visits.queries.counts import Scope, overview
from xiaojia.domains.visits.queries.devices import whole_months
from xiaojia.domains.visits.rules.hours import SHANGHAI
from xiaojia.kernel.retention.actions import run
from xiaojia.kernel.retention.models import Figure

NOW = datetime(2026, 11, 9, 12, tzinfo=SHANGHAI)
A, B, C = b"a" * 16, b"b" * 16, b"c" * 16


def come(station, device, *moment):
    check_in(station=station, device=device, key=uuid4(), now=datetime(2026, *moment, tzinfo=SHANGHAI))


def test_whole_months_of_a_period():
    from datetime import date

    assert whole_months(date(2026, 9, 1), date(2026, 11, 30)) == ["2026-09", "2026-10", "2026-11"]
    assert whole_months(date(2026, 9, 2), date(2026, 11, 29)) == ["2026-10"]
    assert whole_months(date(2026, 9, 2), date(2026, 9, 30)) == []


@pytest.mark.slow
def test_a_past_months_marks_are_counted_once_and_taken_off(own_database):
    cast = make_cast()
    for station, device, day in (
        (cast.own, A, 3),
        (cast.own, A, 4),
        (cast.own, B, 4),
        (cast.banks, A, 5),
        (cast.other, C, 6),
    ):
        come(station, device, 10, day, 9)
    come(cast.own, A, 11, 2, 9)
    before = {role: overview(cast.actor(role), OCTOBER).devices for role in ("admin", "district")}
    assert before == {"admin": 3, "district": 2}
    assert [o.cleared for o in run(NOW, keys=("visits.devices",))] == [5]
    assert Visit.objects.filter(device__isnull=False).count() == 1
    assert Visit.objects.count() == 6
    after = {role: overview(cast.actor(role), OCTOBER).devices for role in ("admin", "district")}
    assert after == before
    assert overview(cast.actor("admin"), Scope(*DAYS, station=cast.own.code)).devices == 2
    assert overview(cast.actor("admin"), Scope(*DAYS, division="460203")).devices == 2
    assert overview(cast.actor("admin"), Scope(*DAYS, org=cast.bank.pk)).devices == 1
    assert overview(cast.actor("district"), Scope(*DAYS, org=cast.instance.root.pk)).devices == 0
    assert overview(cast.actor("outsider"), OCTOBER).devices == 0
    kept = dict(Figure.objects.values_list("scope", "value"))
    assert kept[f"station:{cast.own.pk}"] == 2
    assert [o.cleared for o in run(NOW, keys=("visits.devices",))] == [0]
    assert dict(Figure.objects.values_list("scope", "value")) == kept


def test_the_application_cannot_take_a_mark_off(cast):
    come(cast.own, A, 11, 2, 9)
    with pytest.raises((ProgrammingError, DatabaseError), match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE visits_visit SET device = NULL")


def test_a_month_is_left_alone_until_its_term_is_over(cast):
    from xiaojia.domains.visits.retention import TERMS

    come(cast.own, A, 10, 31, 9)
    (term,) = TERMS
    assert term.due(term.cutoff(datetime(2026, 11, 7, 23, tzinfo=SHANGHAI))) == 0
    assert term.due(term.cutoff(datetime(2026, 11, 8, 1, tzinfo=SHANGHAI))) == 1


DAYS = (datetime(2026, 10, 1).date(), datetime(2026, 10, 31).date())
OCTOBER = Scope(*DAYS)
