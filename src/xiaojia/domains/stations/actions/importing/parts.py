"""What do position, hours and facilities of a row make of a station? Each as the fields that it sets."""

from collections.abc import Mapping, Sequence
from typing import Any

from xiaojia.domains.stations.actions.importing.values import facts_of
from xiaojia.domains.stations.models import Station, StationFacility
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.domains.stations.rules.sheet import FACILITY
from xiaojia.kernel.places.queries import area_of
from xiaojia.lib.opening_hours import as_json, to_osm
from xiaojia.lib.opening_hours.parse_zh import parse

PLACE_FIELDS = ("lng", "lat", "received_x", "received_y", "received_datum", "position_source", "position_flags")
HOURS_FIELDS = ("hours", "hours_osm", "hours_text", "hours_note")


def place_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the row's position; without a named county it is the one that holds the point."""
    if not values.get("_point"):
        return {}
    (lng, lat), (x, y, datum) = values["_point"], values["_received"]
    found: dict[str, Any] = {
        "lng": lng, "lat": lat, "received_x": x, "received_y": y, "received_datum": datum,
        "position_source": values.get("position_source") or "import", "position_flags": values.get("_flags", []),
    }  # fmt: skip
    if not values.get("_division"):
        here = area_of("").locate(lng, lat)
        found["position_flags"] = [] if here else ["nowhere"]
        if here:
            found["division_id"] = here
    return found


def hours_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the row's hours: the schedule where the words are understood, the words in any case."""
    if not values.get("hours"):
        return {}
    read = parse(values["hours"])
    note = "" if read.understood else "；".join(f"{code} {text}".strip() for code, text in read.notes)
    return {
        "hours": as_json(read.schedule) if read.schedule else None,
        "hours_osm": to_osm(read.schedule) if read.schedule else "",
        "hours_text": values["hours"][:300],
        "hours_note": note[:200],
    }


def facilities_of(
    station: Station, held: Sequence[StationFacility], values: Mapping[str, Any], changed: set[str] | None = None
) -> tuple[list[StationFacility], dict[str, list[Any]]]:
    """Set what the row says of facilities; return the rows to be written and {field: [before, after]}.

    `changed` are the sheet's fields that count (None = all). The station's own lists follow.
    """
    mine = {row.kind_id: row for row in held}
    touched: list[StationFacility] = []
    difference: dict[str, list[Any]] = {}
    for kind, fact in facts_of(values).items():
        if changed is not None and f"{FACILITY}{kind}" not in changed:
            continue
        row = mine.get(kind)
        before = _said(row) if row else None
        if row is None:
            row = mine[kind] = StationFacility(station=station, kind_id=kind)
        row.presence, row.working, row.count = fact["presence"], fact["working"], fact["count"]
        touched.append(row)
        if before != _said(row):
            difference[f"facility:{kind}"] = [before, _said(row)]
    here = [row for row in mine.values() if row.presence == "present"]
    station.have = sorted(row.kind_id for row in here if row.working != "broken")
    station.broken = sorted(row.kind_id for row in here if row.working == "broken")
    return touched, difference


def check_kinds(rows: Sequence[StationFacility], known: set[str]) -> None:
    """Refuse a kind of facility that this instance does not have; raises StationError `unknown_kind`."""
    for row in rows:
        if row.kind_id not in known:
            raise StationError("unknown_kind", params={"kind": row.kind_id})


def _said(row: StationFacility) -> list[Any]:
    return [row.presence, row.working, row.count, row.note]
