"""Does the bar of a day promise only the hours that are left by closures?"""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from xiaojia.domains.stations.queries.public import WeekDay
from xiaojia.domains.stations.rules.state import Reason, State
from xiaojia.domains.stations.views.station_words import today_spans
from xiaojia.lib.opening_hours import Interval

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 25)


def at(hour: int, day: int = 25) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("closure", "expected"),
    [
        (None, [(480, 720), (840, 1080)]),
        ((at(8, 20), None), []),
        ((at(8, 20), at(12, 26)), []),
        ((at(8, 20), at(15)), [(900, 1080)]),
        ((at(9), at(16)), [(480, 540), (960, 1080)]),
        ((at(20), None), [(480, 720), (840, 1080)]),
    ],
)
def test_a_closure_is_cut_out_of_today(closure, expected):
    closures: Any = (SimpleNamespace(starts_at=closure[0], ends_at=closure[1]),) if closure else ()
    day = WeekDay(DAY, (Interval(480, 720), Interval(840, 1080)), "ordinary", "", closures)
    verdict: Any = SimpleNamespace(state=State.POSTED, reason=Reason.IN_HOURS)
    assert today_spans(day, verdict) == [(start, end, "open") for start, end in expected]
