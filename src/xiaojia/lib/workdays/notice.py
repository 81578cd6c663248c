"""What does the text of a State Council holiday notice (国务院办公厅关于…年部分节假日安排的通知) say, day by day?"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import zip_longest
from typing import ClassVar

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.workdays.days import Day, DayKind

_WEEKDAYS = "一二三四五六日"
_ITEM = re.compile(r"(?:^|(?<=[\n。;]))(?:[一二三四五六七八九十]{1,3}、|\d{1,2}[.、])([^:\n\d]{2,30}?):")
_END = re.compile(r"\n(?:鼓励|节假日期间|各地区|国务院办公厅)|(?:鼓励单位和个人|节假日期间,)")
_DATE = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^()]*)\))?"
_RANGE = re.compile(_DATE + r"(?:(?:至|到|[-—–~]+)" + _DATE + r")?")
_FOLLOWS = re.compile(r"(?:补|按|上)(?:周|星期|礼拜)([一二三四五六日天])")
_STATED_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])(?!的)")
_COUNT = re.compile(r"(?:共|放假)(\d+)天")
_FESTIVALS = {
    "元旦": ("元旦", "新年"),
    "春节": ("春节",),
    "清明节": ("清明",),
    "劳动节": ("劳动节", "五一"),
    "端午节": ("端午",),
    "中秋节": ("中秋",),
    "国庆节": ("国庆", "十一"),
}


class NoticeError(XiaojiaError):
    """The text cannot be used as it stands; the sentence says what to do."""

    sentences: ClassVar[Mapping[str, str]] = {
        "empty": _("没有内容：请粘贴通知全文。"),
        "wrong_year": _("这是%(stated)s年的通知，不是%(year)s年的：请改选年份，或粘贴对应年份的通知。"),
        "no_items": _("没有找到“一、元旦：1月1日……放假”这样的条目：请从第一条起粘贴通知原文。"),
        "missing_festival": _("通知里没有提到%(festival)s：请粘贴全文。"),
        "conflict": _("%(date)s既放假又上班：请核对原文。"),
        "not_understood": _("读不懂这一句：“%(text)s”。请核对原文，或手工录入这几天。"),
        "wrong_count": _("“%(text)s”写明%(stated)s天，列出的日期却是%(listed)s天：请核对日期。"),
        "bad_date": _("“%(text)s”不是有效的日期：请核对。"),
        "wrong_weekday": _("%(date)s是周%(actual)s，文中写的是周%(stated)s：请核对日期和年份。"),
    }


def parse_notice(text: str, year: int, *, complete: bool = True) -> list[Day]:
    """Return the exceptions that the notice for `year` lists, sorted by date.

    Weekday names and day counts in the text are checked against the calendar. With `complete`, all seven holidays must
    be named; a later amendment of one holiday is entered with `complete=False`. Raises NoticeError.
    """
    clean = _normalise(text)
    if not clean:
        raise NoticeError("empty")
    stated = re.search(r"关于(\d{4})年", clean) or re.search(r"现将(\d{4})年", clean)
    if stated and int(stated[1]) != year:
        raise NoticeError("wrong_year", params={"stated": int(stated[1]), "year": year})
    items = list(_items(clean))
    if not items:
        raise NoticeError("no_items")
    if complete:
        _check_all_named([name for name, __ in items])
    rows: dict[date, Day] = {}
    for name, body in items:
        for row in _rows_of_item(name, body, year):
            known = rows.get(row.date)
            if known is not None and known.kind is not row.kind:
                raise NoticeError("conflict", params={"date": row.date.isoformat()})
            rows[row.date] = row
    return [rows[on] for on in sorted(rows)]


def _normalise(text: str) -> str:
    plain = unicodedata.normalize("NFKC", re.sub(r"<[^>]*>", "", text))
    plain = re.sub(r"[^\S\n]+|[\u200b\ufeff]", "", plain)
    return re.sub(r"\n{2,}", "\n", plain).strip()


def _items(clean: str) -> Iterator[tuple[str, str]]:
    heads = list(_ITEM.finditer(clean))
    for head, following in zip_longest(heads, heads[1:]):
        body = clean[head.end() : following.start() if following else len(clean)]
        end = _END.search(body)
        if following is None and end:
            body = body[: end.start()]
        yield head[1].strip("\"'“”"), body.replace("\n", "")


def _check_all_named(names: list[str]) -> None:
    joined = "、".join(names)
    for festival, words in _FESTIVALS.items():
        if not any(word in joined for word in words):
            raise NoticeError("missing_festival", params={"festival": festival})


def _rows_of_item(name: str, body: str, year: int) -> Iterator[Day]:
    off: list[date] = []
    for written in re.split(r"[。;]", body):
        sentence = _without_explanations(written)
        if sentence.startswith("鼓励") or not re.search(r"\d日", sentence):
            continue
        worked = _worked(sentence, year)
        if worked:
            yield from (_worked_row(on, name, follows) for on, follows in worked)
            continue
        days = _off(sentence, year)
        if not days:
            raise NoticeError("not_understood", params={"text": sentence})
        off.extend(days)
    yield from (Day(on, DayKind.HOLIDAY, name) for on in off)


def _without_explanations(sentence: str) -> str:
    """Keep of “其中，…为法定节假日，…上班” (notices up to 2008) only the clauses that say who works."""
    if not sentence.startswith("其中"):
        return sentence
    return ",".join(clause for clause in sentence.split(",") if clause.endswith("上班"))


def _worked_row(on: date, name: str, follows: int | None) -> Day:
    if on.weekday() >= 5:
        return Day(on, DayKind.MAKEUP, name, follows)
    return Day(on, DayKind.WORKDAY, name)


def _worked(sentence: str, year: int) -> list[tuple[date, int | None]]:
    if "上班" not in sentence and not _FOLLOWS.search(sentence):
        return []
    if "放假" in sentence or "补休" in sentence:
        raise NoticeError("not_understood", params={"text": sentence})
    named = _FOLLOWS.search(re.sub(r"\([^()]*\)", "", sentence))
    common = _WEEKDAYS.index(named[1].replace("天", "日")) if named else None
    found: list[tuple[date, int | None]] = []
    for match, days in _dates(sentence, year):
        own = _FOLLOWS.search(match[0])
        follows = _WEEKDAYS.index(own[1].replace("天", "日")) if own else common
        found.extend((on, follows) for on in days)
    return found


def _off(sentence: str, year: int) -> list[date]:
    if not re.search(r"放假|补休|休息|调休", sentence):
        return []
    days = [on for __, listed in _dates(sentence, year) for on in listed]
    if "周末连休" in sentence:
        days = _with_weekend(days)
    count = _COUNT.search(sentence)
    if count and int(count[1]) != len(days):
        raise NoticeError("wrong_count", params={"text": sentence, "stated": int(count[1]), "listed": len(days)})
    return days


def _with_weekend(days: list[date]) -> list[date]:
    """Join the weekend that touches a holiday (与周末连休)."""
    joined = set(days)
    for step in (-1, 1):
        edge = min(joined) if step < 0 else max(joined)
        while (edge := edge + timedelta(days=step)).weekday() >= 5:
            joined.add(edge)
    return sorted(joined)


def _dates(sentence: str, year: int) -> Iterator[tuple[re.Match[str], list[date]]]:
    month = 0
    for match in _RANGE.finditer(sentence):
        y1, m1, d1, note1, y2, m2, d2, note2 = match.groups()
        month = int(m1 or month)
        first = _date(int(y1 or _year_of(month, year)), month, int(d1), note1, match[0])
        last = first
        if d2:
            month = int(m2 or month)
            last = _date(int(y2 or _year_of(month, year)), month, int(d2), note2, match[0])
        if not timedelta(0) <= last - first <= timedelta(days=15):
            raise NoticeError("bad_date", params={"text": match[0]})
        yield match, [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _year_of(month: int, year: int) -> int:
    """Return the year of a date without one: a notice's December days belong to the year before."""
    return year - 1 if month == 12 else year


def _date(year: int, month: int, day: int, note: str | None, text: str) -> date:
    try:
        on = date(year, month, day)
    except ValueError as error:
        raise NoticeError("bad_date", params={"text": text}) from error
    stated = _STATED_WEEKDAY.search(_FOLLOWS.sub("", note or ""))
    if stated and _WEEKDAYS.index(stated[1].replace("天", "日")) != on.weekday():
        raise NoticeError(
            "wrong_weekday", params={"date": on.isoformat(), "actual": _WEEKDAYS[on.weekday()], "stated": stated[1]}
        )
    return on
