"""Which figures are older than the system? An officer enters them with their source, and takes a wrong one out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiaojia.domains.visits import access, actions
from xiaojia.domains.visits.forms import EarlierForm
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.queries import reachable
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.web.errors import message_of


@require(Cap.WRITE)
def earlier_page(request: HttpRequest) -> HttpResponse:
    """The figures from before the system, and the form for one more."""
    actor = request.actor  # type: ignore[attr-defined]
    form = EarlierForm(reachable(actor, Cap.WRITE), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter_earlier_count(actor=actor, now=timezone.now(), **form.cleaned_data)
        except VisitError as error:
            for field, text in (error.fields or {"": ""}).items():
                form.add_error(field or None, _(text) if field else message_of(error))
        else:
            messages.success(request, _("已录入。"))
            return redirect("visits:earlier")
    status = 400 if form.is_bound and not form.is_valid() else 200
    rows = access.earlier(actor)
    return render(request, "visits/office/earlier.html", {"form": form, "rows": rows}, status=status)


@require(Cap.WRITE)
@require_POST
def earlier_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one figure out."""
    actions.remove_earlier_count(actor=request.actor, pk=pk)  # type: ignore[attr-defined]
    messages.success(request, _("已删去，操作记录里还查得到。"))
    return redirect("visits:earlier")
