"""What do templates need beyond Django? Icons, marks, small charts, and the words for distance and time."""

import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from . import drawing, words

register = template.Library()

STATES = ("confirmed", "posted", "unknown", "closed")

for name in ("distance", "age", "fmt_time", "when", "weekday"):
    register.filter(name, getattr(words, name))


@lru_cache(maxsize=1)
def icon_ids() -> frozenset[str]:
    """Return the ids of the symbols in the sprite."""
    sprite = Path(__file__).parent.parent / "static" / "web" / "icons.svg"
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite.read_text(encoding="utf-8")))


def symbol(ident: str, css: str, label: str = "") -> SafeString:
    """Return an svg that shows one symbol of the sprite; decorative unless it has a label."""
    href = f"{static('web/icons.svg')}#{ident}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', css, label, href)
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', css, href)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Return an icon of the sprite; an unknown name shows a plain box instead of nothing."""
    ident = name if name in icon_ids() else "box"
    return symbol(ident, f"icon {css}".strip(), label)


@register.simple_tag
def mark(state: str = "confirmed", label: str = "", css: str = "") -> SafeString:
    """Return the roof whose window shows the state."""
    state = state if state in STATES else "unknown"
    return symbol(f"mark-{state}", f"mark mark-{state} {css}".strip(), label)


@register.simple_tag
def logo() -> SafeString:
    """Return the mark of the product: the lit window."""
    return symbol("logo", "mark")


@register.simple_tag
def dot(state: str) -> SafeString:
    """Return the dot of a state: filled, half, dashed or hollow; nothing for a state that has none."""
    return symbol(f"dot-{state}", "dot") if state in STATES else SafeString("")


@register.inclusion_tag("web/components/bar.html")
def bar(value: float, top: float = 100, label: str = "", good: float = 1.0, low: float = 0.0) -> dict:
    """Draw a bar of `value` out of `top`; below `good` it is amber, below `low` red."""
    part = value / top if top else 0.0
    kind = "bar-low" if part < low else "bar-part" if part < good else ""
    return {"percent": drawing.share(value, top), "label": label or f"{value}/{top}", "kind": kind}


@register.inclusion_tag("web/components/daybar.html")
def daybar(intervals: list, now_min: int | None = None, label: str = "") -> dict:
    """Draw 24 hours; `intervals` are (start_min, end_min[, "open" | "unsure"]), `now_min` minutes after midnight."""
    intervals = list(intervals)
    spoken = "、".join(f"{words.fmt_time(a)}–{words.fmt_time(b)}" for a, b, *_rest in intervals)
    return {
        "boxes": drawing.day_boxes(intervals),
        "ticks": drawing.day_ticks(intervals, now_min, _("现在")),
        "now_x": None if now_min is None else drawing.num(now_min * drawing.WIDTH / drawing.DAY_MIN),
        "label": label or (_("今天开放 %(hours)s") % {"hours": spoken} if spoken else _("今天不开放")),
    }


@register.inclusion_tag("web/components/weekchart.html")
def weekchart(rows: list, caption: str, unit: str = "") -> dict:
    """Draw one column for each (label, value[, is_now]) with direct labels and a table behind them."""
    return {"boxes": drawing.week_boxes(rows), "caption": caption, "unit": unit or pgettext("unit", "人次")}


@register.inclusion_tag("web/components/spark.html")
def spark(values: list, label: str = "") -> dict:
    """Draw a small row of columns for a table cell."""
    return {"boxes": drawing.spark_boxes(values), "label": label}


@register.inclusion_tag("web/components/scene.html")
def scene(state: str = "confirmed") -> dict:
    """Draw the placeholder of a station without a photo, its window in the given state."""
    return {"state": state if state in STATES else "unknown"}


@register.simple_tag(takes_context=True)
def keep_query(context: dict, **changes: object) -> str:
    """Return "?…" of the current address with the given parameters changed; None takes one out."""
    query = context["request"].GET.copy() if "request" in context else QueryDict(mutable=True)
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"
