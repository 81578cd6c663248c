"""How many stations for how much coverage? The curve, drawn with direct labels; a table stands behind it."""

from typing import Any

from xiaojia_locate.command.words import number, share

WIDE, HIGH, LEFT, RIGHT, TOP, FOOT = 960.0, 340.0, 62.0, 200.0, 20.0, 44.0


def draw(points: list[dict[str, Any]], total: float, chosen: int) -> str:
    """Return the curve of covered demand by number of new sites; `points` have open, value and perhaps a bound."""
    most = max(points[-1]["open"], 1)
    least, top = _limits(points, total)

    def x(count: float) -> float:
        return LEFT + count / most * (WIDE - LEFT - RIGHT)

    def y(value: float) -> float:
        return HIGH - FOOT - (value / total - least) / (top - least) * (HIGH - FOOT - TOP)

    line = " ".join(f"{x(one['open']):.1f},{y(one['value']):.1f}" for one in points)
    ground = HIGH - FOOT
    parts = [_grid(least, top, total, y)]
    parts.append(
        f'<polygon class="area" points="{LEFT:.1f},{ground} {line} {x(most):.1f},{ground}"/><polyline class="curve" points="{line}"/>'
    )
    if len(points) <= 60:
        parts += [
            f'<circle class="dotpoint" cx="{x(one["open"]):.1f}" cy="{y(one["value"]):.1f}" r="2.4"/>' for one in points
        ]
    for count in _ticks(most, chosen):
        parts.append(f'<text x="{x(count):.1f}" y="{ground + 18}" text-anchor="middle">{count}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDE - RIGHT) / 2:.0f}" y="{HIGH - 4}" text-anchor="middle">新增站点数 new sites</text>'
    )
    parts.append(_mark(points, chosen, total, x, y))
    label = f"曲线：新增 {chosen} 处时覆盖 {share(points[min(chosen, len(points) - 1)]['value'] / total)}"
    return f'<svg viewBox="0 0 {WIDE:.0f} {HIGH:.0f}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _limits(points: list[dict[str, Any]], total: float) -> tuple[float, float]:
    low, high = points[0]["value"] / total, points[-1]["value"] / total
    room = max(high - low, 0.02) * 0.12
    return max(0.0, low - room), min(1.02, high + room)


def _grid(least: float, top: float, total: float, y: Any) -> str:
    step = next(step for step in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2) if (top - least) / step <= 7)
    lines, level = [], (int(least / step) + 1) * step
    while level < top:
        at = y(level * total)
        line = f'<path class="axis" d="M{LEFT} {at:.1f}H{WIDE - RIGHT}"/>'
        lines.append(f'{line}<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{level * 100:g}%</text>')
        level = round(level + step, 6)
    return "".join(lines)


def _ticks(most: int, chosen: int) -> list[int]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if most / step <= 8)
    return sorted({count for count in range(0, most + 1, step) if abs(count - chosen) >= step * 0.6} | {0, chosen})


def _mark(points: list[dict[str, Any]], chosen: int, total: float, x: Any, y: Any) -> str:
    """The start and the answer, labelled where they stand; a bound above an answer that is not proven."""
    place = min(chosen, len(points) - 1)
    one = points[place]
    at_x, at_y = x(place), y(one["value"])
    made = f'<circle class="best" cx="{at_x:.1f}" cy="{at_y:.1f}" r="6"/>'
    if one["bound"] and one["bound"] > one["value"] * 1.0005:
        made += f'<path class="bound" d="M{at_x - 14:.1f} {y(one["bound"]):.1f}h28"/>'
    said = f"+{chosen}：{number(one['value'])}（{share(one['value'] / total)}）"
    made += f'<text class="t-strong" x="{at_x + 12:.1f}" y="{at_y + 20:.1f}">{said}</text>'
    start = points[0]["value"]
    return (
        made
        + f'<text x="{x(0) + 16:.1f}" y="{y(start) + 5:.1f}">现在 now {number(start)}（{share(start / total)}）</text>'
    )
