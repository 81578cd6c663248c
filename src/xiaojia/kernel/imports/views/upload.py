"""How does a sheet reach us? The list of batches, the upload, the blank sheet to fill in."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET

from xiaojia.kernel.imports import access, actions
from xiaojia.kernel.imports.actions.staging import MAX_BYTES
from xiaojia.kernel.imports.actions.worker import LARGE_BYTES
from xiaojia.kernel.imports.forms import UploadForm
from xiaojia.kernel.imports.models import Batch
from xiaojia.kernel.imports.registry import importer_of, importers
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.sheets import XLSX_TYPE, SheetError, check_size
from xiaojia.web.bodies import takes
from xiaojia.web.errors import message_of

FORM_BYTES = 64 * 1024
"""What a form takes beside its file."""


@require_GET
@require(Cap.WRITE)
def batch_list(request: HttpRequest) -> HttpResponse:
    """Show the batches, the newest first."""
    page = Paginator(access.visible(request.actor), 30).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
    return render(request, "imports/list.html", {"page": page, "importers": importers()})


@takes(2**40)  # it says so itself, in the form's own words
@csrf_exempt
@require(Cap.WRITE)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a sheet. A body that is too large is refused before it is read, hence the order of the two checks."""
    if request.method == "POST":
        try:
            check_size(max(1, int(request.headers.get("Content-Length") or 1)), MAX_BYTES + FORM_BYTES)
        except SheetError as error:
            values = {
                "importer": importer_of(kind),
                "form": _form(request, kind, bound=False),
                "too_large": message_of(error),
            }
            return render(request, "imports/new.html", values, status=413)
    return _new(request, kind)


@csrf_protect
def _new(request: HttpRequest, kind: str) -> HttpResponse:
    form = _form(request, kind, bound=request.method == "POST")
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, kind, form)
        except XiaojiaError as error:
            form.add_error("file", message_of(error))
    status = 422 if form.is_bound else 200
    return render(request, "imports/new.html", {"importer": importer_of(kind), "form": form}, status=status)


def _form(request: HttpRequest, kind: str, *, bound: bool) -> UploadForm:
    data = (request.POST, request.FILES) if bound else ()
    orgs = access.organisations(request.actor)  # type: ignore[attr-defined]
    return UploadForm(*data, importer=importer_of(kind), orgs=orgs)


def _take(request: HttpRequest, kind: str, form: UploadForm) -> HttpResponse:
    actor, file = request.actor, form.cleaned_data["file"]  # type: ignore[attr-defined]
    batch = actions.receive(
        actor=actor,
        org=form.cleaned_data["org"],
        kind=kind,
        filename=file.name,
        source=file.file,
        options=form.options(),
    )
    if file.size > LARGE_BYTES and actions.worker_alive():
        actions.hand_over(batch, "stage", account_id=actor.account_id)
    else:
        try:
            batch = actions.judge(actions.read_rows(batch), actor=actor)
        except XiaojiaError:
            Batch.objects.filter(pk=batch.pk, state=Batch.State.FAILED).delete()
            raise
    asks = any(question["blocking"] and question["field"] != "_column" for question in batch.questions)
    return redirect("imports:questions" if asks else "imports:batch", batch.pk)


@require_GET
@require(Cap.WRITE)
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the blank sheet with drop-down lists and explanations."""
    name, data = actions.blank_template(kind)
    return download(name, data, XLSX_TYPE)


def download(name: str, data: bytes, content_type: str) -> HttpResponse:
    """Return bytes as a file with a Chinese name."""
    from urllib.parse import quote

    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
