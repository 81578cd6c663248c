"""What do the desk's templates need? A cell by its row's id, a schedule on one line."""

from collections.abc import Mapping
from typing import Any

from django import template

from xiaojia.domains.stations.queries.timeline import hours_words

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
