"""How does the filtered list leave the desk? As a sheet that can be imported again, or as GeoJSON."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaojia.domains.stations.actions.export import note_export
from xiaojia.domains.stations.forms import filters as asked
from xiaojia.domains.stations.queries import desk
from xiaojia.domains.stations.queries.sheets import columns, sheet_rows, to_geojson
from xiaojia.domains.stations.views.office import standard_of
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.sheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx


@require(Cap.READ)
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the stations that pass the filters of the address, in the import template's columns."""
    wanted = asked.read(request.GET)
    stations = desk.choose(request.actor, wanted, timezone.now(), standard_of(request))
    body, kind = _body(form, stations)
    note_export(actor=request.actor, count=stations.count(), form=form, filters=wanted)
    name = f"stations-{timezone.localdate():%Y%m%d}.{form}"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _body(form: str, stations: Any) -> tuple[bytes, str]:
    if form == "xlsx":
        return write_xlsx(columns(), sheet_rows(stations), _("站点")), XLSX_TYPE
    if form == "csv":
        return write_csv(columns(), sheet_rows(stations)), CSV_TYPE
    if form == "geojson":
        text = json.dumps(to_geojson(stations, timezone.localdate()), ensure_ascii=False)
        return text.encode(), "application/geo+json; charset=utf-8"
    raise Http404
