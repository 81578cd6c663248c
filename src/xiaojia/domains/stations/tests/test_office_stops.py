"""Is a mobile station's timetable written line by line, and do its hours follow?"""

import pytest

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.rules.errors import StationConflict
from xiaojia.kernel.audit.rules import SYSTEM


@pytest.fixture
def van(cast):
    values = {"mobility": "mobile"}
    return actions.change_station(actor=SYSTEM, station_id=cast.own.pk, version=cast.own.version, values=values)


def line(n: int, place: str, days: str, start: str, end: str, position: str, datum: str = "wgs84") -> dict[str, str]:
    keys = {"place": place, "start": start, "end": end, "position": position, "datum": datum}
    return {f"{key}-{n}": value for key, value in keys.items()} | {f"day{day}-{n}": "1" for day in days}


def test_stops_are_written_and_hours_follow(sign_in, cast, van):
    client, address = sign_in("officer", cast), f"/office/stations/{van.code}/edit/stops/"
    data = {"version": str(van.version)}
    data |= line(0, "东岸湿地", "024", "830", "11:30", "109.52,18.27") | line(1, "", "", "", "", "")
    data |= line(2, "临春岭", "1", "8:30", "11:30", "18.25,109.53", "gcj02")
    assert client.post(address, data).status_code == 302
    assert list(van.stops.values_list("place", "weekdays", "start_min", "end_min")) == [
        ("东岸湿地", [0, 2, 4], 510, 690),
        ("临春岭", [1], 510, 690),
    ]
    assert Station.objects.get(pk=van.pk).hours_osm == "Mo-We,Fr 08:30-11:30"
    page = client.get(address)
    assert [row.place for row in page.context["rows"]] == ["东岸湿地", "临春岭", "", ""]


def test_a_bad_line_is_named_and_nothing_is_written(sign_in, cast, van):
    client, address = sign_in("officer", cast), f"/office/stations/{van.code}/edit/stops/"
    data = {"version": str(van.version)} | line(0, "东岸湿地", "", "8:30", "8:00", "哪里")
    page = client.post(address, data)
    assert (page.status_code, page.context["rows"][0].error) == (400, "请选星期几。")
    assert 'value="哪里"' in page.content.decode()
    assert van.stops.count() == 0


def test_a_second_officer_is_shown_both_timetables(sign_in, cast, van):
    client, address = sign_in("officer", cast), f"/office/stations/{van.code}/edit/stops/"
    theirs = {"place": "别处", "weekdays": [3], "start_min": 500, "end_min": 600, "lng": 109.5, "lat": 18.3}
    actions.set_stops(actor=SYSTEM, station_id=van.pk, version=van.version, stops=[theirs])
    data = {"version": str(van.version)} | line(0, "东岸湿地", "0", "8:30", "11:30", "109.52,18.27")
    page = client.post(address, data)
    assert [(row["mine"], row["theirs"]) for row in page.context["rows"]] == [("东岸湿地", "别处")]
    again = dict(page.context["typed"]) | {"version": str(page.context["version"]), "choose-all": "mine"}
    assert client.post(address, again).status_code == 302
    assert van.stops.get().place == "东岸湿地"


def test_the_same_timetable_twice_changes_nothing_and_a_stale_one_is_refused_with_both(cast, van):
    stop = {"place": "别处", "weekdays": [3], "start_min": 500, "end_min": 600, "lng": 109.5, "lat": 18.3}
    once = actions.set_stops(actor=SYSTEM, station_id=van.pk, version=van.version, stops=[stop])
    again = actions.set_stops(actor=SYSTEM, station_id=van.pk, version=van.version, stops=[stop])
    assert (again.version, van.stops.count()) == (once.version, 1)
    mine = stop | {"place": "东岸湿地"}
    with pytest.raises(StationConflict) as refused:
        actions.set_stops(actor=SYSTEM, station_id=van.pk, version=van.version, stops=[mine])
    assert refused.value.changes == {"stops": [[mine], [stop]]}


def test_a_fixed_station_has_no_timetable(sign_in, cast):
    assert sign_in("officer", cast).get(f"/office/stations/{cast.own.code}/edit/stops/").status_code == 404
