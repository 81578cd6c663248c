"""Where are demand, old and new sites? A drawn diagram: cells of demand, rings of reach, a scale; no map beneath."""

from dataclasses import dataclass
from html import escape
from math import floor, log10

import numpy as np
import numpy.typing as npt

from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.grid import flat_m, middle
from xiaojia_locate.command.posing import Posed
from xiaojia_locate.command.ranking import times_covered
from xiaojia_locate.command.report.frame import CELLS, HIGH_MOST, WIDE, View, closer, whole
from xiaojia_locate.command.result import Result


@dataclass(frozen=True)
class Drawing:
    """A drawing with what lies outside of it; `closer`: the part with most new sites again, larger, or nothing."""

    svg: str
    cell_m: float
    outside_sites: int
    outside_share: float
    closer: str = ""


@dataclass(frozen=True)
class Scene:
    """What is drawn: positions in metres, what becomes of each point of demand (0 had, 1 newly, 2 not), the reach."""

    demand: Floats
    weights: Floats
    state: npt.NDArray[np.int64]
    old: Floats
    new: Floats
    names: list[tuple[int, str]]
    reach_m: float
    has_rings: bool


def draw(posed: Posed, result: Result) -> Drawing:
    """Return the diagram of a result."""
    scene = _scene(posed, result)
    near = np.flatnonzero(posed.reach.degrees())  # who no site could reach at all is not what the picture is about
    near = near if len(near) else np.arange(len(scene.demand))
    view = whole(scene.demand[near], scene.weights[near], scene.new, scene.reach_m)
    cells, outside = _cells(scene, view)
    inside = view.holds(view.xy(scene.old))
    nearer = closer(scene.new, scene.reach_m, view)
    zoomed = _svg(scene, nearer, _cells(scene, nearer)[0]) if nearer else ""
    cell_m = WIDE / CELLS / view.scale
    return Drawing(_svg(scene, view, cells), cell_m, int((~inside).sum()), outside, zoomed)


def _scene(posed: Posed, result: Result) -> Scene:
    work = "metres" if posed.demand.crs == "metres" else "wgs84"
    about = middle(posed.demand.places)
    sites = flat_m(posed.site_places, work, about)
    chosen = np.array([one["site"] for one in result["sites"]], np.int64)
    before = times_covered(posed.reach, posed.fixed) > 0
    after = times_covered(posed.reach, np.concatenate([posed.fixed, chosen])) > 0
    state = np.where(before, 0, np.where(after, 1, 2))
    names = [(one["rank"], str(one["name"] or one["id"] or one["row"])) for one in result["sites"]]
    reach_m = posed.options.walk_m / posed.options.detour_used
    demand = flat_m(posed.demand.places, work, about)
    rings = not (posed.options.network or posed.options.barriers)
    return Scene(demand, posed.weights, state, sites[posed.fixed], sites[chosen], names, reach_m, rings)


def _svg(scene: Scene, view: View, cells: list[str]) -> str:
    old, new = view.xy(scene.old), view.xy(scene.new)
    old, shown = old[view.holds(old)], view.holds(new)
    radius = scene.reach_m * view.scale
    rings = []
    if scene.has_rings and radius >= 3:  # along streets the reach is no circle
        rings = [f'<circle class="ring-old" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>' for x, y in old]
        rings += [f'<circle class="ring-new" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>' for x, y in new[shown]]
    size = "small" if radius < 16 else "house"
    houses = [f'<use href="#{size}" x="{x:.1f}" y="{y:.1f}"/>' for x, y in old]
    stops = [_stop(x, y, name) for (x, y), name, here in zip(new, scene.names, shown, strict=True) if here]
    body = "".join([*cells, *rings, *houses, *stops[::-1], _scale(view), _north()])
    label = f"示意图：{len(scene.old)} 个已建站点，{len(scene.new)} 个新站点"
    return f'<svg viewBox="0 0 {WIDE:.0f} {view.high:.0f}" role="img" aria-label="{label}">{_DEFS}{body}</svg>'


def _cells(scene: Scene, view: View) -> tuple[list[str], float]:
    """Squares of demand, their colour what most of it gets, their strength how much there is; the share outside."""
    pixels = view.xy(scene.demand)
    inside = view.holds(pixels)
    size = WIDE / CELLS
    column, row = np.minimum(pixels[inside] // size, HIGH_MOST + CELLS).astype(np.int64).T
    key, place = np.unique(row * 4096 + column, return_inverse=True)
    weight = np.zeros((len(key), 3))
    np.add.at(weight, (place, scene.state[inside]), scene.weights[inside])
    total = weight.sum(axis=1)
    steps = np.quantile(total[total > 0], [0.4, 0.7, 0.9]) if (total > 0).any() else np.zeros(3)
    drawn = []
    for one, amounts, amount in zip(key, weight, total, strict=True):
        if amount > 0:
            y, x = divmod(int(one), 4096)
            kind = ("had", "fresh", "none")[int(amounts.argmax())]
            step = 1 + int(np.searchsorted(steps, amount))
            at = f'x="{x * size + 0.5:g}" y="{y * size + 0.5:g}" width="{size - 1:g}" height="{size - 1:g}"'
            drawn.append(f'<rect class="{kind} w{step}" {at}/>')
    everything = float(scene.weights.sum()) or 1.0
    return drawn, max(0.0, 1 - float(scene.weights[inside].sum()) / everything)


def _stop(x: float, y: float, name: tuple[int, str]) -> str:
    rank, title = name
    return (
        f'<g><title>{rank} {escape(title)}</title><circle class="stop" cx="{x:.1f}" cy="{y:.1f}" r="10"/>'
        f'<text class="t-rank" x="{x:.1f}" y="{y + 4.2:.1f}">{rank}</text></g>'
    )


_ROOF = '<path class="roof" d="M-5.5 -.5 0 -5.5 5.5 -.5"/><rect class="pane" x="-2.8" y=".4" width="5.6" height="4.6"/>'
_DEFS = (
    f'<defs><g id="house"><circle class="wall" r="8"/>{_ROOF}</g>'
    f'<g id="small"><circle class="wall" r="5.5"/><g transform="scale(.68)">{_ROOF}</g></g></defs>'
)


def _scale(view: View) -> str:
    """A bar of a round length, about a sixth of the width."""
    wanted = WIDE / 6 / view.scale
    power = 10 ** floor(log10(wanted))
    length = next(step * power for step in (5, 2, 1) if step * power <= wanted)
    pixels, y = length * view.scale, view.high - 18
    text = f"{length / 1000:g} 公里 km" if length >= 1000 else f"{length:g} 米 m"
    return (
        f'<rect x="10" y="{y - 24:.0f}" width="{max(pixels, 84) + 20:.0f}" height="36" rx="6" class="wall" opacity=".85"/>'
        f'<path class="scale" d="M20 {y - 5:.1f}V{y:.1f}H{20 + pixels:.1f}V{y - 5:.1f}"/><text x="20" y="{y - 9:.1f}">{text}</text>'
    )


def _north() -> str:
    x = WIDE - 28
    arrow = f'<path class="scale" d="M{x} 36V18M{x - 6} 25 {x} 18 {x + 6} 25"/>'
    return (
        f'<circle class="wall" cx="{x}" cy="34" r="24" opacity=".85"/>{arrow}'
        f'<text x="{x}" y="51" text-anchor="middle">北 N</text>'
    )
