"""What does an administrator see of the open data? What would become public, who allowed it, and the way to stop it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from xiaojia.domains.feeds import access, actions
from xiaojia.domains.feeds.forms.approval import ApprovalForm, WithdrawForm
from xiaojia.domains.feeds.queries import release
from xiaojia.domains.feeds.rules.errors import FeedError
from xiaojia.domains.feeds.views.doors import base_of
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.web.errors import message_of

DOORS = (("feeds:hsds", "HSDS 3.0"), ("feeds:geojson", "GeoJSON"))


def _root_or_404(request: HttpRequest) -> None:
    try:
        access.root_for(request.actor)  # type: ignore[attr-defined]
    except FeedError as error:
        raise Http404 from error


def put(form: ApprovalForm | WithdrawForm, error: FeedError) -> None:
    """Show a refusal beside the field that it names, else above the form."""
    known = [name for name in error.fields if name in form.fields]
    for name in known:
        form.add_error(name, _(error.fields[name]))
    if not known:
        form.add_error(None, message_of(error))


@require(Cap.ADMIN)
def release_page(request: HttpRequest) -> HttpResponse:
    """Explain, show the history, and take a new approval where none is in force."""
    _root_or_404(request)
    current = release.current()
    form = ApprovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.approve_release(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        except FeedError as error:
            put(form, error)
        else:
            messages.success(request, _("已登记。坐标现在公开，地图平台可以来取。"))
            return redirect("feeds:release")
    values = {
        "form": form, "current": current, "history": access.visible(request.actor),  # type: ignore[attr-defined]
        "open": coordinates_released(),
        "doors": [(label, base_of(request) + reverse(name)) for name, label in DOORS],
    }  # fmt: skip
    return render(request, "feeds/release.html", values)


@require(Cap.ADMIN)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why, and take an approval back."""
    _root_or_404(request)
    approval = access.visible(request.actor).filter(pk=pk, withdrawal=None).first()  # type: ignore[attr-defined]
    if approval is None:
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_release(actor=request.actor, approval_id=pk, **form.cleaned_data)  # type: ignore[attr-defined]
        except FeedError as error:
            put(form, error)
        else:
            messages.success(request, _("已撤回。数据接口不再给出任何坐标。"))
            return redirect("feeds:release")
    return render(request, "feeds/withdraw.html", {"form": form, "approval": approval})
