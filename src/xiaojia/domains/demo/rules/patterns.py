"""How does each kind of host keep its station? Hours, way in, equipment and who comes, invented but plausible."""

from dataclasses import dataclass

from xiaojia.lib.opening_hours import HolidayPolicy, Interval, MonthDay, Schedule, Season, every_day, week_of

TEN = ("room", "seat", "microwave", "water", "toilet", "first_aid", "books", "charging", "fridge", "umbrella")
WORKDAYS, WEEKEND = range(5), (5, 6)


def _at(*pairs: tuple[str, str], staffed: bool = True) -> list[Interval]:
    def minutes(text: str) -> int:
        hour, _, minute = text.partition(":")
        return int(hour) * 60 + int(minute)

    return [Interval(minutes(a), minutes(b), staffed) for a, b in pairs]


@dataclass(frozen=True)
class Pattern:
    """One kind of host: registry values, schedule (None = not known), equipment, visits on an ordinary day."""

    host_type: str
    build: str
    mode: str
    access: str
    note: str
    schedule: Schedule | None
    has: tuple[str, ...]
    daily: int
    trades: tuple[str, ...]


OFFICE = Schedule(
    week_of((WORKDAYS, _at(("8:30", "12:00"), ("14:30", "17:30")))),
    seasons=(
        Season(
            "夏令", MonthDay(5, 1), MonthDay(9, 30), week_of((WORKDAYS, _at(("8:00", "12:00"), ("15:00", "18:00"))))
        ),
    ),
    holiday_policy=HolidayPolicy.CLOSED,
)
LONG = Schedule(every_day(*_at(("6:30", "20:00"))), holiday_policy=HolidayPolicy.NORMAL)
BAY = Schedule(every_day(*_at(("7:00", "12:00"), ("14:00", "18:30"))), holiday_policy=HolidayPolicy.NORMAL)
BANK = Schedule(
    week_of((WORKDAYS, _at(("8:30", "17:30"))), (WEEKEND, _at(("9:00", "16:00")))),
    holiday_policy=HolidayPolicy.SPECIAL,
    holiday_intervals=tuple(_at(("10:00", "15:00"))),
)
ALWAYS = Schedule(
    every_day(*_at(("0:00", "8:00"), staffed=False), *_at(("8:00", "22:00")), *_at(("22:00", "24:00"), staffed=False))
)
NINE_SIX = Schedule(every_day(*_at(("9:00", "18:00"))), holiday_policy=HolidayPolicy.NORMAL)
EVENING = Schedule(every_day(*_at(("8:00", "22:30"))), holiday_policy=HolidayPolicy.NORMAL)

STREET = ("sanitation", "sanitation", "gardening", "delivery", "driver", "")
RIDERS = ("delivery", "delivery", "courier", "driver", "")
MIXED = ("delivery", "courier", "sanitation", "driver", "police", "building", "")

PATTERNS = {
    "bay": Pattern("sanitation", "self", "own", "free", "推门就进", BAY, (*TEN, "aircon"), 46, STREET),
    "party": Pattern("party_centre", "co", "host", "ask", "到大厅说一声", OFFICE, TEN, 6, MIXED),
    "sanitation": Pattern("sanitation", "co", "host", "free", "推门就进，旁边能给电动车充电", LONG, (*TEN, "emoto_charging"), 13, STREET),
    "bank": Pattern("bank", "co", "host", "ask", "进大堂左手边", BANK, (*TEN[:7], "charging", "aircon"), 5, RIDERS),
    "insurance": Pattern("insurance", "co", "host", "ask", "前台说一声", BANK, (*TEN, "aircon"), 6, MIXED),
    "logistics": Pattern("logistics", "co", "host", "free", "网点右侧小门", EVENING, ("room", "seat", "water", "charging", "microwave", "first_aid", "battery_swap"), 11, RIDERS),
    "transit": Pattern("transit", "co", "bought", "scan", "门上扫码开门", ALWAYS, (*TEN, "aircon", "wifi"), 15, MIXED),
    "volunteer": Pattern("volunteer", "co", "host", "free", "推门就进", NINE_SIX, ("room", "seat", "microwave", "water", "first_aid", "books", "charging", "umbrella"), 7, MIXED),
    "community": Pattern("community", "co", "host", "ask", "到服务台说一声", OFFICE, TEN, 6, MIXED),
    "forest": Pattern("other", "self", "own", "free", "管护点值班室", None, ("room", "seat", "water", "first_aid", "heater"), 2, STREET),
    "park": Pattern("park", "co", "host", "free", "游客中心侧门", NINE_SIX, (*TEN, "nursing"), 9, MIXED),
    "fuel": Pattern("fuel", "co", "host", "customers", "站房里，先跟员工说一声", ALWAYS, ("room", "seat", "water", "toilet", "charging", "microwave"), 8, ("driver", "driver", "delivery", "")),
    "pharmacy": Pattern("pharmacy", "co", "host", "ask", "店里靠窗", EVENING, ("seat", "water", "first_aid", "charging"), 4, MIXED),
    "telecom": Pattern("telecom", "co", "host", "ask", "营业厅休息区", NINE_SIX, ("room", "seat", "water", "charging", "wifi", "books", "umbrella", "toilet", "aircon"), 4, RIDERS),
    "van": Pattern("union", "self", "own", "free", "车停稳了就上，后门有台阶", None, ("seat", "water", "microwave", "charging", "first_aid", "umbrella", "aircon"), 18, RIDERS),
    "enterprise": Pattern("enterprise", "co", "host", "scan", "园区服务中心一楼，扫码进", ALWAYS, (*TEN, "aircon", "wifi", "aed"), 12, ("building", "driver", "delivery", "")),
}  # fmt: skip

GAPS = {
    "友谊党群服务中心驿站": ("fridge", "absent"),
    "和平党群服务中心驿站": ("umbrella", "absent"),
    "群众党群服务中心驿站": ("toilet", "absent"),
    "红沙环卫驿站": ("fridge", "broken"),
    "抱坡环卫驿站": ("microwave", "broken"),
    "南山环卫驿站": ("charging", "broken"),
    "水南社区驿站": ("first_aid", "absent"),
}


def trade_at(pattern: Pattern, number: int) -> str:
    """Return the trade of the n-th visitor; "" = not said."""
    return pattern.trades[number % len(pattern.trades)]
