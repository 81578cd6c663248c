"""What must a room offer so that its sheets can be read in? Plugged in by config/wiring.py."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from xiaojia.kernel.imports.rules.parts import Field, Issue, Job, Judged, Line, Option, Question, Taken, Written


class Judging(Protocol):
    """One judging of one sheet: its rows come in pieces, in their order."""

    def take(self, lines: Sequence[Line]) -> list[Judged]:
        """Say what will happen to each of the next rows; writes nothing."""

    def finish(self) -> tuple[list[Question], list[Issue]]:
        """Return the open questions and what is to be said about the sheet as a whole."""


class Importer(Protocol):
    """A room's knowledge of its own sheets; plugged in by config/wiring.py."""

    kind: str
    label: str
    fields: Sequence[Field]
    options: Sequence[Option]
    question_template: str

    def judging(self, job: Job, cells: Callable[[str], Sequence[str]]) -> Judging:
        """Begin to judge a sheet; `cells` gives all filled cells of a field's column beforehand."""

    def meaning(self, job: Job, field: str, word: str, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return a checked answer to a question as it is remembered; raises XiaojiaError."""

    def apply(self, job: Job, rows: Sequence[Judged]) -> list[Written]:
        """Write rows, all or none of them; raises XiaojiaError, and for one row alone it is that row's."""

    def revert(self, job: Job, rows: Sequence[tuple[str, dict[str, Any] | None, int]]) -> list[Taken]:
        """Take written rows back, given as (target, before, version), unless they were touched since; as `apply`."""

    def describe(self, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return {id: (label, address of its office page)} of objects."""

    def changes(self, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Return what a row changes, as (field's label, now, wanted) in words."""

    def read_answer(self, data: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
        """Return the answer that the fields of the question template hold, or None for none given."""
