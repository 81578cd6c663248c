"""Where do the bars of a chart stand? Geometry for inline SVG; numbers leave as text for attributes."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, TOP, FOOT = 720, 120, 18, 20
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


def bars(rows: Sequence[tuple[str, str, int, str]], *, last_is_now: bool = False) -> list[Bar]:
    """Return one bar for each (short label, full name, value, url).

    Every label is shown while there are few; else about eight. The value is written above the highest and the last.
    """
    if not rows:
        return []
    top = max(*(row[2] for row in rows), 1)
    step = WIDTH / len(rows)
    every = max(1, -(-len(rows) // LABELS)) if len(rows) > 24 else 1 if len(rows) <= 12 else 2
    few, highest = len(rows) <= 12, max(range(len(rows)), key=lambda i: rows[i][2])
    found = []
    for i, (label, name, value, url) in enumerate(rows):
        tall = 0.0 if value == 0 else max(2.0, HEIGHT * value / top)
        y = TOP + HEIGHT - tall
        last = i == len(rows) - 1
        found.append(
            Bar(
                _text(i * step + step * 0.14), _text(y), _text(step * 0.72), _text(tall), _text(i * step + step / 2),
                _text(y - 5), name, value, url,
                label if (len(rows) - 1 - i) % every == 0 else "",
                f"{value:,}" if few or i == highest or last else "",
                last and last_is_now,
            )
        )  # fmt: skip
    return found


def _text(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
