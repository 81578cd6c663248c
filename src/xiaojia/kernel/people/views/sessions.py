"""How does somebody end a sign-in of hers elsewhere? After showing once more that it is she."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiaojia.kernel.audit.access import needs
from xiaojia.kernel.people.actions import end_others, end_session
from xiaojia.kernel.people.views.account import sign_in_of


@require_POST
@needs("")
@reauthentication_required(app="allauth.mfa")
def end_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one of one's own sessions; others' are not found."""
    if not end_session(actor=request.actor, account=request.user, pk=pk):  # type: ignore[attr-defined,arg-type]
        raise Http404
    messages.success(request, _("已结束那里的登录。"))
    return redirect("people:profile")


@require_POST
@needs("")
@reauthentication_required(app="allauth.mfa")
def end_rest(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    end_others(actor=request.actor, account=request.user, keep=sign_in_of(request).pk)  # type: ignore[attr-defined,arg-type]
    messages.success(request, _("其他地方的登录都已结束。"))
    return redirect("people:profile")
