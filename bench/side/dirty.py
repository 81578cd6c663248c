"""What does a dirty sheet look like? Stations in true counties, with planted errors of ten kinds whose row and column are known."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from openpyxl import Workbook

from xiaojia.kernel.places import borders
from xiaojia.lib.coordinates import Datum, convert

SEED = 20261125
PROVINCE = "41"
HEADER = (
    "编号", "名称", "地址", "区县", "乡镇街道", "经度", "纬度", "开放时间", "联系电话", "共建单位", "共建单位类型",
    "建设方式", "进入方式", "有人值守", "面积", "可容纳人数", "建成日期", "状态", "饮水机", "微波炉", "空调",
)  # fmt: skip
PLANTED = {
    "name missing": ("no_name", "名称"),
    "coordinate as words": ("not_a_number", "经度"),
    "axes swapped": ("swapped", "经度"),
    "outside the region": ("wrong_district", "经度"),
    "in another county": ("wrong_district", "经度"),
    "unknown district": ("unknown_district", "区县"),
    "number used twice": ("key_twice", "编号"),
    "text too long": ("too_long", "地址"),
    "unknown way in": ("not_in_list", "进入方式"),
    "no date": ("not_a_date", "建成日期"),
}
"""Ten kinds of error: the code that we give it, and the column in which it stands."""
_WORDS = "福安康宁和平兴隆永昌文华建设光明青年朝阳春晓金桂玉兰紫荆东风西湖南阳北苑长江黄河嵩山中州大学科技创新丰产农业花园经纬航海"
_VENUES = (
    "党群服务中心",
    "社区便民中心",
    "农商银行",
    "建设银行",
    "环卫所",
    "快递网点",
    "便利店",
    "加油站",
    "营业厅",
    "药房",
)
_HOURS = (
    "周一至周五 8:30-17:30",
    "每天 8:00-20:00",
    "24小时",
    "周一至周日 9:00-18:00",
    "周一至周六 8:00-12:00、14:00-18:00",
)
_DOUBTFUL_HOURS = ("以现场公告为准", "工作时间内")


@dataclass(frozen=True)
class Sheet:
    """A file, the errors planted in it as {row number: kind}, and the rows that tell of an earlier row's station."""

    path: Path
    rows: int
    errors: dict[int, str]
    doubles: tuple[int, ...]


def make(folder: Path, rows: int, errors: int, doubles: int) -> Sheet:
    """Return the sheet, written once and kept; the same numbers give the same sheet."""
    path = folder / f"stations-{SEED}-{rows}-{errors}-{doubles}.xlsx"
    notes = path.with_suffix(".json")
    if not notes.exists():
        folder.mkdir(parents=True, exist_ok=True)
        planted, twice = _write(path, rows, errors, doubles)
        notes.write_text(json.dumps({"errors": planted, "doubles": twice}))
    told = json.loads(notes.read_text())
    return Sheet(path, rows, {int(row): kind for row, kind in told["errors"].items()}, tuple(told["doubles"]))


def _write(path: Path, rows: int, errors: int, doubles: int) -> tuple[dict[int, str], list[int]]:
    rng = random.Random(SEED)
    chosen = rng.sample(range(100, rows), errors + doubles)
    kinds = list(PLANTED)
    planted = {row: kinds[n % len(kinds)] for n, row in enumerate(chosen[:errors])}
    twice = sorted(chosen[errors:])
    book = Workbook(write_only=True)
    page = book.create_sheet("站点")
    page.append(HEADER)
    for cells in _lines(rng, rows, planted, set(twice)):
        page.append(cells)
    book.save(path)
    return {row + 2: kind for row, kind in planted.items()}, [row + 2 for row in twice]


def _lines(rng: random.Random, rows: int, planted: dict[int, str], twice: set[int]) -> Iterator[list[Any]]:
    places = _places(rng, rows)
    clean: list[list[Any]] = []
    for row, (county, lng, lat) in enumerate(places):
        cells = _clean(rng, row, county, lng, lat)
        if row in planted:
            _spoil(rng, cells, planted[row], row, places)
        elif row in twice:
            cells = _again(rng, rng.choice(clean[-5000:]), row)
        else:
            clean.append(cells)
        yield list(cells)


