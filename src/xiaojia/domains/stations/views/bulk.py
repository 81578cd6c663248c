"""How does an officer change many stations at once? How many is said first; one deed, and a way back."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.bulk import change_many, undo_many
from xiaojia.domains.stations.forms import filters as asked
from xiaojia.domains.stations.forms.bulk import ManyOrgForm, ManyStatusForm, NothingForm
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries import desk
from xiaojia.domains.stations.queries.office import counts_by_district
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.domains.stations.views.closing import close
from xiaojia.domains.stations.views.conflict import put
from xiaojia.domains.stations.views.office import standard_of
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.queries import reachable
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError

VERBS = ("status", "org", "verify")


@require_POST
@require(Cap.WRITE)
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask about a bulk change with its numbers (first POST of the list), and do it (`sure`)."""
    verb, stations = request.POST.get("verb", ""), _chosen(request)
    codes = list(stations.values_list("code", flat=True))
    if not codes:
        messages.warning(request, _("没有选中你能办理的站点。"))
        return redirect(f"{reverse('stations:office_list')}?{request.GET.urlencode()}")
    skipped = _asked_for(request) - len(codes)
    if verb == "merge":
        if len(codes) != 2:
            messages.warning(request, _("合并要正好选两家：同一个站点登记了两次的那两家。"))
            return redirect(f"{reverse('stations:office_list')}?{request.GET.urlencode()}")
        return redirect(f"{reverse('stations:merge')}?{urlencode({'a': codes[0], 'b': codes[1]})}")
    if verb == "plates":
        return _plates(codes)
    if verb == "close":
        return _hand_over(request, codes)
    if verb not in VERBS:
        raise Http404
    return _ask_or_do(request, verb, stations, codes, max(0, skipped))


def _chosen(request: HttpRequest) -> QuerySet[Station]:
    """Return the ticked stations, or all that pass the filters of the address, as far as the actor may change them."""
    mine = access.writable(request.actor).filter(merged_into=None).order_by("code")
    if request.POST.get("all") == "1":
        found = desk.choose(request.actor, asked.read(request.GET), timezone.now(), standard_of(request))
        return mine.filter(pk__in=found.order_by().values("pk"))
    return mine.filter(code__in=request.POST.getlist("code"))


def _asked_for(request: HttpRequest) -> int:
    if request.POST.get("all") == "1":
        return desk.choose(request.actor, asked.read(request.GET), timezone.now(), standard_of(request)).count()
    return len(set(request.POST.getlist("code")))


def _form(request: HttpRequest, verb: str) -> forms.Form:
    data = request.POST if request.POST.get("sure") else None
    if verb == "status":
        return ManyStatusForm(data)
    if verb == "org":
        return ManyOrgForm(reachable(request.actor, Cap.WRITE), data)
    return NothingForm(data)


def _ask_or_do(
    request: HttpRequest, verb: str, stations: QuerySet[Station], codes: list[str], skipped: int
) -> HttpResponse:
    form = _form(request, verb)
    if form.is_bound and form.is_valid():
        ids = list(stations.values_list("pk", flat=True))
        try:
            deed = change_many(actor=request.actor, station_ids=ids, verb=verb, **form.cleaned_data)
        except XiaojiaError as error:
            put(form, error)
        else:
            return render(request, "stations/office/bulk_done.html", {"n": len(ids), "deed": deed, "verb": verb})
    titles = {
        "status": _("变更 %(n)s 家站点的状态"),
        "org": _("划转 %(n)s 家站点"),
        "verify": _("把 %(n)s 家站点的资料标为已核实"),
    }
    values = {
        "form": form,
        "verb": verb,
        "codes": codes,
        "counts": counts_by_district(stations),
        "title": titles[verb] % {"n": len(codes)},
        "skipped": skipped,
        "query": request.GET.urlencode(),
    }
    return render(request, "stations/office/bulk.html", values)


def _hand_over(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Go to the page of closures with the chosen stations."""
    request.POST = request.POST.copy()
    request.POST.setlist("code", codes)
    request.POST["from_list"] = "1"
    return close(request)


def _plates(codes: list[str]) -> HttpResponse:
    try:
        address = reverse("visits:plates")
    except NoReverseMatch as error:
        raise Http404 from error
    return redirect(f"{address}?{urlencode([('code', code) for code in codes[:500]])}")


@require_POST
@require(Cap.WRITE)
def undo(request: HttpRequest, deed: str) -> HttpResponse:
    """Take a bulk change back, where nobody has changed the stations since."""
    try:
        count = undo_many(actor=request.actor, deed=deed)
    except StationError as error:
        raise Http404 from error
    messages.success(request, _("已撤销 %(n)s 家；之后又被改过的没有动。") % {"n": count})
    return redirect("stations:office_list")
