"""Who can act, in values that outlive accounts?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xiaojia.lib.errors import gettext_noop as _


@dataclass(frozen=True)
class Who:
    """The doer as the audit log keeps it: `id` is an account id, "system", "keeper-device:<id>" or "worker"."""

    id: str
    label: str
    org_path: str = ""


WORDS: dict[str, str] = {"audit.pruned": _("清理到期的操作记录")}
"""Verb → its Chinese words (message ids); each room's own table, joined by the fuse box."""

NAMES: dict[str, str] = {}
"""Field or detail of a line → its Chinese word (message id); joined the same way."""

NAMERS: list[Callable[[str], str]] = []
"""Rooms' functions for fields that no table can list ("facility:water" → 饮水机); each returns what it cannot name as it is."""

VALUES: dict[str, str] = {}
"""A code that stands in a line ("main") → its Chinese word (message id); joined the same way."""

QUIET: set[str] = set()
"""Fields that another field already tells; not named in the log."""

SYSTEM = Who("system", "系统")
WORKER = Who("worker", "劳动者")


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[object]]:
    """Return `{field: [old, new]}` for the fields of `after` whose value differs from `before`."""
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}


def words_of(verb: str) -> str:
    """Return the words of a verb, or the verb itself where no room has named it."""
    return WORDS.get(verb, verb)


def name_of(field: str) -> str:
    """Return the word for a field or detail, or its own name where no room has given one."""
    if field in NAMES:
        return NAMES[field]
    return next((name for namer in NAMERS if (name := namer(field)) != field), field)
