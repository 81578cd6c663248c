"""Is the demo city what its founding report says, and does it live?"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count

from xiaojia.domains.demo.actions import live_until, seed
from xiaojia.domains.demo.rules.city import HALTS, JIYANG, SPOTS, TIANYA
from xiaojia.domains.demo.rules.life import SHANGHAI
from xiaojia.domains.stations.models import Evidence, Station
from xiaojia.domains.stations.queries.board import live
from xiaojia.domains.visits.models import Visit
from xiaojia.kernel.places.queries import area_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)


def test_every_spot_lies_in_its_district(db):
    area = area_of("4602")
    assert [s.name for s in SPOTS if area.locate(s.lng, s.lat) != s.district] == []
    assert {area.locate(halt.lng, halt.lat) for halt in HALTS} == {JIYANG, TIANYA}


def test_the_city_has_74_homes_and_more_than_100_000_visits(own_database):
    seed(now=NOW)
    by_district = dict(Station.objects.values_list("division__name").annotate(n=Count("pk")))
    assert by_district == {"天涯区": 26, "吉阳区": 27, "海棠区": 12, "崖州区": 9}
    assert Station.objects.filter(host_type="party_centre").count() == 13
    van = Station.objects.get(mobility="mobile")
    assert (van.stops.count(), van.hours_osm.startswith("Mo")) == (len(HALTS), True)
    assert 100_000 < Visit.objects.count() < 130_000
    states = {s.verdict.state.value for s in live(NOW)}
    assert states == {"confirmed", "posted", "unknown", "closed"}

    before = Visit.objects.count()
    assert seed(now=NOW).code_prefix == "SY" and Visit.objects.count() == before

    later = NOW + timedelta(hours=2)
    evidence, visits = live_until(later)
    assert evidence > 0 and visits > 0
    assert live_until(later)[1] == 0
    assert Evidence.objects.filter(at__gt=later).count() == 0
    connection.close()
