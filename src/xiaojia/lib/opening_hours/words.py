"""How are opening hours said to a person, in Chinese and in English? (plain pieces of text, no HTML)"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple

from xiaojia.lib.opening_hours.evaluate import SHANGHAI
from xiaojia.lib.opening_hours.model import DAY_MIN, HolidayPolicy, Interval, MonthDay, Schedule, Times, Week

Lang = Literal["zh", "en"]

_DAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORDS: dict[str, dict[Lang, str]] = {
    "closed": {"zh": "休息", "en": "closed"},
    "all_day": {"zh": "24小时", "en": "24 hours"},
    "unattended": {"zh": "（无人值守）", "en": " (unattended)"},
    "every_day": {"zh": "每天", "en": "Every day"},
    "next_day": {"zh": "次日", "en": "next day "},
    "not_known": {"zh": "开放时间不详", "en": "Hours not known"},
    "holidays": {"zh": "法定节假日", "en": "Public holidays"},
    "today": {"zh": "今天", "en": "today "},
    "tomorrow": {"zh": "明天", "en": "tomorrow "},
}
_POLICY: dict[HolidayPolicy, dict[Lang, str]] = {
    HolidayPolicy.NORMAL: {"zh": "照常", "en": "as usual"},
    HolidayPolicy.CLOSED: {"zh": "休息", "en": "closed"},
    HolidayPolicy.UNKNOWN: {"zh": "未说明", "en": "not stated"},
}

_NOTES: dict[str, dict[Lang, str]] = {
    "empty": {"zh": "没有写开放时间", "en": "No hours are given"},
    "leftover": {"zh": "读不懂“{0}”", "en": "“{0}” is not understood"},
    "bad_time": {"zh": "“{0}”的时间不明确", "en": "The times of “{0}” are not clear"},
    "no_times": {"zh": "“{0}”没有写几点到几点", "en": "“{0}” has no times"},
    "conflict": {"zh": "“{0}”与其他内容矛盾", "en": "“{0}” contradicts the rest"},
    "order": {"zh": "“{0}”的时段重叠或前后颠倒", "en": "The times of “{0}” overlap or are out of order"},
    "days_not_named": {"zh": "没有写星期几，按每天理解", "en": "No weekdays are named: read as every day"},
    "holidays_not_named": {"zh": "没有写节假日是否开放", "en": "Nothing is said about public holidays"},
    "holidays_announced": {
        "zh": "节假日时间另行通知",
        "en": "Holiday hours are announced separately",
    },
}


class Line(NamedTuple):
    """One line of hours: which days, which hours, and whether they are closed."""

    days: str
    hours: str
    is_closed: bool


class Part(NamedTuple):
    """One block of a schedule: `kind` is week, season, exception or holiday; `title` is empty for the week."""

    kind: Literal["week", "season", "exception", "holiday"]
    title: str
    lines: tuple[Line, ...]


def schedule_parts(schedule: Schedule, lang: Lang, *, from_day: date | None = None) -> tuple[Part, ...]:
    """Return week, seasons, exceptions that end on or after `from_day`, and the holiday rule as blocks."""
    if schedule.week is None:
        week: tuple[Line, ...] = (Line("", _WORDS["not_known"][lang], is_closed=False),)
    else:
        week = week_lines(schedule.week, lang)
    parts = [Part("week", "", week)]
    for season in schedule.seasons:
        dates = f"{_month_day(season.start_md, lang)}–{_month_day(season.end_md, lang)}"
        title = (f"{season.name}（{dates}）" if lang == "zh" else f"{season.name} ({dates})") if season.name else dates
        parts.append(Part("season", title, week_lines(season.week, lang)))
    for row in schedule.exceptions:
        if from_day is None or row.end >= from_day:
            line = Line(_dates(row.start, row.end, lang), times_words(row.intervals, lang), not row.intervals)
            parts.append(Part("exception", row.reason, (line,)))
    parts.append(Part("holiday", "", (_holiday_line(schedule, lang),)))
    return tuple(parts)


def week_lines(week: Week, lang: Lang) -> tuple[Line, ...]:
    """Return one line for each distinct day of a week, in the order of their first weekday."""
    groups: dict[Times, list[int]] = {}
    for weekday, intervals in enumerate(week):
        groups.setdefault(intervals, []).append(weekday)
    return tuple(
        Line(days_words(weekdays, lang), times_words(intervals, lang), not intervals)
        for intervals, weekdays in groups.items()
    )


def week_words(week: Week, lang: Lang) -> str:
    """Return a week on one line: 周一至周五 8:30–12:00, 14:30–18:00；周末 休息."""
    return ("；" if lang == "zh" else "; ").join(f"{line.days} {line.hours}" for line in week_lines(week, lang))


def days_words(weekdays: Sequence[int], lang: Lang) -> str:
    """Return weekdays (0 = Monday, ascending) as words, three or more in a row as a range."""
    if len(weekdays) == 7:
        return _WORDS["every_day"][lang]
    if lang == "zh" and list(weekdays) == [5, 6]:
        return "周末"
    names, runs = (_DAYS_ZH if lang == "zh" else _DAYS_EN), _runs(weekdays)
    parts: list[str] = []
    for run in runs:
        if len(run) > 2:
            parts.append(f"{names[run[0]]}至{names[run[-1]]}" if lang == "zh" else f"{names[run[0]]}–{names[run[-1]]}")
        else:
            parts.extend(names[weekday] for weekday in run)
    return ("、" if lang == "zh" else ", ").join(parts)


def times_words(intervals: Times, lang: Lang) -> str:
    """Return the intervals of a day: 8:30–12:00, 22:00–次日6:00, 24小时（无人值守）, 休息."""
    if not intervals:
        return _WORDS["closed"][lang]
    return ", ".join(interval_words(row, lang) for row in intervals)


def interval_words(row: Interval, lang: Lang) -> str:
    """Return one interval in words."""
    if (row.start_min, row.end_min) == (0, DAY_MIN):
        text = _WORDS["all_day"][lang]
    elif row.end_min > DAY_MIN:
        text = f"{_clock(row.start_min)}–{_WORDS['next_day'][lang]}{_clock(row.end_min - DAY_MIN)}"
    else:
        text = f"{_clock(row.start_min)}–{_clock(row.end_min)}"
    return text if row.staffed else text + _WORDS["unattended"][lang]


def moment_words(at: datetime, now: datetime, lang: Lang) -> str:
    """Return an instant as a passer-by would say it now: 今天18:00, 明天8:30, 周三8:30, 12月31日8:30."""
    local, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    ahead, clock_text = (local.date() - today).days, _clock(local.hour * 60 + local.minute)
    if ahead in {0, 1}:
        return _WORDS["today" if ahead == 0 else "tomorrow"][lang] + clock_text
    if 1 < ahead < 7:
        return _DAYS_ZH[local.weekday()] + clock_text if lang == "zh" else f"{_DAYS_EN[local.weekday()]} {clock_text}"
    day = _month_day(MonthDay(local.month, local.day), lang)
    year = "" if local.year == today.year else f"{local.year}年" if lang == "zh" else f" {local.year}"
    return f"{year}{day}{clock_text}" if lang == "zh" else f"{day}{year} {clock_text}"


def note_words(code: str, fragment: str, lang: Lang) -> str:
    """Return the sentence for a note of `parse_zh.parse`."""
    if code == "no_times" and not fragment:
        code = "empty"
    return _NOTES[code][lang].format(fragment)


def _holiday_line(schedule: Schedule, lang: Lang) -> Line:
    title = _WORDS["holidays"][lang]
    if schedule.holiday_policy is HolidayPolicy.SPECIAL:
        return Line(title, times_words(schedule.holiday_intervals, lang), is_closed=False)
    return Line(title, _POLICY[schedule.holiday_policy][lang], schedule.holiday_policy is HolidayPolicy.CLOSED)


def _runs(weekdays: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and weekday == runs[-1][-1] + 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return runs


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def _month_day(value: MonthDay, lang: Lang) -> str:
    return f"{value.month}月{value.day}日" if lang == "zh" else f"{value.day} {_MONTHS_EN[value.month - 1]}"


def _dates(start: date, end: date, lang: Lang) -> str:
    def words(on: date) -> str:
        text = _month_day(MonthDay(on.month, on.day), lang)
        return f"{on.year}年{text}" if lang == "zh" else f"{text} {on.year}"

    if start == end:
        return words(start)
    if start.year == end.year:
        last = _month_day(MonthDay(end.month, end.day), lang)
        first = _month_day(MonthDay(start.month, start.day), lang)
        return f"{words(start)}–{last}" if lang == "zh" else f"{first}–{words(end)}"
    return f"{words(start)}–{words(end)}"
