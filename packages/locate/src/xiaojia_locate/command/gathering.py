"""What do the districts' answers make together? One result: all new sites ranked anew, every district with its proof."""

from datetime import datetime

import numpy as np

from xiaojia_locate.command.assumptions import assumptions
from xiaojia_locate.command.options import Options
from xiaojia_locate.command.posing import Posed, reach_between
from xiaojia_locate.command.ranking import ordered
from xiaojia_locate.command.reading import Layers
from xiaojia_locate.command.result import Result, as_number, coverage, existing_sites, frame, problem
from xiaojia_locate.command.solving import levels
from xiaojia_locate.reach import Reach

WORST = ("cancelled", "time", "gap", "proven")


def gathered(layers: Layers, options: Options, results: list[Result], now: datetime) -> tuple[Posed, Result]:
    """Return the whole question, its relation holding the chosen sites alone, and the whole result."""
    good = [one for one in results if "result" in one]
    sites, numbers = _chosen(layers, good)
    posed = _posed(layers, options, numbers)
    posed.notes.extend(_notes(options, results))
    order, gains = ordered(posed.reach, levels(posed), posed.fixed, numbers)
    ranked = [
        {**sites[site], "rank": rank, "gain": as_number(gain)}
        for rank, (site, gain) in enumerate(zip(order, gains, strict=True), start=1)
    ]
    answers = [one["result"] for one in good]
    reasons = {answer["reason"] for answer in answers}
    reason = next((word for word in WORST if word in reasons), "cancelled")
    add = max if options.problem == "center" else sum
    value, bound = (
        as_number(float(add([answer[name] or 0 for answer in answers] or [0]))) for name in ("value", "bound")
    )
    whole = {
        **frame(posed, now), "problem": problem(posed), "reason": reason, "proven": reason == "proven" and len(good) == len(results),
        "value": value, "bound": bound, "gap": _gap(value, bound), "total": as_number(sum(answer["total"] for answer in answers)),
        "before": as_number(sum(answer["before"] for answer in answers)),
        "coverage": {"before": coverage(posed, posed.fixed), "after": coverage(posed, np.concatenate([posed.fixed, numbers]))},
        "elapsed_s": round(sum(answer["elapsed_s"] for answer in answers), 3),
        "memory_mib": max((answer["memory_mib"] for answer in answers), default=0),
        "sites": ranked, "existing": existing_sites(posed, {}), "curve": [],
        "districts": [_summary(one) for one in results],
        "assumptions": [{"en": english, "zh": chinese} for english, chinese in assumptions(posed)],
    }  # fmt: skip
    return posed, whole


def _chosen(layers: Layers, good: list[Result]) -> tuple[dict[int, Result], np.ndarray]:
    """Return the chosen sites by their number in the whole question, told apart by their row."""
    n_existing = len(layers.existing) if layers.existing else 0
    place = {int(row): index for index, row in enumerate(layers.candidates.rows)}
    sites = {}
    for one in good:
        for site in one["result"]["sites"]:
            number = n_existing + place[site["row"]]
            sites[number] = {**site, "site": number, "district": one["district"]}
    return sites, np.array(sorted(sites), np.int64)


def _posed(layers: Layers, options: Options, numbers: np.ndarray) -> Posed:
    """Return the whole question with the reach of the existing and the chosen sites only: all that a report asks."""
    n_existing = len(layers.existing) if layers.existing else 0
    n_site = n_existing + len(layers.candidates)
    kept = np.concatenate([np.arange(n_existing), numbers]).astype(np.int64)
    every = np.vstack([one.places for one in (layers.existing, layers.candidates) if one is not None])
    notes = [note for layer in layers.all() for note in layer.notes]
    weights = np.ones(len(layers.demand)) if layers.demand.weights is None else layers.demand.weights
    if len(kept):
        found = reach_between(layers.demand, every[kept], options, [])
        reach = Reach(found.starts, kept[found.sites].astype(np.int32), n_site)
    else:
        reach = Reach(np.zeros(len(layers.demand) + 1, np.int64), np.zeros(0, np.int32), n_site)
    return Posed(
        options, layers.demand, layers.candidates, layers.existing, reach, weights, notes, left_out=layers.left_out
    )


def _notes(options: Options, results: list[Result]) -> list[tuple[str, str]]:
    split = (
        "as given by --district-open"
        if options.district_open
        else "in proportion to the demand that no existing site reaches",
        "按 --district-open 的规定" if options.district_open else "按各区尚未覆盖的需求比例",
    )
    notes = [(
        f"Each of {len(results)} districts was answered by itself; sites were split {split[0]}. Another split might cover more.",
        f"{len(results)} 个区各自求解，数量{split[1]}分配；换一种分配有可能覆盖更多。",
    )]  # fmt: skip
    failed = [one for one in results if "error" in one]
    notes += [(
        f"No answer for {one['district']}: {one['error']['message']}", f"{one['district']} 没有结果：{one['error']['chinese']}"
    ) for one in failed]  # fmt: skip
    return notes


def _summary(one: Result) -> Result:
    kept = {name: one[name] for name in ("district", "open", "budget", "tries", "error") if one.get(name) is not None}
    if "result" in one:
        names = ("reason", "proven", "value", "bound", "gap", "total", "before", "coverage", "elapsed_s")
        kept |= {name: one["result"][name] for name in names}
        kept["sites"] = [site["id"] or site["name"] or site["row"] for site in one["result"]["sites"]]
    return kept


def _gap(value: float | int | None, bound: float | int | None) -> float:
    top = max(abs(value or 0), abs(bound or 0))
    return abs((bound or 0) - (value or 0)) / top if top else 0.0
