"""Which exceptions does the package `chinesecalendar` know? (the first filling of the day table)"""

from datetime import date

from xiaojia.lib.workdays.days import Day, DayKind

_FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def seed_from_chinesecalendar() -> tuple[tuple[Day, ...], frozenset[int]]:
    """Return the exceptions to the ordinary week and the covered years (2004 to the package's last year)."""
    from chinese_calendar import constants

    rows: dict[date, Day] = {}
    for on, english in constants.holidays.items():
        rows[on] = Day(on, DayKind.HOLIDAY, _chinese_name(constants.Holiday(english)))
    for on, english in constants.workdays.items():
        kind = DayKind.MAKEUP if on.weekday() >= 5 else DayKind.WORKDAY
        rows[on] = Day(on, kind, _chinese_name(constants.Holiday(english)))
    last_year = max(on.year for on in rows)
    return tuple(rows[on] for on in sorted(rows)), frozenset(range(2004, last_year + 1))


def _chinese_name(holiday: object) -> str:
    name = str(getattr(holiday, "chinese", ""))
    return _FULL_NAMES.get(name, name)
