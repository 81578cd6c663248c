"""How far is a batch? Progress, matching of columns, questions, and the preview or the result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiaojia.kernel.imports import access, actions, queries
from xiaojia.kernel.imports.actions.worker import LARGE_ROWS, is_stalled
from xiaojia.kernel.imports.models import Batch, Work
from xiaojia.kernel.imports.registry import importer_of
from xiaojia.kernel.imports.rules import Importer
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError, gettext_noop
from xiaojia.web.errors import message_of

STEPS = (gettext_noop("上传"), gettext_noop("列对应"), gettext_noop("说明"), gettext_noop("核对"), gettext_noop("完成"))


@require_GET
@require(Cap.WRITE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the batch: its progress while the worker is at it, else the rows by verdict with what is said about them."""
    batch = access.get(request.actor, pk)  # type: ignore[attr-defined]
    importer = importer_of(batch.kind)
    if (work := queries.work_of(batch)) is not None:
        return render(request, "imports/busy.html", {"batch": batch, "steps": _steps(), "step": 1} | _working(work))
    if any(question["field"] == "_column" for question in batch.questions):
        return redirect("imports:columns", batch.pk)
    wanted = request.GET.get("show", _first_tab(batch))
    page = queries.page_of(batch, wanted, request.GET.get("page", 1))
    values = {
        "batch": batch,
        "importer": importer,
        "steps": _steps(),
        "step": 5 if batch.state in ("committed", "undone") else 4,
        "tabs": [
            {"label": label, "url": f"?show={key}", "active": key == wanted, "count": count}
            for key, label, count in queries.tabs(batch)
        ],
        "notes": [queries.issue_text(note) for note in batch.notes],
        "open_questions": [q for q in batch.questions if q["blocking"]],
        "columns": _shown_columns(batch, importer),
        "page": page,
        "rows": queries.said_rows(page, importer, _shown_columns(batch, importer)),
        "writes": batch.counts.get("create", 0) + batch.counts.get("change", 0),
        "held": batch.held,
    }
    return render(request, "imports/batch.html", values)


def _steps() -> list[str]:
    return [_(step) for step in STEPS]


def _first_tab(batch: Batch) -> str:
    return next((key for key in ("error", "duplicate", "ask") if batch.counts.get(key)), "")


def _shown_columns(batch: Batch, importer: Importer) -> list[tuple[str, str]]:
    """Return (title, field) of the columns that the preview shows: the required one and the next three."""
    required = {field.key for field in importer.fields if field.required}
    columns = list(batch.columns.items())
    first = [pair for pair in columns if pair[1] in required]
    return [*first, *[pair for pair in columns if pair not in first][:3]]


@require_GET
@require(Cap.WRITE)
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the progress bar; when the work is over the page is asked to load itself anew."""
    batch = access.get(request.actor, pk)  # type: ignore[attr-defined]
    work = queries.work_of(batch)
    response = render(request, "imports/_progress.html", {"batch": batch} | (_working(work) if work else {}))
    if work is None:
        response["HX-Refresh"] = "true"
    return response


def _working(work: Work) -> dict[str, Any]:
    """Return what the progress part says: the step, how far it is, whether it waits or was stopped."""
    return {
        "work": work,
        "doing": _(Work.Step(work.step).label),
        "waits": work.seen_at is None and not work.tries,
        "stalled": work.tries > 0 or is_stalled(work, timezone.now()),
        "discardable": work.step in (Work.Step.STAGE, Work.Step.JUDGE),
    }


@require(Cap.WRITE)
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a person say which column is which; the guesses are filled in."""
    actor = request.actor  # type: ignore[attr-defined]
    batch = access.get(actor, pk)
    importer = importer_of(batch.kind)
    chosen = dict(batch.columns)
    error = ""
    if request.method == "POST":
        chosen = {title: request.POST.get(f"column-{number}", "") for number, title in enumerate(batch.header)}
        try:
            actions.match_columns(actor=actor, batch=batch, columns=chosen)
            return _judged(request, batch)
        except XiaojiaError as refusal:
            error = message_of(refusal)
    samples = queries.samples(batch)
    values = {
        "batch": batch,
        "steps": _steps(),
        "step": 2,
        "error": error,
        "fields": [(field.key, _(field.label), field.required) for field in importer.fields],
        "lines": [
            {"number": number, "title": title, "samples": samples[title], "chosen": chosen.get(title, "")}
            for number, title in enumerate(batch.header)
        ],
    }
    return render(request, "imports/columns.html", values, status=422 if error else 200)


@require(Cap.WRITE)
def questions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask what words mean, and for options of the whole sheet; answers are remembered."""
    actor = request.actor  # type: ignore[attr-defined]
    batch = access.get(actor, pk)
    error = ""
    if request.method == "POST":
        try:
            _take_answers(request, batch)
            return _judged(request, batch)
        except XiaojiaError as refusal:
            error = message_of(refusal)
    importer = importer_of(batch.kind)
    options = {option.key: option for option in importer.options}
    asked = [
        q | {"number": number, "prefix": f"q{number}-", "posted": request.POST}
        for number, q in enumerate(batch.questions)
        if q["field"] not in ("_option", "_column")
    ]
    radios = [
        {"key": q["word"], "option": options[q["word"]], "chosen": request.POST.get(q["word"], "")}
        for q in batch.questions
        if q["field"] == "_option"
    ]
    values = {
        "batch": batch,
        "importer": importer,
        "steps": _steps(),
        "step": 3,
        "asked": asked,
        "radios": radios,
        "error": error,
    }
    return render(request, "imports/questions.html", values, status=422 if error else 200)


def _take_answers(request: HttpRequest, batch: Batch) -> None:
    actor = request.actor  # type: ignore[attr-defined]
    importer = importer_of(batch.kind)
    chosen = {
        q["word"]: request.POST[q["word"]]
        for q in batch.questions
        if q["field"] == "_option" and request.POST.get(q["word"])
    }
    if chosen:
        actions.choose(actor=actor, batch=batch, options=chosen)
    for number, question in enumerate(batch.questions):
        prefix = f"q{number}-"
        data = {key.removeprefix(prefix): request.POST.getlist(key) for key in request.POST if key.startswith(prefix)}
        if question["field"].startswith("_") or not data:
            continue
        answer: dict[str, Any] | None = importer.read_answer(data)
        if answer is not None:
            actions.answer(actor=actor, batch=batch, field=question["field"], word=question["word"], meaning=answer)


def _judged(request: HttpRequest, batch: Batch) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if batch.rows_total > LARGE_ROWS and actions.worker_alive():
        actions.hand_over(batch, "judge", account_id=actor.account_id)
        return redirect("imports:batch", batch.pk)
    batch = actions.judge(Batch.objects.get(pk=batch.pk), actor=actor)
    if any(q["blocking"] for q in batch.questions):
        messages.info(request, _("还有几处要说明。"))
        return redirect("imports:questions", batch.pk)
    return redirect(reverse("imports:batch", args=[batch.pk]))
