"""How do files become a question? Layers are read and checked, then it is worked out which site reaches which demand."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from xiaojia_locate.command import checks, grid
from xiaojia_locate.command.columns import Floats, named
from xiaojia_locate.command.estimate import afford
from xiaojia_locate.command.faults import Fault, Refused, fault, usage
from xiaojia_locate.command.ground import Ground
from xiaojia_locate.command.layers import Layer, Wishes, layer_of
from xiaojia_locate.command.options import Options
from xiaojia_locate.reach import Ints, Reach, geodesic, within

Notes = list[tuple[str, str]]


@dataclass
class Posed:
    """A question ready to be solved. Sites are numbered existing first, then candidates.

    `reach` (n_demand × n_site); `weights` (n_demand,); `costs` (n_site,) or None; `notes`: what the reader must know.
    """

    options: Options
    demand: Layer
    candidates: Layer
    existing: Layer | None
    reach: Reach
    weights: Floats
    notes: Notes = field(default_factory=list)
    walks_m: Reach | None = None

    @property
    def n_existing(self) -> int:
        return len(self.existing) if self.existing else 0

    @property
    def n_site(self) -> int:
        return self.n_existing + len(self.candidates)

    def _having(self, word: str) -> Ints:
        status = np.array(self.candidates.status or [""] * len(self.candidates))
        return np.flatnonzero(status == word) + self.n_existing

    @property
    def fixed(self) -> Ints:
        """Sites that are open already: the existing layer, and candidates whose status says so."""
        return np.concatenate([np.arange(self.n_existing), self._having("fixed")]).astype(np.int64)

    @property
    def mandatory(self) -> Ints:
        return self._having("mandatory")

    @property
    def forbidden(self) -> Ints:
        return self._having("forbidden")

    @property
    def costs(self) -> Floats | None:
        """What each site costs (n_site,), existing ones one each, as they are never paid."""
        if self.candidates.costs is None:
            return None
        return np.concatenate([np.ones(self.n_existing), self.candidates.costs])

    @property
    def site_places(self) -> Floats:
        """Positions of all sites (n_site, 2)."""
        return np.vstack([self.existing.places, self.candidates.places]) if self.existing else self.candidates.places


def check_options(options: Options) -> None:
    """Refuse options that contradict each other or cannot be used."""
    goals = [name for name in ("open", "budget", "cover_share") if getattr(options, name) is not None]
    if len(goals) != 1 and not (options.problem == "hours" and not goals):
        raise usage("goal")
    ranges = {
        "walk_minutes": (0, 600), "speed_kmh": (0, 200), "detour": (1, 10), "reach_m": (0, 1e6), "full_m": (0, 1e6),
        "budget": (0, np.inf), "cover_share": (0, 1), "second_share": (0, 1), "open_probability": (0, 1),
        "least_district_share": (0, 1), "spacing_m": (0, 1e6), "time_limit": (0, 1e6), "gap": (-1e-9, 1),
    }  # fmt: skip
    for name, (low, high) in ranges.items():
        value = getattr(options, name)
        if value is not None and not (low < value <= high or (name == "detour" and value == 1)):
            flag = "--" + name.replace("_", "-")
            raise usage(
                "bad_option",
                option=flag,
                why=f"must lie above {max(low, 0):g} and at most {high:g}.",
                zh=f"应大于 {max(low, 0):g}，不超过 {high:g}。",
            )
    if options.open is not None and options.open < 0:
        raise usage("bad_option", option="--open", why="cannot be below zero.", zh="不能小于零。")
    if options.cover_share is not None and options.problem != "cover":
        raise usage("not_together", first="--cover-share", second=f"--problem {options.problem}")


def read_layers(options: Options, ground: Ground) -> list[Layer]:
    """Return demand, candidates and existing sites (if any); raises Refused with every fault of every layer at once."""
    wishes = named(options.columns)
    found: list[Layer] = []
    faults: list[Fault] = []
    size_m = grid.cell_size_m(options.candidates)
    for name in ("demand", "candidates", "existing"):
        path = getattr(options, name)
        if path and not (name == "candidates" and size_m):
            layer, wrong = _layer(path, name, options, wishes, ground)
            faults += wrong
            found.append(layer)
    if not faults and size_m:
        found.insert(1, grid.cells(found[0], size_m, ground))
    straight_m = options.walk_m / options.detour_used
    if not faults:
        for layer in found[1:]:
            faults += checks.between(found[0], layer, straight_m, ground)
    if faults:
        refused = Refused(faults)
        folder = Path(options.out) if options.out else Path()
        checks.annotated(refused, found, ground, folder) if options.out else None
        raise refused
    return found


def _layer(path: str, name: str, options: Options, wishes: Wishes, ground: Ground) -> tuple[Layer, list[Fault]]:
    return layer_of(ground.read(Path(path), name, options.sheet), name, options, wishes, ground)


def pose(options: Options, layers: list[Layer], ground: Ground) -> Posed:
    """Return the question of some layers; raises Refused where it can have no answer."""
    demand, candidates = layers[0], layers[1]
    existing = layers[2] if len(layers) > 2 and len(layers[2]) else None
    sites = np.vstack([existing.places, candidates.places]) if existing else candidates.places
    work = "metres" if demand.crs == "metres" else "wgs84"
    afford(demand.places, sites, options.walk_m / options.detour_used, work, options.memory_mib)
    notes: Notes = [note for layer in layers for note in layer.notes]
    reach = _reach(demand.places, sites, options, work, notes)
    weights = np.ones(len(demand)) if demand.weights is None else demand.weights
    posed = Posed(options, demand, candidates, existing, reach, weights, notes)
    reached = np.bincount(reach.sites, minlength=reach.n_site)[posed.n_existing :]
    checks.reaching(demand, candidates, reached, options.walk_m, ground)
    _count(posed)
    _say(posed, reached, ground)
    return posed


def _reach(demand: Floats, sites: Floats, options: Options, work: str, notes: Notes) -> Reach:
    if options.network or options.barriers:
        from xiaojia_locate.command.streets import reach_on_streets

        return reach_on_streets(demand, sites, options, work, notes)
    by = within if work == "metres" else geodesic
    return by(demand, sites, options.walk_m, detour=options.detour_used)


def _count(posed: Posed) -> None:
    """Refuse more sites than there are candidates."""
    asked = posed.options.open
    there = len(posed.candidates) - len(posed.forbidden) - (len(posed.fixed) - posed.n_existing)
    if asked is not None and asked > there:
        raise Refused([fault("candidates", "too_many", asked=asked, there=there, over=asked - there)], exit_code=7)
    if posed.options.budget is not None and posed.costs is None:
        raise usage(
            "bad_option", option="--budget", why="the candidates have no column of costs (name it: --columns candidates.cost=NAME).",
            zh="候选点没有费用列（可用 --columns candidates.cost=列名 指定）。",
        )  # fmt: skip


def _say(posed: Posed, reached: Floats, ground: Ground) -> None:
    """Say what was taken for granted: weights of one, candidates that reach nobody, a datum that would fit better."""
    if posed.demand.weights is None:
        posed.notes.append(("Every point of demand counts one.", "每个需求点按 1 计。"))
    idle = int((reached == 0).sum())
    if idle:
        posed.notes.append((
            f"{idle:,} candidates reach no demand and cannot be chosen to any use.",
            f"有 {idle:,} 个候选点附近没有需求，选了也没有作用。",
        ))  # fmt: skip
    for layer in (posed.candidates, posed.existing):
        if layer is None or layer.table is None:
            continue
        other = checks.suspected(posed.demand, layer, ground)
        if other:
            posed.notes.append((
                f"Look again: read as {other} instead of {layer.crs}, the {layer.name} would lie much nearer to the demand.",
                f"请核对坐标系：{layer.name} 若按 {other}（而不是 {layer.crs}）读，会离需求点近得多。",
            ))  # fmt: skip


def take(layer: Layer, wanted: Ints) -> Layer:
    """Return some rows of a layer."""

    def some(values: list[str]) -> list[str]:
        return [values[index] for index in wanted] if values else []

    def numbers(values: Floats | None) -> Floats | None:
        return None if values is None else values[wanted]

    return replace(
        layer, places=layer.places[wanted], given=layer.given[wanted], rows=layer.rows[wanted], ids=some(layer.ids),
        names=some(layer.names), district=some(layer.district), table=None, weights=numbers(layer.weights),
        costs=numbers(layer.costs), probability=numbers(layer.probability), status=some(layer.status),
        times=some(layer.times), hours=some(layer.hours), notes=[],
    )  # fmt: skip
