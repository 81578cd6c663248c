"""How is what a row changes said to a person? Labels and values in words."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from xiaojia.domains.stations.actions.writing import column
from xiaojia.domains.stations.rules.sheet import FACILITY, FIELDS
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.places.models import Division

LABELS = {field.key: field.label for field in FIELDS} | {"_org": "所属工会", "_division": "区县"}
PRESENCE = {"present": "有", "absent": "没有", "unknown": "未知"}


def in_words(changes: Mapping[str, list[Any]]) -> list[tuple[str, str, str]]:
    """Return (label, now, wanted) for each changed field."""
    return [(_(LABELS.get(key, key)), _words(key, old), _words(key, new)) for key, (old, new) in changes.items()]


def _words(key: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if key == "_org":
        return Organisation.objects.filter(pk=value).values_list("name", flat=True).first() or ""
    if key == "_division":
        return Division.objects.filter(pk=value).values_list("name", flat=True).first() or ""
    if key == "position":
        return f"{value[0]}, {value[1]} ({value[2]})"
    if key.startswith(FACILITY):
        broken = _("（坏）") if value[1] == "broken" else ""
        return _(PRESENCE[value[0]]) + (f" {value[2]}" if value[2] else "") + broken
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    return _choice(key, value)


def _choice(key: str, value: Any) -> str:
    try:
        choices = dict(column(key).flatchoices)
    except FieldDoesNotExist:
        choices = {}
    return str(choices.get(value, value))
