"""Is every text that claims to be understood understood rightly, and is every doubtful one refused?

The table holds the reading of each text of the reference list, made by reading it: (OSM text, holiday policy, holiday
times), or None where the text does not settle the hours.
"""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaojia.lib.opening_hours import HolidayPolicy, StoredHours, Week, to_stored
from xiaojia.lib.opening_hours.parse_zh import Parsed, parse
from xiaojia.lib.opening_hours.words import note_words, week_words
from xiaojia.lib.tests.schedules import weeks

DATA = Path(os.environ.get("XIAOJIA_DATA", Path(__file__).resolve().parents[4].parent / "shared" / "data"))
TEXTS = DATA / "dev" / "testtables" / "cn_opening_hours_strings.csv"

EXPECTED: dict[str, tuple[str, ...] | None] = {
    "工作时间内，夏季开放": None,
    "周三至周日 9:00-20:00": ("We-Su 09:00-20:00", "unknown"),
    "周一到周日 8:00-16:30": ("Mo-Su 08:00-16:30", "normal"),
    "以「杭州体育在线」公告为准": None,
    "周二至周日 8:30-11:30；14:00-17:30 （周一闭馆）": ("Tu-Su 08:30-11:30,14:00-17:30", "unknown"),
    "24小时响应": None,
    "周一闭馆周二至周日 8:30-17:30": ("Tu-Su 08:30-17:30", "unknown"),
    "周一至周日 9:00-21:00": ("Mo-Su 09:00-21:00", "normal"),
    "周一至周六早上 8:30-11:30下午 13:30-17:00": ("Mo-Sa 08:30-11:30,13:30-17:00", "unknown"),
    "周一至周六上午 8:30-11:00下午 1:30-4:30": ("Mo-Sa 08:30-11:00,13:30-16:30", "unknown"),
    "周一至周日 8:30-11:3013:30-16:30": ("Mo-Su 08:30-11:30,13:30-16:30", "normal"),
    "周一至周日 9:00-22:00": ("Mo-Su 09:00-22:00", "normal"),
    "周一至周日8:00-15:30": ("Mo-Su 08:00-15:30", "normal"),
    "周一至周六上午9:00-11:00 下午2:00-5:00节假日闭馆": ("Mo-Sa 09:00-11:00,14:00-17:00", "closed"),
    "周二至周日 8:30-11:30;13:00-17:30;18:30-20:30;周一闭馆": (
        "Tu-Su 08:30-11:30,13:00-17:30,18:30-20:30",
        "unknown",
    ),
    "周二至周日 8:30-20:00，周一闭馆": ("Tu-Su 08:30-20:00", "unknown"),
    "周一周三周五13:30-20:30周二周四16:30-20:30周六日8:30-17:30": (
        "Mo,We,Fr 13:30-20:30; Tu,Th 16:30-20:30; Sa-Su 08:30-17:30",
        "normal",
    ),
    "周一至周日 上午 8:30-11:30 下午13:30-17:00": ("Mo-Su 08:30-11:30,13:30-17:00", "normal"),
    "周二至周日 8:30-17:00": ("Tu-Su 08:30-17:00", "unknown"),
    "周一至周五9:00-11:00，14：00-17:00双休日法定节假日9:00-17:00": (
        "Mo-Fr 09:00-11:00,14:00-17:00; Sa-Su 09:00-17:00",
        "special",
        "09:00-17:00",
    ),
    "周二闭馆，周三至周日 9:00—16:30": ("We-Su 09:00-16:30", "unknown"),
    "春夏 8:30-11:30 14:00-17:30秋冬 8:30-11:30 13:30-17:00周日闭馆": None,
    "周二至周日 10:00-21:00": ("Tu-Su 10:00-21:00", "unknown"),
    "周一至周日 8:00-18:30": ("Mo-Su 08:00-18:30", "normal"),
    "工作日 8:20—17:00": ("Mo-Fr 08:20-17:00", "closed"),
    "周二至周五 10:30-12:0013:30-19:30 周六至周日 9:00-12:00；13:30-19:30": (
        "Tu-Fr 10:30-12:00,13:30-19:30; Sa-Su 09:00-12:00,13:30-19:30",
        "unknown",
    ),
    "周一至周日 9:00-18:00": ("Mo-Su 09:00-18:00", "normal"),
    "读者凭借阅可享优惠，以馆方为准": None,
    "周一至周日上午8:30-11:30 下午13:30-17:00": ("Mo-Su 08:30-11:30,13:30-17:00", "normal"),
    "周二至周日白天 9:00-17:00周二至周五晚上18:00-20:00法定节假日闭馆": (
        "Tu-Fr 09:00-17:00,18:00-20:00; Sa-Su 09:00-17:00",
        "closed",
    ),
    "周一至周六 8:30-17:30": ("Mo-Sa 08:30-17:30", "unknown"),
    "周一至周日8:00-19:00": ("Mo-Su 08:00-19:00", "normal"),
    "周二至周日 9:00-12:00，14:00-20:00": ("Tu-Su 09:00-12:00,14:00-20:00", "unknown"),
    "部分时段免费或优惠，以公示为准": None,
    "周三至周日8:30-11:45 13:30-17:00": ("We-Su 08:30-11:45,13:30-17:00", "unknown"),
    "周一至周日 9:00-16:00": ("Mo-Su 09:00-16:00", "normal"),
    "上午 8:30-12:00下午 13:30-17:00晚上 18:30-20:30": ("Mo-Su 08:30-12:00,13:30-17:00,18:30-20:30", "normal"),
    "夏季 8:30—17:30（通常7—8月）": None,
    "周一至周日 8:30-17:30（之后保安巡逻，实质24小时）": None,
    "周一闭馆周二到周日 9:30-17:00": ("Tu-Su 09:30-17:00", "unknown"),
    "周二至周五 9:00-21:00；周末 13:30-21:00": ("Tu-Fr 09:00-21:00; Sa-Su 13:30-21:00", "unknown"),
    "周三至周日 9:30—16:30，周一二闭馆": ("We-Su 09:30-16:30", "unknown"),
    "周一至周六 9:00-17:00": ("Mo-Sa 09:00-17:00", "unknown"),
    "周二至周六8:30-11:30，13:30-17:00周日、周一闭馆": ("Tu-Sa 08:30-11:30,13:30-17:00", "unknown"),
    "周一至周五 14:00-20:00周六 10:00-18:00": ("Mo-Fr 14:00-20:00; Sa 10:00-18:00", "unknown"),
    "周一至周五 9:00-18:00": ("Mo-Fr 09:00-18:00", "unknown"),
    "周一至周五8:30-16:30，周六、周日9:00-12:00（节假日不开放）": ("Mo-Fr 08:30-16:30; Sa-Su 09:00-12:00", "closed"),
    "周二至周日 10:00-20:00": ("Tu-Su 10:00-20:00", "unknown"),
    "周一至周五 8:30-20:00周六、周日 9:00-17:00（节假日不开放）": ("Mo-Fr 08:30-20:00; Sa-Su 09:00-17:00", "closed"),
    "周二至周日 8:30-24:00": ("Tu-Su 08:30-24:00", "unknown"),
    "周一至周五 8:30-20:00周六至周日 14:00-20:00": ("Mo-Fr 08:30-20:00; Sa-Su 14:00-20:00", "normal"),
    "以现场为准": None,
    "周一闭馆周二至周五 13:00-20:30周六至周日 09:00-18:00": ("Tu-Fr 13:00-20:30; Sa-Su 09:00-18:00", "unknown"),
    "周一至周日 8:30-16:30": ("Mo-Su 08:30-16:30", "normal"),
    "周二至周五 13:30—20:30": ("Tu-Fr 13:30-20:30", "unknown"),
    "周一至周五 14:00-20:00，周六 10:00～18:00，周日闭馆": ("Mo-Fr 14:00-20:00; Sa 10:00-18:00", "unknown"),
    "周一、周二、周四至周日 9:00-20:00周三闭馆": ("Mo-Tu,Th-Su 09:00-20:00", "unknown"),
    "周一至周日上午8:00-11:30 下午13:30-17:00": ("Mo-Su 08:00-11:30,13:30-17:00", "normal"),
    "周二至周日 8:30—20:30，周一闭馆": ("Tu-Su 08:30-20:30", "unknown"),
    "周二至周日 8:30-11:30，13:30-20:00（周一闭馆）": ("Tu-Su 08:30-11:30,13:30-20:00", "unknown"),
    "周一至周日 9:00-20:30": ("Mo-Su 09:00-20:30", "normal"),
    "周一至周六 8:30-20:00（周日闭馆）": ("Mo-Sa 08:30-20:00", "unknown"),
    "周一至周日上午8:30-11:30下午13:30-17:00": ("Mo-Su 08:30-11:30,13:30-17:00", "normal"),
    "周一至周日 9:00-20:00": ("Mo-Su 09:00-20:00", "normal"),
    "周一至周五 9:00-17:00 法定节假日闭馆": ("Mo-Fr 09:00-17:00", "closed"),
    "周一至周日 8:30-19:00": ("Mo-Su 08:30-19:00", "normal"),
    "周二至周日8:30-18:30": ("Tu-Su 08:30-18:30", "unknown"),
    "周一至周五上午8:30-11:30下午13:30-17:00周六至周日 9:00-17:00": (
        "Mo-Fr 08:30-11:30,13:30-17:00; Sa-Su 09:00-17:00",
        "normal",
    ),
    "周二至周日 9:00-20:00；周一闭馆，法定节假日开放时间另行通知": ("Tu-Su 09:00-20:00", "unknown"),
    "周二至周六上午9:00-11:30 下午14:00-17:00": ("Tu-Sa 09:00-11:30,14:00-17:00", "unknown"),
    "周一至周日 8:30-18:30": ("Mo-Su 08:30-18:30", "normal"),
    "周二至周日 9:00-18:00": ("Tu-Su 09:00-18:00", "unknown"),
    "周一至周日 9:00-21:30": ("Mo-Su 09:00-21:30", "normal"),
    "周一至周五 9:00-17:00周六、周日闭馆": ("Mo-Fr 09:00-17:00", "unknown"),
    "周二至周日 8:30-11:30，14:00-17:30": ("Tu-Su 08:30-11:30,14:00-17:30", "unknown"),
    "周一至周日9:00-22:00": ("Mo-Su 09:00-22:00", "normal"),
    "周一至周日 上午9:00-11:30 下午13:00-17:00 晚上18:30-21:30": (
        "Mo-Su 09:00-11:30,13:00-17:00,18:30-21:30",
        "normal",
    ),
    "周一至周日 9:30-20:30": ("Mo-Su 09:30-20:30", "normal"),
    "周一至周五上午 8:30-11:30下午 14:00-17:30晚上 17:30-20:00周六至周日 上午9:00-11:30下午14:00-17:00": (
        "Mo-Fr 08:30-11:30,14:00-20:00; Sa-Su 09:00-11:30,14:00-17:00",
        "normal",
    ),
    "周一至周日 上午8:30-11:30 下午13:30-17:30": ("Mo-Su 08:30-11:30,13:30-17:30", "normal"),
    "周一至周五 09:00-17:00": ("Mo-Fr 09:00-17:00", "unknown"),
    "07:30-22:30": ("Mo-Su 07:30-22:30", "normal"),
    "工作日开放": None,
    "24小时": ("Mo-Su 00:00-24:00", "normal"),
    "周一至周五 08:30-12:00,13:00-17:30": ("Mo-Fr 08:30-12:00,13:00-17:30", "unknown"),
    "周一至周五 08:00-12:00,14:00-18:00": ("Mo-Fr 08:00-12:00,14:00-18:00", "unknown"),
    "08:00-22:00": ("Mo-Su 08:00-22:00", "normal"),
    "08:00-18:30": ("Mo-Su 08:00-18:30", "normal"),
    "周一至周五 09:00-20:00": ("Mo-Fr 09:00-20:00", "unknown"),
    "08:30-19:30": ("Mo-Su 08:30-19:30", "normal"),
    "09:00-20:00": ("Mo-Su 09:00-20:00", "normal"),
    "08:00-12:00,14:00-16:00": ("Mo-Su 08:00-12:00,14:00-16:00", "normal"),
    "08:30-12:00,14:00-17:30": ("Mo-Su 08:30-12:00,14:00-17:30", "normal"),
    "08:00-20:00": ("Mo-Su 08:00-20:00", "normal"),
    "05:00-17:30": ("Mo-Su 05:00-17:30", "normal"),
    "08:45-23:45": ("Mo-Su 08:45-23:45", "normal"),
    "08:30-18:00": ("Mo-Su 08:30-18:00", "normal"),
}


