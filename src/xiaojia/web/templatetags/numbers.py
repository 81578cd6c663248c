"""How are large numbers set? `{% load numbers %}`: 18,198 in both languages."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def thousands(value: Any) -> str:
    """Return a whole number with its thousands apart ("18,198"); anything else as it is, None as ""."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
