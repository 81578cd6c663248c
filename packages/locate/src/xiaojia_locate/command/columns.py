"""Which column is meant? Usual names in Chinese and English, or the person's own, and what its cells say as numbers."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from xiaojia_locate.command.faults import Fault, fault, refuse, usage
from xiaojia_locate.command.sentences import ROLES_ZH
from xiaojia_locate.command.tables import GEOJSON_X, GEOJSON_Y, Table

Floats = npt.NDArray[np.float64]
USUAL: dict[str, tuple[str, ...]] = {
    "x": (GEOJSON_X, "lng", "lon", "long", "longitude", "经度", "坐标/经度", "东经", "x", "x_m", "x坐标", "横坐标", "east", "easting"),
    "y": (GEOJSON_Y, "lat", "latitude", "纬度", "坐标/纬度", "北纬", "y", "y_m", "y坐标", "纵坐标", "north", "northing"),
    "id": ("id", "编号", "站点编号", "驿站编号", "代码", "code", "uid"),
    "name": ("name", "名称", "站点名称", "驿站名称", "地点", "title"),
    "weight": ("weight", "权重", "人数", "人流", "人次", "需求", "需求量", "count", "demand", "population", "pop", "人口", "trips"),
    "cost": ("cost", "costs", "造价", "费用", "成本", "租金", "投资", "预算", "price"),
    "status": ("status", "状态", "角色", "role"),
    "district": ("district", "区县", "所属区县", "行政区", "所属区", "区", "城区", "county"),
    "probability": ("open_probability", "probability", "开放概率", "开放率"),
    "time": ("time", "hour", "时间", "时刻", "小时", "timestamp"),
    "hours": ("opening_hours", "hours", "open_hours", "开放时间", "营业时间", "开放时段"),
}  # fmt: skip
DATUM_WORDS = {
    "wgs84": "wgs84", "gps": "wgs84", "天地图": "wgs84", "gcj02": "gcj02", "高德": "gcj02", "腾讯": "gcj02", "火星": "gcj02",
    "bd09mc": "bd09mc", "bd09": "bd09", "百度": "bd09",
}  # fmt: skip
SUFFIX = re.compile(rf"[_\s(\[-]*({'|'.join(DATUM_WORDS)})[)\]]*$")


def named(text: str) -> dict[tuple[str, str], str]:
    """Return the columns that the person named: `demand.weight=人流` is {("demand", "weight"): "人流"}.

    >>> named("demand.weight=人流, cost=租金")
    {('demand', 'weight'): '人流', ('', 'cost'): '租金'}
    """
    found = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        place, equals, name = part.partition("=")
        layer, dot, role = place.strip().rpartition(".")
        if not equals or not name.strip() or role not in USUAL or layer not in ("", "demand", "candidates", "existing"):
            known = ", ".join(USUAL)
            raise usage(
                "bad_option", option="--columns", why=f"“{part}” is not LAYER.ROLE=NAME; roles: {known}.",
                zh=f"“{part}”应写成 图层.角色=列名，角色：{known}。",
            )  # fmt: skip
        found[layer, role] = name.strip()
    return found


def plain(title: str) -> str:
    """Return a title as it is compared: half-width, lower case, without units in brackets, stars and colons."""
    text = unicodedata.normalize("NFKC", str(title)).lower().strip()
    return re.sub(r"\s+|[*:]", "", re.sub(r"[(\[].*?[)\]]", "", text))


def column_of(table: Table, layer: str, role: str, wishes: dict[tuple[str, str], str], crs: str = "") -> str | None:
    """Return the column of a role, or None; one whose title ends in the datum asked for comes first."""
    wish = wishes.get((layer, role), wishes.get(("", role)))
    if wish is not None:
        for name in table.columns:
            if name == wish or plain(name) == plain(wish):
                return name
        if (layer, role) in wishes:
            raise refuse(layer, "unknown_column", file=table.path.name, name=wish, known="、".join(table.names))
        return None
    titles = {name: plain(name) for name in table.columns}
    for usual in USUAL[role]:
        fitting = [name for name, title in titles.items() if title == usual or SUFFIX.sub("", title) == usual]
        if fitting:
            return next((name for name in fitting if datum_in(name) == crs), fitting[0])
    return None


def datum_in(title: str) -> str:
    """Return the datum that a column's title ends in, or nothing.

    >>> datum_in("lng_gcj02"), datum_in("经度（百度）"), datum_in("经度")
    ('gcj02', 'bd09', '')
    """
    found = SUFFIX.search(unicodedata.normalize("NFKC", title).lower().strip())
    return DATUM_WORDS[found[1]] if found else ""


def needed(table: Table, layer: str, role: str, wishes: dict[tuple[str, str], str], crs: str = "") -> str:
    """Return the column of a role, or say which columns there are."""
    found = column_of(table, layer, role, wishes, crs)
    if found is None:
        known = "、".join(table.names) or "–"
        raise refuse(layer, "no_column", file=table.path.name, role=role, zh=ROLES_ZH[role], known=known)
    return found


def numbers(table: Table, layer: str, name: str) -> tuple[Floats, list[Fault]]:
    """Return a column as numbers (NaN where there is none) and what is wrong with its cells."""
    cells = table.columns[name]
    values = _quickly(cells)
    faults: list[Fault] = []
    if values is None:
        values, odd = _one_by_one(cells)
        if odd:
            faults.append(fault(layer, "not_a_number", table.rows[odd], name=shown(name), cell=str(cells[odd[0]])[:40]))
            wrong = np.zeros(len(values), bool)
            wrong[odd] = True
        else:
            wrong = np.zeros(len(values), bool)
        empty = np.flatnonzero(~np.isfinite(values) & ~wrong)
    else:
        empty = np.flatnonzero(~np.isfinite(values))
    if len(empty):
        faults.append(fault(layer, "empty_cell", table.rows[empty], name=shown(name)))
    return values, faults


def shown(name: str) -> str:
    """Return how a column is called in a sentence."""
    return {GEOJSON_X: "coordinates", GEOJSON_Y: "coordinates"}.get(name, name)


def texts(table: Table, name: str | None) -> list[str]:
    """Return a column as stripped texts, whole numbers without “.0”; empty texts without a column."""
    if name is None:
        return [""] * len(table)
    return [as_text(cell) for cell in table.columns[name]]


def as_text(cell: Any) -> str:
    """Return one cell as one would read it."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, (float, np.floating)) and float(cell).is_integer():
        return str(int(cell))
    return str(cell).strip()


def _quickly(cells: Sequence[Any]) -> Floats | None:
    try:
        return np.asarray(cells, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def _one_by_one(cells: Sequence[Any]) -> tuple[Floats, list[int]]:
    values, odd = np.full(len(cells), np.nan), []
    for index, cell in enumerate(cells):
        text = unicodedata.normalize("NFKC", as_text(cell)).strip()
        if not text or text.lower() in ("nan", "null", "none", "na", "n/a"):
            continue
        try:
            values[index] = float(re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", text))
        except ValueError:
            odd.append(index)
    return values, odd