OTHER: dict[str, tuple[str, ...] | None] = {
    "周一至周五 9:00-17:00，午休": None,
    "周一至周日 9:00-17:00，周三休息": None,
    "8:30-17:00，周一闭馆": ("Tu-Su 08:30-17:00", "unknown"),
    "周一闭馆，8:30-17:30": None,
    "周一至周五 9:00-17:00，12:00-14:00休息": None,
    "周一至周五 9:00-12:00，12:00-14:00休息": None,
    "早8点至晚8点": ("Mo-Su 08:00-20:00", "normal"),
    "9点-17点30分": ("Mo-Su 09:00-17:30", "normal"),
    "上午9点半-下午5点半": ("Mo-Su 09:30-17:30", "normal"),
    "周末 9-17点": ("Sa-Su 09:00-17:00", "unknown"),
    "8:30-5:00": None,
    "22:00-6:00": ("Mo-Su 22:00-06:00", "normal"),
    "晚上10:00-次日6:00": ("Mo-Su 22:00-06:00", "normal"),
    "22:00-次日6:00": ("Mo-Su 22:00-06:00", "normal"),
    "晚上7:00-12:00": None,
    "周一至周五 8:30-11:30 1:30-4:30": None,
    "周一至周五 8:30-11:30 6:00-8:00": None,
    "周六至周一 9:00-12:00": ("Mo,Sa-Su 09:00-12:00", "unknown"),
    "8:00-20:00，全年无休": ("Mo-Su 08:00-20:00", "normal"),
    "周一至周六 9:00-18:00，节假日无休": None,
    "周一至周日 9:00-18:00，节假日照常开放": ("Mo-Su 09:00-18:00", "normal"),
    "周一闭馆（节假日除外），周二至周日9:00-17:00": None,
    "周一至周五9:00-17:00（节假日除外）": ("Mo-Fr 09:00-17:00", "closed"),
    "工作日 9:00-17:00，周末 10:00-16:00": ("Mo-Fr 09:00-17:00; Sa-Su 10:00-16:00", "unknown"),
    "工作日开放 周末 9-17点": None,
    "每月第一个周一闭馆，每天9:00-17:00": None,
    "周一上午闭馆，周二至周日9:00-17:00": None,
    "周一至周五 9:00-17:00,周六预约开放": None,
    "法定节假日 9:00-17:00": None,
    "周六、日 9:00-17:00": ("Sa-Su 09:00-17:00", "unknown"),
    "星期一到星期五上午8:30—12:00，下午2:30—6:00": ("Mo-Fr 08:30-12:00,14:30-18:00", "unknown"),
    "周一至周日 9:00-12:00，周六 14:00-16:00": None,
    "9:00-17:00（周一至周五）": None,
    "周一至周五9:00-17:00，法定节假日9:00-12:00": ("Mo-Fr 09:00-17:00", "special", "09:00-12:00"),
    "8：00－20：00": ("Mo-Su 08:00-20:00", "normal"),
    "9:00-17:00（16:30停止入场）": None,
    "暂不开放": None,
    "全天开放": None,
    "24:00-6:00": None,
    "9:00-25:00": None,
    "": None,
}


