"""When does demand arise, and when are sites open? Times of day become slots; opening hours become which slots are open."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.faults import Fault, fault, refuse
from xiaojia_locate.command.layers import Layer
from xiaojia_locate.command.reading import take

DAY = 24 * 60
SLOTS_MOST = 48
_CLOCK = re.compile(r"(\d{1,2})[:：时](\d{2})?")
_STAMP = re.compile(r"(\d{4}-?\d{2}-?\d{2})[T\s]?(\d{2}):?(\d{2})")
_SPAN = re.compile(r"(\d{1,2})(?:[:：](\d{2}))?\s*(?:-|–|—|~|至|到)\s*(次日)?(\d{1,2})(?:[:：](\d{2}))?")
_ALWAYS = ("24h", "24小时", "全天", "24/7", "00:00-24:00")


def minute_of(text: str) -> tuple[str, int] | None:
    """Return the day (or nothing) and the minute of the day that a time names; None for what is no time.

    >>> minute_of("20151223063000"), minute_of("7:30"), minute_of("18"), minute_of("noon")
    (('20151223', 390), ('', 450), ('', 1080), None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if stamp := _STAMP.match(plain):
        day, hour, minute = stamp[1], int(stamp[2]), int(stamp[3])
    elif plain.isdigit() and len(plain) <= 2:
        day, hour, minute = "", int(plain), 0
    elif clock := _CLOCK.match(plain):
        day, hour, minute = "", int(clock[1]), int(clock[2] or 0)
    else:
        return None
    return (day, hour * 60 + minute) if hour < 24 and minute < 60 else None


def fold(demand: Layer, column: str) -> tuple[Layer, Floats, list[int]]:
    """Return the demand once per place, its weight by slot (n_place, n_slot), and the minute at which each slot begins.

    A slot is a time of day that the data name (an hour where these are more than 48); its weight is the mean over the days.
    """
    times = [minute_of(text) for text in demand.times]
    wrong = [index for index, time in enumerate(times) if time is None]
    if wrong:
        raise refuse("demand", "no_time", demand.rows[wrong], name=column, cell=demand.times[wrong[0]][:30])
    known = [time for time in times if time is not None]
    minutes = np.array([minute for _, minute in known])
    if len(np.unique(minutes)) > SLOTS_MOST:
        minutes = minutes // 60 * 60
    slots, slot = np.unique(minutes, return_inverse=True)
    _, first, place = np.unique(demand.places, axis=0, return_index=True, return_inverse=True)
    weights = np.ones(len(demand)) if demand.weights is None else demand.weights
    table = np.zeros((len(first), len(slots)))
    np.add.at(table, (np.ravel(place), slot), weights)
    days = max(1, len({day for day, _ in known}))
    once = replace(take(demand, first), table=None, times=[], weights=table.sum(axis=1) / days)
    return once, table / days, slots.tolist()


def spans(text: str) -> list[tuple[int, int]] | None:
    """Return the spans of minutes of the day that opening hours name; None for what cannot be read.

    >>> spans("08:30-12:00,13:30-17:00"), spans("24小时"), spans("22:00-6:00"), spans("看情况")
    ([(510, 720), (810, 1020)], [(0, 1440)], [(1320, 1440), (0, 360)], None)
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if any(word in plain for word in _ALWAYS):
        return [(0, DAY)]
    found: list[tuple[int, int]] = []
    for start, start_min, _, end, end_min in _SPAN.findall(plain):
        begin, stop = int(start) * 60 + int(start_min or 0), int(end) * 60 + int(end_min or 0)
        if begin > DAY or stop > DAY:
            return None
        found += [(begin, stop)] if begin < stop else [(begin, DAY), (0, stop)]
    return found or None


def open_in(text: str, slots: Sequence[int]) -> npt.NDArray[np.bool_] | None:
    """Return whether opening hours hold at the beginning of each slot (n_slot,)."""
    found = spans(text)
    if found is None:
        return None
    minutes = np.array(slots)
    return np.any([(minutes >= start) & (minutes < stop) for start, stop in found], axis=0)


def hours_of(layer: Layer, slots: Sequence[int], usual: str) -> tuple[npt.NDArray[np.bool_], list[Fault]]:
    """Return when each site of a layer is open (n_site, n_slot); a site without hours has the usual ones."""
    texts = layer.hours or [""] * len(layer)
    table, wrong = np.zeros((len(layer), len(slots)), bool), []
    for index, text in enumerate(texts):
        found = open_in(text or usual, slots)
        if found is None:
            wrong.append(index)
        else:
            table[index] = found
    faults = (
        [fault(layer.name, "no_hours", layer.rows[wrong], name="hours", cell=texts[wrong[0]][:30])] if wrong else []
    )
    return table, faults
