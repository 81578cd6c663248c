"""What does the worker's list show around a place? From the resident index where this process has one, else from the database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from xiaojia.domains.stations.queries.board import BOX_DEG, Live, found_ids, live, nearest, opens_at
from xiaojia.domains.stations.queries.choose import Choice, choose, shuttings_of
from xiaojia.domains.stations.queries.hours import Clock
from xiaojia.domains.stations.queries.resident import Index, current
from xiaojia.domains.stations.queries.resident.facts import micros
from xiaojia.domains.stations.queries.resident.moments import ASK, LATER, YES, Moment
from xiaojia.domains.stations.rules.travel import NEAR_M
from xiaojia.lib.coordinates import distances_m

FOUND_LIMIT = 20_000
PART = 4_000
"""Of more rows only those that can be shown are put in order."""
Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Question:
    """Where (a position, or the divisions below `prefix`), what, and when: `at` judges posted hours of another instant."""

    lng: float | None = None
    lat: float | None = None
    prefix: str = ""
    have: Sequence[str] = ()
    access: Sequence[str] = ()
    q: str = ""
    at: datetime | None = None


def look(
    now: datetime, asked: Question, *, open_only: bool, pins: Sequence[str], upto: int, fresh: bool = False
) -> Choice:
    """Return what to show, at most `upto` rows of it. One query; with a text to search for two."""
    index = current(fresh=fresh)
    if index is None:
        words = vars(asked)
        return choose(nearest(now, **words, limit=FOUND_LIMIT), open_only=open_only, pins=pins, upto=upto)
    return from_index(index, now, asked, open_only=open_only, pins=pins, upto=upto)


def from_index(
    index: Index, now: datetime, asked: Question, *, open_only: bool, pins: Sequence[str], upto: int
) -> Choice:
    """Return the same from an index: the area as arrays, and only what is shown read from the database."""
    area = _Area(index, now, asked)
    passing = area.passing
    known = ~np.isnan(area.far)
    nearest_m = float(area.far[passing & known].min()) if (passing & known).any() else None
    located = bool(known.any())
    nothing = not passing.any() or (located and (nearest_m is None or nearest_m > NEAR_M))
    pinned = area.pinned(pins)
    shown = passing.copy() if open_only else np.ones(len(passing), bool)
    shown[pinned] = False
    first = [*pinned, *area.first(np.flatnonzero(shown), upto)][:upto]
    next_open = area.next_open() if nothing else []
    all_day = area.first(np.flatnonzero(passing & area.always), 1) if nothing else []
    cards = area.cards(now, {*first, *next_open, *all_day}, asked.at)
    return Choice(
        tuple(cards[place] for place in first if place in cards), int(passing.sum()), nearest_m,
        nothing and len(passing) > 0, next((cards.get(p) for p in next_open), None),
        next((cards.get(p) for p in all_day), None), area.shuttings(), len(pinned) + int(shown.sum()),
    )  # fmt: skip


class _Area:
    """The rows in question, by place in `rows`: whether they pass, how far they are (nan = not known), their keys of order."""

    def __init__(self, index: Index, now: datetime, asked: Question) -> None:
        self.index, self.asked = index, asked
        self.moment: Moment = index.moment_at(asked.at) if asked.at else index.moment(now)
        self.now = asked.at or now
        self.has_place = asked.lng is not None and asked.lat is not None
        self.rows = self._within(box=self.has_place and not asked.prefix)
        if self.has_place and not asked.prefix and not len(self.rows):
            self.rows = self._within(box=False)
        columns = index.columns
        states = np.frombuffer(self.moment.passes, np.uint8)[self.rows]
        self.asked_one_by_one = np.flatnonzero(states == ASK).tolist()
        self.verdicts = {p: self.moment.verdict(int(self.rows[p]), self.now) for p in self.asked_one_by_one}
        self.passing: Flags = states == YES
        for place, verdict in self.verdicts.items():
            self.passing[place] = verdict.passes
        self.serving: Flags = columns.serving[self.rows]
        self.schedule = columns.schedule[self.rows]
        self.always: Flags = self.moment.always[self.schedule]
        self.lng, self.lat = self._places()
        self.far = self._distances()
        self.group, self.measure = self._keys()

    def _within(self, *, box: bool) -> Rows:
        columns, asked = self.index.columns, self.asked
        fits = columns.alive.copy()
        if box and asked.lng is not None and asked.lat is not None:
            fits &= (columns.lng >= asked.lng - BOX_DEG) & (columns.lng <= asked.lng + BOX_DEG)
            fits &= (columns.lat >= asked.lat - BOX_DEG) & (columns.lat <= asked.lat + BOX_DEG)
        if asked.prefix:
            below = [text.startswith(asked.prefix) for text in columns.divisions.texts]
            fits &= np.array(below, bool)[columns.division]
        for kind in asked.have:
            fits &= columns.kinds.get(kind, np.zeros(1, bool))
        if asked.access:
            fits &= np.isin(columns.access, [self.index.accesses.get(text, -1) for text in asked.access])
        if asked.q:
            named = np.zeros(len(fits), bool)
            named[[row for pk in found_ids(asked.q) if (row := columns.row_of(pk)) is not None]] = True
            fits &= named
        return np.flatnonzero(fits)

    def _places(self) -> tuple[Floats, Floats]:
        lng, lat = self.index.columns.lng[self.rows], self.index.columns.lat[self.rows]
        for row, stop in self.moment.places.items():
            place = int(np.searchsorted(self.rows, row))
            if place < len(self.rows) and self.rows[place] == row:
                lng[place], lat[place] = stop[4], stop[5]
        return lng, lat

    def _distances(self) -> Floats:
        if self.asked.lng is None or self.asked.lat is None:
            return np.full(len(self.rows), np.nan)
        return distances_m(self.asked.lng, self.asked.lat, self.lng, self.lat)

    def _keys(self) -> tuple[Floats, Floats]:
        """As `board.nearest` orders: with a distance by passing and distance, without by place known and rank; then by code."""
        ranks = self._ranks()
        unplaced = np.isnan(self.lng).astype(np.float64)
        if not self.has_place:
            return unplaced, ranks
        known = ~np.isnan(self.far)
        return np.where(known, ~self.passing, unplaced), np.where(known, self.far, ranks)

    def _ranks(self) -> Floats:
        moment, facts = self.moment, self.index.facts
        ranks = np.array([verdict.rank for verdict in moment.plain], np.float64)[self.schedule]
        if moment.evidence:
            proof_us, now_us = facts.proof_at[self.rows], micros(self.now)
            fresh = (proof_us <= now_us) & (proof_us >= now_us - moment.weights.proof_fresh_s * 1_000_000)
            ranks[self.passing & fresh & (proof_us >= moment.begins_us[self.schedule])] = 1
        ranks[~self.serving] = 4
        for place, verdict in self.verdicts.items():
            ranks[place] = verdict.rank
        return ranks

    def first(self, places: Rows, count: int) -> list[int]:
        """Return the first `count` of some places in order."""
        if len(places) > PART and count < len(places):
            whole = self.group[places] * 1e9 + self.measure[places]
            places = places[whole <= np.partition(whole, count)[count]]
        codes = self.index.code_ranks[self.rows[places]]
        order = np.lexsort((codes, self.measure[places], self.group[places]))
        return [int(place) for place in places[order[:count]]]

    def pinned(self, pins: Sequence[str]) -> list[int]:
        """Return the places of pinned codes, in their order."""
        if not pins:
            return []
        codes, wanted = self.index.columns.codes, set(pins)
        held = {codes[row]: place for place, row in enumerate(self.rows.tolist()) if codes[row] in wanted}
        return [held[code] for code in pins if code in held]

    def next_open(self) -> list[int]:
        """Return the place that opens first, the nearest of those that open at the same moment; empty for none."""
        opens = np.where(self.serving, self.moment.opens_us[self.schedule], LATER)
        clock = Clock(self.now, self.moment.table)
        texts = self.index.columns.schedules.texts
        for place, verdict in self.verdicts.items():
            number = int(self.schedule[place])
            at = opens_at(verdict, texts[number] if number >= 0 else None, clock)
            opens[place] = micros(at) if at else LATER
        coming = ~self.passing & (opens != LATER)
        far = np.nan_to_num(self.far, nan=0.0)
        near = coming & (far <= NEAR_M)
        places = np.flatnonzero(near if near.any() else coming)
        places = places[opens[places] == opens[places].min()] if len(places) else places
        order = np.lexsort((self.index.code_ranks[self.rows[places]], far[places]))
        return [int(place) for place in places[order[:1]]]

    def shuttings(self) -> Any:
        """Return the closures that hit at least two stations near by."""
        hit = np.array(self.asked_one_by_one, np.intp)
        found = ((self.verdicts[place], float(self.far[place])) for place in self.first(hit, len(hit)))
        return shuttings_of((verdict, None if np.isnan(metres) else metres) for verdict, metres in found)

    def cards(self, now: datetime, places: set[int], at: datetime | None) -> dict[int, Live]:
        """Return what is shown of some places: one query."""
        by_id = dict(zip(self.index.columns.ids(int(self.rows[p]) for p in places), places, strict=True))
        found = live(now, ids=list(by_id), at=at) if by_id else []
        cards = {by_id[station.id]: station for station in found}
        if not self.has_place:
            return cards
        return {
            place: station if np.isnan(self.far[place]) else replace(station, distance_m=float(self.far[place]))
            for place, station in cards.items()
        }
