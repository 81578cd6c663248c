"""What does an administrator see of keys? The list, the form, the secret once, and the way to end one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiaojia.kernel.keys import access
from xiaojia.kernel.keys.actions import make_key, revoke_key
from xiaojia.kernel.keys.forms import KeyForm
from xiaojia.kernel.keys.queries import limits, office_list
from xiaojia.kernel.keys.rules import SCOPES, KeyRefused
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.queries import reachable
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.web.errors import message_of


@require_safe
@require(Cap.ADMIN)
def key_list(request: HttpRequest) -> HttpResponse:
    """The keys of the organisations that the actor administers."""
    today = timezone.localdate()
    rows = [
        {
            "key": row,
            "scopes": [_(SCOPES[scope]) for scope in row.scopes if scope in SCOPES],
            "state": "revoked" if row.revoked_at else "expired" if row.expires_on < today else "",
        }
        for row in office_list(request.actor)  # type: ignore[attr-defined]
    ]
    per_address, per_key = limits(timezone.now())
    return render(request, "keys/list.html", {"rows": rows, "per_address": per_address, "per_key": per_key})


@never_cache
@require(Cap.ADMIN)
@require_http_methods(["GET", "POST"])
def key_new(request: HttpRequest) -> HttpResponse:
    """Ask what is needed, make the key, and show its secret: this once."""
    orgs = reachable(request.actor, Cap.ADMIN)  # type: ignore[attr-defined]
    form = KeyForm(orgs, request.POST or None, initial={"scopes": ["stations:read"]})
    if request.method == "POST" and form.is_valid():
        try:
            row, token = make_key(
                actor=request.actor, now=timezone.now(), today=timezone.localdate(), **form.cleaned_data  # type: ignore[attr-defined]
            )  # fmt: skip
        except KeyRefused as error:
            form.add_error(next(iter(error.fields), None), message_of(error))
        else:
            base = request.build_absolute_uri("/api/v1/")
            return render(request, "keys/made.html", {"key": row, "token": token, "base": base})
    return render(request, "keys/form.html", {"form": form})


@require(Cap.ADMIN)
@require_http_methods(["GET", "POST"])
def key_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what ends with the key, and end it."""
    row = get_object_or_404(access.visible(request.actor), pk=pk)  # type: ignore[attr-defined]
    if request.method == "POST":
        revoke_key(actor=request.actor, key_id=row.pk, now=timezone.now())  # type: ignore[attr-defined]
        messages.success(request, _("“%(label)s”的密钥已停用。") % {"label": row.label})
        return redirect("keys:list")
    return render(request, "keys/revoke.html", {"key": row})
