"""How do files become layers? All of them are read and checked at once; bad rows are refused, or left out when so asked."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from xiaojia_locate.command import checks, grid
from xiaojia_locate.command.columns import Floats, named
from xiaojia_locate.command.faults import Fault, Refused
from xiaojia_locate.command.ground import Ground
from xiaojia_locate.command.layers import Layer, layer_of
from xiaojia_locate.command.options import Options
from xiaojia_locate.command.tables import Columns, Table
from xiaojia_locate.reach import Ints

NAMES = ("demand", "candidates", "existing")


@dataclass
class Layers:
    """The layers of a question; `left_out`: the faults whose rows were left out."""

    demand: Layer
    candidates: Layer
    existing: Layer | None = None
    left_out: list[Fault] = field(default_factory=list)

    def all(self) -> list[Layer]:
        """Return those that are there."""
        return [layer for layer in (self.demand, self.candidates, self.existing) if layer is not None]


def read_layers(options: Options, ground: Ground) -> Layers:
    """Return demand, candidates and existing sites; raises Refused with every fault of every layer at once."""
    wishes = named(options.columns)
    size_m = grid.cell_size_m(options.candidates)
    found: dict[str, Layer] = {}
    faults: list[Fault] = []
    for name in NAMES:
        path = getattr(options, name)
        if path and not (name == "candidates" and size_m):
            found[name], wrong = layer_of(ground.read(Path(path), name, options.sheet), name, options, wishes, ground)
            faults += wrong
    left_out = _settle(found, faults, options, ground)
    faults = []
    for name in ("candidates", "existing"):
        if name in found:
            faults += checks.between(found["demand"], found[name], options.walk_m / options.detour_used, ground)
    left_out += _settle(found, faults, options, ground)
    if size_m:
        found["candidates"] = grid.cells(found["demand"], size_m, ground)
    existing = found.get("existing")
    return Layers(found["demand"], found["candidates"], existing, left_out)


def read_sites(options: Options, ground: Ground) -> tuple[Layer, Layer | None]:
    """Return candidates and existing sites alone, for demand that is read in batches."""
    wishes, found, faults = named(options.columns), {}, []
    for name in NAMES[1:]:
        if path := getattr(options, name):
            found[name], wrong = layer_of(ground.read(Path(path), name, options.sheet), name, options, wishes, ground)
            faults += wrong
    _settle(found, faults, options, ground)
    return found["candidates"], found.get("existing")


def _settle(found: dict[str, Layer], faults: list[Fault], options: Options, ground: Ground) -> list[Fault]:
    """Refuse the faults, or with --good-only leave out their rows and return them."""
    if not faults:
        return []
    rest = [one for one in faults if not one.rows]
    wrong = {name: {row for one in faults if one.layer == name for row in one.rows} for name in found}
    emptied = any(len(wrong[name]) == len(layer) for name, layer in found.items())
    if not options.good_only or rest or emptied:
        refused = Refused(faults)
        if options.out:
            annotated(refused, list(found.values()), ground, Path(options.out))
        raise refused
    for name, layer in found.items():
        if wrong[name]:
            found[name] = take(layer, np.flatnonzero(~np.isin(layer.rows, list(wrong[name]))))
    return faults


def annotated(refused: Refused, layers: list[Layer], ground: Ground, folder: Path) -> None:
    """Write copies of the person's sheets with the faults beside the rows, so that nothing has to be searched."""
    for layer in layers:
        notes: dict[int, list[str]] = {}
        for one in refused.faults:
            for row in one.rows if one.layer == layer.name else ():
                notes.setdefault(row, []).append(f"{one.chinese} {one.english}")
        if notes and layer.table is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                path = ground.annotate(layer.table, notes, folder)
            except OSError:
                continue
            if path is not None:
                refused.annotated.append(path)


def take(layer: Layer, wanted: Ints) -> Layer:
    """Return some rows of a layer, its table with them."""

    def some(values: list[str]) -> list[str]:
        return [values[index] for index in wanted] if values else []

    def numbers(values: Floats | None) -> Floats | None:
        return None if values is None else values[wanted]

    return replace(
        layer, places=layer.places[wanted], given=layer.given[wanted], rows=layer.rows[wanted], ids=some(layer.ids),
        names=some(layer.names), district=some(layer.district), table=_rows_of(layer.table, wanted), weights=numbers(layer.weights),
        costs=numbers(layer.costs), probability=numbers(layer.probability), status=some(layer.status),
        times=some(layer.times), hours=some(layer.hours),
    )  # fmt: skip


def _rows_of(table: Table | None, wanted: Ints) -> Table | None:
    if table is None:
        return None
    columns: Columns = {
        name: cells[wanted] if isinstance(cells, np.ndarray) else [cells[index] for index in wanted]
        for name, cells in table.columns.items()
    }
    return replace(table, columns=columns, rows=table.rows[wanted])
