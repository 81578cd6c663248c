"""How does an officer close many stations for a while? Choose, see how many, do it once, take it back."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiaojia.domains.stations import access, actions
from xiaojia.domains.stations.forms.closing import REASONS, CloseForm
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries import desk
from xiaojia.domains.stations.queries.office import counts_by_district
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.domains.stations.views.conflict import put
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError

PAGE_ROWS = 50


@require(Cap.READ)
def closures(request: HttpRequest) -> HttpResponse:
    """List the closures, those in force first said so."""
    rows = desk.closures_for(request.actor).annotate(station_count=Count("stations"))
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    mine = desk.withdrawable(request.actor, [row.pk for row in page])
    return render(request, "stations/office/closures.html", {"page": page, "mine": mine, "now": timezone.now()})


@require(Cap.WRITE)
def close(request: HttpRequest) -> HttpResponse:
    """Close the stations of districts, or those whose codes came from the list; asks with the numbers first."""
    codes = request.POST.getlist("code") or request.GET.getlist("code")
    held = access.writable(request.actor).filter(merged_into=None, status__in=("trial", "running"))
    divisions = desk.divisions_below(held)
    came_from_list = request.POST.get("from_list") == "1"
    data = request.POST if request.method == "POST" and not came_from_list else None
    form = CloseForm([(d.code, d.name) for d in divisions], data, chosen=bool(codes))
    values = {"form": form, "codes": codes, "reasons": REASONS, "chosen": held.filter(code__in=codes).count()}
    if data is None or not form.is_valid():
        return render(request, "stations/office/close.html", values)
    stations = held.filter(code__in=codes) if codes else held.filter(division__in=form.cleaned_data["divisions"])
    if request.POST.get("verb") != "save":
        counts = counts_by_district(stations)
        return render(
            request, "stations/office/close.html", values | {"counts": counts, "total": sum(n for _d, n in counts)}
        )
    return _do(request, form, stations, values)


def _do(request: HttpRequest, form: CloseForm, stations: QuerySet[Station], values: dict[str, object]) -> HttpResponse:
    given = {key: form.cleaned_data[key] for key in ("reason", "starts_at", "ends_at")}
    ids = list(stations.order_by().values_list("pk", flat=True))
    same = desk.same_closure(request.actor, given, len(ids))
    try:
        closure = same or actions.close_stations(actor=request.actor, station_ids=ids, **given)
    except XiaojiaError as error:
        put(form, error)
        return render(request, "stations/office/close.html", values)
    messages.success(request, _("已临时关闭 %(n)s 家。可以在这里撤回。") % {"n": closure.stations.count()})
    return redirect("stations:closures")


@require_POST
@require(Cap.WRITE)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a closure back."""
    try:
        closure = actions.withdraw_closure(actor=request.actor, closure_id=pk)
    except StationError as error:
        raise Http404 from error
    messages.success(request, _("已撤回：%(reason)s。站点恢复原来的开放状态。") % {"reason": closure.reason})
    return redirect("stations:closures")
