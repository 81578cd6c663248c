"""How much are the stations used? Figures that a sceptic can take apart: rule, parts, rows."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models.functions import ExtractHour
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaojia.domains.stations.access import visible as visible_stations
from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits.forms import Asked, read_asked
from xiaojia.domains.visits.models import Occupation, Source
from xiaojia.domains.visits.queries import counts
from xiaojia.domains.visits.queries.counts import Scope
from xiaojia.domains.visits.queries.rules import current_rule
from xiaojia.domains.visits.rules.charts import chart
from xiaojia.domains.visits.rules.hours import SHANGHAI
from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.queries import reachable
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.kernel.places.models import Division
from xiaojia.lib.sheets.export import CSV_TYPE, XLSX_TYPE, Column, ColumnKind, write_csv, write_xlsx

PAGE_ROWS, TOP_STATIONS = 100, 20
SOURCES = dict(Source.choices)


@require(Cap.READ)
def counts_page(request: HttpRequest) -> HttpResponse:
    """The figures of a period, with charts and tables; every figure leads to its rows."""
    asked = read_asked(request.GET, timezone.localdate())
    scope, actor = _scope(asked), request.actor  # type: ignore[attr-defined]
    found = counts.overview(actor, scope)
    stations = counts.named_stations(counts.by_field(actor, scope, "station_id"))
    grounds = counts.by_field(actor, scope, "division_code")
    values = _filters(request, asked) | {
        "asked": asked, "found": found, "rows_url": _rows_url(asked), "rule": current_rule(asked.last),
        "parts": [{"key": k, "text": _(t), "n": found.count.parts.get(k, 0), "url": _rows_url(asked, source=k),
                   "out": k in found.count.left_out} for k, t in SOURCES.items()],
        "days": chart([_day_bar(asked, day, n) for day, n in found.days], width=1040, last_is_now=asked.last == timezone.localdate()),
        "hours": chart([(str(h), f"{h}:00–{h + 1}:00", n, _rows_url(asked, hour=h)) for h, n in enumerate(found.hours)], width=600),
        "trades": _trades(request, asked), "stations": stations[:TOP_STATIONS], "station_total": len(stations),
        "by_org": counts.named_orgs(counts.by_field(actor, scope, "org_path")),
        "divisions": counts.named_divisions(grounds), "no_division": grounds.get("", 0),
        "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "visits/office/counts.html", values)


def _scope(asked: Asked) -> Scope:
    return Scope(asked.first, asked.last, asked.org, asked.division, asked.station)


def _rows_url(asked: Asked, **more: object) -> str:
    query = {
        "from": asked.first,
        "to": asked.last,
        "org": asked.org or "",
        "division": asked.division,
        "station": asked.station,
    }
    query |= more
    return f"{reverse('visits:office_rows')}?{urlencode({k: v for k, v in query.items() if v not in ('', None)})}"


def _day_bar(asked: Asked, day: Any, n: int) -> tuple[str, str, int, str]:
    return f"{day.month}/{day.day}", day.isoformat(), n, _rows_url(asked, **{"from": day, "to": day})


def _trades(request: HttpRequest, asked: Asked) -> list[tuple[str, int]]:
    names = {key: _(label) for key, label in Occupation.choices} | {"": _("没有说")}
    found = counts.by_occupation(request.actor, _scope(asked))  # type: ignore[attr-defined]
    return [(names[key], n) for key, n in found]


def _filters(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    grounds = visible_stations(request.actor).order_by().values("division_id")  # type: ignore[attr-defined]
    return {
        "org_choices": [(org.pk, org.name) for org in reachable(request.actor)],  # type: ignore[attr-defined]
        "division_choices": list(Division.objects.filter(code__in=grounds).values_list("code", "name")),
        "station_name": Station.objects.filter(code=asked.station).values_list("name", flat=True).first() or "",
    }


@require(Cap.READ)
def rows_page(request: HttpRequest) -> HttpResponse:
    """The rows behind a figure: station, hour, source, people, trade; never a device, never a minute."""
    asked = read_asked(request.GET, timezone.localdate())
    found = counts.rows(request.actor, _scope(asked))  # type: ignore[attr-defined]
    source, hour = request.GET.get("source", ""), request.GET.get("hour", "")
    if source in Source.values:
        found = found.filter(source=source)
    if hour.isascii() and hour.isdecimal() and len(hour) < 3 and int(hour) < 24:
        found = found.annotate(clock=ExtractHour("hour", tzinfo=SHANGHAI)).filter(clock=int(hour))
    page = Paginator(found.order_by("-hour", "station_id", "pk"), PAGE_ROWS).get_page(request.GET.get("page"))
    stations = Station.objects.in_bulk({row.station_id for row in page})
    trades = dict(Occupation.choices)
    lines = [
        {"row": row, "station": stations.get(row.station_id), "hour": row.hour.astimezone(SHANGHAI),
         "source": _(SOURCES[row.source]), "work": _(trades[row.occupation]) if row.occupation else "–"}
        for row in page
    ]  # fmt: skip
    values = _filters(request, asked) | {
        "asked": asked, "page": page, "lines": lines, "source": source, "hour": hour if hour.isdecimal() else "",
        "source_text": _(SOURCES[source]) if source in Source.values else "",
        "back_url": f"{reverse('visits:office_counts')}?{request.GET.urlencode()}",
    }  # fmt: skip
    return render(request, "visits/office/rows.html", values)


@require(Cap.READ)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """One line for each station and day, with the parts, the official figure and the rule."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    asked = read_asked(request.GET, timezone.localdate())
    lines = list(counts.station_days(request.actor, _scope(asked)))  # type: ignore[attr-defined]
    stations = Station.objects.select_related("org", "division").in_bulk({line[1] for line in lines})
    columns = [
        Column(_("日期"), ColumnKind.DATE), Column(_("站点编号")), Column(_("站点名称"), width=28), Column(_("所属工会"), width=24),
        Column(_("区县")), *(Column(_(text), ColumnKind.NUMBER) for text in SOURCES.values()),
        Column(_("人次"), ColumnKind.NUMBER), Column(_("统计口径")),
    ]  # fmt: skip
    table = [_export_line(line, stations) for line in lines]
    record(request.actor, "visits.exported", kind="visits", label=f"{asked.first}–{asked.last}", lines=len(table))  # type: ignore[attr-defined]
    body = write_csv(columns, table) if kind == "csv" else write_xlsx(columns, table, _("人次"))
    response = HttpResponse(body, content_type=CSV_TYPE if kind == "csv" else XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="visits-{asked.first}-{asked.last}.{kind}"'
    return response


def _export_line(line: tuple[Any, ...], stations: dict[Any, Station]) -> list[Any]:
    day, station_id, parts, official, rule = line
    station = stations.get(station_id)
    names = (
        [station.code, station.name, station.org.name, station.division.name if station.division else ""]
        if station else [str(station_id), "", "", ""]
    )  # fmt: skip
    return [day, *names, *(parts.get(source, 0) for source in SOURCES), official, rule]
