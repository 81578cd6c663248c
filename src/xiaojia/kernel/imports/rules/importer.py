"""What must a room offer so that its sheets can be read in? Plugged in by config/wiring.py."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from xiaojia.kernel.imports.rules.parts import (
    Field,
    Job,
    Judged,
    Judgement,
    Line,
    Option,
    Progress,
    Taken,
    Written,
)


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