def reading(parsed: Parsed) -> StoredHours | None:
    return to_stored(parsed.schedule) if parsed.schedule else None


@pytest.mark.parametrize(("text", "expected"), [*EXPECTED.items(), *OTHER.items()])
def test_reading(text: str, expected: tuple[str, ...] | None) -> None:
    parsed = parse(text)
    assert reading(parsed) == (None if expected is None else StoredHours(*expected))
    assert parsed.understood is (expected is not None)
    assert (parsed.confidence > 0.6) is parsed.understood
    if not parsed.understood:
        assert parsed.notes
    assert all(note_words(code, fragment, lang) for code, fragment in parsed.notes for lang in ("zh", "en"))


def test_table_is_the_reference_list_and_87_of_97_are_understood() -> None:
    if not TEXTS.exists():
        pytest.skip("the reference list of texts is not on this machine")
    with TEXTS.open(encoding="utf-8") as handle:
        texts = [row["text"] for row in csv.DictReader(handle)]
    assert sorted(texts) == sorted(EXPECTED)
    assert sum(parse(text).understood for text in texts) == 87


def test_notes_say_what_was_assumed_or_left_over() -> None:
    assert parse("08:00-20:00").notes == (("days_not_named", ""), ("holidays_not_named", ""))
    assert parse("周二至周日 9:00-20:00；周一闭馆，法定节假日开放时间另行通知").notes == (
        ("holidays_announced", "法定节假日"),
    )
    assert parse("24小时响应").notes == (("leftover", "响应"), ("holidays_not_named", ""))
    assert note_words("leftover", "响应", "zh") == "读不懂“响应”"


