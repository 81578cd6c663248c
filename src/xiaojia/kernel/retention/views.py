"""What does an administrator see? How long everything is kept and why, and all that is kept about one person."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.kernel.people.models import Person
from xiaojia.kernel.retention import access, actions, queries
from xiaojia.kernel.retention.forms import ForgetForm, TermForm
from xiaojia.kernel.retention.registry import STATED, TERMS, Section
from xiaojia.kernel.retention.rules import FORGOTTEN, RetentionError, next_run
from xiaojia.lib.sheets import XLSX_TYPE, Column, write_xlsx
from xiaojia.web.errors import message_of

PAGE_ROWS = 50


@require_safe
@require(Cap.ADMIN)
def terms(request: HttpRequest) -> HttpResponse:
    """Every term: why, how long, by which law, what the last run did."""
    now = timezone.now()
    values = {
        "lines": queries.lines(timezone.localdate(now)),
        "stated": STATED.values(),
        "next_run": next_run(now),
        "may_edit": _root(request),
    }
    return render(request, "retention/terms.html", values)


@require(Cap.ADMIN)
def term(request: HttpRequest, key: str) -> HttpResponse:
    """One term with its dated lengths; the root's administrator enters another."""
    if key not in TERMS:
        raise Http404
    found, now = TERMS[key], timezone.now()
    days = queries.days_in_force(found, timezone.localdate(now))
    form = TermForm(found, request.POST or None, initial={"days": days})
    if request.method == "POST" and not _root(request):
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_term(actor=request.actor, key=key, now=now, **form.cleaned_data)  # type: ignore[attr-defined]
        except RetentionError as error:
            _put(form, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("retention:term", key)
    values = {"term": found, "days": days, "rows": queries.versions(key), "form": form, "may_edit": _root(request)}
    return render(request, "retention/term.html", values)


@require_safe
@require(Cap.ADMIN)
def people(request: HttpRequest) -> HttpResponse:
    """Look for a person; names alone are shown."""
    q = request.GET.get("q", "").strip()
    page = Paginator(queries.find(request.actor, q), PAGE_ROWS).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
    return render(request, "retention/people.html", {"page": page, "q_people": q})


@never_cache
@require_POST
@require(Cap.ADMIN)
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show everything that is kept about a person; that it was looked at goes into the log, so it is a POST."""
    found, sections = _read(request, pk)
    return _person_page(request, found, sections, ForgetForm())


@never_cache
@require_POST
@require(Cap.ADMIN)
def export(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """Hand out everything kept about a person as a file for her."""
    if form not in ("json", "xlsx"):
        raise Http404
    try:
        found, sections = actions.export_person(actor=request.actor, person_id=pk, form=form)  # type: ignore[attr-defined]
    except RetentionError as error:
        raise Http404 from error
    body, kind = (_as_json(sections), "application/json") if form == "json" else (_as_xlsx(sections), XLSX_TYPE)
    headers = {"Content-Disposition": f'attachment; filename="person-{found.pk}.{form}"'}
    return HttpResponse(body, content_type=kind, headers=headers)


@never_cache
@require_POST
@require(Cap.ADMIN)
def forget(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete what is kept about a person."""
    form = ForgetForm(request.POST)
    if form.is_valid():
        try:
            actions.forget_person(
                actor=request.actor, person_id=pk, reason=form.cleaned_data["reason"], today=timezone.localdate()  # type: ignore[attr-defined]
            )  # fmt: skip
        except RetentionError as error:
            if error.code == "not_found":
                raise Http404 from error
            _put(form, error)
        else:
            messages.success(request, _("已删除此人的个人信息；旧记录里只留编号。"))
            return redirect("retention:people")
    found, sections = _read(request, pk)
    return _person_page(request, found, sections, form, status=400)


def _read(request: HttpRequest, pk: UUID) -> tuple[Person, list[Section]]:
    try:
        return actions.read_person(actor=request.actor, person_id=pk)  # type: ignore[attr-defined]
    except RetentionError as error:
        raise Http404 from error


def _person_page(
    request: HttpRequest, found: Person, sections: list[Section], form: ForgetForm, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    values = {
        "person": found, "sections": [_said(section) for section in sections], "form": form,
        "against": [_(why) for why in queries.needed_because(found, today)], "forgotten": found.name == FORGOTTEN,
    }  # fmt: skip
    return render(request, "retention/person.html", values, status=status)


def _said(section: Section) -> dict[str, Any]:
    """Return a section in the page's language; words that a room gave as message ids are translated."""
    rows = [[_cell(value) for value in row] for row in section.rows]
    return {"title": _(section.title), "columns": [_(name) for name in section.columns], "rows": rows}


def _cell(value: Any) -> str:
    if value is None or value == "":
        return ""
    if hasattr(value, "hour"):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return _(str(value))


def _as_json(sections: list[Section]) -> bytes:
    said = [_said(section) for section in sections]
    return json.dumps({"sections": said}, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder).encode()


def _as_xlsx(sections: list[Section]) -> bytes:
    """Return one sheet: each line says its section, its row, the column and the value."""
    lines = [
        (said["title"], number, name, value)
        for said in map(_said, sections)
        for number, row in enumerate(said["rows"], start=1)
        for name, value in zip(said["columns"], row, strict=True)
    ]
    columns = [Column(_("类别"), width=18), Column(_("行")), Column(_("项目"), width=18), Column(_("内容"), width=48)]
    return write_xlsx(columns, lines, _("个人信息"))


def _root(request: HttpRequest) -> bool:
    return access.at_root(request.actor)  # type: ignore[attr-defined]


def _put(form: TermForm | ForgetForm, error: RetentionError) -> None:
    """Show a refusal beside the field that it names, else above the form."""
    error.params = {key: _(value) if isinstance(value, str) else value for key, value in error.params.items()}
    known = [name for name in error.fields if name in form.fields]
    for name in known:
        form.add_error(name, message_of(error))
    if not known:
        form.add_error(None, message_of(error))
