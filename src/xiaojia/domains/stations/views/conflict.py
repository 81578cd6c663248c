"""What does somebody see whose edit met another's? Both versions, field by field; nothing typed is lost."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.timeline import label_of, value_words
from xiaojia.domains.stations.rules.errors import StationConflict
from xiaojia.domains.stations.rules.labels import QUIET
from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.errors import message_of

CHOICE = "choose-"
LEFT_OUT = ("csrfmiddlewaretoken", "version")


def conflict_page(
    request: HttpRequest, station: Station, error: StationConflict, *, whole: bool = False
) -> HttpResponse:
    """Show both versions with a choice for each field (`whole`: one for all), and send everything typed again."""
    rows = [
        {
            "field": field,
            "label": label_of(field),
            "mine": value_words(field, pair[0]),
            "theirs": value_words(field, pair[1]),
        }
        for field, pair in error.changes.items()
        if field not in QUIET
    ]
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in LEFT_OUT and not name.startswith(CHOICE)
        for value in values
    ]
    values = {
        "station": station,
        "rows": rows,
        "typed": typed,
        "version": error.theirs.version,
        "changed_at": error.theirs.updated_at,
        "whole": whole,
    }
    return render(request, "stations/office/conflict.html", values, status=409)


def without_theirs(request: HttpRequest, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without those for which the other's version was chosen."""
    return {field: value for field, value in values.items() if request.POST.get(CHOICE + field) != "theirs"}


def gave_way(request: HttpRequest) -> bool:
    """Return whether the other's version was chosen for the whole."""
    return request.POST.get(CHOICE + "all") == "theirs"


def version_of(request: HttpRequest, station: Station) -> int:
    """Return the version that the page was made from."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else station.version


def say_saved(request: HttpRequest, version: int, before: Station) -> None:
    """Say that it is saved, and when another's edit of other fields stands beside it."""
    if version < before.version:
        messages.success(request, _("已保存。你编辑的时候，别人也改了别的几项，两边都留下了，见“经过”。"))
    else:
        messages.success(request, _("已保存。"))


def put(form: forms.Form, error: XiaojiaError) -> None:
    """Show a refusal beside its field, else above the form."""
    known = [name for name in error.fields if name in form.fields]
    for name in known:
        form.add_error(name, message_of(error) if not error.fields[name] else _(error.fields[name]))
    if not known:
        form.add_error(None, message_of(error))
