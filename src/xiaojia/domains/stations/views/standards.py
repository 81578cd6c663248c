"""By which list are stations measured? The lists with their items, adoption from a day, an own list as a new one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.forms.standards import AdoptForm, OwnListForm
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.queries.lists import adoptions, standards_for
from xiaojia.domains.stations.views.conflict import put
from xiaojia.domains.stations.views.office import standard_of
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.queries import reachable
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError


@require(Cap.READ)
def standards(request: HttpRequest) -> HttpResponse:
    """Show every list and who uses which; take an adoption."""
    if request.method == "POST" and not request.actor.has(Cap.WRITE):
        raise Http404
    orgs = reachable(request.actor, Cap.WRITE)
    form = AdoptForm(orgs, request.POST or None) if request.actor.has(Cap.WRITE) else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.adopt_standard(actor=request.actor, **form.cleaned_data)
        except XiaojiaError as error:
            put(form, error)
        else:
            messages.success(request, _("已采用。完整度按新标准算。"))
            return redirect("stations:standards")
    values = {
        "standards": standards_for(request.actor),
        "adoptions": adoptions(request.actor),
        "current": standard_of(request),
        "kinds": kinds(),
        "form": form,
        "today": timezone.localdate(),
    }
    return render(request, "stations/office/standards.html", values)


@require(Cap.WRITE)
def own_list(request: HttpRequest) -> HttpResponse:
    """Write a union's own list."""
    form = OwnListForm(reachable(request.actor, Cap.WRITE), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.new_standard(actor=request.actor, **form.cleaned_data)
        except XiaojiaError as error:
            put(form, error)
        else:
            messages.success(request, _("已保存。要用它来衡量站点，请在下面选“采用”。"))
            return redirect("stations:standards")
    return render(request, "stations/office/standard_form.html", {"form": form, "kinds": kinds()})
