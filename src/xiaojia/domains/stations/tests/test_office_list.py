"""Does the desk's list show what it should, at a cost that does not grow with its rows, and leave as a sheet?"""

import json

import pytest

from tests.cast import make_station
from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Standard
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.lib.sheets import read_sheet

LIST = "/office/stations/"


def names(page) -> set[str]:
    return {row["station"].name for row in page.context["rows"]}


def adopt(cast) -> None:
    actions.adopt_standard(
        actor=SYSTEM, org=cast.instance.root, standard=Standard.objects.get(key="ten_ones_sanya_2023"),
        effective_on=cast.instance.created_at.date(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"月川路驿站", "河东路银行驿站", "海月广场驿站"}),
        ("?q=月川", {"月川路驿站"}),
        ("?q=yueguang", {"海月广场驿站"}),
        ("?q=yuechuan", {"月川路驿站"}),
        ("?q=hygc", {"海月广场驿站"}),
        ("?q=SY-0002", {"河东路银行驿站"}),
        ("?division=460203", {"月川路驿站", "河东路银行驿站"}),
        ("?status=suspended", set()),
        ("?hours=none", set()),
        ("?unverified=never", {"月川路驿站", "河东路银行驿站", "海月广场驿站"}),
        ("?state=unknown", {"海月广场驿站"}),
        ("?host_type=bank", {"河东路银行驿站"}),
        ("?status=%27%3B--&sort=nonsense&page=999", set()),
    ],
)
def test_filters_stand_in_the_address(sign_in, cast, query, found):
    actions.set_hours(
        actor=SYSTEM, station_id=cast.other.pk, version=cast.other.version, schedule=None, text="以公告为准"
    )
    values = {"host_type": "bank"}
    actions.change_station(actor=SYSTEM, station_id=cast.banks.pk, version=cast.banks.version, values=values)
    assert names(sign_in("officer", cast).get(LIST + query)) == found


def test_the_gap_filter_follows_the_adopted_standard(sign_in, cast):
    adopt(cast)
    client = sign_in("officer", cast)
    assert names(client.get(LIST + "?gap=饮水机")) == set()
    assert len(names(client.get(LIST + "?gap=微波炉"))) == 3
    row = client.get(LIST).context["rows"][0]
    assert (row["stand"].met, row["stand"].total, row["stand"].missing) == (1, 10, ("微波炉",))


def test_a_district_sees_its_path_and_its_ground_and_changes_only_its_path(sign_in, cast):
    client = sign_in("district", cast)
    assert names(client.get(LIST)) == {"月川路驿站", "河东路银行驿站"}
    assert client.get(f"{LIST}{cast.banks.code}/").context["may_write"] is False
    assert client.get(f"{LIST}{cast.banks.code}/edit/basic/").status_code == 404
    assert client.get(f"{LIST}{cast.other.code}/").status_code == 404


def test_the_cost_of_the_list_does_not_grow(sign_in, cast, django_assert_num_queries):
    adopt(cast)
    day_table()
    client = sign_in("officer", cast)
    client.get(LIST)
    with django_assert_num_queries(16):
        client.get(LIST)
    for n in range(7):
        make_station(cast.district, f"新站{n}", 109.52 + n / 1000, 18.27)
    with django_assert_num_queries(16):
        client.get(LIST)


def test_today_counts_and_links(sign_in, cast):
    page = sign_in("officer", cast).get("/office/")
    assert page.context["counts"].total == 3
    assert sum(page.context["counts"].states.values()) == 3
    assert 'href="/office/stations/?state=posted"' in page.content.decode()


def test_columns_are_kept_in_a_cookie(sign_in, cast):
    client = sign_in("officer", cast)
    answer = client.post(f"{LIST}columns/", {"column": ["org", "address"], "back": "https://elsewhere.example/"})
    assert answer["Location"] == LIST
    assert client.get(LIST).context["shown"] == ["org", "address"]


def test_the_part_beside_the_list_and_the_open_one_in_the_address(sign_in, cast):
    client = sign_in("officer", cast)
    part = client.get(f"{LIST}{cast.own.code}/", headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()
    assert "<html" not in part
    assert "月川路驿站" in part
    assert client.get(f"{LIST}?open={cast.own.code}").context["panel_open"] is True


def test_an_export_can_be_imported_again(sign_in, cast):
    client = sign_in("auditor", cast)
    actions.change_station(
        actor=SYSTEM, station_id=cast.own.pk, version=cast.own.version, values={"name": "=HYPERLINK(1)", "area_m2": 35}
    )
    body = client.get(f"{LIST}export.xlsx?q={cast.own.code}").content
    sheet = read_sheet(body, "stations.xlsx")
    row = dict(zip(sheet.header, next(sheet.rows()).cells, strict=False))
    assert row["名称"] == "=HYPERLINK(1)"
    assert (row["系统编号"], row["区县"], row["饮水机"], row["微波炉"]) == (cast.own.code, "吉阳区", "有", "坏")
    csv = client.get(f"{LIST}export.csv?q={cast.own.code}").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in csv
    assert Entry.objects.filter(verb="stations.exported").count() == 2


def test_geojson_gives_longitude_first(sign_in, cast):
    found = json.loads(sign_in("officer", cast).get(f"{LIST}export.geojson").content)
    assert found["features"][0]["geometry"] == {"type": "Point", "coordinates": [109.5246, 18.2677]}


def test_borders_are_for_signed_in_people(client, sign_in, cast):
    assert client.get("/office/map/borders.json").status_code == 302
    shapes = sign_in("district", cast).get("/office/map/borders.json").json()
    assert [feature["properties"]["name"] for feature in shapes["features"]] == ["吉阳区"]


def test_a_map_of_too_many_says_so(sign_in, cast, monkeypatch):
    monkeypatch.setattr("xiaojia.domains.stations.views.office.MAP_ROWS", 2)
    client = sign_in("officer", cast)
    page = client.get("/office/map/")
    assert (len(page.context["rows"]), page.context["cut"]) == (2, 2)
    assert client.get("/office/map/?q=月川").context["cut"] == 0
