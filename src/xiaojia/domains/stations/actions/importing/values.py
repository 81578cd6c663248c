"""What does a row want a station to be, and what is it now? Both in the sheet's own terms, so that they can be compared."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.sheets import hours_words
from xiaojia.domains.stations.rules.sheet import FACILITY

PLAIN = {
    "name": "name",
    "address": "address",
    "street": "street",
    "brand": "brand",
    "floor": "floor",
    "access_note": "access_note",
    "description": "description",
    "host_type": "host_type",
    "build_kind": "build_kind",
    "mobility": "mobility",
    "running_mode": "running_mode",
    "access": "access",
    "attended": "attended",
    "street_side": "street_side",
    "capacity": "capacity",
    "aliases": "aliases",
    "services": "services",
    "district": "district_named",
}
"""Sheet fields that are stored as they are, with the station's field."""
PLACE = ("lng", "lat", "position", "position_source")
FACT = ("presence", "working", "count")


def facts_of(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return {facility kind: fact} from the list column and from the columns of single kinds; the latter outrank it."""
    found = dict(values.get("facilities", {}).get("known", {}))
    found |= {key.removeprefix(FACILITY): fact for key, fact in values.items() if key.startswith(FACILITY) and fact}
    return found


def station_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the station fields that a row states, ready for the registry's verbs (without position, hours, facilities)."""
    wanted = {attribute: values[key] for key, attribute in PLAIN.items() if key in values}
    if "area_m2" in values:
        wanted["area_m2"] = Decimal(str(values["area_m2"]))
    for key in ("built_on", "accepted_on"):
        if values.get(key):
            wanted[key] = date.fromisoformat(values[key])
    if values.get("phone", {}).get("public"):
        wanted["public_phone"] = values["phone"]["public"]
    return wanted


def differences(
    station: Station, values: Mapping[str, Any], last: Mapping[str, Any] | None, held: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[Any]]:
    """Return {sheet field: [now, wanted]} where the row says something new.

    `last` is what the last committed sheet said: a cell that says the same as then is no news, even if somebody has
    changed the station since. `held` is {facility kind: fact} of the station.
    """
    news = {key: value for key, value in values.items() if not key.startswith("_") and _is_news(key, value, last)}
    pairs = {key: [_now(station, key), _plain(key, value)] for key, value in news.items() if _comparable(key)}
    if _place_is_news(values, last):
        pairs["position"] = [_place_now(station), _place_wanted(values)]
    for kind, fact in facts_of(news).items():
        pairs[f"{FACILITY}{kind}"] = [_said(held.get(kind), fact), _said(fact, fact)]
    if station.district_named and station.division_id == values.get("_division"):
        pairs.pop("district", None)  # another word for the same county
    if not station.hours_text and station.hours and hours_words(station) == values.get("hours"):
        pairs.pop("hours", None)  # our own words, come back from an export
    for key, attribute in (("_division", "division_id"), ("_org", "org_id")):
        if values.get(key) and ("district" in news or "owner" in news or last is None):
            pairs[key] = [getattr(station, attribute), values[key]]
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1] and pair[1] not in (None, "", [])}


def _is_news(key: str, value: Any, last: Mapping[str, Any] | None) -> bool:
    return last is None or last.get(key) != value


def _comparable(key: str) -> bool:
    return key in PLAIN or key in ("area_m2", "built_on", "accepted_on", "phone", "hours", "host_name", "status")


def _plain(key: str, value: Any) -> Any:
    return value["public"] if key == "phone" else value


def _now(station: Station, key: str) -> Any:
    if key in PLAIN:
        return getattr(station, PLAIN[key])
    if key == "area_m2":
        return float(station.area_m2) if station.area_m2 is not None else None
    if key in ("built_on", "accepted_on"):
        value = getattr(station, key)
        return value.isoformat() if value else None
    if key == "host_name":
        return station.host.name if station.host else ""
    return getattr(station, {"phone": "public_phone", "hours": "hours_text", "status": "status"}[key])


def _place_is_news(values: Mapping[str, Any], last: Mapping[str, Any] | None) -> bool:
    return bool(values.get("_point")) and _is_news("_received", values.get("_received"), last)


def _place_now(station: Station) -> list[Any] | None:
    return None if station.lng is None else [station.received_x, station.received_y, station.received_datum]


def _place_wanted(values: Mapping[str, Any]) -> list[Any]:
    return list(values["_received"])


def _said(fact: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> list[Any] | None:
    """Return of a fact what the wanted one speaks of: presence, and state and count only where it names them."""
    if fact is None:
        return None
    named = [name for name in FACT if name == "presence" or wanted.get(name) not in (None, "unknown")]
    return [fact.get(name) if name in named else None for name in FACT]
