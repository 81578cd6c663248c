"""What will happen to each row? The room's importer says; nothing but the batch itself is written."""

from collections import Counter
from typing import Any

from django.db import transaction

from xiaojia.kernel.imports.actions.matching import OPEN, job_of
from xiaojia.kernel.imports.models import Batch, Row
from xiaojia.kernel.imports.registry import importer_of
from xiaojia.kernel.imports.rules import (
    BatchError,
    Importer,
    Issue,
    Judged,
    Judgement,
    Line,
    Progress,
    Question,
    Verdict,
    read_line,
)
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.errors import gettext_noop

CHUNK_ROWS = 1000


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
    rows = list(held.rows.all())
    missing = _open_options(held, importer)
    judgement = _judge_rows(held, importer, rows, actor, missing, progress)
    keep(held, rows, judgement)
    held.questions = [*missing, *(question.as_json() for question in judgement.questions)]
    held.notes = [note.as_json() for note in judgement.notes]
    held.state = Batch.State.ASKING if any(q["blocking"] for q in held.questions) else Batch.State.READY
    held.save(update_fields=["questions", "notes", "state", "counts", "rows_done"])
    return held


def _judge_rows(
    batch: Batch,
    importer: Importer,
    rows: list[Row],
    actor: Actor,
    missing: list[dict[str, Any]],
    progress: Progress | None,
) -> Judgement:
    fields = {field.key: field for field in importer.fields}
    required = [field for field in importer.fields if field.required and field.key not in batch.columns.values()]
    if required:
        note = Issue(
            "field_missing",
            gettext_noop("没有哪一列对应“%(field)s”，请在“列对应”里选一列。"),
            {"field": required[0].label},
        )
        return Judgement(
            [Judged(row.number, Verdict.ASK, {}) for row in rows], [_column_question(required[0].key)], [note]
        )
    lines: list[Line] = [read_line(row.number, row.raw, batch.columns, fields, row.decision) for row in rows]
    if missing:
        return Judgement([Judged(line.number, Verdict.ASK, dict(line.values), list(line.errors)) for line in lines])
    return importer.judge(job_of(batch, actor), lines, progress or _silent)


def _column_question(key: str) -> Question:
    return Question("_column", key, 0)


def _open_options(batch: Batch, importer: Importer) -> list[dict[str, Any]]:
    used = set(batch.columns.values())
    return [
        Question("_option", option.key, batch.rows_total).as_json()
        for option in importer.options
        if option.key not in batch.options and used & option.when
    ]


def keep(batch: Batch, rows: list[Row], judgement: Judgement) -> None:
    """Write the verdicts beside the rows and count them; the rows are replaced as a whole, in pieces."""
    said = {judged.number: judged for judged in judgement.rows}
    for row in rows:
        judged = said[row.number]
        row.verdict, row.values = judged.verdict, judged.values
        row.errors = [issue.as_json() for issue in judged.errors]
        row.warnings = [issue.as_json() for issue in judged.warnings]
        row.target, row.confidence = judged.target, judged.confidence
    replace_rows(batch, rows)
    batch.rows_done = len(rows)
    batch.counts = count(rows)


def replace_rows(batch: Batch, rows: list[Row]) -> None:
    """Write rows of a batch anew, those given and no others: far faster than changing many rows one by one."""
    batch.rows.filter(number__in=[row.number for row in rows]).delete()
    for row in rows:
        row.pk = None
    Row.objects.bulk_create(rows, batch_size=CHUNK_ROWS)


def count(rows: list[Row]) -> dict[str, int]:
    """Return {verdict: rows}, and how many have warnings, by code as "warning:<code>"."""
    counts = Counter(str(row.verdict) for row in rows)
    counts["warned"] = sum(bool(row.warnings) for row in rows)
    counts.update(f"warning:{code}" for row in rows for code in {warning["code"] for warning in row.warnings})
    return dict(counts)


def _silent(done: int, total: int) -> None:
    """Tell nobody."""
