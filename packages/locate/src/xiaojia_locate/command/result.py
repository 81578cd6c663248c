"""What is known in the end? One dictionary with everything: the answer, the proof, the curve, the assumptions, the versions."""

import platform
from dataclasses import asdict, replace
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from xiaojia_locate.answer import Answer, Limits
from xiaojia_locate.command.assumptions import assumptions
from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.posing import Posed
from xiaojia_locate.command.ranking import opened, ordered, times_covered
from xiaojia_locate.command.solving import extensible, levels, open_hours, part_of_library, roles
from xiaojia_locate.command.variants import stepped

Result = dict[str, Any]
MINIMISED = ("median", "center")
PACKAGES = (
    "xiaojia-locate",
    "numpy",
    "scipy",
    "highspy",
    "numba",
    "openpyxl",
    "pyarrow",
    "networkx",
    "osmium",
    "pyspark",
)


def result_of(posed: Posed, answer: Answer, now: datetime) -> Result:
    """Return the whole result, ready for JSON."""
    answer = bounded(answer, posed)
    once, twice = coverage(posed, posed.fixed), coverage(posed, answer.sites)
    order, gains = rank(posed, answer)
    replaced = {int(site): place for place, site in enumerate(answer.new)}
    marginal = dict(zip(answer.sites.tolist(), answer.marginal.tolist(), strict=False))
    sites = []
    for number, site in enumerate(order, start=1):
        one = {
            "rank": number,
            **site_of(posed, site),
            "gain": as_number(gains[number - 1]),
            "marginal": as_number(marginal.get(site)),
        }
        one["replacement"] = _replacement(posed, answer, replaced.get(site, -1))
        sites.append(one)
    values = {
        **frame(posed, now), "problem": problem(posed), "reason": str(answer.reason), "proven": answer.proven,
        "value": as_number(answer.value), "bound": as_number(answer.bound), "gap": answer.gap, "total": as_number(answer.total),
        "before": as_number(answer.before), "covered": {name: as_number(value) for name, value in answer.covered.items()},
        "coverage": {"before": once, "after": twice}, "elapsed_s": round(answer.elapsed_s, 3), "memory_mib": round(answer.memory_mib),
        "sites": sites, "existing": existing_sites(posed, marginal), "curve": curve(posed, answer, gains),
        "assumptions": [{"en": english, "zh": chinese} for english, chinese in assumptions(posed)],
    }  # fmt: skip
    if posed.options.open is not None and len(answer.new) < posed.options.open:
        fewer = len(answer.new), posed.options.open
        values["assumptions"].append({
            "en": f"Only {fewer[0]} of {fewer[1]} sites are named: no further candidate adds anything.",
            "zh": f"只列出 {fewer[0]} 处（要求 {fewer[1]} 处）：再多选哪个候选点都没有作用。",
        })  # fmt: skip
    return {**values, **extras(posed, answer)}


def bounded(answer: Answer, posed: Posed) -> Answer:
    """Return the answer with a finite bound: no choice covers more than all there is."""
    if np.isfinite(answer.bound) or posed.options.problem in MINIMISED or posed.options.cover_share is not None:
        return answer
    return replace(answer, bound=max(answer.total, answer.value))


def frame(posed: Posed, now: datetime) -> Result:
    """Return what every result says of the question: title, layers, options, versions."""
    options = posed.options
    return {
        "title": options.title, "written": now.isoformat(timespec="seconds"), "seed": options.seed,
        "minimised": options.problem in MINIMISED or options.cover_share is not None,
        "demand_total": as_number(float(posed.weights.sum())), "layers": layers(posed), "options": asdict(options),
        "left_out": [one.as_json() for one in posed.left_out], "versions": versions(),
    }  # fmt: skip


def extras(posed: Posed, answer: Answer) -> Result:
    """Return what a problem's own answer says beyond the common parts."""
    found: Result = {}
    if posed.slots:
        found["slots"] = {
            "minutes": posed.slots, "total": [as_number(one) for one in answer.total_by_slot.tolist()],  # type: ignore[attr-defined]
            "covered": [as_number(one) for one in answer.covered_by_slot.tolist()],  # type: ignore[attr-defined]
        }  # fmt: skip
        options = extensible(posed, *open_hours(posed)) if posed.options.extend else []
        found["extended"] = [site_of(posed, int(options[place])) for place in answer.extended.tolist()]  # type: ignore[attr-defined]
    if posed.options.problem == "median":
        total = float(posed.weights.sum()) or 1.0
        found["mean_walk_m"] = {"before": as_number(answer.before / total), "after": as_number(answer.value / total)}
    return found


def problem(posed: Posed) -> str:
    """Return the name of what was solved."""
    return "set_cover" if posed.options.cover_share is not None else posed.options.problem


def coverage(posed: Posed, sites: Any) -> dict[str, Any]:
    """Return how much weight, and how many points, some open sites reach once and twice."""
    count = times_covered(posed.reach, np.asarray(sites, np.int64))
    total = float(posed.weights.sum()) or 1.0
    once, twice = float(posed.weights[count > 0].sum()), float(posed.weights[count > 1].sum())
    return {
        "once": as_number(once), "once_share": once / total, "twice": as_number(twice), "twice_share": twice / total,
        "points": int((count > 0).sum()),
    }  # fmt: skip


