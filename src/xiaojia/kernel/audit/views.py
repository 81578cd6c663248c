"""What does an auditor see? The log, by actor, verb and day; nothing on it can be changed."""

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaojia.kernel.audit.access import needs, paths
from xiaojia.kernel.audit.forms import LogForm
from xiaojia.kernel.audit.queries import search
from xiaojia.kernel.audit.rules import QUIET, VALUES, name_of, words_of

PAGE_ROWS = 50


@needs("audit")
def log(request: HttpRequest) -> HttpResponse:
    """Show the lines of the organisations that the actor audits."""
    form = LogForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    lines = search(paths(request.actor, "audit"), **asked)  # type: ignore[attr-defined]
    page = Paginator(lines, PAGE_ROWS).get_page(request.GET.get("page"))
    rows = [
        {
            "line": line,
            "words": _(words_of(line.verb)),
            "fields": [_(name_of(field)) for field in line.details.get("changes", {}) if field not in QUIET],
            "details": _details(line.details),
        }
        for line in page
    ]
    return render(request, "audit/log.html", {"page": page, "rows": rows, "form": form})


def _details(details: dict[str, object]) -> list[tuple[str, str]]:
    """Return what is worth a line: everything but the changes, which are named apart, and what only machines need."""
    hidden = ("changes", "version", "via", "before", "after", "path")
    nothing: tuple[object, ...] = ("", None, [], {}, False)
    shown = [(key, value) for key, value in details.items() if key not in hidden and value not in nothing]
    return [(_(name_of(key)), _said(value)) for key, value in shown]


def _said(value: object) -> str:
    """Return a value of a line as a person reads it: codes in words, moments in local time, lists with 、."""
    if value is True:
        return ""
    if isinstance(value, list):
        return "、".join(_said(item) for item in value)
    if isinstance(value, str) and value[10:11] == "T":
        try:
            return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
        except ValueError:
            return value
    text = str(value)
    return _(VALUES[text]) if text in VALUES else text
