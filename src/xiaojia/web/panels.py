"""How does a room above add to a page below? The fuse box hands in functions; the page only knows the slot's name."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Panel = Callable[..., Any]
_slots: dict[str, list[Panel]] = {}


def plug(slot: str, panel: Panel) -> None:
    """Add a function to a slot; called by config/wiring.py alone."""
    if panel not in _slots.setdefault(slot, []):
        _slots[slot].append(panel)


def gather(slot: str, request: HttpRequest, **subject: Any) -> list[Any]:
    """Call each function of a slot as `panel(request, **subject)` and return the answers that are not None."""
    return [answer for panel in _slots.get(slot, []) if (answer := panel(request, **subject)) is not None]
