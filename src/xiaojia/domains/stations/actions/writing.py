"""How is a station written? Number, search text and version move together, and stale edits are merged or refused."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils import timezone

from xiaojia.domains.stations.models import OldCode, Station
from xiaojia.domains.stations.rules.errors import StationConflict, StationError
from xiaojia.kernel.audit.queries import history
from xiaojia.kernel.orgs.models import Instance, Organisation, Unit
from xiaojia.kernel.places.models import Division
from xiaojia.lib.errors import gettext_noop
from xiaojia.lib.pinyin import search_text

TEXT = ("name", "brand", "address", "street", "district_named", "floor", "access_note", "public_phone", "description",
        "hours_text", "hours_note")  # fmt: skip
CHOICES = ("host_type", "build_kind", "mobility", "running_mode", "access")
EDITABLE = frozenset(
    (*TEXT, *CHOICES, "aliases", "area_m2", "capacity", "street_side", "attended", "services", "built_on", "accepted_on",
     "org", "division", "host", "position_flags")
)  # fmt: skip
MOBILE = re.compile(r"1[3-9*][\d*]{9}")


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values ready to store; raise StationError with the field when one cannot be so."""
    unknown = set(values) - EDITABLE
    if unknown:
        raise StationError("unknown_field", params={"field": sorted(unknown)[0]})
    return {field: _clean_one(field, value) for field, value in values.items()}


def column(name: str) -> "Field[Any, Any]":
    """Return a column of Station by name; raises FieldDoesNotExist for anything else."""
    found = Station._meta.get_field(name)
    if not isinstance(found, Field):
        raise FieldDoesNotExist(name)
    return found


def _clean_one(field: str, value: Any) -> Any:
    if field in TEXT:
        value = " ".join(str(value or "").split()) if field != "description" else str(value or "").strip()
        if field == "name" and not value:
            raise StationError("no_name", fields={"name": gettext_noop("请填写站点名称。")})
        if field == "public_phone":
            check_phone(value)
        limit = column(field).max_length
        return value[:limit] if limit else value
    if field in CHOICES:
        allowed = {key for key, _label in column(field).choices or ()}
        if value and value not in allowed:
            raise StationError(
                "bad_choice", params={"value": value}, fields={field: gettext_noop("请从可选的值里选一个")}
            )
        return value or ""
    if field in ("area_m2", "capacity") and value is not None and not 0 <= Decimal(value) < 100_000:
        raise StationError("out_of_range", params={"value": value}, fields={field: gettext_noop("请核对这个数")})
    if field in ("aliases", "services"):
        return [text for text in (str(item).strip() for item in value or ()) if text]
    return value


def check_phone(text: str) -> None:
    """Refuse a public phone that is somebody's mobile, whole or masked; raises StationError `mobile_phone`."""
    for part in re.split(r"[;；,，、/\s]+", text):
        if MOBILE.fullmatch(part.replace("-", "")):
            raise StationError(
                "mobile_phone", params={"phone": part}, fields={"public_phone": gettext_noop("请填固定电话")}
            )


def next_code() -> str:
    """Return the next permanent code PREFIX-0001; numbers go up only, also when a station is taken out again.

    The instance row is locked for the transaction. Codes that a list brought along are stepped over.
    """
    instance = Instance.objects.select_for_update().get()
    while True:
        instance.last_station_no += 1
        code = f"{instance.code_prefix}-{instance.last_station_no:04d}"
        if not Station.objects.filter(code=code).exists() and not OldCode.objects.filter(code=code).exists():
            break
    instance.save(update_fields=["last_station_no"])
    return code


def stamp(station: Station, now: datetime | None = None) -> None:
    """Renew what every write renews: search text, version, time. The caller saves."""
    station.search_text = search_text(station.name, station.brand, station.address, *station.aliases)
    station.version += 1
    station.updated_at = now or timezone.now()


def plain(value: Any) -> Any:
    """Return a value as the audit log keeps it."""
    if isinstance(value, Organisation | Unit | Division):
        return value.name
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def snapshot(station: Station, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the station's present values of some fields, plain."""
    return {field: plain(getattr(station, field)) for field in fields}


def check_version(station: Station, version: int, values: Mapping[str, Any]) -> None:
    """Let a stale edit pass when nobody touched the same fields since; raise StationConflict otherwise.

    What changed since `version` is read from the audit log, whose station lines carry the version they made.
    """
    if version == station.version:
        return
    touched: set[str] = set()
    for line in history("station", station.pk).filter(details__version__gt=version):
        touched |= set(line.details.get("changes", {}))
    changes = {
        field: [plain(value), plain(getattr(station, field))]
        for field, value in values.items()
        if field in touched and plain(getattr(station, field)) != plain(value)
    }
    if changes:
        raise StationConflict(station, changes)
