"""Which rows look like a station that is already there, or like an earlier row of the same sheet?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from xiaojia.domains.stations import access
from xiaojia.domains.stations.rules.likeness import DOUBLE_FROM, Entry, confidence, entry
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.coordinates import Wgs84, haversine_m

CELL_DEG = 0.004
"""About 400 m: candidates stand in the same or a neighbouring cell, or bear the same name."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Known:
    """Something a row may be the double of: a station (`pk`), or an earlier row (`row`)."""

    entry: Entry
    point: Point | None
    name: str
    pk: str = ""
    code: str = ""
    row: int = 0


@dataclass
class Doubles:
    """An index of what is known so far; rows of the sheet are added as they are read."""

    places: list[str]
    cells: dict[tuple[int, int], list[Known]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def add(self, known: Known) -> None:
        """Remember one more entry."""
        self.names[known.entry.full_name].append(known)
        if known.entry.address:
            self.addresses[known.entry.address].append(known)
        if known.point:
            self.cells[_cell(known.point)].append(known)

    def add_row(self, number: int, name: str, address: str, point: Point | None) -> None:
        """Remember a row of the sheet."""
        self.add(Known(entry(name, address, self.places), point, name, row=number))

    def best(
        self, name: str, address: str, point: Point | None, leave_out: Iterable[str] = ()
    ) -> tuple[Known, float] | None:
        """Return the likeliest double with its confidence, if a person has to decide; never one of `leave_out` (ids)."""
        mine = entry(name, address, self.places)
        skipped = set(leave_out)
        scored = [
            (confidence(mine, known.entry, _distance_m(point, known.point)), known)
            for known in self._candidates(mine, point)
            if known.pk not in skipped or not known.pk
        ]
        score, known = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        return (known, score) if known and score >= DOUBLE_FROM else None

    def _candidates(self, mine: Entry, point: Point | None) -> list[Known]:
        found = [*self.names.get(mine.full_name, ()), *self.addresses.get(mine.address, ())]
        if point:
            x, y = _cell(point)
            found += [k for dx in (-1, 0, 1) for dy in (-1, 0, 1) for k in self.cells.get((x + dx, y + dy), ())]
        return list({id(known): known for known in found}.values())


def load(actor: Actor, places: list[str]) -> Doubles:
    """Return the index of all stations that the actor may read. One query."""
    doubles = Doubles(places)
    rows = access.visible(actor).filter(merged_into=None).exclude(status="removed")
    for pk, code, name, address, lng, lat in rows.values_list("pk", "code", "name", "address", "lng", "lat"):
        point = (lng, lat) if lng is not None else None
        doubles.add(Known(entry(name, address, places), point, name, str(pk), code))
    return doubles


def _cell(point: Point) -> tuple[int, int]:
    return int(point[0] / CELL_DEG), int(point[1] / CELL_DEG)


def _distance_m(one: Point | None, other: Point | None) -> float | None:
    return haversine_m(Wgs84(*one), Wgs84(*other)) if one and other else None


def suspected(doubles: Doubles) -> list[tuple[Known, Known, float]]:
    """Return the pairs of stations in an index that look like one, each pair once, the surest first."""
    found: dict[frozenset[str], tuple[Known, Known, float]] = {}
    for known in [known for same in doubles.names.values() for known in same]:
        for other in doubles._candidates(known.entry, known.point):
            pair = frozenset((known.pk, other.pk))
            if known.pk == other.pk or pair in found:
                continue
            score = confidence(known.entry, other.entry, _distance_m(known.point, other.point))
            if score >= DOUBLE_FROM:
                found[pair] = (known, other, score)
    return sorted(found.values(), key=lambda item: -item[2])
