"""What stands where on a station's plate (A5, millimetres from the top left)?

The plate is the product's mark at its largest: a roof, and below it a lit window that is the QR code. Everything prints in
one colour too; the code itself is always dark on white.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import segno

WIDTH_MM, HEIGHT_MM = 148.0, 210.0
INK, INK2, BRAND, LAMP, LINE, WHITE = "#1c2430", "#4b5563", "#b8341b", "#f4a93b", "#e7e1d5", "#ffffff"
_CENTRE = WIDTH_MM / 2
_MARGIN = 12.0
_NAME_WIDTH = WIDTH_MM - 2 * _MARGIN
_QR_MM = 66.0
_NO_LINE_START = "）)】」』》，。、；：！？…·-"
_NAME_SIZES = ((1, 13.5), (2, 10.5), (3, 8.0), (4, 6.4))


@dataclass(frozen=True, slots=True)
class PlateText:
    """What a plate says; ``brand`` names the kind of place, ``organisation`` the union that runs it."""

    name: str
    code: str
    organisation: str = ""
    name_en: str = ""
    brand: str = "户外劳动者服务站点"
    brand_en: str = "Rest station for outdoor workers"
    hotline: str = "12351"


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``y`` is its baseline, ``size`` its em, ``x`` the point that ``anchor`` names."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False
    anchor: Literal["start", "middle", "end"] = "middle"
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line with round ends and joints through some points."""

    points: tuple[tuple[float, float], ...]
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle with round corners."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    colour: str


@dataclass(frozen=True, slots=True)
class Bars:
    """The dark modules of a QR code, joined to horizontal bars (x, y, width, height)."""

    bars: tuple[tuple[float, float, float, float], ...]
    colour: str


Item = Text | Stroke | Box | Bars


def layout(text: PlateText, url: str, *, one_colour: bool = False) -> list[Item]:
    """Return the items of a plate in drawing order."""
    brand, lamp, ink2 = (INK, INK, INK) if one_colour else (BRAND, LAMP, INK2)
    items: list[Item] = [
        Text(_CENTRE, 17.6, 6.2, text.brand, bold=True, colour=brand),
        Text(_CENTRE, 23.4, 3.7, text.brand_en, colour=ink2),
    ]
    items += _name(text, ink2)
    items += _house(url, brand, lamp)
    items += [
        Text(_CENTRE, 174.8, 6.6, "扫一扫，告诉我们你来过", bold=True),
        Text(_CENTRE, 181.4, 3.9, "不用下载，不用注册；看开放时间，门锁了、东西坏了也在这里说", colour=ink2),
        Text(
            _CENTRE, 186.6, 3.3, "Scan to check in, see the hours or report a problem. No app, no account.", colour=ink2
        ),
    ]
    return items + _foot(text, brand, ink2)


def _name(text: PlateText, ink2: str) -> list[Item]:
    lines, size = fit_name(text.name)
    step = size * 1.22
    height = size * 0.88 + step * (len(lines) - 1) + (6.0 if text.name_en else 0.0)
    y = 43.6 - height / 2 + size * 0.88
    items: list[Item] = [Text(_CENTRE, y + step * place, size, line, bold=True) for place, line in enumerate(lines)]
    if text.name_en:
        size_en = min(4.4, 4.4 * _NAME_WIDTH / max(_NAME_WIDTH, width_em(text.name_en) * 4.4))
        items.append(Text(_CENTRE, y + step * (len(lines) - 1) + 7.2, size_en, text.name_en, colour=ink2))
    return items


def _house(url: str, brand: str, lamp: str) -> list[Item]:
    """The roof, the lit window frame and the code in it."""
    left, top = _CENTRE - _QR_MM / 2, 92.4
    frame, pane = 6.2, 3.6
    window = (left - frame, top - frame, _QR_MM + 2 * frame, _QR_MM + 2 * frame)
    light = (left - pane, top - pane, _QR_MM + 2 * pane, _QR_MM + 2 * pane)
    return [
        Stroke(((_CENTRE - 50, 83.4), (_CENTRE, 64.0), (_CENTRE + 50, 83.4)), 6.4, brand),
        Box(*window, 5.4, lamp),
        Box(*light, 3.0, WHITE),
        Bars(qr_bars(url, left, top, _QR_MM), INK),
    ]


