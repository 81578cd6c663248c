"""How do files become a question? Layers are read and checked, then it is worked out which site reaches which demand."""

from dataclasses import dataclass, field

import numpy as np

from xiaojia_locate.command import checks
from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.estimate import afford
from xiaojia_locate.command.faults import Fault, Refused, fault, refuse, usage
from xiaojia_locate.command.ground import Ground
from xiaojia_locate.command.layers import Layer
from xiaojia_locate.command.options import Options
from xiaojia_locate.command.reading import Layers
from xiaojia_locate.reach import Ints, Reach, geodesic, within

Notes = list[tuple[str, str]]


@dataclass
class Posed:
    """A question ready to be solved. Sites are numbered existing first, then candidates.

    `reach` (n_demand × n_site); `weights` (n_demand,); `costs` (n_site,) or None; `notes`: what the reader must know.
    `by_slot` (n_demand, n_slot): demand by time of day where it is asked by the hour; `slots`: the minute each begins.
    `n_points`, `drawn`: where demand was merged from a stream, how many points it had, and a sample for the picture.
    `degrees`: pairs and their degrees where near counts more than far, once they were worked out.
    """

    options: Options
    demand: Layer
    candidates: Layer
    existing: Layer | None
    reach: Reach
    weights: Floats
    notes: Notes = field(default_factory=list)
    by_slot: Floats | None = None
    slots: list[int] = field(default_factory=list)
    left_out: list[Fault] = field(default_factory=list)
    n_points: int = 0
    drawn: "Posed | None" = None
    degrees: tuple[Reach, Floats] | None = None

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


def pose(options: Options, layers: Layers, ground: Ground) -> Posed:
    """Return the question of some layers; raises Refused where it can have no answer."""
    demand, candidates, existing = layers.demand, layers.candidates, layers.existing
    by_slot: Floats | None = None
    slots: list[int] = []
    if options.problem == "hours":
        demand, by_slot, slots = _timed(demand)
    sites = np.vstack([existing.places, candidates.places]) if existing else candidates.places
    work = "metres" if demand.crs == "metres" else "wgs84"
    afford(demand.places, sites, options.walk_m / options.detour_used, work, options.memory_mib)
    notes = [*_left_out(layers), *(note for layer in layers.all() for note in layer.notes)]
    reach = reach_between(demand, sites, options, notes)
    weights = np.ones(len(demand)) if demand.weights is None else demand.weights
    posed = Posed(options, demand, candidates, existing, reach, weights, notes, by_slot, slots, layers.left_out)
    reached = np.bincount(reach.sites, minlength=reach.n_site)[posed.n_existing :]
    if options.open != 0:
        checks.reaching(demand, candidates, reached, options.walk_m, ground)
    _count(posed)
    _say(posed, reached, ground)
    return posed


def _timed(demand: Layer) -> tuple[Layer, Floats, list[int]]:
    from xiaojia_locate.command.timetable import fold

    if not demand.times:
        known = "、".join(demand.table.names) if demand.table else "–"
        file = demand.table.path.name if demand.table else "demand"
        raise refuse("demand", "no_column", file=file, role="time", zh="时间", known=known)
    return fold(demand, "time")


def _left_out(layers: Layers) -> Notes:
    """Say which rows were left out because they had faults."""
    return [
        (f"Left out: {english}", f"未计入：{chinese}")
        for english, chinese in (one.sentences() for one in layers.left_out)
    ]


def reach_between(demand: Layer, sites: Floats, options: Options, notes: Notes) -> Reach:
    """Return which of the sites (n_site, 2) reach which demand, by the distance that was asked for."""
    work = "metres" if demand.crs == "metres" else "wgs84"
    if options.network or options.barriers:
        from xiaojia_locate.command.streets import reach_on_streets

        return reach_on_streets(demand.places, sites, options, work, notes)
    by = within if work == "metres" else geodesic
    return by(demand.places, sites, options.walk_m, detour=options.detour_used)


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


def _say(posed: Posed, reached: Ints, ground: Ground) -> None:
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
