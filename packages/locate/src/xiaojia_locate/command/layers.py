"""What do the three layers hold? Positions, weights, costs and words, read from tables and checked row by row."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from xiaojia_locate.command.columns import Floats, column_of, datum_in, needed, numbers, shown, texts
from xiaojia_locate.command.faults import Fault, fault
from xiaojia_locate.command.ground import Ground
from xiaojia_locate.command.options import Options
from xiaojia_locate.command.tables import Table

Wishes = dict[tuple[str, str], str]
STATUS = {
    "": "", "free": "", "candidate": "", "候选": "", "可选": "",
    "fixed": "fixed", "existing": "fixed", "open": "fixed", "已建": "fixed", "已开": "fixed", "固定": "fixed",
    "mandatory": "mandatory", "must": "mandatory", "必选": "mandatory", "必建": "mandatory", "指定": "mandatory",
    "forbidden": "forbidden", "excluded": "forbidden", "禁止": "forbidden", "不可": "forbidden", "排除": "forbidden",
}  # fmt: skip


@dataclass
class Layer:
    """One layer: `places` (n, 2) in WGS-84 degrees or metres, `given` (n, 2) as they stand in the file.

    `rows` (n,): the person's row numbers. `weights`, `costs`, `probability` (n,) or None where no column holds them.
    """

    name: str
    crs: str
    places: Floats
    given: Floats
    rows: npt.NDArray[np.int64]
    ids: list[str]
    names: list[str]
    district: list[str]
    table: Table | None = None
    weights: Floats | None = None
    costs: Floats | None = None
    probability: Floats | None = None
    status: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    hours: list[str] = field(default_factory=list)
    read_as: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.places)


def layer_of(table: Table, name: str, options: Options, wishes: Wishes, ground: Ground) -> tuple[Layer, list[Fault]]:
    """Return a layer and everything that is wrong with its rows; raises Refused where there is no position at all."""
    crs = options.crs_of(name)
    x_name = needed(table, name, "x", wishes, crs)
    y_name = needed(table, name, "y", wishes, crs)
    faults = _said_otherwise(table, name, x_name, crs, ground)
    x, wrong_x = numbers(table, name, x_name)
    y, wrong_y = numbers(table, name, y_name)
    faults += wrong_x + [
        one for one in wrong_y if shown(x_name) != shown(y_name) or one.rows not in [w.rows for w in wrong_x]
    ]
    given = np.column_stack([x, y])
    sound = np.asarray(np.isfinite(given).all(axis=1), dtype=np.bool_)
    places = np.full_like(given, np.nan)
    if crs == "metres" or not (faults_here := _places_wrong(given, sound, name, crs, table, x_name, ground)):
        places[sound] = ground.to_work(given[sound], crs)
        faults_here = _metres_wrong(given[sound], name, ground) if crs == "metres" else []
    found = Layer(
        name, crs, places, given, table.rows, texts(table, column_of(table, name, "id", wishes)),
        texts(table, column_of(table, name, "name", wishes)), texts(table, column_of(table, name, "district", wishes)), table,
    )  # fmt: skip
    found.read_as = {"x": shown(x_name), "y": shown(y_name)}
    return found, faults + faults_here + _fill(found, table, wishes)


def _said_otherwise(table: Table, layer: str, name: str, crs: str, ground: Ground) -> list[Fault]:
    """A column that names its datum is believed more than the option."""
    said = datum_in(name)
    if not said or said == crs:
        return []
    flag = f"--{layer}-{ground.word}" if said in ground.coordinates else "xiaojia plan --datum"
    return [fault(layer, "other_datum", name=name, said=said, read=crs, flag=flag)]


def _places_wrong(
    given: Floats, sound: npt.NDArray[np.bool_], layer: str, crs: str, table: Table, x_name: str, ground: Ground
) -> list[Fault]:
    """Positions in degrees that are swapped or out of range; coordinates in another unit are the ground's own affair."""
    if crs == "bd09mc":
        return []
    x, y = given[:, 0], given[:, 1]
    swapped = sound & (np.abs(y) > 90) & (np.abs(x) <= 90)
    home, turned = ground.home(given), ground.home(given[:, ::-1])
    if home is not None and turned is not None:
        swapped |= sound & ~home & turned
    outside = sound & ~swapped & ((np.abs(x) > 180) | (np.abs(y) > 90))
    faults = []
    if swapped.any():
        faults.append(fault(layer, "axis_order", table.rows[swapped], x=shown(x_name)))
    if outside.any():
        faults.append(fault(layer, "range", table.rows[outside], flag=f"--{layer}-{ground.word}"))
    return faults


def _metres_wrong(given: Floats, layer: str, ground: Ground) -> list[Fault]:
    if len(given) > 1 and (np.abs(given) <= (180, 90)).all() and np.ptp(given, axis=0).max() < 20:
        return [fault(layer, "degrees_as_metres", flag=f"--{layer}-{ground.word} wgs84")]
    return []


def _fill(layer: Layer, table: Table, wishes: Wishes) -> list[Fault]:
    """Read the columns that the layer may have beside its positions."""
    faults: list[Fault] = []

    def read(role: str, bad: Callable[[Floats], npt.NDArray[np.bool_]], code: str) -> Floats | None:
        name = column_of(table, layer.name, role, wishes)
        if name is None:
            return None
        values, wrong = numbers(table, layer.name, name)
        below = np.flatnonzero(bad(np.nan_to_num(values, nan=0.5)))
        faults.extend(wrong)
        if len(below):
            faults.append(fault(layer.name, code, table.rows[below], name=name))
        layer.read_as[role] = name
        return values

    if layer.name == "demand":
        layer.weights = read("weight", lambda values: values < 0, "negative")
        layer.times = texts(table, time) if (time := column_of(table, "demand", "time", wishes)) else []
        return faults
    layer.probability = read("probability", lambda values: (values < 0) | (values > 1), "no_probability")
    hours = column_of(table, layer.name, "hours", wishes)
    layer.hours = texts(table, hours) if hours else []
    if layer.name == "candidates":
        layer.costs = read("cost", lambda values: values <= 0, "no_cost")
        faults += _statuses(layer, table, wishes)
    return faults + _same_ids(layer)


def _statuses(layer: Layer, table: Table, wishes: Wishes) -> list[Fault]:
    """Read who must, may and must not be chosen; a column found by its usual name that speaks of other things is left."""
    name = column_of(table, layer.name, "status", wishes)
    if name is None:
        return []
    words = texts(table, name)
    unknown = [index for index, word in enumerate(words) if word.lower() not in STATUS]
    if unknown and (("candidates", "status") in wishes or len(unknown) * 2 < len(words)):
        return [fault(layer.name, "unknown_status", table.rows[unknown], cell=words[unknown[0]])]
    if unknown:
        layer.notes.append((
            f"The column “{name}” speaks of other things than fixed, mandatory, forbidden and was left aside.",
            f"“{name}”列写的不是 已建、必选、禁止，未作为约束使用。",
        ))  # fmt: skip
        return []
    layer.status = [STATUS[word.lower()] for word in words]
    layer.read_as["status"] = name
    return []


def _same_ids(layer: Layer) -> list[Fault]:
    seen: dict[str, int] = {}
    rows: dict[str, list[int]] = {}
    for index, one in enumerate(layer.ids):
        if one and one in seen:
            rows.setdefault(one, [int(layer.rows[seen[one]])]).append(int(layer.rows[index]))
        seen.setdefault(one, index)
    return [fault(layer.name, "duplicate_id", found, cell=one) for one, found in list(rows.items())[:20]]
