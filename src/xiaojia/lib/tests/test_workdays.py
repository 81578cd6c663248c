"""Are the days of the table those of the notices, and is nothing guessed where no notice exists?"""

import csv
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from xiaojia.lib.workdays import (
    Day,
    DayKind,
    DayTable,
    NoticeError,
    lunar_dates,
    parse_notice,
    seed_from_chinesecalendar,
)

DATA = Path(os.environ.get("XIAOJIA_DATA", Path(__file__).resolve().parents[4].parent / "shared" / "data"))
HOLIDAYS = DATA / "demo" / "admin" / "holidays_cn_2007_2026.csv"

NOTICE_2015 = """
一、元旦：1月1日至3日放假调休，共3天。1月4日（星期日）上班。
二、春节：2月18日至24日放假调休，共7天。2月15日（星期日）、2月28日（星期六）上班。
三、清明节：4月5日放假，4月6日（星期一）补休。
四、劳动节：5月1日放假，与周末连休。
五、端午节：6月20日放假，6月22日（星期一）补休。
六、中秋节：9月27日放假。
七、国庆节：10月1日至7日放假调休，共7天。10月10日（星期六）上班。
"""
NOTICE_2019 = """国务院办公厅关于2019年部分节假日安排的通知
一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。
二、春节：2月4日至10日放假调休，共7天。2月2日（星期六）、2月3日（星期日）上班。
三、清明节：4月5日放假，与周末连休。
四、劳动节：5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。
五、端午节：6月7日放假，与周末连休。
六、中秋节：9月13日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
"""
NOTICE_2024 = """国务院办公厅关于2024年部分节假日安排的通知
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
  经国务院批准，现将2024年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
  一、元旦：1月1日放假，与周末连休。
  二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
  三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
  四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
  五、端午节：6月10日放假，与周末连休。
  六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
  七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
  节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作，遇有重大突发事件，要按规定及时报告并妥善处置。
国务院办公厅
2023年10月25日
"""
NOTICE_2025 = """国务院办公厅关于2025年部分节假日安排的通知
经国务院批准，现将2025年元旦、春节、清明节、劳动节、端午节、国庆节和中秋节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作，12月31日前报告。
"""
NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
<p><strong>一、元旦：</strong>1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。</p>
<p><strong>二、春节：</strong>2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。</p>
<p>三、清明节：4月4日（周六）至6日（周一）放假，共3天。</p>
<p>四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。</p>
<p>五、端午节：6月19日（周五）至21日（周日）放假，共3天。</p>
<p>六、中秋节：9月25日（周五）至27日（周日）放假，共3天。</p>
<p>七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。</p>
<p>鼓励单位和个人结合落实带薪年休假等制度，实际形成较长假期，推动错峰出行。节假日期间，要妥善安排好值班。</p>
"""
NOTICES = {2015: NOTICE_2015, 2019: NOTICE_2019, 2024: NOTICE_2024, 2025: NOTICE_2025, 2026: NOTICE_2026}


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.fixture(scope="module")
def seeded() -> DayTable:
    return DayTable(*seed_from_chinesecalendar())


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_notice_gives_the_same_working_days_as_chinesecalendar(year: int) -> None:
    rows, years = seed_from_chinesecalendar()
    seeded = DayTable(rows, years | {2027})  # so that the last days of 2026 count as settled
    table = DayTable(parse_notice(NOTICES[year], year), {year, year + 1})
    differing = {on for on in days_of(year) if table.day(on).kind.is_working is not seeded.day(on).kind.is_working}
    special_2015 = {date(2015, 9, 3), date(2015, 9, 4), date(2015, 9, 6)}  # ordered by a notice of its own
    assert differing == (special_2015 if year == 2015 else set())


def test_notice_lists_exact_days() -> None:
    rows = parse_notice(NOTICE_2026, 2026)
    assert rows[0] == Day(date(2026, 1, 1), DayKind.HOLIDAY, "元旦")
    assert [row.date for row in rows if row.kind is DayKind.MAKEUP] == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]
    assert sum(row.kind is DayKind.HOLIDAY for row in rows) == 33
    assert len(rows) == 39


def test_december_of_the_year_before_is_listed() -> None:
    rows = {row.date: row.kind for row in parse_notice(NOTICE_2019, 2019)}
    assert rows[date(2018, 12, 29)] is DayKind.MAKEUP
    assert rows[date(2018, 12, 31)] is DayKind.HOLIDAY


def test_explanations_of_early_notices_are_not_days_off() -> None:
    text = (
        "一、元旦：2007年12月30日—2008年1月1日放假，共3天。其中，1月1日（星期二）、2008年元旦为法定节假日，"
        "12月30日（星期日）为公休日，12月29日（星期六）公休日调至12月31日（星期一），12月29日（星期六）上班。"
    )
    rows = parse_notice(text, 2008, complete=False)
    assert [row.date.day for row in rows if row.kind is DayKind.HOLIDAY] == [30, 31, 1]
    assert [row.date for row in rows if row.kind is DayKind.MAKEUP] == [date(2007, 12, 29)]


@pytest.mark.parametrize(
    ("sentence", "weekday"),
    [
        ("10月10日（周六）上班，补周三的班。", 2),
        ("10月10日（星期六，按周四）上班。", 3),
        ("10月10日（周六）按星期五上班。", 4),
        ("10月10日（周六）上班。", None),
    ],
)
def test_followed_weekday_is_kept(sentence: str, weekday: int | None) -> None:
    rows = parse_notice("七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。" + sentence, 2026, complete=False)
    assert rows[-1] == Day(date(2026, 10, 10), DayKind.MAKEUP, "国庆节", weekday)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  \n", "empty"),
        (NOTICE_2025, "wrong_year"),
        ("元旦放假一天", "no_items"),
        (NOTICE_2026.replace("端午节", "某节"), "missing_festival"),
        (NOTICE_2026.replace("4月4日（周六）", "4月4日（周五）"), "wrong_weekday"),
        (NOTICE_2026.replace("共9天", "共8天"), "wrong_count"),
        (NOTICE_2026.replace("4月4日（周六）", "4月34日"), "bad_date"),
        (NOTICE_2026.replace("5月9日（周六）上班", "5月9日（周六）另行安排"), "not_understood"),
        (NOTICE_2026.replace("5月9日（周六）上班", "5月2日（周六）上班"), "conflict"),
    ],
)
def test_bad_notice_is_refused_with_its_code(text: str, code: str) -> None:
    with pytest.raises(NoticeError) as caught:
        parse_notice(text, 2026)
    assert caught.value.code == code
    assert "%(" not in str(caught.value)


def test_every_day_equals_the_independent_list(seeded: DayTable) -> None:
    if not HOLIDAYS.exists():
        pytest.skip("the reference list of holidays is not on this machine")
    with HOLIDAYS.open(encoding="utf-8") as handle:
        listed = {date.fromisoformat(row["date"]): row["kind"] == "work" for row in csv.DictReader(handle)}
    days = [on for year in range(2007, 2027) for on in days_of(year) if on < date(2026, 12, 28)]
    wrong = [on for on in days if seeded.day(on).kind.is_working is not listed.get(on, on.weekday() < 5)]
    assert len(days) == 7301
    assert wrong == []


def test_kinds_of_covered_days(seeded: DayTable) -> None:
    assert seeded.day(date(2026, 10, 5)) == Day(date(2026, 10, 5), DayKind.HOLIDAY, "国庆节")
    assert seeded.day(date(2026, 10, 10)) == Day(date(2026, 10, 10), DayKind.MAKEUP, "国庆节")
    assert seeded.day(date(2026, 10, 12)) == Day(date(2026, 10, 12), DayKind.WORKDAY)
    assert seeded.day(date(2026, 10, 17)) == Day(date(2026, 10, 17), DayKind.REST)


def test_uncovered_year_guesses_nothing(seeded: DayTable) -> None:
    unknown = [
        date(2026, 12, 30),  # settled by the notice of 2027
        date(2027, 1, 1),
        date(2027, 1, 9) - timedelta(days=1),
        date(2027, 2, 6),
        date(2027, 2, 20),  # a Saturday that may be made up
        date(2027, 4, 5),
        date(2027, 5, 3),
        date(2027, 6, 9),
        date(2027, 9, 15),
        date(2027, 10, 7),
    ]
    kinds = [seeded.day(on).kind for on in unknown]
    assert kinds == [DayKind.UNKNOWN, DayKind.UNKNOWN, DayKind.WORKDAY] + [DayKind.UNKNOWN] * 7
    assert seeded.day(date(2027, 2, 6)).name == "春节"
    assert seeded.day(date(2027, 2, 25)).kind is DayKind.WORKDAY
    assert seeded.day(date(2027, 7, 10)).kind is DayKind.REST
    assert seeded.missing_years(date(2026, 12, 1), date(2028, 1, 1)) == (2027, 2028)


def test_ordinary_days_outside_windows_stay_known(seeded: DayTable) -> None:
    unknown = [on for on in days_of(2027) if seeded.day(on).kind is DayKind.UNKNOWN]
    assert len(unknown) == 80


def test_every_exception_since_2008_lies_in_a_window() -> None:
    rows, _ = seed_from_chinesecalendar()
    blind = DayTable([], [])
    outside = [
        row.date
        for row in rows
        if row.date >= date(2008, 1, 1)
        and row.kind.is_working is not (row.date.weekday() < 5)
        and blind.day(row.date).kind is not DayKind.UNKNOWN
    ]
    assert outside == [date(2015, 9, 3), date(2015, 9, 4), date(2015, 9, 6)]


def test_lunar_dates_equal_the_notices(seeded: DayTable) -> None:
    for year in range(2008, 2027):
        dates = lunar_dates(year)
        assert dates is not None
        assert all(seeded.day(on).kind in {DayKind.HOLIDAY, DayKind.REST} for on in dates)
    assert lunar_dates(2027) == (date(2027, 2, 6), date(2027, 6, 9), date(2027, 9, 15))
    assert lunar_dates(2041) is None


def test_beyond_the_lunar_table_the_whole_range_is_unknown() -> None:
    table = DayTable([], [])
    assert table.day(date(2050, 1, 23)).kind is DayKind.UNKNOWN
    assert table.day(date(2050, 2, 21)).kind is DayKind.UNKNOWN
    assert table.day(date(2050, 3, 23)).kind is DayKind.WORKDAY
