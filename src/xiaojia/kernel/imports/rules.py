"""What must a room offer so that its sheets can be read in, and what is said about each row?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _

VERBS = {
    "imports.committed": _("提交导入"),
    "imports.undone": _("撤销导入"),
    "imports.discarded": _("放弃导入"),
}
Progress = Callable[[int, int], None]
"""Called as `progress(rows done, rows in all)`."""

_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")


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
    params: Mapping[str, Any] = field(default_factory=dict)
    field: str = ""

    @classmethod
    def of(cls, error: XiaojiaError, field_key: str = "") -> Issue:
        """Return what an error says."""
        return cls(error.code, error.message, dict(error.params), field_key)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored with the row."""
        return asdict(self) | {"params": dict(self.params)}

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
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    target: str = ""
    confidence: float | None = None


@dataclass(frozen=True)
class Question:
    """A word that needs a meaning. `details` is the room's own, shown by its template; a blocking one holds the batch."""

    field: str
    word: str
    rows: int
    details: Mapping[str, Any] = field(default_factory=dict)
    blocking: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored with the batch."""
        return asdict(self) | {"details": dict(self.details)}


@dataclass
class Judgement:
    """All rows, the open questions, and what is to be said about the sheet as a whole."""

    rows: list[Judged]
    questions: list[Question] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)


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


class Importer(Protocol):
    """A room's knowledge of its own sheets; plugged in by config/wiring.py."""

    kind: str
    label: str
    fields: Sequence[Field]
    options: Sequence[Option]
    question_template: str

    def judge(self, job: Job, lines: Sequence[Line], progress: Progress) -> Judgement:
        """Say what will happen to each row; writes nothing."""

    def meaning(self, job: Job, field: str, word: str, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return a checked answer to a question as it is remembered; raises XiaojiaError."""

    def prepare(self, job: Job, rows: Sequence[Judged]) -> None:
        """Make what the rows of a commit need (inside its transaction)."""

    def apply(self, job: Job, row: Judged) -> Written:
        """Write one row; raises XiaojiaError."""

    def revert(self, job: Job, target: str, before: dict[str, Any] | None, version: int) -> Taken:
        """Take one written row back, unless it was touched since."""

    def describe(self, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return {id: (label, address of its office page)} of objects."""

    def changes(self, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Return what a row changes, as (field's label, now, wanted) in words."""

    def read_answer(self, data: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
        """Return the answer that the fields of the question template hold, or None for none given."""


def plain(title: str) -> str:
    """Return a column title as it is compared: half-width, lower case, without spaces, stars and marks."""
    text = unicodedata.normalize("NFKC", title).lower()
    return re.sub(r"[\s*:：_\-.、·]+", "", text)


def match_titles(header: Sequence[str], fields: Sequence[Field], memory: Mapping[str, str]) -> dict[str, str]:
    """Return {title: field key}: by what was remembered, then by the names of the fields; each field once, the first wins.

    `memory` gives "" for a title that is to be ignored.
    """
    names = {plain(name): f.key for f in reversed(fields) for name in (*reversed(f.synonyms), f.label_en, f.label, f.key)}
    known = {f.key for f in fields}
    found: dict[str, str] = {t: memory[t] for t in header if memory.get(t) in known}
    for read in (_whole, _without_brackets, _last_part):
        for title in header:
            key = names.get(plain(read(title)))
            if title and title not in found and title not in memory and key and key not in found.values():
                found[title] = key
    return {title: found[title] for title in header if title in found}


def _whole(title: str) -> str:
    return title


def _without_brackets(title: str) -> str:
    return _BRACKETS.sub("", title)


def _last_part(title: str) -> str:
    return _BRACKETS.sub("", title.rsplit("/", 1)[-1])


def read_line(
    number: int, cells: Mapping[str, str], columns: Mapping[str, str], fields: Mapping[str, Field], decision: str = ""
) -> Line:
    """Return the row's values by field; blank cells are left out, for they say nothing."""
    values: dict[str, Any] = {}
    errors: list[Issue] = []
    for title, key in columns.items():
        text = cells.get(title, "").strip()
        if not text or key not in fields:
            continue
        try:
            values[key] = fields[key].parse(text)
        except XiaojiaError as error:
            errors.append(Issue(error.code, error.message, {**error.params, "column": title}, key))
    return Line(number, values, tuple(errors), decision)
