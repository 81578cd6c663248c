"""How are plates written as a PDF that any print shop can open, its Chinese characters inside?"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import StrokeCapStyle, StrokeJoinStyle

from xiaojia.lib.plates import fonts
from xiaojia.lib.plates.layout import HEIGHT_MM, WIDTH_MM, Bars, Box, Item, PlateText, Stroke, Text, layout

_POINTS_PER_MM = 72 / 25.4


def plate_pdf(
    plates: Sequence[tuple[PlateText, str]], *, one_colour: bool = False, font: fonts.FontFiles | None = None
) -> bytes:
    """Return one A5 page for each (text, url), with only the used characters of a Chinese font embedded.

    Raises FontMissing where this computer has no Chinese font, ValueError for no plates.
    """
    if not plates:
        raise ValueError("no plates")
    pages = [layout(text, url, one_colour=one_colour) for text, url in plates]
    pdf = FPDF(unit="mm", format=(WIDTH_MM, HEIGHT_MM))
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title("、".join(text.code for text, _ in plates[:20]))
    pdf.set_lang("zh-CN")
    _add_fonts(pdf, pages, font or fonts.find_font())
    for items in pages:
        pdf.add_page()
        for item in items:
            _draw(pdf, item)
    return bytes(pdf.output())


def _add_fonts(pdf: FPDF, pages: Sequence[Sequence[Item]], files: fonts.FontFiles) -> None:
    texts = [item for items in pages for item in items if isinstance(item, Text)]
    with tempfile.TemporaryDirectory() as folder:
        for style, path in (("", files.regular), ("B", files.bold)):
            used = "".join(item.text for item in texts if item.bold == bool(style))
            part = Path(folder) / f"part{style}.ttf"
            part.write_bytes(fonts.subset(path, used, bold=bool(style)))
            pdf.add_font("plate", style, part)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _draw(pdf: FPDF, item: Item) -> None:
    if isinstance(item, Text):
        _text(pdf, item)
    elif isinstance(item, Stroke):
        _stroke(pdf, item)
    elif isinstance(item, Box):
        pdf.set_fill_color(*_rgb(item.colour))
        pdf.rect(item.x, item.y, item.width, item.height, style="F", round_corners=True, corner_radius=item.radius)
    else:
        _bars(pdf, item)


def _text(pdf: FPDF, item: Text) -> None:
    pdf.set_font("plate", "B" if item.bold else "", item.size * _POINTS_PER_MM)
    pdf.set_text_color(*_rgb(item.colour))
    width = pdf.get_string_width(item.text)
    pdf.text(item.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor] * width, item.y, item.text)


def _stroke(pdf: FPDF, item: Stroke) -> None:
    style = {"stroke_cap_style": StrokeCapStyle.ROUND, "stroke_join_style": StrokeJoinStyle.ROUND}
    with pdf.local_context(**style):
        pdf.set_draw_color(*_rgb(item.colour))
        pdf.set_line_width(item.width)
        pdf.polyline(list(item.points))


def _bars(pdf: FPDF, item: Bars) -> None:
    pdf.set_fill_color(*_rgb(item.colour))
    for x, y, width, height in item.bars:
        pdf.rect(x, y, width, height + 0.01, style="F")  # a hair of overlap: no seams between the rows
