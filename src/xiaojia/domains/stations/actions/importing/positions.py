"""Where do the rows of a sheet lie in WGS-84, and is the datum that was stated the true one?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xiaojia.domains.stations.actions.importing.grounds import Ground, Grounds
from xiaojia.domains.stations.rules.datum_fit import Fit, better, fit_of
from xiaojia.domains.stations.rules.sheet_words import DATUM_NAMES, issue
from xiaojia.kernel.imports.rules import Issue, Job, Line
from xiaojia.lib.coordinates import Datum, convert, in_china_ranges, looks_swapped

SAMPLE_ROWS = 2000
Pair = tuple[tuple[float, float], tuple[str, ...]]
"""A position as received, and the counties in which it should lie."""


@dataclass
class Place:
    """A row's position: the pair as received with its datum, WGS-84, the county that holds it; or why there is none."""

    received: tuple[float, float] | None = None
    datum: str = ""
    point: tuple[float, float] | None = None
    county: str | None = None
    error: Issue | None = None
    warning: Issue | None = None


def read_places(lines: Sequence[Line], job: Job, grounds: Grounds) -> list[Place]:
    """Return each row's place, in the order of the rows; points are moved and located as whole columns."""
    places = [_read(line, str(job.options.get("datum") or "wgs84")) for line in lines]
    for datum in Datum:
        group = [place for place in places if place.received and place.datum == datum]
        if not group:
            continue
        lngs, lats = convert(
            [p.received[0] for p in group if p.received],
            [p.received[1] for p in group if p.received],
            datum,
            Datum.WGS84,
        )
        found = grounds.area.locate_many(lngs, lats)
        for place, lng, lat, county in zip(group, lngs.tolist(), lats.tolist(), found, strict=True):
            place.point, place.county = (lng, lat), county
    return places


def _read(line: Line, stated: str) -> Place:
    pasted = line.values.get("position")
    lng, lat = line.values.get("lng"), line.values.get("lat")
    datum = stated
    if lng is None and lat is None and pasted:
        lng, lat, datum = pasted["lng"], pasted["lat"], pasted["datum"] or stated
    if any(error.field in ("lng", "lat", "position") for error in line.errors):
        return Place()
    if lng is None and lat is None:
        return Place(warning=issue("unplaced"))
    if lng is None or lat is None:
        return Place(error=issue("half_position", "lng"))
    if lng == 0 and lat == 0:
        return Place(warning=issue("zero_position"))
    if looks_swapped(lng, lat):
        return Place(error=issue("swapped", "lng", lng=lng, lat=lat))
    if not in_china_ranges(lng, lat):
        return Place(error=issue("not_in_china", "lng", lng=lng, lat=lat))
    return Place((lng, lat), datum)


class DatumCheck:
    """Does the sheet say the truth about its datum? Gathers the rows' pairs and where they should lie; moves nothing."""

    def __init__(self, job: Job, grounds: Grounds) -> None:
        self._job, self._grounds = job, grounds
        self._stated = str(job.options.get("datum") or "")
        self._pairs: list[Pair] = []

    def add(self, places: Sequence[Place], grounds_of: Sequence[Ground]) -> None:
        """Remember the pairs of rows that name a district."""
        self._pairs += [
            (place.received, ground.allowed)
            for place, ground in zip(places, grounds_of, strict=True)
            if place.received and place.datum == self._stated and ground.allowed
        ]

    def notes(self) -> list[Issue]:
        """Return the warnings about the datum of the whole sheet."""
        stated, pairs = self._stated, self._pairs
        if stated not in DATUM_NAMES:
            return []
        notes = [
            issue("datum_title", title=title, named=DATUM_NAMES[datum], stated=DATUM_NAMES[stated])
            for title, key in self._job.columns.items()
            for datum in DATUM_NAMES
            if key in ("lng", "lat") and datum in title.lower().replace("-", "") and datum != stated
        ]
        sample = pairs[:: max(1, len(pairs) // SAMPLE_ROWS)]
        fits = {str(datum): _fit(sample, datum, self._grounds) for datum in Datum}
        other = better(stated, fits)
        if other:
            notes.append(
                issue(
                    "datum_doubt",
                    better=DATUM_NAMES[other],
                    better_rows=fits[other].inside,
                    stated=DATUM_NAMES[stated],
                    stated_rows=fits[stated].inside,
                    rows=fits[stated].rows,
                )
            )
        return notes


def _fit(pairs: Sequence[Pair], datum: Datum, grounds: Grounds) -> Fit:
    if not pairs:
        return Fit(0, 0, 0.0)
    lngs, lats = convert([pair[0] for pair, _ in pairs], [pair[1] for pair, _ in pairs], datum, Datum.WGS84)
    found = grounds.area.locate_many(np.asarray(lngs), np.asarray(lats))
    distances = []
    for (_pair, allowed), lng, lat, county in zip(pairs, lngs.tolist(), lats.tolist(), found, strict=True):
        outside = (
            [grounds.area.distance_m(code, lng, lat) or 0.0 for code in allowed] if county not in allowed else [0.0]
        )
        distances.append(min(outside))
    return fit_of(distances)
