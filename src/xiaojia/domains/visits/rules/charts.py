"""Where do the bars of a chart stand? Geometry for inline SVG; numbers leave as text for attributes."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, TOP, FOOT = 120, 18, 20
LABELS = 8


@dataclass(frozen=True)
class Bar:
    """One column with its link; `label` stands below it, `value_shown` above it, both only where there is room."""

    x: str
    y: str
    w: str
    h: str
    mid: str
    above: str
    name: str
    value: int
    url: str
    label: str = ""
    value_shown: str = ""
    is_now: bool = False


@dataclass(frozen=True)
class Chart:
    """A row of columns with its size; `base` is the ground line, `foot` the line of the labels."""

    width: int
    bars: list[Bar]
    height: int = TOP + HEIGHT + FOOT
    base: int = TOP + HEIGHT
    foot: int = TOP + HEIGHT + FOOT - 4


def chart(rows: Sequence[tuple[str, str, int, str]], *, width: int, last_is_now: bool = False) -> Chart:
    """Return the columns for (short label, full name, value, url), drawn `width` units wide.

    Every label is shown while there are few; else about eight, counted from the last when that is now. The value is
    written above each of a few, else above the highest and above now.
    """
    if not rows:
        return Chart(width, [])
    top, step = max(*(row[2] for row in rows), 1), width / len(rows)
    highest = max(range(len(rows)), key=lambda i: rows[i][2])
    found = []
    for i, (label, name, value, url) in enumerate(rows):
        tall = 0.0 if value == 0 else max(2.0, HEIGHT * value / top)
        place = _place(i, len(rows), last_is_now)
        now = last_is_now and i == len(rows) - 1
        written = value and (len(rows) <= 12 or i == highest or now)
        x, y = i * step, TOP + HEIGHT - tall
        found.append(
            Bar(
                _text(x + step * 0.14), _text(y), _text(step * 0.72), _text(tall), _text(x + step / 2), _text(y - 5),
                name, value, url, label if place else "", f"{value:,}" if written else "", now,
            )
        )  # fmt: skip
    return Chart(width, found)


def _place(index: int, number: int, from_last: bool) -> bool:
    """Whether the label of this column is shown."""
    every = 1 if number <= 12 else max(2, -(-number // LABELS))
    return ((number - 1 - index) if from_last else index) % every == 0


def _text(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
