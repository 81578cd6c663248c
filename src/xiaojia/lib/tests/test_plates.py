"""Does a plate say what it must, carry a readable code, and bring its own Chinese characters into the PDF?"""

import io
import re
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest
import segno
from fontTools.ttLib import TTFont

from xiaojia.lib.plates import FontFiles, FontMissing, PlateText, find_font, plate_pdf, plate_svg
from xiaojia.lib.plates.fonts import subset
from xiaojia.lib.plates.layout import fit_name, qr_bars, width_em

URL = "https://xiaojia.example.org/s/SY-0007?k=Zr5f0kq1m2n3b4v5"
PLATE = PlateText("海月广场驿站", "SY-0007", "三亚市总工会", "Haiyue Square station")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def font() -> FontFiles:
    try:
        return find_font()
    except FontMissing:
        pytest.skip("no Chinese font here: apt install fonts-noto-cjk")


def test_the_svg_says_everything_in_two_languages() -> None:
    root = ET.fromstring(plate_svg(PLATE, URL))
    assert (root.get("width"), root.get("height")) == ("148mm", "210mm")
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"海月广场驿站", "Haiyue Square station", "SY-0007", "三亚市总工会", "12351", "户外劳动者服务站点"} <= set(
        texts
    )
    assert root.find(f"{SVG}title").text == "海月广场驿站 SY-0007"


def test_names_cannot_break_out_of_the_svg() -> None:
    svg = plate_svg(PlateText('<script>alert("1")</script>&', "A"), URL)
    assert "<script" not in svg
    assert " style=" not in svg
    assert "".join(element.text for element in ET.fromstring(svg).iter(f"{SVG}text")).startswith("户外劳动者服务站点")


def test_one_colour_means_one_ink_on_white() -> None:
    colours = set(re.findall(r"#[0-9a-f]{6}", plate_svg(PLATE, URL, one_colour=True)))
    assert colours == {"#1c2430", "#ffffff"}
    assert "#b8341b" in plate_svg(PLATE, URL)


def test_the_bars_are_the_modules_of_the_code() -> None:
    matrix = segno.make(URL, error="q", micro=False).matrix
    size = len(matrix)
    drawn = [[0] * size for _ in range(size)]
    for x, y, width, height in qr_bars(URL, 10, 20, size):
        assert height == 1
        for column in range(round(x - 10), round(x - 10 + width)):
            drawn[round(y - 20)][column] = 1
    assert drawn == [[int(module) for module in row] for row in matrix]


@pytest.mark.parametrize(
    ("name", "lines", "size"),
    [
        ("海月广场驿站", ["海月广场驿站"], 13.5),
        ("三亚湾路（邮政）驿站一", ["三亚湾路", "（邮政）驿站一"], 10.5),
        ("工会驿站(郑州高新区枫杨办事处便民服务大厅)", ["工会驿站(郑州高新区枫", "杨办事处便民服务大厅)"], 10.5),
        ("SY Station 24 hours", ["SY Station", "24 hours"], 10.5),
    ],
)
def test_names_are_as_large_as_fits(name: str, lines: list[str], size: float) -> None:
    assert fit_name(name) == (lines, size)


@pytest.mark.parametrize("length", [1, 9, 10, 30, 60, 120, 300])
def test_no_name_is_cut_or_wider_than_the_plate(length: int) -> None:
    name = ("中国邮政储蓄银行股份有限公司三亚市吉阳区迎宾路支行户外劳动者服务站点" * 10)[:length]
    lines, size = fit_name(name)
    assert "".join(lines) == name
    assert len(lines) <= 4
    assert max(width_em(line) for line in lines) * size <= 124.01


def test_a_pdf_of_many_plates_is_small_and_carries_its_characters(font: FontFiles) -> None:
    plates = [
        (PlateText(f"第{number}号驿站（爱心）", f"SY-{number:04d}", "三亚市总工会"), URL) for number in range(1, 21)
    ]
    pdf = plate_pdf(plates, font=font)
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) < 200_000
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 20
    assert b"/MediaBox [0 0 419.53 595.28]" in pdf
    assert len(re.findall(rb"/FontFile2 ", pdf)) == 2
    embedded = [stream for stream in streams(pdf) if stream.startswith(b"\x00\x01\x00\x00")]
    assert len(embedded) == 2
    assert all(TTFont(io.BytesIO(stream))["maxp"].numGlyphs < 140 for stream in embedded)


def streams(pdf: bytes) -> list[bytes]:
    found = []
    for match in re.finditer(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return found


def test_a_subset_keeps_widths_and_side_bearings(font: FontFiles) -> None:
    part = TTFont(io.BytesIO(subset(font.regular, "小家（A", bold=False)))
    cmap = part.getBestCmap()
    assert sorted(map(chr, cmap)) == ["A", "家", "小", "（"]
    advance, bearing = part["hmtx"][cmap[ord("（")]]
    assert advance == part["head"].unitsPerEm
    assert bearing > advance / 3  # the bracket stands in the right half of its square


def test_without_a_font_the_refusal_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FontMissing) as error:
        find_font({}, [(str(tmp_path / "none.ttc"), "")], "no_such_package")
    assert error.value.code == "font_missing"
    assert "fonts-noto-cjk" in str(error.value)
    assert "打印页" in str(error.value)


def test_a_chosen_font_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "my.ttf"
    path.write_bytes(b"no font")
    with pytest.raises(FontMissing) as error:
        find_font({"XIAOJIA_CJK_FONT": str(path)})
    assert error.value.code == "font_unreadable"
    assert str(path) in str(error.value)


def test_the_setting_wins(font: FontFiles) -> None:
    assert find_font({"XIAOJIA_CJK_FONT": str(font.regular)}) == FontFiles(font.regular, font.regular)


def test_no_plates_make_no_pdf() -> None:
    with pytest.raises(ValueError, match="no plates"):
        plate_pdf([])
