"""Which days are working days in China, and how sure are we? (ordinary week, State Council notices, unknown windows)"""

from xiaojia.lib.workdays.days import Day, DayKind, DayTable
from xiaojia.lib.workdays.notice import NoticeError, parse_notice
from xiaojia.lib.workdays.seed import seed_from_chinesecalendar
from xiaojia.lib.workdays.windows import LunarDates, lunar_dates

__all__ = [
    "Day",
    "DayKind",
    "DayTable",
    "LunarDates",
    "NoticeError",
    "lunar_dates",
    "parse_notice",
    "seed_from_chinesecalendar",
]
