"""How are column titles matched, and what does a row say?"""

from xiaojia.kernel.imports.rules import Field, Issue, LineReader, match_titles
from xiaojia.lib.sheets import parse_number

FIELDS = (
    Field("name", "名称", "Name", ("站点名称",), required=True),
    Field("area", "面积", "Area", (), parse=parse_number),
    Field("lng", "经度", "Longitude", ("lng",)),
)


def test_titles_match_by_label_synonym_english_and_without_units():
    assert match_titles(["*站点名称", "面积（平方米）", "坐标/经度"], FIELDS, {}) == {
        "*站点名称": "name", "面积（平方米）": "area", "坐标/经度": "lng",
    }  # fmt: skip
    assert match_titles(["NAME", " longitude "], FIELDS, {}) == {"NAME": "name", " longitude ": "lng"}


def test_the_first_of_two_columns_for_one_field_wins():
    assert match_titles(["名称", "站点名称"], FIELDS, {}) == {"名称": "name"}


def test_memory_outranks_the_names_and_may_ignore_a_title():
    assert match_titles(["名称", "备用名"], FIELDS, {"备用名": "name", "名称": ""}) == {"备用名": "name"}
    assert match_titles(["名称"], FIELDS, {"名称": "gone"}) == {}


def test_blank_cells_say_nothing_and_wrong_ones_name_their_column():
    columns = {"名称": "name", "面积": "area"}
    line = LineReader(columns, {f.key: f for f in FIELDS}).read(7, {"名称": " ", "面积": "约80"})
    assert (line.number, line.values) == (7, {})
    assert [(e.code, e.field, e.params["column"]) for e in line.errors] == [("not_a_number", "area", "面积")]


def test_an_issue_survives_storage():
    issue = Issue("x", "第%(n)s行", {"n": 3}, "name")
    assert Issue(**issue.as_json()) == issue
    assert str(issue) == "第3行"
