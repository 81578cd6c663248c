"""What do the desk's templates need? A cell by its row's id, a schedule on one line."""

from collections.abc import Mapping
from typing import Any

from django import template

from xiaojia.domains.stations.queries.timeline import hours_words, language

register = template.Library()


@register.filter
def at(cells: Mapping[Any, Any], key: Any) -> Any:
    """Return the value of a mapping at a key, or None."""
    return cells.get(key)


@register.filter
def hours_line(value: Any) -> str:
    """Return a stored schedule on one line in the page's language."""
    return hours_words(value) if value else ""


@register.filter
def dash(prefix: str, number: Any) -> str:
    """Return "w-0" for "w" and 0: the name of a row's inputs."""
    return f"{prefix}-{number}"


@register.filter
def kind_name(kind: Any) -> str:
    """Return the name of a kind of facility in the page's language; nothing for a kind that is gone."""
    if kind is None:
        return ""
    return str(kind.name_en or kind.name) if language() == "en" else str(kind.name)


@register.filter
def short_name(kind: Any) -> str:
    """Return the short name of a kind of facility in the page's language."""
    return str(kind.short_en or kind.name_en) if language() == "en" else str(kind.short)
