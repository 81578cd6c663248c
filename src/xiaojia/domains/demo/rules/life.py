"""What happens in the demo city between two instants? The same for the same day, whenever it is asked."""

import hashlib
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from xiaojia.domains.demo.rules.patterns import Pattern, trade_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
LUNCH, EVENING = range(11, 14), range(17, 19)
DOUBTED = "荔枝沟快送驿站"
REGULARS = 6
"""So many phones for each daily visit know a station: most of them come back several times a month."""


class Happening(NamedTuple):
    """One deed: "keeper_open", "no_entry" or "visit"; for a visit its device, trade and whether it was at the door."""

    at: datetime
    kind: str
    device: bytes = b""
    occupation: str = ""
    near: bool = False


def day_of(name: str, pattern: Pattern, day: date, intervals: list[tuple[datetime, datetime]]) -> Iterator[Happening]:
    """Yield what happens at one station on one day, inside its posted intervals (aware, in order)."""
    dice = random.Random(f"{name}|{day}")  # noqa: S311 - invented life, no secret
    for start, end in intervals:
        yield from _taps(dice, start, end)
    yield from _visits(dice, name, day, pattern, intervals)
    if name == DOUBTED and intervals:
        at = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=11, minutes=dice.randrange(50))
        yield Happening(at, "no_entry", dice.randbytes(16))


def _taps(dice: random.Random, start: datetime, end: datetime) -> Iterator[Happening]:
    """The keeper opens most days, and taps again every two or three hours on a good one."""
    if dice.random() > 0.88:
        return
    at = start + timedelta(minutes=dice.randrange(2, 25))
    while at < end:
        yield Happening(at, "keeper_open")
        at += timedelta(minutes=dice.randrange(95, 230))


def _phone(name: str, day: date, number: int) -> bytes:
    """The month's hash of one of a station's regular phones; another one next month, as the product's own are."""
    return hashlib.blake2b(f"{name}|{day:%Y-%m}|{number}".encode(), digest_size=16).digest()


def _visits(
    dice: random.Random, name: str, day: date, pattern: Pattern, intervals: list[tuple[datetime, datetime]]
) -> Iterator[Happening]:
    hours = [
        start + timedelta(hours=step)
        for start, end in intervals
        for step in range(max(1, int((end - start).total_seconds() // 3600)))
    ]
    if not hours:
        return
    weights = [3.0 if h.hour in LUNCH else 2.0 if h.hour in EVENING else 0.2 if h.hour < 6 else 1.0 for h in hours]
    for _ in range(round(pattern.daily * dice.uniform(0.75, 1.3))):
        hour = dice.choices(hours, weights)[0]
        at = hour + timedelta(seconds=dice.randrange(3600))
        phone = dice.randrange(pattern.daily * REGULARS)
        yield Happening(at, "visit", _phone(name, day, phone), trade_at(pattern, phone), dice.random() < 0.3)
