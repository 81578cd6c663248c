"""Where would the nation's stations stand? The national total over the districts, clustered within each; always the same ones."""

import json
from dataclasses import dataclass

import numpy as np
import shapely

from xiaojia.kernel.places.borders import geometries, rows
from xiaojia.lib.opening_hours import Interval, Schedule, as_json, week_of

TOTAL, SEED = 186_100, 20_231_121
SHARES = {"water": 0.50, "microwave": 0.10, "emoto_charging": 0.01}
"""Facilities of the benchmark and the share of stations that have each."""
NEVER_CLOSES = 0.05
CENTRES, CLUSTERED = 3, 0.7


@dataclass(frozen=True)
class Nation:
    """Columns of equal length: positions in WGS-84, district, facilities, number of the schedule; and the schedules as JSON."""

    lng: np.ndarray
    lat: np.ndarray
    district: list[str]
    have: list[list[str]]
    schedule: np.ndarray
    schedules: list[str]


def nation() -> Nation:
    """Return the stations: urban districts weigh four times a county, so that cities are dense and the country is thin."""
    chance = np.random.default_rng(SEED)
    named = [(row["district_adcode"], row["district_name"]) for row in rows("district")]
    found = [(code, name, shape) for (code, name), shape in zip(named, geometries("district"), strict=True)]
    weight = np.array(
        [4.0 if name.endswith("区") else 2.0 if name.endswith("市") else 1.0 for _code, name, _s in found]
    )
    counts = chance.multinomial(TOTAL, weight / weight.sum())
    points = [_points(shape, int(count), chance) for (_c, _n, shape), count in zip(found, counts, strict=True)]
    lng, lat = np.concatenate(points).T.round(6)
    district = [code for (code, _n, _s), count in zip(found, counts, strict=True) for _ in range(count)]
    flags = {kind: chance.random(TOTAL) < share for kind, share in SHARES.items()}
    have = [[kind for kind in SHARES if flags[kind][n]] for n in range(TOTAL)]
    schedules = _schedules()
    number = np.where(chance.random(TOTAL) < NEVER_CLOSES, 0, chance.integers(1, len(schedules), TOTAL))
    return Nation(lng, lat, district, have, number, schedules)


def questions(stations: Nation, number: int, seed: int = 1) -> np.ndarray:
    """Return where workers ask from, shape (n, 2): about a kilometre around stations."""
    chance = np.random.default_rng(seed)
    near = chance.integers(0, TOTAL, number)
    return np.column_stack([stations.lng[near], stations.lat[near]]) + chance.normal(0, 0.01, (number, 2))


def _points(shape: shapely.Geometry, count: int, chance: np.random.Generator) -> np.ndarray:
    """Return points inside a district: most of them around a few centres, the rest anywhere."""
    if not count:
        return np.zeros((0, 2))
    centres = _anywhere(shape, CENTRES, chance)
    spread = 0.12 * np.sqrt(shape.area)
    clustered = int(count * CLUSTERED)
    around = centres[chance.integers(0, CENTRES, clustered * 4)] + chance.normal(0, spread, (clustered * 4, 2))
    inside = around[shapely.contains_xy(shape, around[:, 0], around[:, 1])][:clustered]
    return np.concatenate([inside, _anywhere(shape, count - len(inside), chance)])


def _anywhere(shape: shapely.Geometry, count: int, chance: np.random.Generator) -> np.ndarray:
    west, south, east, north = shape.bounds
    found = np.zeros((0, 2))
    while len(found) < count:
        tried = chance.uniform((west, south), (east, north), (max(64, 3 * count), 2))
        found = np.concatenate([found, tried[shapely.contains_xy(shape, tried[:, 0], tried[:, 1])]])
    return found[:count]


def _schedules() -> list[str]:
    """All day, and some hundred weeks: from 6:00–9:30 until 17:00–22:00, some with a break, some shorter on Sundays or shut."""
    made = [Schedule(week_of((tuple(range(7)), (Interval(0, 24 * 60),))))]
    for opens in range(6 * 60, 9 * 60 + 31, 30):
        for closes in range(17 * 60, 22 * 60 + 1, 30):
            day = (Interval(opens, closes),)
            halves = (Interval(opens, 12 * 60), Interval(13 * 60 + 30, closes))
            made.append(Schedule(week_of((tuple(range(7)), day))))
            made.append(Schedule(week_of((tuple(range(5)), day), ((5, 6), (Interval(9 * 60, 17 * 60),)))))
            made.append(Schedule(week_of((tuple(range(6)), halves), ((6,), ()))))
    return [json.dumps(as_json(schedule), ensure_ascii=False) for schedule in made]