def _places(rng: random.Random, rows: int) -> list[tuple[str, float, float]]:
    """Random points in the counties of a province, inside by at least some 200 m, in GCJ-02."""
    found: list[tuple[str, float, float]] = []
    kept = [
        (row["district_name"], shape.buffer(-0.002))
        for row, shape in zip(borders.rows("district"), borders.geometries("district"), strict=True)
        if row["district_adcode"].startswith(PROVINCE)
    ]
    names = [name for name, _shape in kept]
    kept = [(name, shape) for name, shape in kept if names.count(name) == 1 and not shape.is_empty]
    numbers = np.random.default_rng(SEED)
    each = -(-rows // len(kept))
    for name, shape in kept:
        found += [(name, lng, lat) for lng, lat in _inside(shape, each, numbers)]
    rng.shuffle(found)
    del found[rows:]
    lngs, lats = convert([p[1] for p in found], [p[2] for p in found], Datum.WGS84, Datum.GCJ02)
    moved = zip(found, lngs.tolist(), lats.tolist(), strict=True)
    return [(name, round(lng, 6), round(lat, 6)) for (name, _x, _y), lng, lat in moved]


def _inside(shape: shapely.Geometry, number: int, numbers: np.random.Generator) -> list[tuple[float, float]]:
    west, south, east, north = shape.bounds
    found: list[tuple[float, float]] = []
    shapely.prepare(shape)
    while len(found) < number:
        xs, ys = numbers.uniform(west, east, 4 * number), numbers.uniform(south, north, 4 * number)
        held = shapely.contains_xy(shape, xs, ys)
        found += list(zip(xs[held].tolist(), ys[held].tolist(), strict=True))
    return found[:number]


def _clean(rng: random.Random, row: int, county: str, lng: float, lat: float) -> list[Any]:
    word = "".join(rng.sample(_WORDS, 4))
    venue = rng.choice(_VENUES)
    day = f"20{rng.randint(18, 25)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    return [
        f"HN{row + 1:06d}", f"{word}{venue}工会驿站", f"{word[:2]}路{rng.randint(1, 900)}号", county, f"{word[2:]}街道", lng, lat,
        rng.choice(_HOURS) if rng.random() < 0.97 else rng.choice(_DOUBTFUL_HOURS),
        f"0371-{rng.randint(10**7, 10**8 - 1)}", f"{word[:2]}{venue}{rng.randint(1, 400)}", "", rng.choice(("自建", "共建")),
        rng.choice(("直接进", "登记", "扫码")), rng.choice(("是", "否")), rng.randint(8, 160), rng.randint(4, 40), day,
        rng.choice(("正常运行", "正常运行", "试运行")), rng.choice(("有", "2台")), rng.choice(("有", "无")), rng.choice(("有", "坏")),
    ]  # fmt: skip


def _spoil(rng: random.Random, cells: list[Any], kind: str, row: int, places: list[tuple[str, float, float]]) -> None:
    at = HEADER.index
    lng, lat = cells[at("经度")], cells[at("纬度")]
    if kind == "name missing":
        cells[at("名称")] = None
    elif kind == "coordinate as words":
        cells[at("经度")] = f"东经{lng}度"
    elif kind == "axes swapped":
        cells[at("经度")], cells[at("纬度")] = lat, lng
    elif kind == "outside the region":
        cells[at("经度")], cells[at("纬度")] = round(lng + 9, 6), round(lat - 4, 6)
    elif kind == "in another county":
        cells[at("经度")], cells[at("纬度")] = _elsewhere(rng, cells[at("区县")], lng, lat, places)
    elif kind == "unknown district":
        cells[at("区县")] = f"{cells[at('区县')][:1]}阿县"
    elif kind == "number used twice":
        cells[at("编号")] = f"HN{rng.randint(1, 100):06d}"
    elif kind == "text too long":
        cells[at("地址")] = "很长的地址" * 45
    elif kind == "unknown way in":
        cells[at("进入方式")] = "从后面绕"
    elif kind == "no date":
        cells[at("建成日期")] = "去年冬天"


def _elsewhere(
    rng: random.Random, county: str, lng: float, lat: float, places: list[tuple[str, float, float]]
) -> tuple[float, float]:
    while True:
        other, x, y = rng.choice(places)
        if other != county and abs(x - lng) + abs(y - lat) > 0.3:
            return x, y


def _again(rng: random.Random, cells: list[Any], row: int) -> list[Any]:
    """The same station once more, under another number, a few metres off and with a word added."""
    again = list(cells)
    again[0] = f"HN{row + 1:06d}"
    again[1] = str(cells[1]).replace("工会驿站", "户外劳动者驿站")
    again[5], again[6] = round(cells[5] + rng.uniform(-1e-4, 1e-4), 6), round(cells[6] + rng.uniform(-1e-4, 1e-4), 6)
    return again
