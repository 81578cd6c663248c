"""How does the register leave the product? As xlsx, CSV or GeoJSON, with the column names that an import reads again."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.rules.sheet import FIELDS
from xiaojia.lib.sheets import Column, ColumnKind, write_csv, write_xlsx

LABELS = {field.key: field.label for field in FIELDS}
COLUMNS: tuple[tuple[str, ColumnKind, int], ...] = (
    ("code", ColumnKind.TEXT, 12),
    ("source_key", ColumnKind.TEXT, 12),
    ("name", ColumnKind.TEXT, 40),
    ("address", ColumnKind.TEXT, 40),
    ("district", ColumnKind.TEXT, 12),
    ("street", ColumnKind.TEXT, 14),
    ("lng", ColumnKind.NUMBER, 14),
    ("lat", ColumnKind.NUMBER, 14),
    ("position_source", ColumnKind.TEXT, 14),
    ("status", ColumnKind.TEXT, 10),
    ("hours", ColumnKind.TEXT, 36),
    ("phone", ColumnKind.TEXT, 20),
    ("owner", ColumnKind.TEXT, 20),
    ("host_name", ColumnKind.TEXT, 24),
    ("host_type", ColumnKind.TEXT, 16),
    ("build_kind", ColumnKind.TEXT, 10),
    ("mobility", ColumnKind.TEXT, 10),
    ("running_mode", ColumnKind.TEXT, 16),
    ("access", ColumnKind.TEXT, 18),
    ("access_note", ColumnKind.TEXT, 24),
    ("attended", ColumnKind.TEXT, 10),
    ("area_m2", ColumnKind.NUMBER, 10),
    ("capacity", ColumnKind.NUMBER, 10),
    ("floor", ColumnKind.TEXT, 8),
    ("street_side", ColumnKind.TEXT, 8),
    ("facilities", ColumnKind.TEXT, 50),
    ("services", ColumnKind.TEXT, 24),
    ("brand", ColumnKind.TEXT, 16),
    ("aliases", ColumnKind.TEXT, 24),
    ("built_on", ColumnKind.DATE, 12),
    ("accepted_on", ColumnKind.DATE, 12),
    ("description", ColumnKind.TEXT, 40),
)


def for_export(rows: QuerySet[Station]) -> QuerySet[Station]:
    """Return the stations with all that an export shows; four queries for any number."""
    return rows.select_related("org", "division", "host").prefetch_related("facilities__kind", "source_keys")


def as_xlsx(rows: QuerySet[Station], title: str) -> bytes:
    """Return a workbook; positions in WGS-84."""
    return write_xlsx(_columns(), _lines(rows), title)


def as_csv(rows: QuerySet[Station]) -> bytes:
    """Return UTF-8 text with BOM; positions in WGS-84."""
    return write_csv(_columns(), _lines(rows))


def as_geojson(rows: QuerySet[Station]) -> bytes:
    """Return a FeatureCollection (RFC 7946, WGS-84); a station without a position has a null geometry."""
    features = [_feature(station) for station in for_export(rows)]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _feature(station: Station) -> dict[str, Any]:
    placed = station.lng is not None
    return {
        "type": "Feature",
        "id": station.code,
        "geometry": {"type": "Point", "coordinates": [station.lng, station.lat]} if placed else None,
        "properties": {
            "code": station.code,
            "name": station.name,
            "address": station.address,
            "district": station.division.name if station.division else "",
            "status": station.status,
            "opening_hours": station.hours_osm,
            "hours_text": station.hours_text,
            "phone": station.public_phone,
            "have": station.have,
            "broken": station.broken,
            "updated_at": station.updated_at.isoformat(),
        },
    }


def _columns() -> list[Column]:
    units = {"lng": "（WGS-84）", "lat": "（WGS-84）", "area_m2": "（平方米）"}
    return [Column(LABELS[key] + units.get(key, ""), kind, width) for key, kind, width in COLUMNS]


def _lines(rows: QuerySet[Station]) -> Iterator[list[Any]]:
    for station in for_export(rows).iterator(chunk_size=500):
        yield [_value(station, key) for key, _kind, _width in COLUMNS]


def _value(station: Station, key: str) -> Any:
    if key in _READ:
        return _READ[key](station)
    display = getattr(station, f"get_{key}_display", None)
    value = display() if display else getattr(station, key)
    if isinstance(value, list):
        return "、".join(value)
    return {True: "是", False: "否"}.get(value, value) if isinstance(value, bool) else value


def _facilities(station: Station) -> str:
    said = []
    for fact in station.facilities.all():
        if fact.presence == "unknown":
            continue
        count = f"{fact.count}个" if fact.count else ""
        broken = "（坏）" if fact.working == "broken" else ""
        said.append(f"{'无' if fact.presence == 'absent' else ''}{fact.kind.name}{count}{broken}")
    return "、".join(said)


_READ: dict[str, Any] = {
    "source_key": lambda s: next((key.key for key in s.source_keys.all()), ""),
    "district": lambda s: s.district_named or (s.division.name if s.division else ""),
    "hours": lambda s: s.hours_text or s.hours_osm,
    "phone": lambda s: s.public_phone,
    "owner": lambda s: s.org.name,
    "host_name": lambda s: s.host.name if s.host else "",
    "facilities": _facilities,
    "area_m2": lambda s: float(s.area_m2) if s.area_m2 is not None else None,
}