def rank(posed: Posed, answer: Answer) -> tuple[list[int], list[float]]:
    """Return the new sites in the order of what each adds to those before it, or of what is lost without each."""
    if posed.options.problem in MINIMISED:
        worth = dict(zip(answer.sites.tolist(), answer.marginal.tolist(), strict=False))
        order = sorted(answer.new.tolist(), key=lambda site: -worth.get(site, 0.0))
        return order, [worth.get(site, 0.0) for site in order]
    if posed.options.problem in ("gradual", "expected"):
        return stepped(posed, answer)
    return ordered(posed.reach, levels(posed), posed.fixed, answer.new)


def site_of(posed: Posed, site: int) -> dict[str, Any]:
    """Return who a site is: number in the question, layer, row, id, name, position as worked with and as given."""
    is_old = site < posed.n_existing
    layer = posed.existing if is_old and posed.existing else posed.candidates
    place = site if is_old else site - posed.n_existing
    x, y = layer.places[place].tolist()
    return {
        "site": int(site), "layer": layer.name, "row": int(layer.rows[place]), "id": layer.ids[place], "name": layer.names[place],
        "district": layer.district[place], "x": round(x, 7), "y": round(y, 7), "given": layer.given[place].tolist(), "crs": layer.crs,
        **({"cost": as_number(layer.costs[place])} if layer.costs is not None else {}),
    }  # fmt: skip


def existing_sites(posed: Posed, marginal: dict[int, float]) -> list[dict[str, Any]]:
    """Return the sites that were open before, each with what is lost if it alone closes."""
    return [{**site_of(posed, int(site)), "marginal": as_number(marginal.get(int(site)))} for site in posed.fixed]


def curve(posed: Posed, answer: Answer, gains: list[float]) -> list[dict[str, Any]]:
    """Return how much is covered by so many sites: greedy opening up to the number chosen, the answer itself there."""
    wanted = posed.options.curve
    if wanted < 0 or posed.options.problem not in ("cover", "backup"):
        return []
    if posed.options.curve_proof and posed.options.open is not None:
        return proven_curve(posed, answer, wanted)
    who = np.setdiff1d(np.arange(posed.n_site), np.concatenate([posed.fixed, posed.forbidden]))
    count = len(answer.new)
    far = max(wanted, count + max(3, count // 4))
    _, steps = opened(posed.reach, levels(posed), posed.fixed, who, min(far, len(who)))
    values = np.concatenate([[0.0], np.cumsum(steps)]) + answer.before
    points = [{"open": number, "value": as_number(value), "bound": None} for number, value in enumerate(values)]
    if posed.options.cover_share is not None:
        points[count] = {"open": count, "value": as_number(coverage(posed, answer.sites)["once"]), "bound": None}
    elif count < len(points):
        points[count] = {"open": count, "value": as_number(answer.value), "bound": as_number(answer.bound)}
    return points


def proven_curve(posed: Posed, answer: Answer, wanted: int) -> list[dict[str, Any]]:
    """Return the best choice for each number of new sites, each with its bound, within the time limit for all of them."""
    found = part_of_library("curve", "逐点证明的曲线")
    room = posed.n_site - len(np.union1d(posed.fixed, posed.forbidden))
    up_to = min(room, max(wanted, len(answer.new) + max(3, len(answer.new) // 4)))
    limits = Limits(posed.options.time_limit, posed.options.gap, posed.options.seed)
    again = levels(posed)[:, 1] if posed.options.problem == "backup" else None
    made = found.curve(posed.reach, posed.weights, up_to=up_to, again=again, **roles(posed), limits=limits)
    start = {"open": 0, "value": as_number(answer.before), "bound": as_number(answer.before)}
    return [start] + [
        {"open": int(one.room), "value": as_number(one.value), "bound": as_number(one.bound)} for one in made
    ]


def layers(posed: Posed) -> dict[str, Any]:
    """Return what was read: files, rows, columns, coordinates."""
    found = {}
    for layer in (posed.demand, posed.candidates, posed.existing):
        if layer is not None:
            file = layer.table.path.name if layer.table else Path(getattr(posed.options, layer.name)).name
            rows = posed.n_points if layer is posed.demand and posed.n_points else len(layer)
            found[layer.name] = {"file": file, "rows": rows, "crs": layer.crs, "columns": layer.read_as}
    return found


def versions() -> dict[str, str]:
    """Return the versions of what the answer was made with."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _replacement(posed: Posed, answer: Answer, place: int) -> dict[str, Any] | None:
    if place < 0 or place >= len(answer.replacement) or answer.replacement[place] < 0:
        return None
    return {
        **site_of(posed, int(answer.replacement[place])),
        "change": as_number(float(answer.replacement_change[place])),
    }


def as_number(value: float | Floats | None) -> float | int | None:
    """Return a number as JSON has it: whole where it is whole, None where there is none."""
    if value is None or not np.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 6)
