"""How is a plate written as SVG, sharp at any size and with the reader's own Chinese font?"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from xiaojia.lib.plates.layout import HEIGHT_MM, WIDTH_MM, Bars, Box, Item, PlateText, Stroke, Text, layout

_FONTS = (
    "'PingFang SC','HarmonyOS Sans SC','MiSans','Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif"
)


def plate_svg(text: PlateText, url: str, *, one_colour: bool = False) -> str:
    """Return the plate as an SVG document of 148 × 210 mm; no style attribute, so it may stand inline under a strict CSP."""
    title = escape(f"{text.name} {text.code}")
    body = "\n".join(_draw(item) for item in layout(text, url, one_colour=one_colour))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM:g}mm" height="{HEIGHT_MM:g}mm" '
        f'viewBox="0 0 {WIDTH_MM:g} {HEIGHT_MM:g}" role="img" font-family="{_FONTS}">\n'
        f'<title>{title}</title>\n<rect width="{WIDTH_MM:g}" height="{HEIGHT_MM:g}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _draw(item: Item) -> str:
    if isinstance(item, Text):
        weight = ' font-weight="700"' if item.bold else ""
        return (
            f'<text x="{item.x:g}" y="{item.y:.2f}" font-size="{item.size:.2f}" text-anchor="{item.anchor}"{weight} '
            f"fill={quoteattr(item.colour)}>{escape(item.text)}</text>"
        )
    if isinstance(item, Stroke):
        points = " ".join(f"{x:g},{y:g}" for x, y in item.points)
        return (
            f'<polyline points="{points}" fill="none" stroke={quoteattr(item.colour)} stroke-width="{item.width:g}" '
            'stroke-linecap="round" stroke-linejoin="round"/>'
        )
    if isinstance(item, Box):
        return (
            f'<rect x="{item.x:g}" y="{item.y:g}" width="{item.width:g}" height="{item.height:g}" rx="{item.radius:g}" '
            f"fill={quoteattr(item.colour)}/>"
        )
    return _bars(item)


def _bars(item: Bars) -> str:
    path = "".join(f"M{x:.3f} {y:.3f}h{width:.3f}v{height:.3f}h-{width:.3f}z" for x, y, width, height in item.bars)
    return f'<path d="{path}" fill={quoteattr(item.colour)} shape-rendering="crispEdges"/>'
