"""At which hour is demand covered? Bars by time of day: all demand, and what the open sites cover of it."""

from xiaojia_locate.command.words import number, share

WIDE, HIGH, LEFT, TOP, FOOT = 960.0, 260.0, 20.0, 18.0, 40.0


def draw(minutes: list[int], total: list[float], covered: list[float]) -> str:
    """Return bars by slot; `minutes`: when each begins, `total` and `covered` (n_slot,)."""
    most, count = max(total) or 1.0, len(minutes)
    step = (WIDE - 2 * LEFT) / count
    parts = []
    for place, (minute, there, have) in enumerate(zip(minutes, total, covered, strict=True)):
        x, wide = LEFT + place * step + 1, max(step - 2, 1)
        for kind, amount in (("none w3", there), ("had", have)):
            high = amount / most * (HIGH - TOP - FOOT)
            parts.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{HIGH - FOOT - high:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'
            )
        if minute % 180 == 0:
            parts.append(
                f'<text x="{x + wide / 2:.1f}" y="{HIGH - FOOT + 20}" text-anchor="middle">{minute // 60}:00</text>'
            )
    whole = sum(total) or 1.0
    said = f"覆盖 covered {number(sum(covered))}（{share(sum(covered) / whole)}）"
    parts.append(f'<text class="t-strong" x="{LEFT}" y="{TOP - 2}">{said}</text>')
    return f'<svg viewBox="0 0 {WIDE:.0f} {HIGH:.0f}" role="img" aria-label="{said}">{"".join(parts)}</svg>'
