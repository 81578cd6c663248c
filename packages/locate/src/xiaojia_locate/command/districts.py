"""How is every district answered by itself? The same function over parts of the layers, then put together again."""

import pickle
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from xiaojia_locate.answer import Limits
from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.engines import STOPPED, Outcome, run_all, stopped
from xiaojia_locate.command.faults import Refused, refuse, usage
from xiaojia_locate.command.ground import Ground, Plain
from xiaojia_locate.command.live import stoppable
from xiaojia_locate.command.options import Options
from xiaojia_locate.command.polygons import district_of, read_districts
from xiaojia_locate.command.posing import pose, reach_between
from xiaojia_locate.command.ranking import times_covered
from xiaojia_locate.command.reading import Layers, read_layers, take
from xiaojia_locate.command.result import Result, result_of
from xiaojia_locate.command.sharing import shared
from xiaojia_locate.command.silence import ready_highs
from xiaojia_locate.command.solving import solve

Part = tuple[str, Layers, Options]


def run_districts(options: Options, ground: Ground, write: Callable[[str], None], now: datetime) -> int:
    """Answer every district and write the whole; returns the exit code."""
    from xiaojia_locate.command.gathering import gathered
    from xiaojia_locate.command.running import show, write_all

    layers = read_layers(options, ground)
    label(layers, options, ground)
    parts = split(layers, options)
    payloads = [pickle.dumps((name, part, asked, now)) for name, part, asked in parts]

    def told(done: int) -> None:
        sys.stderr.write(f"{done} of {len(parts)} districts. 已完成 {done}/{len(parts)} 个区。\n")

    with stoppable() as cancel:
        outcomes = run_all(options.engine, answer_district, payloads, options.jobs, told, cancel)
        was_stopped = cancel()
    results = [_opened(part, outcome) for part, outcome in zip(parts, outcomes, strict=True)]
    posed, whole = gathered(layers, options, results, now)
    files = write_all(posed, whole) if options.out else []
    show(whole, files, options, write)
    if was_stopped:
        return 130
    return 4 if layers.left_out or any("error" in one for one in results) else (8 if whole["reason"] == "time" else 0)


def answer_district(payload: bytes) -> bytes:
    """Answer one district: the function that every engine maps. A refusal is an answer too: it says why there is none."""
    name, layers, options, now = pickle.loads(payload)  # noqa: S301 - written by `run_districts` a moment ago
    ready_highs()
    try:
        if not len(layers.candidates):
            raise refuse("candidates", "no_candidates", district=name)
        posed = pose(options, layers, Plain())
        answer = solve(posed, Limits(options.time_limit, options.gap, options.seed, cancel=stopped))
        found: Result = {"district": name, "result": result_of(posed, answer, now)}
    except Refused as refused:
        found = {"district": name, **refused.as_json()}
    return pickle.dumps(found)


def _opened(part: Part, outcome: Outcome) -> Result:
    """Return a district's result with its name, the number it was given and how often it was run."""
    name, _, options = part
    asked = {"district": name, "open": options.open, "budget": options.budget, "tries": outcome.tries}
    if outcome.answer is None:
        if outcome.error == STOPPED:
            error = {"code": "stopped", "message": "Stopped before it was asked.", "chinese": "还没求解就停止了。"}
            return {**asked, "error": error}
        error = {"code": "failed", "message": outcome.error, "chinese": f"求解失败：{outcome.error}"}
        return {**asked, "error": error}
    return {**asked, **pickle.loads(outcome.answer)}  # noqa: S301 - written by `answer_district`


def label(layers: Layers, options: Options, ground: Ground) -> None:
    """Give every row its district, by polygons or by its column; raises Refused for candidates outside of all."""
    if not options.districts:
        for layer in (layers.demand, layers.candidates):
            missing = [index for index, name in enumerate(layer.district) if not name]
            if missing:
                raise refuse(layer.name, "no_district", layer.rows[missing])
        return
    path = Path(options.districts)
    found = read_districts(path, options.districts_crs or "wgs84", ground)
    for layer in layers.all():
        layer.district = district_of(layer.places, found)
    if layers.candidates.table is None:  # cells belong where their demand is, even if their centre does not
        _, nearest = cKDTree(layers.demand.places).query(layers.candidates.places)
        layers.candidates.district = [layers.demand.district[index] for index in nearest]
    outside = [index for index, name in enumerate(layers.candidates.district) if not name]
    if outside and layers.candidates.table is not None:
        raise refuse("candidates", "outside_districts", layers.candidates.rows[outside], file=path.name)
    alone = layers.demand.district.count("")
    if alone:
        layers.demand.notes.append((
            f"{alone:,} points of demand lie in no district and were left to none.",
            f"有 {alone:,} 个需求点不在任何区内，没有分给任何区。",
        ))  # fmt: skip


def split(layers: Layers, options: Options) -> list[Part]:
    """Return each district's name, layers and options; its existing sites are all that reach its demand."""
    of_demand, of_candidates = np.array(layers.demand.district), np.array(layers.candidates.district)
    names = sorted({name for name in layers.demand.district if name})
    if not names:
        raise refuse("demand", "no_district", layers.demand.rows[:1])
    uncovered, reaching = _uncovered(layers, options)
    need = [float(uncovered[of_demand == name].sum()) for name in names]
    room = [int((of_candidates == name).sum()) for name in names]
    goals = shared(options, names, need, room)
    parts = []
    for name, goal in zip(names, goals, strict=True):
        existing = None
        if layers.existing is not None and reaching is not None:
            near = np.unique(reaching.sites[np.repeat(of_demand == name, reaching.degrees())])
            own = np.flatnonzero(np.array(layers.existing.district) == name)
            wanted = np.union1d(near, own).astype(np.int64)
            existing = _light(take(layers.existing, wanted)) if len(wanted) else None
        part = Layers(
            _light(take(layers.demand, np.flatnonzero(of_demand == name))),
            _light(take(layers.candidates, np.flatnonzero(of_candidates == name))),
            existing,
        )
        parts.append((name, part, replace(options, by_district=False, out="", curve=-1, **goal)))
    return parts


def _light(layer: Any) -> Any:
    """Return a layer without its table, notes and other things that a district's answer does not need."""
    return replace(layer, table=None, notes=[])


def _uncovered(layers: Layers, options: Options) -> tuple[Floats, Any]:
    """Return the weight of each point that no existing site reaches, and which existing sites reach what."""
    weights = np.ones(len(layers.demand)) if layers.demand.weights is None else layers.demand.weights
    if layers.existing is None:
        return weights, None
    if options.problem == "hours":
        raise usage("not_together", first="--by-district", second="--problem hours")
    reaching = reach_between(layers.demand, layers.existing.places, options, [])
    covered = times_covered(reaching, np.arange(reaching.n_site)) > 0
    return np.where(covered, 0.0, weights), reaching
