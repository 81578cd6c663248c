"""Which words about days, times and holidays does a free Chinese text about opening hours contain?"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from xiaojia.lib.opening_hours.model import DAY_MIN, Interval, ScheduleError

_W = "(?:周|星期|礼拜)"
_D = "[一二三四五六日天]"
_TO = r"\s*[-—–~至到]+\s*"
_PART = "上午|早上|早晨|清晨|凌晨|早|中午|下午|傍晚|晚上|晚间|夜间|晚|白天"
_FIRST = rf"(?P<part>{_PART})?\s*"
_SECOND = rf"(?P<next>次日|翌日|第二天)?(?P<part2>{_PART})?\s*"
_AM = ("上午", "早上", "早晨", "清晨", "早")
_PM = ("下午", "傍晚", "晚上", "晚间", "夜间", "晚")
_NIGHT = ("晚上", "晚间", "夜间", "晚")
_TIME = r"(?P<{0}h>\d{{1,2}})(?::(?P<{0}m>\d{{2}})|[点时](?:(?P<{0}half>半)|(?P<{0}n>\d{{1,2}})分?|整)?)"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("skip", re.compile(r"[\s,;。、|/()\[\]【】「」:]+")),
    ("range", re.compile(_FIRST + _TIME.format("a") + _TO + _SECOND + _TIME.format("b"))),
    ("range", re.compile(rf"{_FIRST}(?P<ah>\d{{1,2}}){_TO}{_SECOND}(?P<bh>\d{{1,2}})[点时](?!\d)")),
    ("always", re.compile(r"(?:全年|全天候?)?24(?:小时|[hH])|全天候")),
    ("unrested", re.compile("全年无休")),
    ("days", re.compile(rf"每?{_W}(?P<from>{_D}){_TO}{_W}?(?P<to>{_D})")),
    ("days", re.compile(rf"每?{_W}(?P<list>{_D}+(?:、{_D}+)*)")),
    ("weekend", re.compile("周末|双休日")),
    ("workdays", re.compile("工作日")),
    ("daily", re.compile("每天|每日|天天|一周七天|全周")),
    ("holiday", re.compile("(?:国家)?法定(?:节假日|假日|节日)|(?:国家)?节假日")),
    ("closed", re.compile("不对外开放|停止开放|不开放|不营业|闭馆|休馆|闭店|闭园|关闭|关门|休息")),
    ("except", re.compile("除外")),
    ("as_usual", re.compile("(?:照常|正常)(?:开放|营业)?|不休息?|无休")),
    ("announced", re.compile("(?:开放|营业)?(?:时间)?(?:另行(?:通知|公告|安排)|以(?:公告|通知|公示)为准)")),
    ("label", re.compile("(?:对外)?(?:开放|营业|服务|开馆)时间")),
    ("open", re.compile("(?:对外)?(?:开放|营业)|开馆|开门")),
)


class Token(NamedTuple):
    """One understood word: its kind, the text, the weekdays or the interval it stands for."""

    kind: str
    text: str
    days: frozenset[int] = frozenset()
    interval: Interval | None = None
    part: str = ""


def normalised(text: str) -> str:
    """Return the text with full-width signs made half-width and without spaces at the ends."""
    return unicodedata.normalize("NFKC", text).strip()


def tokens(text: str) -> Iterator[Token]:
    """Yield the words in order; what no pattern knows comes as `leftover`, a time that cannot be as `bad_time`."""
    at, lost = 0, ""
    while at < len(text):
        kind, match = _match(text, at)
        if match is None:
            lost, at = lost + text[at], at + 1
            continue
        if lost:
            yield Token("leftover", lost)
            lost = ""
        at = match.end()
        if kind != "skip":
            yield _token(kind, match)
    if lost:
        yield Token("leftover", lost)


def _match(text: str, at: int) -> tuple[str, re.Match[str] | None]:
    for kind, pattern in _PATTERNS:
        match = pattern.match(text, at)
        if match:
            return kind, match
    return "", None


def _token(kind: str, match: re.Match[str]) -> Token:
    groups = match.groupdict()
    if kind == "range":
        interval = _interval(groups)
        return Token("range" if interval else "bad_time", match[0], interval=interval, part=groups.get("part") or "")
    if kind == "always":
        return Token("range", match[0], interval=Interval(0, DAY_MIN))
    if kind == "days":
        return Token("days", match[0], days=_weekdays(groups))
    if kind == "weekend":
        return Token("days", match[0], days=frozenset({5, 6}))
    if kind == "workdays":
        return Token("workdays", match[0], days=frozenset(range(5)))
    if kind == "daily":
        return Token("days", match[0], days=frozenset(range(7)))
    return Token(kind, match[0])


def _weekdays(groups: dict[str, str | None]) -> frozenset[int]:
    if groups.get("list"):
        return frozenset(_weekday(char) for char in (groups["list"] or "").replace("、", ""))
    first, last = _weekday(groups["from"] or ""), _weekday(groups["to"] or "")
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))


def _weekday(char: str) -> int:
    return "一二三四五六日".index(char.replace("天", "日"))


def _interval(groups: dict[str, str | None]) -> Interval | None:
    """Return the interval, or None when morning, afternoon or the end cannot be told with certainty."""
    part, part2 = groups.get("part") or "", groups.get("part2") or ""
    start, end = _minute(groups, "a"), _minute(groups, "b")
    if start is None or end is None:
        return None
    start = _shifted(start, part)
    if part2:
        end = _shifted(end, part2)
    elif not groups.get("next") and part in _PM and end < DAY_MIN // 2 and int(groups["ah"] or 0) < 12:
        end += DAY_MIN // 2
    if groups.get("next") or (end <= start and _is_night(start, end, part)):
        end += DAY_MIN
    if _is_doubtful(start, part) or (part2 and _is_doubtful(end, part2)):
        return None
    if part in {"", "白天"} and start < 5 * 60 and (start, end) != (0, DAY_MIN):
        return None  # 1:30-4:30 without a word is more likely an afternoon
    try:
        return Interval(start, end)
    except ScheduleError:
        return None


def _minute(groups: dict[str, str | None], which: str) -> int | None:
    hour = int(groups[f"{which}h"] or 0)
    minute = int(groups.get(f"{which}m") or groups.get(f"{which}n") or (30 if groups.get(f"{which}half") else 0))
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return hour * 60 + minute


def _shifted(minute: int, part: str) -> int:
    return minute + DAY_MIN // 2 if part in _PM and minute < DAY_MIN // 2 else minute


def _is_night(start: int, end: int, part: str) -> bool:
    """Tell 22:00-6:00 from a slip of the pen: from 17:00 on, until 09:00 at most, and not said of a morning."""
    return part not in (*_AM, "下午", "中午", "白天") and start >= 17 * 60 and end <= 9 * 60


def _is_doubtful(minute: int, part: str) -> bool:
    """Tell an hour that does not fit its word: 凌晨9:00, 上午13:00, 晚上12:00."""
    hour = minute / 60
    if part in _NIGHT:
        return hour < 17
    if part in _AM:
        return hour > 12 or hour < 4
    if part == "中午":
        return not 11 <= hour <= 14
    if part == "下午":
        return not 12 <= hour <= 19
    if part == "凌晨":
        return hour > 6
    return False
