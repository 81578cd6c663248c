"""Is a name found by two characters, by pinyin and by initials, and not by accident?"""

import pytest

from xiaojia.lib.pinyin import normalise_query, query_terms, search_text

TEXT = search_text("郑州银行（高新区）工会驿站", "小家·ATM 24小时")


def test_the_exact_column() -> None:
    assert search_text("海月广场驿站") == "|海月广场驿站|haiyueguangchangyizhan|hygcyz|"
    assert search_text("", "  ") == ""
    assert search_text("ATM") == "|atm|"
    assert search_text("同名", "同名") == search_text("同名")


@pytest.mark.parametrize(
    "query",
    ["郑州", "银行", "高新", "区工", "(高新区)",
     "zhengzhou", "Zheng Zhou", "yinhang", "zhèngzhōu", "zzyh", "GXQ", "atm", "ＡＴＭ",
     "24小时", "小家atm"],
)  # fmt: skip
def test_found(query: str) -> None:
    assert normalise_query(query) in TEXT


@pytest.mark.parametrize("query", ["三亚", "sanya", "站小", "yzxj", "yinxing"])
def test_not_found(query: str) -> None:
    assert normalise_query(query) not in TEXT


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("重庆长寿区", "chongqingchangshouqu", "cqcsq"),
        ("朝阳区", "chaoyangqu", "cyq"),
        ("音乐广场", "yinyueguangchang", "yygc"),
        ("长椿路", "changchunlu", "ccl"),
        ("站长", "zhanzhang", "zz"),
        ("小微支行", "xiaoweizhihang", "xwzh"),
        ("绿城", "lvcheng", "lc"),
        ("厦门", "xiamen", "xm"),
    ],
)
def test_polyphones_are_read_by_the_phrase(name: str, full: str, initials: str) -> None:
    assert search_text(name) == f"|{name}|{full}|{initials}|"


def test_words_of_a_query() -> None:
    assert query_terms(" 郑州  高新（区） ") == ["郑州", "高新区"]
    assert query_terms("lǜ lü") == ["lv", "lv"]
    assert query_terms("  ·  ") == []
    assert normalise_query("") == ""
