"""When do holidays usually fall in a year whose State Council notice has not appeared yet?

Lunar dates: computed with two independent packages (lunardate 0.3.0 and cnlunar 0.2.5), which agree on every date.
Window widths: every exception of the notices of 2008-2026 lies inside them with days to spare, except the one-off
holiday of September 2015 (a test holds this).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple


class LunarDates(NamedTuple):
    """The solar dates of the three holidays that follow the moon."""

    spring_festival: date
    dragon_boat: date
    mid_autumn: date


# year: (正月初一, 五月初五, 八月十五) as MMDD
_LUNAR: dict[int, tuple[int, int, int]] = {
    2004: (122, 622, 928), 2005: (209, 611, 918), 2006: (129, 531, 1006), 2007: (218, 619, 925), 2008: (207, 608, 914),
    2009: (126, 528, 1003), 2010: (214, 616, 922), 2011: (203, 606, 912), 2012: (123, 623, 930), 2013: (210, 612, 919),
    2014: (131, 602, 908), 2015: (219, 620, 927), 2016: (208, 609, 915), 2017: (128, 530, 1004), 2018: (216, 618, 924),
    2019: (205, 607, 913), 2020: (125, 625, 1001), 2021: (212, 614, 921), 2022: (201, 603, 910), 2023: (122, 622, 929),
    2024: (210, 610, 917), 2025: (129, 531, 1006), 2026: (217, 619, 925), 2027: (206, 609, 915), 2028: (126, 528, 1003),
    2029: (213, 616, 922), 2030: (203, 605, 912), 2031: (123, 624, 1001), 2032: (211, 612, 919), 2033: (131, 601, 908),
    2034: (219, 620, 927), 2035: (208, 610, 916), 2036: (128, 530, 1004), 2037: (215, 618, 924), 2038: (204, 607, 913),
    2039: (124, 527, 1002), 2040: (212, 614, 920),
}  # fmt: skip

# Outside the table the moon's dates can lie anywhere between these (MMDD).
_LUNAR_EXTREMES = ((121, 221), (527, 626), (907, 1008))


class _Usual(NamedTuple):
    """Days around the anchor: any day may be off in `off`; a weekend day may be made up in `makeup`."""

    name: str
    off: tuple[int, int]
    makeup: tuple[int, int]


_NEW_YEAR = _Usual("元旦", (-3, 3), (-4, 7))
_SPRING = _Usual("春节", (-3, 9), (-10, 16))
_TOMB = _Usual("清明节", (-2, 3), (-7, 7))
_LABOUR = _Usual("劳动节", (-3, 5), (-10, 12))
_DRAGON_BOAT = _Usual("端午节", (-3, 3), (-6, 6))
_MID_AUTUMN = _Usual("中秋节", (-3, 3), (-6, 6))
_NATIONAL = _Usual("国庆节", (-4, 9), (-13, 14))


@dataclass(frozen=True)
class Window:
    """A stretch of days around one holiday that only the notice of `year` settles."""

    name: str
    year: int
    off_start: date
    off_end: date
    makeup_start: date
    makeup_end: date

    def covers(self, day: date) -> bool:
        """Return whether the kind of this day is open: any day of the inner stretch, weekend days of the outer one."""
        if self.off_start <= day <= self.off_end:
            return True
        return day.weekday() >= 5 and self.makeup_start <= day <= self.makeup_end


def lunar_dates(year: int) -> LunarDates | None:
    """Return the solar dates of Spring Festival, Dragon Boat and Mid-Autumn, or None outside 2004-2040."""
    if year not in _LUNAR:
        return None
    return LunarDates(*(_month_day(year, value) for value in _LUNAR[year]))


@lru_cache(maxsize=256)
def windows(year: int) -> tuple[Window, ...]:
    """Return the windows that the notice of this year settles; the first begins in December of the year before."""
    exact = lunar_dates(year)
    if exact is None:
        moon = [(_month_day(year, a), _month_day(year, b)) for a, b in _LUNAR_EXTREMES]
    else:
        moon = [(value, value) for value in exact]
    anchors = (
        (_NEW_YEAR, (date(year, 1, 1), date(year, 1, 1))),
        (_SPRING, moon[0]),
        (_TOMB, (date(year, 4, 4), date(year, 4, 4))),
        (_LABOUR, (date(year, 5, 1), date(year, 5, 1))),
        (_DRAGON_BOAT, moon[1]),
        (_MID_AUTUMN, moon[2]),
        (_NATIONAL, (date(year, 10, 1), date(year, 10, 1))),
    )
    return tuple(_window(usual, year, first, last) for usual, (first, last) in anchors)


def _window(usual: _Usual, year: int, first: date, last: date) -> Window:
    return Window(
        usual.name,
        year,
        first + timedelta(days=usual.off[0]),
        last + timedelta(days=usual.off[1]),
        first + timedelta(days=usual.makeup[0]),
        last + timedelta(days=usual.makeup[1]),
    )


def _month_day(year: int, value: int) -> date:
    return date(year, value // 100, value % 100)
