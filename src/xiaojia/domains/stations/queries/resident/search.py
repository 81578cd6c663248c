"""Which stations are nearest to a worker, open now, with what she needs? Exact, ordered by distance, then code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import asin

import numpy as np

from xiaojia.domains.stations.queries.resident.columns import Flags
from xiaojia.domains.stations.queries.resident.index import Index
from xiaojia.domains.stations.queries.resident.moments import NO, YES, Moment
from xiaojia.domains.stations.queries.resident.trees import EARTH_DIAMETER_M, Tree, unit

MARGIN, SLACK = 1.5, 6
"""How many more neighbours are fetched than should be needed: a second question costs more than ten answers."""
ONE_BY_ONE = 2_000
"""So many neighbours are looked at in order; beyond them all stations are measured at once."""
Point = tuple[float, float, float]
Found = list[tuple[float, int]]
"""Chords of the unit sphere with rows."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a station must fit besides lying near: facilities' columns, numbers of ways in, and passing "open now"."""

    flags: Sequence[Flags]
    accesses: set[int] | None
    open_now: bool


def nearest(
    index: Index,
    now: datetime,
    lng: float,
    lat: float,
    *,
    have: Sequence[str] = (),
    access: Sequence[str] = (),
    open_now: bool = True,
    limit: int = 10,
    at: datetime | None = None,
) -> list[tuple[int, float]]:
    """Return rows of the index with their distances in metres, nearest first; `open_now` leaves out those that do not pass.

    `lng`, `lat` in WGS-84; `have`: all of these facilities, in working order; `access`: any of these ways in.
    `at` judges posted hours and closures of another instant.
    """
    moment, point = index.moment_at(at) if at else index.moment(now), unit(lng, lat)
    now = at or now
    plain = open_now and not access and len(have) < 2 and not index.loose and not moment.places
    found = _plainly(index, moment, now, point, have, limit) if plain else None
    if found is None:
        found = _carefully(index, moment, now, point, have, access, open_now, limit)
    return [(row, EARTH_DIAMETER_M * asin(chord / 2)) for chord, row in found[:limit]]


def _plainly(
    index: Index, moment: Moment, now: datetime, point: Point, have: Sequence[str], limit: int
) -> Found | None:
    """Ask one tree once. None where that is not enough: too few pass, or two lie equally far away."""
    kind = have[0] if have else ""
    tree, share = moment.tree(kind, index.trees)
    count = int(limit / share * MARGIN) + SLACK
    if tree.query is None or count > tree.size or count > ONE_BY_ONE:
        return None
    chords, places = tree.query(point, count)
    rows, passes = tree.list, moment.passes
    found: Found = []
    before = -1.0
    for chord, place in zip(chords.tolist(), places.tolist(), strict=True):
        row = rows[place]
        passed = passes[row]
        if passed == YES or (passed and moment.verdict(row, now).passes):
            if chord == before:
                return None
            before = chord
            found.append((chord, row))
            if len(found) > limit:
                return found
    return None


def _carefully(
    index: Index,
    moment: Moment,
    now: datetime,
    point: Point,
    have: Sequence[str],
    access: Sequence[str],
    open_now: bool,
    limit: int,
) -> Found:
    kinds = index.columns.kinds
    accesses = {index.accesses[text] for text in access if text in index.accesses} if access else None
    if accesses == set() or any(kind not in kinds for kind in have):
        return []
    wish = _Wish([kinds[kind] for kind in have], accesses, open_now)
    kind = min(have, key=lambda k: index.trees.tree(k).size) if have else ""
    tree = index.trees.tree(kind)
    wishes = max(0, len(have) - 1) + (accesses is not None)
    count = (int(limit / (moment.share(kind, tree.rows) if open_now else 1.0) * MARGIN) + SLACK) * 4**wishes
    found: Found = []
    while tree.query is not None:
        if count >= min(tree.size, ONE_BY_ONE):
            found = _measured(index, moment, now, point, tree, wish, limit)
            break
        chords, places = tree.query(point, count)
        found = [
            (chord, row)
            for chord, row in zip(chords.tolist(), tree.rows[places].tolist(), strict=True)
            if row not in index.loose and _fits(index, moment, now, wish, row)
        ]
        if len(found) > limit and found[limit - 1][0] < chords[-1]:
            break
        count *= 4
    found += _loose(index, moment, now, point, wish)
    found.sort(key=lambda item: (item[0], index.columns.codes[item[1]]))
    return found


def _fits(index: Index, moment: Moment, now: datetime, wish: _Wish, row: int) -> bool:
    if wish.accesses is not None and index.columns.access[row] not in wish.accesses:
        return False
    return all(column[row] for column in wish.flags) and (not wish.open_now or moment.does_pass(row, now))


def _measured(index: Index, moment: Moment, now: datetime, point: Point, tree: Tree, wish: _Wish, limit: int) -> Found:
    """Measure all rows of a tree that can fit, where too few near by do."""
    columns, rows = index.columns, tree.rows
    fits = np.ones(len(rows), bool)
    if wish.open_now:
        fits &= np.frombuffer(moment.passes, np.uint8)[rows] != NO
    if wish.accesses is not None:
        fits &= np.isin(columns.access[rows], list(wish.accesses))
    for column in wish.flags:
        fits &= column[rows]
    rows = rows[fits]
    chords = np.sqrt(((tree.points[fits] - point) ** 2).sum(axis=1))
    found: Found = []
    for place in np.argsort(chords, kind="stable").tolist():
        row, chord = int(rows[place]), float(chords[place])
        if len(found) >= limit and chord > found[-1][0]:
            break
        if row not in index.loose and _fits(index, moment, now, wish, row):
            found.append((chord, row))
    return found


def _loose(index: Index, moment: Moment, now: datetime, point: Point, wish: _Wish) -> Found:
    """Those that no tree knows as they are now: changed a moment ago, or on wheels."""
    found: Found = []
    for row in index.loose | set(moment.places):
        lng, lat = index.place(moment, row)
        if lng is None or lat is None or not index.columns.alive[row] or not _fits(index, moment, now, wish, row):
            continue
        x, y, z = unit(lng, lat)
        found.append((((x - point[0]) ** 2 + (y - point[1]) ** 2 + (z - point[2]) ** 2) ** 0.5, row))
    return found
