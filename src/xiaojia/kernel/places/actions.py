"""How do the divisions get in? From the packaged edition, once; later editions are added beside it."""

from datetime import date

from django.db import transaction

from xiaojia.kernel.places.borders import SOURCE, geometries, rows
from xiaojia.kernel.places.models import Boundary, Division, Edition
from xiaojia.kernel.places.rules import parent_code, prefix_of

EDITION = ("天地图行政区划", SOURCE, date(2024, 1, 1))
LEVELS = (("province", "province"), ("city", "city"), ("district", "county"))


@transaction.atomic
def load_edition() -> int:
    """Load provinces, cities, counties and their borders of the packaged edition; return the number of new divisions.

    Doing it twice changes nothing.
    """
    edition, _made = Edition.objects.get_or_create(
        name=EDITION[0], defaults={"source": EDITION[1], "effective_on": EDITION[2]}
    )
    known = set(Division.objects.values_list("code", flat=True))
    made = 0
    for level, kind in LEVELS:
        divisions, borders = [], []
        for row, shape in zip(rows(level), geometries(level), strict=True):
            code = row[f"{level}_adcode"]
            if code in known:
                continue
            known.add(code)
            divisions.append(_division(row, level, kind, code, edition, known))
            borders.append(_boundary(code, shape))
        Division.objects.bulk_create(divisions)
        Boundary.objects.bulk_create(borders, batch_size=500)
        made += len(divisions)
    return made


def _division(row: dict[str, str], level: str, kind: str, code: str, edition: Edition, known: set[str]) -> Division:
    parent = parent_code(code)
    while parent is not None and parent not in known:
        parent = parent_code(parent)
    return Division(
        code=code,
        prefix=prefix_of(code),
        name=row[f"{level}_name"],
        short_name=row["short_name"],
        level=kind,
        parent_id=parent,
        edition=edition,
        lng=float(row["lon"]),
        lat=float(row["lat"]),
    )


def _boundary(code: str, shape) -> Boundary:  # type: ignore[no-untyped-def]
    west, south, east, north = shape.bounds
    return Boundary(division_id=code, wkb=shape.wkb, source=SOURCE, west=west, south=south, east=east, north=north)
