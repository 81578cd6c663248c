"""What is said about a sheet, its columns, its rows and its questions?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as default
from datetime import datetime
from enum import StrEnum
from typing import Any

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _

VERBS = {
    "imports.committed": _("提交导入"),
    "imports.undone": _("撤销导入"),
    "imports.discarded": _("放弃导入"),
}
Progress = Callable[[int, int], None]
"""Called as `progress(rows done, rows in all)`."""


class BatchError(XiaojiaError):
    """A batch cannot be staged, answered, committed or undone; the sentence says what to do."""

    def __init__(self, code: str, message: str = "", *args: Any, status: int = 400, **kwargs: Any) -> None:
        super().__init__(code, message, *args, **kwargs)
        self.status = status


@dataclass(frozen=True)
class Field:
    """A field that a column can be matched to. `parse` turns a cell's text (never blank) into a value fit for JSON.

    `parse` raises XiaojiaError with the words for the row; `choices` fill the template's drop-down list.
    """

    key: str
    label: str
    label_en: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    parse: Callable[[str], Any] = str
    example: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    in_template: bool = True


@dataclass(frozen=True)
class Choice:
    """One answer to an option, with an example of what it is."""

    key: str
    label: str
    example: str = ""


@dataclass(frozen=True)
class Option:
    """What is asked once for the whole sheet, when one of the fields in `when` is matched."""

    key: str
    label: str
    choices: tuple[Choice, ...]
    when: frozenset[str] = frozenset()
    help: str = ""


@dataclass(frozen=True)
class Issue:
    """Something to say about a row or a sheet: the Chinese message id with its parameters."""

    code: str
    message: str
    params: Mapping[str, Any] = default(default_factory=dict)
    field: str = ""

    @classmethod
    def of(cls, error: XiaojiaError, field_key: str = "") -> Issue:
        """Return what an error says."""
        return cls(error.code, error.message, dict(error.params), field_key)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored with the row."""
        return {"code": self.code, "message": self.message, "params": dict(self.params), "field": self.field}

    def __str__(self) -> str:
        """Return the Chinese sentence."""
        return self.message % self.params if self.params else self.message


class Verdict(StrEnum):
    """What will happen to a row; the values of `models.Row.Verdict`."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    DUPLICATE = "duplicate"
    ASK = "ask"
    ERROR = "error"
    SKIP = "skip"


class Decision(StrEnum):
    """What a person decided about a row that looks like an object that is already there."""

    SAME = "same"
    OTHER = "other"
    SKIP = "skip"


@dataclass(frozen=True)
class Line:
    """A row as read: its number in the sheet, its values by field, what could not be read, a person's decision."""

    number: int
    values: Mapping[str, Any]
    errors: tuple[Issue, ...] = ()
    decision: str = ""


@dataclass
class Judged:
    """A row as understood."""

    number: int
    verdict: Verdict
    values: dict[str, Any]
    errors: list[Issue] = default(default_factory=list)
    warnings: list[Issue] = default(default_factory=list)
    target: str = ""
    confidence: float | None = None


@dataclass(frozen=True)
class Question:
    """A word that needs a meaning. `details` is the room's own, shown by its template; a blocking one holds the batch."""

    field: str
    word: str
    rows: int
    details: Mapping[str, Any] = default(default_factory=dict)
    blocking: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored with the batch."""
        return asdict(self) | {"details": dict(self.details)}


@dataclass(frozen=True)
class Job:
    """What an importer knows of the batch: whose it is, what was answered, who acts, and when."""

    org: Any
    options: Mapping[str, Any]
    columns: Mapping[str, str]
    meanings: Mapping[str, Mapping[str, Any]]
    actor: Any
    now: datetime
    batch_id: str = ""


@dataclass(frozen=True)
class Written:
    """What the commit of one row did: the object, what it replaced (None = it was created), its version afterwards."""

    id: str
    before: dict[str, Any] | None
    version: int


@dataclass(frozen=True)
class Taken:
    """What the undo of one row did: "removed", "restored" or "kept" with the reason."""

    what: str
    label: str
    reason: Issue | None = None