def test_partial_reading_is_only_a_suggestion() -> None:
    parsed = parse("周一至周五 9:00-17:00，请提前电话联系")
    assert parsed.schedule is None
    assert parsed.suggestion is not None
    assert to_stored(parsed.suggestion) == StoredHours("Mo-Fr 09:00-17:00", "unknown")
    assert parse("夏季 8:30—17:30（通常7—8月）").suggestion is None


@settings(max_examples=150, deadline=None)
@given(weeks())
def test_our_own_words_are_read_back(week: Week) -> None:
    is_plain = any(week) and all(
        row.staffed and (n == 0 or day[n - 1].end_min < row.start_min) for day in week for n, row in enumerate(day)
    )
    if is_plain:
        parsed = parse(week_words(week, "zh"))
        assert parsed.schedule is not None
        assert parsed.schedule.week == week
        assert parsed.schedule.holiday_policy is (HolidayPolicy.NORMAL if all(week) else HolidayPolicy.UNKNOWN)


FRAGMENTS = [
    "周一",
    "周五",
    "至",
    "、",
    "，",
    "9:00",
    "-",
    "17:30",
    "下午",
    "2:00",
    "闭馆",
    "节假日",
    "工作日",
    "除外",
    "照常",
    "24小时",
    "次日",
    "另行通知",
    "开放",
    "每天",
    "99:99",
    "全年无休",
    "以公告为准",
    "人",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_any_text_gets_an_answer(text: str) -> None:
    parsed = parse(text)
    assert parsed.understood or parsed.notes
    assert not (parsed.understood and "人" in text)
