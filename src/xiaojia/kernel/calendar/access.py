"""Who may change the calendar? An administrator of the whole instance, and the operator at the command line."""

from typing import Any

from django.http import Http404

from xiaojia.kernel.audit.access import at_root
from xiaojia.kernel.audit.rules import Who


def may_edit(actor: Any) -> bool:
    """Return whether the actor (or the system itself) may enter notices and change days."""
    return isinstance(actor, Who) or at_root(actor, "admin")


def require_editor(actor: Any) -> None:
    """Raise Http404 for everybody who may not: absent and forbidden look alike."""
    if not may_edit(actor):
        raise Http404
