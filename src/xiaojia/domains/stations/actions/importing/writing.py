"""How are rows written into the registry? Pieces of a sheet at once, one line in the log for each station."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiaojia.domains.stations.actions.importing.changing import change
from xiaojia.domains.stations.actions.importing.links import Links, links_of
from xiaojia.domains.stations.actions.importing.parts import check_kinds, facilities_of, hours_of, place_of
from xiaojia.domains.stations.actions.importing.values import station_values
from xiaojia.domains.stations.actions.registry import label_of
from xiaojia.domains.stations.actions.writing import clean, plain
from xiaojia.domains.stations.models import FacilityKind, OldCode, SourceKey, Station, StatusChange
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.kernel.audit.actions import Deed, record_all
from xiaojia.kernel.imports.actions.copying import copy_in
from xiaojia.kernel.imports.rules import Job, Judged, Verdict, Written
from xiaojia.kernel.orgs.models import Instance
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import gettext_noop
from xiaojia.lib.pinyin import search_text

PIECE_ROWS = 500


@transaction.atomic
def write(job: Job, rows: Sequence[Judged]) -> list[Written]:
    """Register the stations that rows bring and change those that they change; return what was written, row by row."""
    links = links_of(job, rows)
    kinds = set(FacilityKind.objects.values_list("pk", flat=True))
    new = [row for row in rows if row.verdict is Verdict.CREATE]
    made = dict(zip((row.number for row in new), _create(job, new, links, kinds) if new else [], strict=True))
    old = [row for row in rows if row.verdict is not Verdict.CREATE]
    made |= dict(zip((row.number for row in old), change(job, old, links, kinds) if old else [], strict=True))
    return [made[row.number] for row in rows]


def _create(job: Job, rows: Sequence[Judged], links: Links, kinds: set[str]) -> list[Written]:
    now = timezone.now()
    stations, facilities, deeds = [], [], []
    for row, code in zip(rows, _next_codes(len(rows)), strict=True):
        station, told = _station(job, row.values, links, now)
        station.code = code
        found, said = facilities_of(station, (), row.values)
        stations.append(station)
        facilities += found
        details = {"changes": told | said, "version": 1, "via": f"import:{job.batch_id}"}
        deeds.append(Deed(station.pk, str(station), details))
    check_kinds(facilities, kinds)
    copy_in(stations)
    copy_in(facilities)
    by, today = label_of(job.actor), timezone.localdate(job.now)
    copy_in([StatusChange(station=s, after=s.status, on=today, reason="导入", by=by, at=now) for s in stations])
    keys = {row.values["source_key"]: s for row, s in zip(rows, stations, strict=True) if row.values.get("source_key")}
    taken = set(SourceKey.objects.filter(org=job.org, key__in=keys).values_list("key", flat=True))
    copy_in([SourceKey(station=s, org=job.org, key=key) for key, s in keys.items() if key not in taken])
    record_all(job.actor, "stations.registered", "station", deeds, now)
    return [Written(str(station.pk), None, 1) for station in stations]


def _station(job: Job, values: dict[str, Any], links: Links, now: datetime) -> tuple[Station, dict[str, list[Any]]]:
    """Return the station of a row, not saved, and what the log says of it."""
    org = links.org(values)
    if not job.actor.may(Cap.WRITE, org_path=org.path):
        raise StationError("not_found")
    stated = station_values(values) | links.of(values)
    if not stated.get("name"):
        raise StationError("no_name", fields={"name": gettext_noop("请填写站点名称。")})
    fields = clean(stated) | {"org": org} | place_of(values) | hours_of(values)
    status = values.get("status") or Station.Status.RUNNING
    station = Station(status=status, created_at=now, updated_at=now, version=1, **fields)
    station.search_text = search_text(station.name, station.brand, station.address, *station.aliases)
    told = {
        name: [None, plain(value)] for name, value in fields.items() if name != "org" and value not in (None, "", [])
    }
    return station, told


def _next_codes(number: int) -> list[str]:
    """Return the next permanent codes, stepping over those that a list brought along; the instance row is locked."""
    instance = Instance.objects.select_for_update().get()
    found: list[str] = []
    while len(found) < number:
        first = instance.last_station_no + 1
        instance.last_station_no += number - len(found)
        codes = [f"{instance.code_prefix}-{n:04d}" for n in range(first, instance.last_station_no + 1)]
        taken = {*Station.objects.filter(code__in=codes).values_list("code", flat=True),
                 *OldCode.objects.filter(code__in=codes).values_list("code", flat=True)}  # fmt: skip
        found += [code for code in codes if code not in taken]
    instance.save(update_fields=["last_station_no"])
    return found
