"""What will happen to each row? The room's importer says, piece by piece; nothing but the batch itself is written."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from xiaojia.kernel.imports.actions.matching import OPEN, job_of
from xiaojia.kernel.imports.actions.storing import cells_of, count, keep_verdicts, lines_of
from xiaojia.kernel.imports.models import Batch
from xiaojia.kernel.imports.registry import importer_of
from xiaojia.kernel.imports.rules import (
    BatchError,
    Importer,
    Issue,
    Judged,
    Judging,
    Line,
    LineReader,
    Progress,
    Question,
    Verdict,
)
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.errors import gettext_noop


@transaction.atomic
def judge(batch: Batch, *, actor: Actor, progress: Progress | None = None) -> Batch:
    """Judge every row anew and keep the verdicts, the counts and the open questions with the batch; return it.

    Afterwards the batch is READY, or ASKING while a question or an option is open. Raises BatchError `closed`.
    """
    held = Batch.objects.select_for_update(of=("self",)).select_related("org", "file").get(pk=batch.pk)
    if held.state not in OPEN:
        raise BatchError(
            "closed", gettext_noop("这个批次已经%(state)s，不能再改。"), {"state": held.get_state_display()}, status=409
        )
    importer = importer_of(held.kind)
    missing = _open_options(held, importer)
    judging = _judging(held, importer, actor, missing)
    fields = {field.key: field for field in importer.fields}
    reader = LineReader(held.columns, fields)
    done = 0
    for piece in lines_of(held):
        keep_verdicts(held.pk, judging.take([reader.read(*line) for line in piece]))
        done += len(piece)
        if progress:
            progress(done, held.rows_total)
    questions, notes = judging.finish()
    held.rows_done, held.counts = done, count(held)
    held.questions = [*missing, *(question.as_json() for question in questions)]
    held.notes = [note.as_json() for note in notes]
    held.state = Batch.State.ASKING if any(q["blocking"] for q in held.questions) else Batch.State.READY
    held.save(update_fields=["questions", "notes", "state", "counts", "rows_done"])
    return held


def _judging(batch: Batch, importer: Importer, actor: Actor, missing: list[dict[str, Any]]) -> Judging:
    required = [field for field in importer.fields if field.required and field.key not in batch.columns.values()]
    if required:
        return _Waiting(required[0].key, required[0].label)
    if missing:
        return _Waiting()
    titles = {key: title for title, key in batch.columns.items()}
    return importer.judging(job_of(batch, actor), lambda key: cells_of(batch, titles[key]) if key in titles else [])


class _Waiting:
    """The judging of a sheet that misses an answer first: its rows wait."""

    def __init__(self, key: str = "", label: str = "") -> None:
        self.key, self.label = key, label

    def take(self, lines: Sequence[Line]) -> list[Judged]:
        if self.key:
            return [Judged(line.number, Verdict.ASK, {}) for line in lines]
        return [Judged(line.number, Verdict.ASK, dict(line.values), list(line.errors)) for line in lines]

    def finish(self) -> tuple[list[Question], list[Issue]]:
        if not self.key:
            return [], []
        note = Issue(
            "field_missing",
            gettext_noop("没有哪一列对应“%(field)s”，请在“列对应”里选一列。"),
            {"field": self.label},
        )
        return [Question("_column", self.key, 0)], [note]


def _open_options(batch: Batch, importer: Importer) -> list[dict[str, Any]]:
    used = set(batch.columns.values())
    return [
        Question("_option", option.key, batch.rows_total).as_json()
        for option in importer.options
        if option.key not in batch.options and used & option.when
    ]
