"""What can be done with a batch on its page? Decide about a double, commit, undo, discard, take the sheet home."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xiaojia.kernel.imports import access, actions
from xiaojia.kernel.imports.actions.worker import LARGE_ROWS, LARGE_WRITES
from xiaojia.kernel.imports.models import Batch
from xiaojia.kernel.imports.views.upload import download
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.sheets import CSV_TYPE, XLSX_TYPE
from xiaojia.web.errors import message_of


@require_GET
@require(Cap.WRITE)
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the user's own sheet back with one more column."""
    batch = access.get(request.actor, pk)  # type: ignore[attr-defined]
    name, data = actions.annotated(batch)
    return download(name, data, CSV_TYPE if name.endswith(".csv") else XLSX_TYPE)


@require_POST
@require(Cap.WRITE)
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a decision about one row, or about all doubles at once, and judge anew."""
    actor = request.actor  # type: ignore[attr-defined]
    batch = access.get(actor, pk)
    number, _dash, decision = request.POST.get("decision", "").partition("-")
    numbers = [int(number)] if number.isascii() and number.isdecimal() and len(number) < 8 else []
    if number == "all":
        numbers = list(batch.rows.filter(verdict="duplicate").values_list("number", flat=True))
    actions.decide(actor=actor, batch=batch, numbers=numbers, decision=decision)
    if batch.rows_total > LARGE_ROWS and actions.worker_alive():
        actions.hand_over(batch, "judge", account_id=actor.account_id)
        return redirect("imports:batch", batch.pk)
    batch = actions.judge(batch, actor=actor)
    left = batch.counts.get("duplicate", 0)
    return redirect(f"{reverse('imports:batch', args=[batch.pk])}{'?show=duplicate' if left else ''}")


@require_POST
@require(Cap.WRITE)
def commit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Commit all or the good rows; a large batch goes to the worker."""
    actor = request.actor  # type: ignore[attr-defined]
    batch = access.get(actor, pk)
    only_good = request.POST.get("rows") != "all"
    try:
        if batch.counts.get("create", 0) + batch.counts.get("change", 0) > LARGE_WRITES and actions.worker_alive():
            actions.hand_over(batch, "commit", account_id=actor.account_id, only_good=only_good)
        else:
            batch = actions.commit(actor=actor, batch=batch, only_good=only_good)
            counts = batch.counts
            said = {"new": counts.get("create", 0), "changed": counts.get("change", 0), "same": counts.get("same", 0)}
            messages.success(request, _("已提交：新增 %(new)s，更新 %(changed)s，无变化 %(same)s。") % said)
    except XiaojiaError as error:
        messages.error(request, message_of(error))
    return redirect("imports:batch", batch.pk)


@require(Cap.WRITE)
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask first; then take the batch back and name what was kept."""
    actor = request.actor  # type: ignore[attr-defined]
    batch = access.get(actor, pk)
    if request.method != "POST":
        if batch.state != Batch.State.COMMITTED:
            return redirect("imports:batch", batch.pk)
        writes = batch.counts.get("create", 0), batch.counts.get("change", 0)
        return render(request, "imports/undo.html", {"batch": batch, "created": writes[0], "changed": writes[1]})
    if batch.counts.get("create", 0) + batch.counts.get("change", 0) > LARGE_WRITES and actions.worker_alive():
        actions.hand_over(batch, "undo", account_id=actor.account_id)
        return redirect("imports:batch", batch.pk)
    try:
        outcome = actions.undo(actor=actor, batch=batch)
    except XiaojiaError as error:
        messages.error(request, message_of(error))
    else:
        said = {"removed": outcome.removed, "restored": outcome.restored, "kept": len(outcome.kept)}
        messages.success(request, _("已撤销：删去 %(removed)s，恢复 %(restored)s，保留 %(kept)s。") % said)
    return redirect("imports:batch", batch.pk)


@require_POST
@require(Cap.WRITE)
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw away a batch that was not committed."""
    actor = request.actor  # type: ignore[attr-defined]
    batch = access.get(actor, pk)
    try:
        actions.discard(actor=actor, batch=batch)
    except XiaojiaError as error:
        messages.error(request, message_of(error))
        return redirect("imports:batch", batch.pk)
    messages.success(request, _("已放弃“%(name)s”，没有写入任何内容。") % {"name": batch.filename})
    return redirect("imports:list")
