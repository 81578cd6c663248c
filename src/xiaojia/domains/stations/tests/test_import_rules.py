"""What do cells, district words, likeness and the datum's fit say? No database."""

import pytest

from xiaojia.domains.stations.rules import districts, sheet_cells
from xiaojia.domains.stations.rules.datum_fit import Fit, better, fit_of
from xiaojia.domains.stations.rules.districts import County
from xiaojia.domains.stations.rules.likeness import DOUBLE_FROM, confidence, dropping, entry
from xiaojia.domains.stations.rules.sheet import FIELDS
from xiaojia.kernel.imports.rules import match_titles
from xiaojia.lib.errors import XiaojiaError

COUNTIES = [
    County("410102", "中原区", "中原区"),
    County("410103", "二七区", "二七区"),
    County("410104", "管城回族区", "管城区"),
    County("410122", "中牟县", "中牟县"),
]


def test_the_public_list_of_zhengzhou_matches_by_itself():
    header = [
        "id",
        "name",
        "address",
        "district",
        "lng_gcj02",
        "lat_gcj02",
        "coord_source",
        "open_hours_as_listed",
        "contact_as_listed",
    ]
    wanted = ["source_key", "name", "address", "district", "lng", "lat", "position_source", "hours", "phone"]
    assert list(match_titles(header, FIELDS, {}).values()) == wanted


def test_no_two_fields_answer_to_one_title():
    names = [
        name for field in FIELDS for name in {field.label, *field.synonyms} if not field.key.startswith("facility_")
    ]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("中原区", ["410102"]),
        ("郑州市中原区", ["410102"]),
        ("河南省郑州市中原区", ["410102"]),
        (" 中原 ", ["410102"]),
        ("管城区", ["410104"]),
        ("管城", ["410104"]),
        ("中牟", ["410122"]),
        ("中元区", []),
        ("高新区", []),
        ("", []),
    ],
)
def test_a_district_word_is_found_by_name_short_name_or_stem(word, codes):
    assert districts.find(word, COUNTIES, ["河南省", "郑州市"]) == codes


def test_zones_are_told_from_slips():
    assert [districts.looks_like_zone(w) for w in ("高新区", "经开区", "郑东新区", "航空港区", "中元区")] == [
        True
    ] * 4 + [False]
    assert districts.nearest_names("中元区", COUNTIES)[0] == "中原区"


@pytest.mark.parametrize(
    ("cell", "shown", "mobiles"),
    [
        ("0371-67956331;0371-60223349", "0371-67956331;0371-60223349", 0),
        ("187****2336", "", 1),
        ("13812345678", "", 1),
        ("+86 138-1234-5678", "", 1),
        ("李站长 138 1234 5678", "", 1),
        ("(0371)60124604 或 400-820-8820", "(0371)60124604;400-820-8820", 0),
        ("０３７１－５５２６９５９７", "0371-55269597", 0),
        ("12351、193****8889", "12351", 1),
    ],
)
def test_mobiles_never_get_through(cell, shown, mobiles):
    assert sheet_cells.phone(cell) == {"public": shown, "mobiles": mobiles}


def test_facilities_are_read_from_a_list():
    read = sheet_cells.facts("饮水机、微波炉2台、空调（坏）、无冰箱、爆米花机")
    assert read["unknown"] == ["爆米花机"]
    assert {kind: (f["presence"], f["working"], f["count"]) for kind, f in read["known"].items()} == {
        "water": ("present", "unknown", None),
        "microwave": ("present", "unknown", 2),
        "aircon": ("present", "broken", None),
        "fridge": ("absent", "unknown", None),
    }


@pytest.mark.parametrize(
    ("parse", "cell", "code"),
    [
        (sheet_cells.area, "约80", "not_a_number"),
        (sheet_cells.area, "-3", "negative"),
        (sheet_cells.whole, "2.5", "not_whole"),
        (sheet_cells.whole, "1000000", "too_big"),
        (sheet_cells.day, "2023-11", "month_only"),
        (sheet_cells.yes_no, "也许", "not_yes_no"),
        (sheet_cells.one_of(sheet_cells.STATUS), "飞行", "not_in_list"),
        (sheet_cells.text(3), "太长的字", "too_long"),
        (sheet_cells.fact, "大概", "not_have"),
    ],
)
def test_a_cell_that_cannot_be_taken_says_why(parse, cell, code):
    with pytest.raises(XiaojiaError) as refusal:
        parse(cell)
    assert refusal.value.code == code


def test_cells_with_units_and_excel_days():
    assert sheet_cells.area("80㎡") == 80.0
    assert sheet_cells.whole("12人") == 12
    assert sheet_cells.day("45000") == "2023-03-15"
    assert sheet_cells.one_of(sheet_cells.HOST_TYPE)("银行") == "bank"


def test_one_station_said_twice_is_seen_and_neighbours_are_not():
    places = dropping(["郑州市", "中原区"])
    one = entry("工会驿站(高新区枫杨办事处便民服务大厅)", "郑州市中原区石佛镇翠竹街1号53楼", places)
    again = entry("枫杨办事处便民服务大厅户外劳动者驿站", "石佛镇翠竹街1号", places)
    assert confidence(one, again, 25.0) >= DOUBLE_FROM
    left = entry("郑州市工会爱心驿站(商城路220号)", "商城路220号", places)
    right = entry("郑州市工会爱心驿站(商城路206号)", "商城路206号", places)
    assert confidence(left, right, 260.0) < DOUBLE_FROM
    assert confidence(entry("工会驿站", "", places), entry("工会驿站", "", places), 5.0) == 0.0


def test_the_datum_is_doubted_only_when_another_fits_clearly_better():
    fits = {"gcj02": Fit(70, 66, 900.0), "wgs84": Fit(70, 61, 300.0), "bd09": Fit(70, 63, 500.0)}
    assert better("gcj02", fits) is None
    assert better("wgs84", fits) == "gcj02"
    assert better("bd09", fits) == "gcj02"
    assert better("wgs84", {"wgs84": Fit(10, 8, 1.0), "gcj02": Fit(10, 10, 0.0)}) is None
    assert fit_of([0.0, 0.0, 50.0, 90.0, 700.0]) == Fit(5, 2, 90.0)
    assert better("wgs84", {"wgs84": fit_of([]), "gcj02": fit_of([])}) is None
