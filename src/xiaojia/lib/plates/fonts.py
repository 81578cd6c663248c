"""Which Chinese font of this computer can a PDF carry, and how is only the needed part of it taken?"""

from __future__ import annotations

import importlib.util
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar, NamedTuple

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError
from fontTools.ttLib.tables._g_l_y_f import Glyph

from xiaojia.lib.errors import XiaojiaError, gettext_noop

FONT_SETTING = "XIAOJIA_CJK_FONT"
_OPEN_TYPE = "/usr/share/fonts/opentype/noto"
_PAIRS = (  # regular, bold
    (f"{_OPEN_TYPE}/NotoSansCJK-Regular.ttc", f"{_OPEN_TYPE}/NotoSansCJK-Bold.ttc"),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc"),
    (
        "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc",
    ),
    ("/usr/share/fonts/google-noto-sans-cjk-vf-fonts/NotoSansCJK-VF.ttc", ""),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", ""),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", ""),
    ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", ""),
    ("/System/Library/Fonts/PingFang.ttc", ""),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", ""),
    ("/System/Library/Fonts/STHeiti Light.ttc", "/System/Library/Fonts/STHeiti Medium.ttc"),
    ("C:/Windows/Fonts/msyh.ttc", "C:/Windows/Fonts/msyhbd.ttc"),
    ("C:/Windows/Fonts/Deng.ttf", "C:/Windows/Fonts/Dengb.ttf"),
    ("C:/Windows/Fonts/simhei.ttf", ""),
)
_PACKAGE, _PACKAGE_FILE = "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc"


class FontMissing(XiaojiaError):
    """No Chinese font to put into a PDF."""

    sentences: ClassVar[Mapping[str, str]] = {
        "font_missing": gettext_noop(
            "服务器上没有中文字体，暂时不能生成PDF。请安装字体（Debian：apt install fonts-noto-cjk），"
            "或用XIAOJIA_CJK_FONT指明字体文件；也可以直接打开打印页，用浏览器打印。"
        ),
        "font_unreadable": gettext_noop(
            "XIAOJIA_CJK_FONT指明的字体读不出中文：%(path)s。请换成一个中文字体文件（ttf、otf或ttc）。"
        ),
    }

    def __init__(self, code: str = "font_missing", params: Mapping[str, object] | None = None) -> None:
        super().__init__(code, params=params)


class FontFiles(NamedTuple):
    """The font files to take glyphs from; ``bold`` is the same file where there is no other."""

    regular: Path
    bold: Path


def find_font(
    environ: Mapping[str, str] = os.environ, pairs: Iterable[tuple[str, str]] = _PAIRS, package: str = _PACKAGE
) -> FontFiles:
    """Return the first usable font: the setting, this system's usual places, then the optional package.

    XIAOJIA_CJK_FONT holds one path, or a regular and a bold one apart by the system's path separator. Raises FontMissing.
    """
    chosen = environ.get(FONT_SETTING, "").strip()
    if chosen:
        regular, _, bold = chosen.partition(os.pathsep)
        if not Path(regular).is_file() or not _has_chinese(Path(regular)):
            raise FontMissing("font_unreadable", params={"path": regular})
        return FontFiles(Path(regular), Path(bold) if bold and Path(bold).is_file() else Path(regular))
    for regular, bold in pairs:
        if Path(regular).is_file() and _has_chinese(Path(regular)):
            return FontFiles(Path(regular), Path(bold) if bold and Path(bold).is_file() else Path(regular))
    packaged = _packaged(package)
    if packaged is None:
        raise FontMissing
    return FontFiles(packaged, packaged)


def _packaged(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent / _PACKAGE_FILE if spec and spec.origin else None
    return path if path and path.is_file() else None


def _open(path: Path) -> TTFont:
    """Open a font; of a collection the simplified Chinese face, else the first."""
    number = -1
    if path.suffix.lower() in {".ttc", ".otc"}:
        with path.open("rb") as file:
            faces = TTCollection(file, lazy=True).fonts
            names = [str(face["name"].getDebugName(4) or "") for face in faces]
        number = next((place for place, name in enumerate(names) if " SC" in name and "Mono" not in name), 0)
    return TTFont(path, fontNumber=number, lazy=True)


def _has_chinese(path: Path) -> bool:
    try:
        with _open(path) as font:
            outlines = any(table in font for table in ("glyf", "CFF ", "CFF2"))
            return outlines and {0x5C0F, 0x5BB6} <= (font.getBestCmap() or {}).keys()
    except (OSError, TTLibError, KeyError, ValueError):
        return False


def subset(path: Path, text: str, *, bold: bool) -> bytes:
    """Return a small TrueType font with only the characters of a text, whatever kind of font it comes from.

    A variable font is taken at weight 700 or 400. Characters that the font lacks are left out.
    """
    with _open(path) as font:
        cmap = font.getBestCmap() or {}
        glyph_set = font.getGlyphSet(location={"wght": 700 if bold else 400} if "fvar" in font else None)
        characters = {ord(character): cmap[ord(character)] for character in sorted(set(text)) if ord(character) in cmap}
        names = list(dict.fromkeys([".notdef", *characters.values()]))
        outlines, advances = {}, {}
        for name in names:
            pen = TTGlyphPen(None)
            glyph_set[name].draw(Cu2QuPen(pen, 1.0, reverse_direction="glyf" not in font))
            outlines[name] = pen.glyph()
            advances[name] = round(glyph_set[name].width)
        return _build(font, characters, names, outlines, advances)


def _build(
    font: TTFont,
    characters: dict[int, str],
    names: list[str],
    outlines: dict[str, Glyph],
    advances: dict[str, int],
) -> bytes:
    family = str(font["name"].getDebugName(1) or "CJK")
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(characters)
    builder.setupGlyf(outlines)
    builder.setupHorizontalMetrics({name: (advances[name], getattr(outlines[name], "xMin", 0)) for name in names})
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    builder.setupOS2()
    builder.setupPost()
    target = io.BytesIO()
    builder.save(target)
    return target.getvalue()
