"""Which rows look like a station that is already there, or like an earlier row of the same sheet?"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

from xiaojia.domains.stations import access
from xiaojia.domains.stations.rules.likeness import DOUBLE_FROM, Entry, confidence, dropping, entry
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.coordinates import Wgs84, haversine_m

CELL_DEG = 0.006
"""More than FAR_M everywhere in the country: what is nearer stands in the same or a neighbouring cell."""
MOST_NAMESAKES = 300
"""So many of one name are compared where a position is missing: a list that calls all its stations alike must end too."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
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
    """An index of what is known so far; rows of the sheet are added as they are read.

    Two that both have a position and stand FAR_M apart are doubles only if name and address are equal; so they are looked
    for near by and under (name, address), and by name or address alone only where one of the two has no position.
    """

    drop: re.Pattern[str] | None
    near: dict[tuple[int, int], list[Known]] = field(default_factory=lambda: defaultdict(list))
    same: dict[tuple[str, str], list[Known]] = field(default_factory=lambda: defaultdict(list))
    names: tuple[dict[str, list[Known]], ...] = field(default_factory=lambda: (defaultdict(list), defaultdict(list)))
    addresses: tuple[dict[str, list[Known]], ...] = field(
        default_factory=lambda: (defaultdict(list), defaultdict(list))
    )

    def add(self, known: Known) -> None:
        """Remember one more entry."""
        mine, placed = known.entry, bool(known.point)
        self.names[placed][mine.full_name].append(known)
        if mine.address:
            self.addresses[placed][mine.address].append(known)
            self.same[mine.name, mine.address].append(known)
        if known.point:
            self.near[_cell(known.point)].append(known)

    def all(self) -> Iterator[Known]:
        """Yield every entry once."""
        for names in self.names:
            for same in names.values():
                yield from same

    def read(self, name: str, address: str) -> Entry:
        """Return a name and an address as they are compared here."""
        return entry(name, address, self.drop)

    def best(self, mine: Entry, point: Point | None) -> tuple[Known, float] | None:
        """Return the likeliest double with its confidence, if a person has to decide."""
        found: tuple[Known, float] | None = None
        for known in self.candidates(mine, point):
            score = confidence(mine, known.entry, _distance_m(point, known.point), at_least=found[1] if found else 0.0)
            if score >= DOUBLE_FROM and (found is None or score > found[1]):
                found = known, score
        return found

    def candidates(self, mine: Entry, point: Point | None) -> Iterable[Known]:
        """Return whatever can be the double of an entry."""
        found = list(self.same.get((mine.name, mine.address), ())) if mine.address else []
        for placed in (False,) if point else (False, True):
            found += self.names[placed].get(mine.full_name, ())[-MOST_NAMESAKES:] if mine.name else ()
            found += self.addresses[placed].get(mine.address, ()) if mine.address else ()
        if point:
            x, y = _cell(point)
            for cell in [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]:
                found += self.near.get(cell, ())
        return found if len(found) < 2 else {id(known): known for known in found}.values()


def load(actor: Actor, places: Iterable[str], leave_out: Container[str] = ()) -> Doubles:
    """Return the index of all stations that the actor may read, but for some ids. One query."""
    doubles = Doubles(dropping(places))
    rows = access.visible(actor).filter(merged_into=None).exclude(status="removed")
    columns = rows.values_list("pk", "code", "name", "address", "lng", "lat")
    for pk, code, name, address, lng, lat in columns.iterator(chunk_size=5000):
        if str(pk) not in leave_out:
            point = (lng, lat) if lng is not None else None
            doubles.add(Known(doubles.read(name, address), point, name, str(pk), code))
    return doubles


def _cell(point: Point) -> tuple[int, int]:
    return int(point[0] / CELL_DEG), int(point[1] / CELL_DEG)


def _distance_m(one: Point | None, other: Point | None) -> float | None:
    return haversine_m(Wgs84(*one), Wgs84(*other)) if one and other else None


def suspected(doubles: Doubles) -> list[tuple[Known, Known, float]]:
    """Return the pairs of stations in an index that look like one, each pair once, the surest first."""
    found: dict[frozenset[str], tuple[Known, Known, float]] = {}
    for known in doubles.all():
        for other in doubles.candidates(known.entry, known.point):
            pair = frozenset((known.pk, other.pk))
            if known.pk == other.pk or pair in found:
                continue
            score = confidence(known.entry, other.entry, _distance_m(known.point, other.point))
            if score >= DOUBLE_FROM:
                found[pair] = (known, other, score)
    return sorted(found.values(), key=lambda item: -item[2])