def _foot(text: PlateText, brand: str, ink2: str) -> list[Item]:
    right = WIDTH_MM - _MARGIN
    items: list[Item] = [
        Stroke(((_MARGIN, 191.4), (right, 191.4)), 0.3, ink2),
        Text(_MARGIN, 199.6, 6.2, text.code, bold=True, anchor="start"),
        Text(_MARGIN, 203.8, 2.9, "站点编号 Station code", anchor="start", colour=ink2),
        Text(right, 199.6, 6.2, text.hotline, bold=True, anchor="end", colour=brand),
        Text(right, 203.8, 2.9, "工会服务热线 Union hotline", anchor="end", colour=ink2),
    ]
    if text.organisation:
        room = 56.0
        size = min(4.2, room / max(1.0, width_em(text.organisation)))
        items.append(Text(_CENTRE, 199.2, size, text.organisation, colour=INK))
    return items


def qr_bars(url: str, x: float, y: float, size: float) -> tuple[tuple[float, float, float, float], ...]:
    """Return the dark bars of the code of a URL in a square; error correction Q (a quarter may be scratched)."""
    matrix = segno.make(url, error="q", micro=False, boost_error=True).matrix
    module = size / len(matrix)
    bars: list[tuple[float, float, float, float]] = []
    for row, line in enumerate(matrix):
        start = None
        for column, dark in enumerate([*line, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                bars.append((x + start * module, y + row * module, (column - start) * module, module))
                start = None
    return tuple(bars)


def width_em(text: str) -> float:
    """Return about how wide a text is, in ems of its size."""
    return sum(_character_em(character) for character in text)


def _character_em(character: str) -> float:
    if ord(character) >= 0x2E80:
        return 1.0
    if character.isupper():
        return 0.66
    return 0.3 if character in " .,;:'|!()il" else 0.57


def fit_name(name: str) -> tuple[list[str], float]:
    """Return the lines of a station's name and their size: as few lines and as large as the plate allows."""
    name = " ".join(name.split())
    for count, size in _NAME_SIZES:
        lines = _balanced(name, count, _NAME_WIDTH / size)
        if lines:
            return lines, size
    count, _ = _NAME_SIZES[-1]
    room = width_em(name) / count + 2
    while not (lines := _balanced(name, count, room)):
        room += 1
    return lines, _NAME_WIDTH / room


def _balanced(name: str, count: int, room: float) -> list[str]:
    """Return at most ``count`` lines of about equal width within ``room`` ems, cut before a bracket if that fits; else []."""
    bracket = min((place for mark in "（(" if (place := name.find(mark)) > 0), default=0)
    if count > 1 and bracket:
        head, tail = name[:bracket], name[bracket:]
        for first in range(1, count):
            lines = [*_balanced(head, first, room), *_balanced(tail, count - first, room)]
            if "".join(lines).replace(" ", "") == name.replace(" ", ""):
                return lines
    limit = max(1.0, width_em(name) / count)
    while limit <= room:
        lines = _wrap(name, limit)
        if len(lines) <= count:
            return lines
        limit += 0.5
    lines = _wrap(name, room)
    return lines if len(lines) <= count and all(width_em(line) <= room for line in lines) else []


def _wrap(text: str, room: float) -> list[str]:
    lines, line = [], ""
    for word in _words(text):
        if line and width_em(line + word.rstrip()) > room:
            lines.append(line.strip())
            line = ""
        line += word
    return [*lines, line.strip()] if line.strip() else lines


def _words(text: str) -> Sequence[str]:
    """Cut a text where a line may break: around every Chinese character, never before a closing mark."""
    words: list[str] = []
    for character in text:
        wide = ord(character) >= 0x2E80
        joins = words and (
            character in _NO_LINE_START
            or character == " "
            or words[-1][-1] in "（(【「『《"
            or (not wide and ord(words[-1][-1]) < 0x2E80 and words[-1][-1] != " ")
        )
        if joins:
            words[-1] += character
        else:
            words.append(character)
    return words
