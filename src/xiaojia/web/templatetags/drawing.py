"""Where do the parts of our small charts go? Geometry for the SVG components; numbers leave as text for attributes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .words import fmt_time

WIDTH = 320
DAY_MIN = 1440
DIGIT_W = 6.6
WORD_W = 12
GAP = 4
NUDGES = (0, 6, -6, 11, -11)


@dataclass(frozen=True)
class Box:
    """A rectangle with its label; every measure is text, safe in an attribute under any locale."""

    x: str
    y: str
    w: str
    h: str
    label: str = ""
    value: str = ""
    kind: str = ""
    mid: str = ""
    above: str = ""


@dataclass(frozen=True)
class Tick:
    """A label under the day bar."""

    x: str
    text: str
    kind: str


def num(value: float) -> str:
    """Return the number with at most one decimal and a point, whatever the locale."""
    return f"{value:.1f}".removesuffix(".0")


def share(value: float, top: float) -> str:
    """Return the part of `top` in percent (0 to 100) for a width attribute."""
    return num(max(0.0, min(100.0, 100 * value / top))) if top else "0"


def day_boxes(intervals: Iterable[Sequence]) -> list[Box]:
    """Return one box for each (start_min, end_min[, kind]); an interval over midnight becomes two."""
    boxes = []
    for start, end, *rest in intervals:
        kind = rest[0] if rest else "open"
        parts = [(start, end)] if end <= DAY_MIN else [(start, DAY_MIN), (0, end - DAY_MIN)]
        for a, b in parts:
            boxes.append(Box(num(a * WIDTH / DAY_MIN), "0", num((b - a) * WIDTH / DAY_MIN), "14", kind=kind))
    return boxes


def day_ticks(intervals: Iterable[Sequence], now_min: int | None, now_word: str) -> list[Tick]:
    """Return the labels that fit without touching: now first, then the edges of the intervals, then 0 and 24."""
    wanted: list[tuple[int, str, str]] = []
    if now_min is not None:
        wanted.append((now_min, now_word, "is-now"))
    edges = {minute % DAY_MIN if minute > DAY_MIN else minute for pair in intervals for minute in pair[:2]}
    wanted += [(minute, short_time(minute), "") for minute in sorted(edges)]
    wanted += [(0, "0", ""), (DAY_MIN, "24", "")]
    taken: list[tuple[float, float]] = []
    ticks: list[Tick] = []
    for minute, text, kind in wanted:
        span = (DIGIT_W if text.isascii() else WORD_W) * len(text)
        left = free_place(minute * WIDTH / DAY_MIN, span, taken)
        if left is not None:
            taken.append((left, left + span))
            ticks.append(Tick(num(left + span / 2), text, kind))
    return ticks


def free_place(x: float, span: float, taken: Sequence[tuple[float, float]]) -> float | None:
    """Return where a label of width `span` near `x` starts without touching another; None if nowhere near."""
    for nudge in NUDGES:
        left = min(max(0.0, x + nudge - span / 2), WIDTH - span)
        if all(left >= b + GAP or left + span <= a - GAP for a, b in taken):
            return left
    return None


def short_time(minute: int) -> str:
    """Return "7" for a full hour, "18:30" otherwise."""
    return str(minute // 60) if minute % 60 == 0 else fmt_time(minute)


def week_boxes(rows: Iterable[Sequence], height: int = 64) -> list[Box]:
    """Return one column for each (label, value[, is_now]); a value of None is a gap, drawn as nothing."""
    rows = list(rows)
    top = max([row[1] or 0 for row in rows], default=0) or 1
    step = WIDTH / max(1, len(rows))
    boxes = []
    for i, (label, value, *rest) in enumerate(rows):
        tall = 0 if value is None else max(2.0, height * value / top)
        y = 18 + height - tall
        kind = "is-now" if rest and rest[0] else ""
        boxes.append(
            Box(
                num(i * step + step * 0.12),
                num(y),
                num(step * 0.76),
                num(tall),
                str(label),
                "–" if value is None else f"{value:,}",
                kind,
                num(i * step + step / 2),
                num(y - 5),
            )
        )
    return boxes


def spark_boxes(values: Iterable[float | None]) -> list[Box]:
    """Return columns of a 60 × 18 sparkline; the last one is marked."""
    values = list(values)
    top = max([v or 0 for v in values], default=0) or 1
    step = 60 / max(1, len(values))
    boxes = []
    for i, value in enumerate(values):
        tall = max(1.0, 18 * (value or 0) / top)
        kind = "is-now" if i == len(values) - 1 else ""
        boxes.append(Box(num(i * step), num(18 - tall), num(step * 0.78), num(tall), kind=kind))
    return boxes
