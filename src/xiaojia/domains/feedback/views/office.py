"""What do officers see of reports? The list with its filters, one report with its photo, two verbs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiaojia.domains.feedback import access, actions, queries
from xiaojia.domains.feedback.models import Report
from xiaojia.domains.feedback.rules import KINDS, STATES, WHYS, FeedbackError
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.kernel.files.queries import path_of, thumb_path_of
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.web.errors import message_of

PAGE_ROWS = 50
FILTERS = ("kind", "state", "station", "division", "q")


@dataclass(frozen=True)
class Row:
    """One report in the page's language."""

    report: Report
    kind: str
    what: str
    state: str
    tone: str


def row_of(report: Report) -> Row:
    """Return the words of a report."""
    if report.kind == Report.Kind.NO_ENTRY:
        what = _(WHYS[report.why][0]) if report.why in WHYS else ""
    else:
        known = kinds().get(report.facility)
        what = known.name if known else ""
    tone = {"new": "trouble", "seen": "unknown"}.get(report.state, "plain")
    return Row(report, _(KINDS[report.kind][0]), what, _(STATES[report.state]), tone)


@require(Cap.READ)
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports, newest first; the address carries the filters."""
    wanted = {name: request.GET.get(name, "") for name in FILTERS}
    page = Paginator(queries.office_list(request.actor, wanted), PAGE_ROWS).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
    context = {"page": page, "rows": [row_of(report) for report in page], "wanted": wanted} | _choices()
    return render(request, "feedback/office_list.html", context)


def _choices() -> dict[str, Any]:
    return {
        "kind_choices": [(key, _(text)) for key, (text, _icon) in KINDS.items()],
        "state_choices": [("open", _("没处理完的")), *((key, _(text)) for key, text in STATES.items())],
    }


@require(Cap.READ)
@require_safe
def report_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One report: its words, photo, answer and the two verbs."""
    report = access.readable(request.actor, pk)  # type: ignore[attr-defined]
    if report is None:
        raise Http404
    return _detail(request, report)


def _detail(
    request: HttpRequest, report: Report, problem: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    may_write = request.actor.may(Cap.WRITE, org_path=report.org.path)  # type: ignore[attr-defined]
    context = {"row": row_of(report), "may_write": may_write, "problem": problem, "typed": typed}
    part = bool(getattr(request, "htmx", False))
    return render(
        request, "feedback/parts/report.html" if part else "feedback/office_report.html", context, status=status
    )


@require(Cap.WRITE)
@require_POST
def report_seen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody knows of it."""
    report = _act(request, pk, lambda: actions.mark_seen(actor=request.actor, report_id=pk))  # type: ignore[attr-defined]
    if isinstance(report, HttpResponse):
        return report
    messages.success(request, _("已记为知悉。"))
    return redirect("feedback:office_report", pk)


@require(Cap.WRITE)
@require_POST
def report_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It has been dealt with, and how."""
    answer = request.POST.get("answer", "")
    verb = lambda: actions.mark_done(actor=request.actor, report_id=pk, answer=answer)  # type: ignore[attr-defined]  # noqa: E731
    report = _act(request, pk, verb, answer)
    if isinstance(report, HttpResponse):
        return report
    messages.success(request, _("已记为处理完。"))
    return redirect("feedback:office_report", pk)


def _act(request: HttpRequest, pk: UUID, verb: Any, typed: str = "") -> Any:
    """Run a verb; a refusal shows the report again with the sentence and what was typed."""
    try:
        return verb()
    except FeedbackError as error:
        report = access.readable(request.actor, pk)  # type: ignore[attr-defined]
        if error.code == "not_found" or report is None:
            raise Http404 from error
        return _detail(request, report, message_of(error), typed, 400)


@require(Cap.READ)
@require_safe
def report_photo(request: HttpRequest, pk: UUID, size: str) -> FileResponse:
    """The photo of a report, for those who may read it."""
    report = access.readable(request.actor, pk)  # type: ignore[attr-defined]
    if report is None or report.photo is None:
        raise Http404
    path = thumb_path_of(report.photo) if size == "thumb" else path_of(report.photo)
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
